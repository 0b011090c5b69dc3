// Fuzz target for the server's settings. The first byte chooses: the text of a file; lines that
// were given as --set and as environment variables; or a file beside its folder of further ones,
// which a byte 1 parts from each other. Beyond what the sanitizers see, it checks that all that is
// taken can be printed and read again to the same, and that a refusal names its place.
#include "fuzz_folder.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "util/buf.h"
#include "util/doc.h"
#include "util/mem.h"
#include "util/settings.h"

static void print(const struct settings *s, struct buf *out)
{
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);
    MUST(f);
    settings_print(f, s);
    MUST(!fclose(f));
    for (char *line = text; *line;) { // without the comments, which say where a value came from
        size_t long_ = strcspn(line, "\n");
        char *comment = memmem(line, long_, " ;", 2);
        buf_add(out, line, comment ? (size_t)(comment - line) : long_);
        buf_addc(out, '\n');
        line += long_ + (line[long_] == '\n');
    }
    free(text);
}

static bool read_lines(struct settings *s, char *text, struct doc_problems *p)
{
    char *environment[17];
    size_t count = 0;
    bool taken = true;
    for (char *next, *line = text; line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        if (!strncmp(line, "LATCHKEY_", 9) && count < 16)
            environment[count++] = line;
        else
            taken &= settings_set(s, line, "--set", p);
    }
    environment[count] = NULL;
    return settings_read_environment(s, environment, p) && taken;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    folder_make();
    char *more = path_of("a.conf.d");
    MUST(!mkdir(more, 0700));
    free(more);
    atexit(folder_remove);
    return 0;
}

static bool load_files(struct settings *s, const char *bytes, size_t n, struct doc_problems *p)
{
    static char *const nothing[] = {NULL};
    const char *part = memchr(bytes, 1, n);
    size_t first = part ? (size_t)(part - bytes) : n;
    write_file("a.conf", bytes, first);
    write_file("a.conf.d/b.conf", part ? part + 1 : "", part ? n - first - 1 : 0);
    char *path = path_of("a.conf");
    bool taken = settings_load(s, path, nothing, NULL, 0, p);
    free(path);
    return taken;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct settings s, again;
    struct doc_problems p = DOC_PROBLEMS_INIT;
    if (!size)
        return 0;
    char *text = mem_strndup((const char *)data + 1, size - 1);
    settings_init(&s);
    const char *bytes = (const char *)data + 1;
    bool taken = data[0] % 3 == 0   ? settings_read_text(&s, "fuzz.conf", bytes, size - 1, &p)
                 : data[0] % 3 == 1 ? read_lines(&s, text, &p)
                                    : load_files(&s, bytes, size - 1, &p);
    MUST(taken || p.count);
    struct buf first = BUF_INIT, second = BUF_INIT, told = BUF_INIT;
    doc_problems_write(&told, &p);
    MUST(taken || told.len);
    if (taken && settings_check(&s, &p)) {
        print(&s, &first);
        settings_init(&again);
        MUST(settings_read_text(&again, "printed.conf", buf_str(&first), first.len, &p));
        print(&again, &second);
        MUST(first.len == second.len && !memcmp(buf_str(&first), buf_str(&second), first.len));
        settings_fini(&again);
    }
    buf_fini(&first);
    buf_fini(&second);
    buf_fini(&told);
    settings_fini(&s);
    doc_problems_fini(&p);
    free(text);
    return 0;
}
