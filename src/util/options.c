// Reads a command line by a table. Keeps nothing. What --help prints is made in options_help.c.
#include "util/options.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/build.h"
#include "util/doc.h"
#include "util/mem.h"
#include "util/options_help.h"

struct reader {
    const struct options_spec *spec;
    void *const *into;
    int argc, next; // next: the first that is not read
    char **argv;
    struct options_words *words;
    const struct options_entry **limited; // given, and not for every command; owned
    size_t limited_count;
};

// An option that was looked for, and the table that it is in.
struct found {
    const struct options_entry *entry;
    size_t table;
};

static void options_tell(const struct options_spec *spec, const char *text)
{
    const char *space = spec->name ? " " : "", *name = spec->name ? spec->name : "";
    fprintf(stderr, "latchkey%s%s: %s\nTry \"latchkey%s%s --help\".\n", space, name, text, space,
            name);
}

enum options_outcome options_wrong(const struct options_spec *spec, const char *format, ...)
{
    struct buf text = BUF_INIT;
    va_list ap;
    va_start(ap, format);
    buf_vaddf(&text, format, ap);
    va_end(ap);
    options_tell(spec, buf_str(&text));
    buf_fini(&text);
    return OPTIONS_WRONG;
}

int options_status(enum options_outcome outcome)
{
    return outcome == OPTIONS_WRONG ? 2 : 0;
}

// Every option in turn, those that all tables have at the end: `at` begins as {NULL, 0}.
static bool next_entry(const struct options_spec *spec, struct found *at)
{
    const struct options_entry *e = at->entry ? at->entry + 1 : spec->tables[0].entries;
    while (at->table < OPTIONS_TABLES && (!e || !e->name)) {
        at->table++;
        e = at->table < OPTIONS_TABLES ? spec->tables[at->table].entries : options_help_entries;
    }
    at->entry = e;
    return e->name;
}

static char *nearest_option(const struct options_spec *spec, const char *name)
{
    const char **names = NULL;
    size_t n = 0;
    for (struct found f = {0}; next_entry(spec, &f);) {
        names = mem_realloc_array(names, n + 2, sizeof(*names));
        names[n++] = f.entry->name;
        names[n] = NULL;
    }
    const char *near = doc_nearest(name, names);
    char *hint = near ? mem_printf(", did you mean --%s?", near) : mem_strdup("");
    free(names);
    return hint;
}

static enum options_outcome options_unknown(const struct options_spec *spec, const char *typed)
{
    int n = (int)strcspn(typed, "=");
    char *name = mem_strndup(typed + strspn(typed, "-"), (size_t)n - strspn(typed, "-"));
    char *hint = nearest_option(spec, name);
    enum options_outcome o = options_wrong(spec, "unknown option %.*s%s", n, typed, hint);
    free(hint);
    free(name);
    return o;
}

// By its whole name, or by a beginning that no other has.
static enum options_outcome find_long(const struct options_spec *spec, const char *typed,
                                      struct found *found)
{
    const char *name = typed + 2;
    size_t n = strcspn(name, "=");
    struct buf others = BUF_INIT;
    struct found first = {0};
    unsigned count = 0;
    for (struct found f = {0}; n && next_entry(spec, &f);) {
        if (strncmp(f.entry->name, name, n) != 0)
            continue;
        if (!count++ || !f.entry->name[n])
            first = f;
        if (!f.entry->name[n]) {
            count = 1;
            break;
        }
        buf_addf(&others, "%s--%s", others.len ? ", " : "", f.entry->name);
    }
    enum options_outcome o = OPTIONS_READ;
    if (count == 1)
        *found = first;
    else if (count)
        o = options_wrong(spec, "--%.*s may be any of %s", (int)n, name, buf_str(&others));
    else
        o = options_unknown(spec, typed);
    buf_fini(&others);
    return o;
}

static enum options_outcome find_short(const struct options_spec *spec, const char *typed,
                                       struct found *found)
{
    for (struct found f = {0}; !typed[2] && next_entry(spec, &f);)
        if (f.entry->letter == typed[1]) {
            *found = f;
            return OPTIONS_READ;
        }
    return options_unknown(spec, typed);
}

bool options_number(const char *value, uint64_t least, uint64_t most, uint64_t *out,
                    struct buf *why)
{
    assert(value && least <= most);
    bool hexadecimal = value[0] == '0' && (value[1] == 'x' || value[1] == 'X') && value[2];
    char *end;
    errno = 0;
    uint64_t n = strtoull(value, &end, hexadecimal ? 16 : 10);
    bool digits = *value >= '0' && *value <= '9' && !*end;
    if (digits && !errno && n >= least && n <= most) {
        *out = n;
        return true;
    }
    buf_adds(why, "expected a number");
    if (most < UINT32_MAX || (digits && n > most))
        buf_addf(why, " from %llu to %llu", (unsigned long long)least, (unsigned long long)most);
    else if (least)
        buf_addf(why, " from %llu on", (unsigned long long)least);
    return false;
}

bool options_choice(const char *value, const char *const *names, unsigned *place, struct buf *why)
{
    assert(value && names);
    for (unsigned i = 0; names[i]; i++)
        if (!strcmp(value, names[i])) {
            *place = i;
            return true;
        }
    buf_adds(why, "expected ");
    for (unsigned i = 0; names[i]; i++)
        buf_addf(why, "%s%s", !i ? "" : names[i + 1] ? ", " : " or ", names[i]);
    const char *near = doc_nearest(value, names);
    if (near)
        buf_addf(why, "; did you mean %s?", near);
    return false;
}

static bool options_take_number(void *into, const struct options_entry *e, const char *value,
                                struct buf *why)
{
    bool is_short = e->kind == OPTIONS_SHORT_NUMBER;
    uint64_t n, most = e->most ? e->most : is_short ? UINT32_MAX : INT64_MAX;
    if (!options_number(value, e->least, most, &n, why))
        return false;
    if (is_short)
        *(uint32_t *)into = (uint32_t)n;
    else
        *(uint64_t *)into = n;
    return true;
}

static enum options_outcome options_take_value(const struct reader *r, const struct found *f,
                                               const char *value)
{
    const struct options_entry *e = f->entry;
    if (e->kind == OPTIONS_HELP || e->kind == OPTIONS_VERSION) {
        if (e->kind == OPTIONS_HELP)
            options_help_print(r->spec, stdout);
        else
            printf("latchkey %s (program %s)\n", LATCHKEY_VERSION, build_program());
        return OPTIONS_SHOWN;
    }
    char *structure = r->into[f->table];
    struct buf why = BUF_INIT;
    bool good = true;
    if (e->kind == OPTIONS_TAKE)
        good = e->take(structure, e, value, &why);
    else if (e->kind == OPTIONS_FLAG)
        *(bool *)(structure + e->into) = true;
    else if (e->kind == OPTIONS_TEXT)
        *(const char **)(structure + e->into) = value;
    else
        good = options_take_number(structure + e->into, e, value, &why);
    if (good && e->tells)
        *(bool *)(structure + e->tells - 1) = true;
    enum options_outcome o = OPTIONS_READ;
    if (!good)
        o = options_wrong(r->spec, "--%s \"%s\": %s", e->name, value ? value : "", buf_str(&why));
    buf_fini(&why);
    return o;
}

static enum options_outcome read_option(struct reader *r, const char *typed)
{
    struct found f = {0};
    bool is_long = typed[1] == '-';
    enum options_outcome o =
        is_long ? find_long(r->spec, typed, &f) : find_short(r->spec, typed, &f);
    if (o != OPTIONS_READ)
        return o;
    const struct options_entry *e = f.entry;
    const char *value = is_long ? strchr(typed, '=') : NULL;
    if (value)
        value++;
    if (value && !e->value)
        return options_wrong(r->spec, "--%s takes no value", e->name);
    if (!value && e->value && *e->value != '[') {
        if (r->next == r->argc)
            return options_wrong(r->spec, "--%s needs a value: --%s %s", e->name, e->name,
                                 e->value);
        value = r->argv[r->next++];
    }
    if (e->commands) {
        r->limited = mem_realloc_array(r->limited, r->limited_count + 1, sizeof(*r->limited));
        r->limited[r->limited_count++] = e;
    }
    return options_take_value(r, &f, value);
}

const char *options_near_command(const struct options_spec *spec, const char *word)
{
    const char **names = NULL;
    size_t n = 0;
    for (const struct options_command *c = spec->commands; c->name; c++) {
        names = mem_realloc_array(names, n + 2, sizeof(*names));
        names[n++] = c->name;
        names[n] = NULL;
    }
    const char *near = n ? doc_nearest(word, names) : NULL; // a name of the table
    free(names);
    return near;
}

static enum options_outcome unknown_command(const struct options_spec *spec, const char *word)
{
    const char *what = spec->name ? "command" : "subcommand";
    const char *near = options_near_command(spec, word);
    return options_wrong(spec, "there is no %s \"%s\"%s%s%s", what, word,
                         near ? ", did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

// The command is the first word, where there are commands.
static enum options_outcome find_command(const struct reader *r)
{
    const struct options_spec *spec = r->spec;
    struct options_words *w = r->words;
    w->command = spec->standard;
    for (const struct options_command *c = spec->commands; w->count && c && c->name; c++)
        if (!strcmp(w->list[0], c->name)) {
            w->command = c;
            w->named = true;
            w->list++;
            w->count--;
            return OPTIONS_READ;
        }
    if (w->command || !spec->commands)
        return OPTIONS_READ;
    if (w->count)
        return unknown_command(spec, w->list[0]);
    return options_wrong(spec, "the name of a %s is missing",
                         spec->name ? "command" : "subcommand");
}

// Whether the command takes as many words as there are, and the options that were given.
static enum options_outcome options_judge(const struct reader *r)
{
    const struct options_spec *spec = r->spec;
    const struct options_words *w = r->words;
    const struct options_command *c = w->command ? w->command : &spec->alone;
    const char *name = c->name ? c->name : "";
    for (size_t i = 0; i < r->limited_count; i++)
        if (!(r->limited[i]->commands & UINT32_C(1) << (w->command - spec->commands)))
            return options_wrong(spec, "%s takes no --%s", name, r->limited[i]->name);
    if (w->count < c->least)
        return options_wrong(spec, "%s%sneeds %s", w->named ? name : "", w->named ? " " : "",
                             c->words);
    if (w->count > c->most)
        return options_wrong(spec, "\"%s\" is not understood", w->list[c->most]);
    return OPTIONS_READ;
}

// Puts the option that stands at `from`, with its value, before the words that begin at `first`.
static void put_before(char **argv, int first, int from, int to)
{
    char *moved[2];
    size_t n = (size_t)(to - from);
    memcpy(moved, argv + from, n * sizeof(*moved));
    memmove(argv + first + n, argv + first, (size_t)(from - first) * sizeof(*argv));
    memcpy(argv + first, moved, n * sizeof(*moved));
}

enum options_outcome options_read(const struct options_spec *spec, void *const *into, int argc,
                                  char **argv, struct options_words *words)
{
    struct reader r = {
        .spec = spec, .into = into, .argc = argc, .next = 1, .argv = argv, .words = words};
    enum options_outcome o = OPTIONS_READ;
    bool only_words = false;
    int first = 1; // word
    while (o == OPTIONS_READ && !only_words && r.next < argc) {
        int at = r.next++;
        if (*argv[at] != '-' || !argv[at][1])
            continue;
        only_words = !strcmp(argv[at], "--");
        if (!only_words)
            o = read_option(&r, argv[at]);
        put_before(argv, first, at, r.next);
        first += r.next - at;
    }
    first = first < argc ? first : argc; // a program may be started without even its name
    *words = (struct options_words){.list = argv + first, .count = (unsigned)(argc - first)};
    if (o == OPTIONS_READ)
        o = find_command(&r);
    if (o == OPTIONS_READ)
        o = options_judge(&r);
    free(r.limited);
    return o;
}
