// Marks and the colours they stand for on a terminal with sixteen of them.
#include "output/markup.h"

const char *markup_ansi(unsigned char mark)
{
    static const char *const table[MARK_LAST + 1] = {"",         "\x1b[0m",  "\x1b[32m",
                                                     "\x1b[31m", "\x1b[33m", "\x1b[1;36m",
                                                     "\x1b[36m", "\x1b[32m", "\x1b[35m"};
    return mark <= MARK_LAST ? table[mark] : "";
}
