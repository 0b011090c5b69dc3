// Documents: nodes and copied strings live in one arena of a few big chunks, which makes building
// a tree of a million nodes and dropping it again cheap. A problem list is separate and outlives
// the document it complains about. One owner at a time; knows nothing of JSON.
#include "util/doc.h"

#include <assert.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "util/arena.h"
#include "util/buf.h"
#include "util/duration.h"
#include "util/mem.h"
#include "util/screen.h"
#include "util/utf8.h"

struct doc {
    char *name;
    struct doc_node *root;
    struct arena *memory; // `own`, or one of the caller's
    struct arena own;
    void *kept;
    void (*release)(void *thing);
};

void doc_clear(struct doc *d)
{
    assert(d->memory == &d->own && !d->kept);
    d->root = NULL;
    arena_clear(&d->own);
}

char *doc_text(struct doc *d, size_t n)
{
    return arena_take(d->memory, n + 1, 1);
}

static char *doc_copy_text(struct doc *d, const char *s, size_t n)
{
    char *copy = doc_text(d, n);
    if (n)
        memcpy(copy, s, n);
    copy[n] = '\0';
    return copy;
}

static struct doc_node *new_node(struct doc *d, enum doc_kind kind)
{
    struct doc_node *n = arena_take(d->memory, sizeof(*n), alignof(struct doc_node));
    *n = (struct doc_node){.kind = (uint8_t)kind};
    return n;
}

struct doc *doc_new(const char *name)
{
    struct doc *d = mem_new(struct doc);
    d->name = mem_strdup(name);
    d->memory = &d->own;
    return d;
}

struct doc *doc_new_in(const char *name, struct arena *memory)
{
    assert(memory);
    struct doc *d = doc_new(name);
    d->memory = memory;
    return d;
}

void doc_free(struct doc *d)
{
    if (!d)
        return;
    if (d->release)
        d->release(d->kept);
    arena_fini(&d->own);
    free(d->name);
    free(d);
}

const char *doc_name(const struct doc *d)
{
    return d->name;
}

void doc_expect(struct doc *d, size_t nodes)
{
    assert(d->memory == &d->own);
    arena_expect(&d->own, nodes * sizeof(struct doc_node));
}

struct doc_node *doc_root(const struct doc *d)
{
    return d->root;
}

void doc_set_root(struct doc *d, struct doc_node *root)
{
    assert(root);
    d->root = root;
}

void doc_keep(struct doc *d, void *thing, void (*release)(void *thing))
{
    assert(thing && release);
    d->kept = thing;
    d->release = release;
}

struct doc_node *doc_null(struct doc *d)
{
    return new_node(d, DOC_NULL);
}

struct doc_node *doc_bool(struct doc *d, bool v)
{
    struct doc_node *n = new_node(d, DOC_BOOL);
    n->boolean = v;
    return n;
}

struct doc_node *doc_int(struct doc *d, int64_t v)
{
    struct doc_node *n = new_node(d, DOC_INT);
    n->integer = v;
    return n;
}

struct doc_node *doc_real(struct doc *d, double v)
{
    struct doc_node *n = new_node(d, DOC_REAL);
    n->real = v;
    return n;
}

struct doc_node *doc_string(struct doc *d, const char *s)
{
    assert(s);
    return doc_stringn(d, s, strlen(s));
}

struct doc_node *doc_stringn(struct doc *d, const char *s, size_t n)
{
    return doc_string_borrow(d, doc_copy_text(d, s, n), n);
}

struct doc_node *doc_string_borrow(struct doc *d, const char *s, size_t n)
{
    struct doc_node *node = new_node(d, DOC_STRING);
    node->string.text = s;
    node->string.length = n;
    return node;
}

struct doc_node *doc_array(struct doc *d)
{
    return new_node(d, DOC_ARRAY);
}

struct doc_node *doc_object(struct doc *d)
{
    return new_node(d, DOC_OBJECT);
}

void doc_append(struct doc_node *array, struct doc_node *value)
{
    assert((array->kind == DOC_ARRAY || array->kind == DOC_OBJECT) && value);
    if (array->list.last)
        array->list.last->next = value;
    else
        array->list.first = value;
    array->list.last = value;
    array->list.count++;
}

void doc_put(struct doc *d, struct doc_node *object, const char *key, struct doc_node *value)
{
    assert(object->kind == DOC_OBJECT && key && value);
    doc_put_borrow(object, doc_copy_text(d, key, strlen(key)), value);
}

void doc_put_borrow(struct doc_node *object, const char *key, struct doc_node *value)
{
    assert(object->kind == DOC_OBJECT && key && value);
    value->key = key;
    doc_append(object, value);
}

struct doc_node *doc_get(const struct doc_node *object, const char *key)
{
    if (!object || object->kind != DOC_OBJECT)
        return NULL;
    doc_foreach (member, object) {
        if (*member->key == *key && !strcmp(member->key, key))
            return member;
    }
    return NULL;
}

const char *doc_kind_name(enum doc_kind kind)
{
    static const char *const names[] = {
        [DOC_NULL] = "null",          [DOC_BOOL] = "true or false",
        [DOC_INT] = "a whole number", [DOC_REAL] = "a number with a fraction",
        [DOC_STRING] = "a string",    [DOC_ARRAY] = "an array",
        [DOC_OBJECT] = "an object",
    };
    return names[kind];
}

void doc_problems_fini(struct doc_problems *p)
{
    for (size_t i = 0; i < p->count; i++) {
        free(p->list[i].file);
        free(p->list[i].text);
    }
    free(p->list);
    *p = (struct doc_problems)DOC_PROBLEMS_INIT;
}

static void add_problem(struct doc_problems *p, struct doc_problem problem)
{
    if (p->count == p->cap) {
        p->cap = p->cap ? p->cap * 2 : 8;
        p->list = mem_realloc_array(p->list, p->cap, sizeof(p->list[0]));
    }
    p->list[p->count++] = problem;
}

__attribute__((format(printf, 6, 0))) static void
add_text(struct doc_problems *p, enum doc_severity severity, const char *file, uint32_t line,
         uint32_t column, const char *fmt, va_list ap)
{
    if (!p)
        return;
    size_t *all = severity == DOC_ERROR ? &p->errors : &p->warnings;
    if (++*all > DOC_MAX_PROBLEMS)
        return;
    // It may quote the file, and is read on a terminal.
    struct buf quoted = BUF_INIT, text = BUF_INIT;
    buf_vaddf(&quoted, fmt, ap);
    screen_clean(&text, buf_str(&quoted), quoted.len, 0);
    buf_fini(&quoted);
    add_problem(p, (struct doc_problem){.severity = severity,
                                        .file = mem_strdup(file ? file : ""),
                                        .line = line,
                                        .column = column,
                                        .text = buf_take(&text)});
}

static void add_at_value(struct doc_problems *p, enum doc_severity severity, const struct doc *d,
                         const struct doc_node *at, const char *fmt, va_list ap)
    __attribute__((format(printf, 5, 0)));

static void add_at_value(struct doc_problems *p, enum doc_severity severity, const struct doc *d,
                         const struct doc_node *at, const char *fmt, va_list ap)
{
    add_text(p, severity, d ? d->name : NULL, at ? at->line : 0, at ? at->column : 0, fmt, ap);
}

void doc_error(struct doc_problems *p, const struct doc *d, const struct doc_node *at,
               const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    add_at_value(p, DOC_ERROR, d, at, fmt, ap);
    va_end(ap);
}

void doc_warning(struct doc_problems *p, const struct doc *d, const struct doc_node *at,
                 const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    add_at_value(p, DOC_WARNING, d, at, fmt, ap);
    va_end(ap);
}

void doc_error_key(struct doc_problems *p, const struct doc *d, const struct doc_node *at,
                   const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    if (at && at->key_line)
        add_text(p, DOC_ERROR, d ? d->name : NULL, at->key_line, at->key_column, fmt, ap);
    else
        add_at_value(p, DOC_ERROR, d, at, fmt, ap);
    va_end(ap);
}

void doc_problem_at(struct doc_problems *p, enum doc_severity severity, const char *file,
                    uint32_t line, uint32_t column, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    add_text(p, severity, file, line, column, fmt, ap);
    va_end(ap);
}

static int compare_problems(const void *left, const void *right)
{
    const struct doc_problem *a = left, *b = right;
    int order = strcmp(a->file, b->file);
    if (!order)
        order = (a->line > b->line) - (a->line < b->line);
    if (!order)
        order = (a->column > b->column) - (a->column < b->column);
    if (!order)
        order = (a->severity > b->severity) - (a->severity < b->severity);
    return order ? order : strcmp(a->text, b->text);
}

void doc_problems_sort_from(struct doc_problems *p, size_t first)
{
    assert(first <= p->count);
    if (p->count > first + 1)
        qsort(p->list + first, p->count - first, sizeof(p->list[0]), compare_problems);
}

void doc_problems_sort(struct doc_problems *p)
{
    doc_problems_sort_from(p, 0);
}

void doc_problems_write(struct buf *out, const struct doc_problems *p)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct doc_problem *problem = &p->list[i];
        buf_adds(out, problem->file);
        if (problem->line)
            buf_addf(out, ":%u:%u", (unsigned)problem->line, (unsigned)problem->column);
        buf_addf(out, ": %s: %s\n", problem->severity == DOC_ERROR ? "error" : "warning",
                 problem->text);
    }
}

static bool doc_complain(struct doc_problems *p, const struct doc *d, const struct doc_node *n,
                         const char *wanted)
{
    doc_error(p, d, n, "%s was expected here, not %s", wanted,
              n ? doc_kind_name((enum doc_kind)n->kind) : "nothing");
    return false;
}

bool doc_want_kind(struct doc_problems *p, const struct doc *d, const struct doc_node *n,
                   enum doc_kind kind)
{
    return (n && n->kind == kind) || doc_complain(p, d, n, doc_kind_name(kind));
}

bool doc_want_string(struct doc_problems *p, const struct doc *d, const struct doc_node *n,
                     const char **out)
{
    if (!doc_want_kind(p, d, n, DOC_STRING))
        return false;
    *out = n->string.text;
    return true;
}

bool doc_want_bool(struct doc_problems *p, const struct doc *d, const struct doc_node *n, bool *out)
{
    if (!doc_want_kind(p, d, n, DOC_BOOL))
        return false;
    *out = n->boolean;
    return true;
}

bool doc_want_int(struct doc_problems *p, const struct doc *d, const struct doc_node *n,
                  int64_t min, int64_t max, int64_t *out)
{
    if (!doc_want_kind(p, d, n, DOC_INT))
        return false;
    if (n->integer < min || n->integer > max) {
        doc_error(p, d, n, "%lld is out of range: a whole number from %lld to %lld was expected",
                  (long long)n->integer, (long long)min, (long long)max);
        return false;
    }
    *out = n->integer;
    return true;
}

bool doc_want_duration(struct doc_problems *p, const struct doc *d, const struct doc_node *n,
                       int64_t *ms)
{
    static const char wanted[] = "a duration such as \"90s\", \"1h30m\" or a number of seconds";
    if (n && n->kind == DOC_INT && n->integer >= 0 && n->integer <= DURATION_MAX_MS / 1000) {
        *ms = n->integer * 1000;
        return true;
    }
    if (n && n->kind == DOC_STRING && duration_parse(n->string.text, ms))
        return true;
    if (!n || (n->kind != DOC_INT && n->kind != DOC_STRING))
        return doc_complain(p, d, n, wanted);
    if (n->kind == DOC_INT)
        doc_error(p, d, n, "%lld is out of range: %s, at most 30 days, was expected",
                  (long long)n->integer, wanted);
    else
        doc_error(p, d, n, "\"%.*s\" is not %s, at most 30 days",
                  (int)utf8_cut(n->string.text, n->string.length, 40), n->string.text, wanted);
    return false;
}

static size_t min_size(size_t a, size_t b)
{
    return a < b ? a : b;
}

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

enum { LONGEST_WORD = 64 };

// Optimal string alignment distance: insert, delete, replace, or swap two neighbours.
static size_t distance(const char *a, const char *b)
{
    size_t rows[3][LONGEST_WORD + 1];
    size_t la = strlen(a), lb = strlen(b);
    for (size_t j = 0; j <= lb; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= la; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= lb; j++) {
            char ca = fold(a[i - 1]), cb = fold(b[j - 1]);
            row[j] = min_size(min_size(row[j - 1], above[j]) + 1, above[j - 1] + (ca != cb));
            if (i > 1 && j > 1 && ca == fold(b[j - 2]) && fold(a[i - 2]) == cb)
                row[j] = min_size(row[j], above2[j - 2] + 1);
        }
    }
    return rows[la % 3][lb];
}

const char *doc_nearest(const char *word, const char *const *names)
{
    assert(word && names);
    size_t length = strnlen(word, LONGEST_WORD + 1);
    if (length > LONGEST_WORD)
        return NULL;
    const char *best = NULL;
    size_t nearest = length < 6 ? 2 : length / 3 + 1; // to be beaten: one slip in three letters
    for (; *names; names++) {
        if (strnlen(*names, LONGEST_WORD + 1) > LONGEST_WORD)
            continue;
        size_t far = distance(word, *names);
        if (far < nearest && far < length) {
            nearest = far;
            best = *names;
        }
    }
    return best;
}

void doc_want_known(struct doc_problems *p, const struct doc *d, const struct doc_node *object,
                    const char *const *known, const char *where)
{
    doc_foreach (member, object) {
        size_t i = 0;
        while (known[i] && (*known[i] != *member->key || strcmp(known[i], member->key) != 0))
            i++;
        if (known[i])
            continue;
        const char *near = doc_nearest(member->key, known);
        doc_error_key(p, d, member, "unknown member \"%s\"%s%s%s%s%s", member->key,
                      where ? " of " : "", where ? where : "", near ? ", did you mean \"" : "",
                      near ? near : "", near ? "\"?" : "");
    }
}
