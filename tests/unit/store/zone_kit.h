// Loads a small zone that a test writes, and gathers what is said of it. The test says first which
// warnings it is about (ABOUT); errors are always gathered.
#ifndef TESTS_STORE_ZONE_KIT_H
#define TESTS_STORE_ZONE_KIT_H

#include "store/zones.h"
#include "util/doc.h"
#include "util/mem.h"
#include "world/world.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char told[4096];
static int errors;

static inline bool is_about(const char *text)
{
    static const char *const words[] = {ABOUT};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (strstr(text, words[i]))
            return true;
    return false;
}

// A file of this text, whole; `look` (may be NULL) sees the world that came of it.
static inline void load_text(bool lint, const char *text, void (*look)(struct world *w))
{
    char path[] = "/tmp/latchkey-zone-XXXXXX.json";
    FILE *f = fdopen(mkstemps(path, 5), "w");
    fputs(text, f);
    fclose(f);
    struct world *w = world_new();
    struct doc_problems p = DOC_PROBLEMS_INIT;
    const char *paths[] = {path};
    zones_load(w, paths, 1, lint, &p, NULL);
    *told = '\0';
    errors = (int)p.errors;
    for (size_t i = 0; i < p.count; i++)
        if (p.list[i].severity == DOC_ERROR || is_about(p.list[i].text))
            snprintf(told + strlen(told), sizeof(told) - strlen(told), "%s\n", p.list[i].text);
    doc_problems_fini(&p);
    if (look)
        look(w);
    world_free(w);
    unlink(path);
}

// A zone "z" with these locations beside "start" (whose exit north is "in"), things, and what
// else stands at the top of the file.
static inline void load_seen(bool lint, const char *locations, const char *things, const char *more,
                             void (*look)(struct world *w))
{
    char *text = mem_printf(
        "{\"zone\":{\"ref\":\"z\",\"name\":\"Z\"},\"locations\":{\"start\":{\"name\":\"S\","
        "\"start\":true,\"exits\":{\"north\":\"in\"}},%s},\"things\":{%s}%s}",
        locations, things, more);
    load_text(lint, text, look);
    free(text);
}

static inline void load(bool lint, const char *locations, const char *things, const char *more)
{
    load_seen(lint, locations, things, more, NULL);
}

#endif
