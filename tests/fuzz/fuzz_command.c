// Fuzz target for what players type, from a line to what everybody sees. Lines end with a line
// feed; one that begins with a byte 1 is the other player's, a byte 2 lets time pass. Beyond what
// the sanitizers and the lock checker see, fuzz_world.h checks that every line is answered, and
// that everything shown is text.
#include "fuzz_world.h"

enum { LINES_MOST = 40, LINE_MOST = 1024 };

int LLVMFuzzerInitialize(int *argc, char ***argv);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_once();
    return 0;
}

// As net/line and net/utf8in hand lines over: printable, whole letters, bounded.
static void clean(char *line, size_t n)
{
    size_t out = 0;
    for (size_t at = 0; at < n && out < LINE_MOST - 4;) {
        uint32_t letter;
        size_t length = utf8_decode(line + at, n - at, &letter);
        if (length > 0 && letter >= ' ' && (letter < 0x7F || letter > 0x9F)) {
            memmove(line + out, line + at, (size_t)length);
            out += (size_t)length;
        }
        at += length > 0 ? (size_t)length : 1;
    }
    line[out] = '\0';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_begin();
    MUST(fuzz_join(0, "Ann", NULL) && fuzz_join(1, "Ben", NULL));
    const char *at = (const char *)data, *end = at + size;
    for (int i = 0; i < LINES_MOST && at < end; i++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t n = (size_t)((stop ? stop : end) - at);
        char *line = mem_alloc(n + 1);
        memcpy(line, at, n);
        line[n] = '\0';
        if (n && *line == 2) {
            fuzz_pass(1000 * (int64_t)(n > 1 ? (uint8_t)line[1] : 1));
        } else if (n && *line == 1) {
            clean(line + 1, n - 1);
            fuzz_type(1, line + 1);
        } else {
            clean(line, n);
            fuzz_type(0, line);
        }
        free(line);
        at += n + 1;
    }
    fuzz_leave(0);
    fuzz_leave(1);
    fuzz_end();
    return 0;
}
