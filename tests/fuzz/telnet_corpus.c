// Writes the seed corpus of fuzz_telnet into a directory: for every option a subnegotiation of each
// size around likely buffer sizes, after all our options were agreed, and ordinary openings of
// clients. A fuzzer left to itself does not come upon sizes.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"

#define ACCEPT_ALL "\xff\xfb\x18\xff\xfb\x1f\xff\xfb\x27\xff\xfd\x2a\xff\xfd\x19\xff\xfd\xc9"

static const struct {
    const char *name;
    const char *unit;
    size_t n;
} patterns[] = {
    {"text", "x", 1},
    {"doubled", "\xff\xff", 2},
    {"variables", "\0\1", 2},
    {"escapes", "\2", 1},
};
enum { PATTERNS = sizeof(patterns) / sizeof(patterns[0]) };

static void write_file(const char *dir, const char *name, const struct buf *content)
{
    struct buf path = BUF_INIT;
    buf_addf(&path, "%s/%s", dir, name);
    FILE *f = fopen(path.data, "wb");
    if (!f || fwrite(content->data, 1, content->len, f) != content->len || fclose(f)) {
        perror(path.data);
        exit(EXIT_FAILURE);
    }
    buf_fini(&path);
}

static void write_sub(const char *dir, unsigned option, size_t size, unsigned pattern)
{
    struct buf in = BUF_INIT;
    char name[64];
    buf_adds(&in, ACCEPT_ALL "\xff\xfa");
    buf_addc(&in, (char)option);
    for (size_t i = 0; i < size; i++)
        buf_addc(&in, patterns[pattern].unit[i % patterns[pattern].n]);
    buf_adds(&in, "\xff\xf0look\r\n");
    snprintf(name, sizeof(name), "sub-%03u-%05zu-%s", option, size, patterns[pattern].name);
    write_file(dir, name, &in);
    buf_fini(&in);
}

static void write_openings(const char *dir)
{
    static const char *const openings[] = {
        "guest\r\nlook\r\n",
        ACCEPT_ALL "\xff\xfa\x1f\x01\x50\x01\x18\xff\xf0 look\r",
        "\xff\xfc\x18\xff\xfc\x1f\xff\xfc\x27\xff\xfe\x2a\xff\xfe\x19",
        ACCEPT_ALL "\xff\xfa\x2a\x01;UTF-8\xff\xf0\xff\xfa\x2a\x03\xff\xf0",
        "\xff\xf4\xff\xfd\x06\xff\xf7\xff\xf8\xff\xf6\xff\xff\xff\xf1",
        "caf\xc3\xa9 \xe2\x80\xae\xf0\x9f\x9a\x80\b\x7f\x1b[31m\n",
    };
    for (size_t i = 0; i < sizeof(openings) / sizeof(openings[0]); i++) {
        struct buf in = BUF_INIT;
        char name[32];
        buf_adds(&in, openings[i]);
        snprintf(name, sizeof(name), "opening-%zu", i);
        write_file(dir, name, &in);
        buf_fini(&in);
    }
}

int main(int argc, char **argv)
{
    static const size_t around[] = {0, 512, 2048, 8192, 16384};
    if (argc != 2) {
        fprintf(stderr, "usage: telnet_corpus DIR\n");
        return 2;
    }
    for (unsigned option = 0; option < 256; option++) {
        for (size_t a = 0; a < sizeof(around) / sizeof(around[0]); a++) {
            for (size_t size = a ? around[a] - 3 : 0; size <= around[a] + 3; size++)
                write_sub(argv[1], option, size, (unsigned)(option + size) % PATTERNS);
        }
    }
    write_openings(argv[1]);
    return EXIT_SUCCESS;
}
