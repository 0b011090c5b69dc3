// Writes without memory of its own: there may be none.
#include "util/fatal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

_Noreturn void fatal_system(const char *what, int error)
{
    const char *hint =
        error == EMFILE ? " (see ulimit -n)"
        : error == EAGAIN || error == ENOMEM
            ? " (is there memory enough? see ulimit -v and -u, or the limits of a supervisor)"
            : "";
    char text[256];
    int n =
        snprintf(text, sizeof(text), "latchkey: cannot %s: %s%s\n", what, strerror(error), hint);
    if (n > 0)
        (void)!write(STDERR_FILENO, text, (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1);
    _exit(EX_OSERR);
}
