// Puts the name of the program together, once. What letters are alike and how wide they are is
// utf8proc's to say, and it is another file than ours; no other library decides what an event does.
#include "util/build.h"

#include "util/build_id.h"

#include <pthread.h>
#include <stdio.h>
#include <utf8proc.h>

static char program[64];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void build_compose(void)
{
    snprintf(program, sizeof(program), "%s+%s/utf8proc-%.12s", LATCHKEY_VERSION, BUILD_ID,
             utf8proc_version());
}

const char *build_program(void)
{
    pthread_once(&once, build_compose);
    return program;
}
