// Complaints of subcommands on standard error. Keeps who complains.
#include "serve/complain.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

static const char *complain_speaker = "journal";

void complain_as(const char *subcommand)
{
    assert(subcommand);
    complain_speaker = subcommand;
}

void complain(const char *format, ...)
{
    assert(format);
    va_list ap;
    fprintf(stderr, "latchkey %s: ", complain_speaker);
    va_start(ap, format);
    vfprintf(stderr, format, ap);
    va_end(ap);
    fputc('\n', stderr);
}
