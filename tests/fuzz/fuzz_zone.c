// Fuzz target for zone files, which builders write and importers make. The input is one to four
// files of a world, a byte 1 between each and the next. Each is taken or refused with a complaint
// that has its place, `check` and the server agree on that, and a world that was taken has a place
// where players begin.
#include "fuzz_folder.h"

#include <string.h>

#include "store/zones.h"
#include "util/doc.h"
#include "util/utf8.h"
#include "world/world.h"

enum { FILES = 4 };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    folder_make();
    atexit(folder_remove);
    return 0;
}

static const char *command_name(size_t n)
{
    static const char *const names[] = {"emote", "get", "look", "say"};
    return n < 4 ? names[n] : NULL;
}

static bool command_does(const char *word)
{
    return !strcmp(word, "say") || !strcmp(word, "emote");
}

static void judge(const struct doc_problems *p)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct doc_problem *q = &p->list[i];
        MUST(*q->text && *q->file && utf8_valid(q->text, strlen(q->text)));
        MUST(!q->line == !q->column);
    }
}

static bool load(const char *const *paths, size_t n, bool lint)
{
    struct world *w = world_new();
    struct doc_problems p = DOC_PROBLEMS_INIT;
    struct zones_counts counts = {0};
    bool good = zones_load(w, paths, n, lint, &p, &counts) == ZONES_LOADED;
    MUST(good == !p.errors && counts.files <= n);
    MUST(!good || world_starts(w));
    judge(&p);
    doc_problems_fini(&p);
    world_free(w);
    return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct zones_commands commands = {command_name, command_does};
    const char *at = (const char *)data, *end = at + size;
    char *paths[FILES];
    size_t n = 0;
    zones_know_commands(&commands);
    for (; n < FILES && (at < end || !n); n++) {
        char name[] = "a.json";
        const char *stop = at < end ? memchr(at, 1, (size_t)(end - at)) : NULL;
        size_t length = (size_t)((stop ? stop : end) - at);
        name[0] = (char)('a' + n);
        write_file(name, at, length);
        paths[n] = path_of(name);
        at += length + 1;
    }
    bool lint = load((const char *const *)paths, n, true);
    MUST(load((const char *const *)paths, n, false) == lint);
    for (size_t i = 0; i < n; i++)
        free(paths[i]);
    return 0;
}
