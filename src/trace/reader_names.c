// The heap of names of a trace as tables. Everything in it is from outside: lengths are checked
// against the heap, and text is made printable, since it goes to terminals. Does not read files.
#include "trace/reader_names.h"

#include "util/mem.h"
#include "util/str.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void reader_names_fini(struct reader_names *n)
{
    for (int i = 0; i < READER_NAME_KINDS; i++) {
        free(n->tables[i].list);
        reader_index_fini(&n->tables[i].by_id);
    }
    reader_index_fini(&n->lock_of_thing);
    for (size_t i = 0; i < n->text_count; i++)
        free(n->texts[i]);
    free(n->texts);
    *n = (struct reader_names){0};
}

static const char *keep(struct reader_names *n, const char *text, size_t length)
{
    char *copy = mem_strndup(text, length);
    for (char *p = copy; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            *p = '?';
    if (n->text_count == n->text_cap) {
        n->text_cap = n->text_cap ? n->text_cap * 2 : 256;
        n->texts = mem_realloc_array(n->texts, n->text_cap, sizeof(*n->texts));
    }
    return n->texts[n->text_count++] = copy;
}

static void add(struct reader_names *n, unsigned kind, struct reader_name name)
{
    assert(kind && kind <= TRACE_NAME_WHAT);
    struct reader_name_table *t = &n->tables[kind];
    uint32_t known = reader_index_get(&t->by_id, name.id);
    if (known != READER_NONE) {
        t->list[known] = name;
    } else {
        if (t->count == t->cap) {
            t->cap = t->cap ? t->cap * 2 : 64;
            t->list = mem_realloc_array(t->list, t->cap, sizeof(*t->list));
        }
        reader_index_put(&t->by_id, name.id, (uint32_t)t->count);
        t->list[t->count++] = name;
    }
    if (kind == TRACE_NAME_LOCK && name.extra)
        reader_index_put(&n->lock_of_thing, name.extra, name.id);
}

size_t reader_names_read(struct reader_names *n, const char *heap, size_t size)
{
    assert(n && (heap || !size));
    size_t at = 0;
    while (size - at >= sizeof(struct trace_name)) {
        struct trace_name r;
        memcpy(&r, heap + at, sizeof(r));
        size_t whole = (sizeof(r) + r.length + 3) & ~(size_t)3;
        if (r.kind == 0 || r.kind >= READER_NAME_KINDS || whole > size - at)
            return at;
        const char *text = heap + at + sizeof(r);
        struct reader_name name = {.id = r.id, .extra = r.extra};
        name.text = keep(n, text, r.length);
        size_t file = strnlen(text, r.length);
        name.func = file < r.length ? keep(n, text + file + 1, r.length - file - 1) : "";
        add(n, r.kind, name);
        at += whole;
    }
    return at;
}

const struct reader_name *reader_names_find(const struct reader_names *n, enum trace_name_kind kind,
                                            uint32_t id)
{
    assert(kind && kind <= TRACE_NAME_WHAT);
    const struct reader_name_table *t = &n->tables[kind];
    uint32_t at = reader_index_get(&t->by_id, id);
    return at == READER_NONE ? NULL : &t->list[at];
}

const char *reader_names_text(const struct reader_names *n, enum trace_name_kind kind, uint32_t id,
                              const char *otherwise)
{
    const struct reader_name *name = reader_names_find(n, kind, id);
    return name ? name->text : otherwise;
}

uint32_t reader_names_lock_of(const struct reader_names *n, uint32_t thing)
{
    return reader_index_get(&n->lock_of_thing, thing);
}

uint32_t reader_names_big_lock(const struct reader_names *n)
{
    const struct reader_name_table *t = &n->tables[TRACE_NAME_LOCK];
    bool only = t->count == 1 && !t->list[0].extra && !strcmp(t->list[0].text, "the world");
    return only ? t->list[0].id : READER_NONE;
}

enum { AS_WRITTEN, ANY_CASE, PART, WAYS };

static bool matches(const char *text, const char *what, int way)
{
    return way == AS_WRITTEN ? !strcmp(text, what)
           : way == ANY_CASE ? str_equal_nocase(text, what)
                             : strcasestr(text, what) != NULL;
}

static size_t select_text(const struct reader_name_table *t, const char *what, int way,
                          struct reader_index *out)
{
    size_t found = 0;
    for (size_t i = 0; i < t->count; i++) {
        const char *text = t->list[i].text;
        if (matches(text, what, way)) {
            reader_index_put(out, t->list[i].id, 1);
            found++;
        }
    }
    return found;
}

size_t reader_names_select(const struct reader_names *n, enum trace_name_kind kind,
                           const char *what, struct reader_index *out)
{
    assert(kind && kind <= TRACE_NAME_WHAT && what && out);
    const char *digits = *what == '#' ? what + 1 : what;
    if (str_is_digits(digits)) {
        reader_index_put(out, strtoul(digits, NULL, 10) & UINT32_MAX, 1);
        return 1;
    }
    size_t found = 0;
    for (int way = AS_WRITTEN; way < WAYS && !found; way++)
        found = select_text(&n->tables[kind], what, way, out);
    return found;
}
