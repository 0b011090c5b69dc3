// Reading what the quick reader leaves: jansson parses, then one walk over the text beside
// jansson's tree makes the document. The document borrows its strings from that tree and keeps it
// alive. Writing is ours, because dumping by jansson has no depth limit and one layout only. Keeps
// nothing; any thread.
#include "store/json.h"

#include <assert.h>
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/json_fault.h"
#include "store/json_quick.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/doc.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/utf8.h"

enum { RIGHT_MARGIN = 100 };

// Reading ---------------------------------------------------------------------------------------

// Where the walk stands. The text has been accepted by jansson, so its shape is known; the checks
// against `end` keep a disagreement between the two from reading beyond it.
struct walk {
    struct doc *d;
    const char *p, *end;
    const char *line_start;
    uint32_t line;
};

static void skip_space(struct walk *w)
{
    for (; w->p < w->end; w->p++) {
        char c = *w->p;
        if (c == '\n') {
            w->line++;
            w->line_start = w->p + 1;
        } else if (c != ' ' && c != '\t' && c != '\r') {
            return;
        }
    }
}

// Over a ':', ',' or bracket and the space after it.
static void skip_mark(struct walk *w)
{
    if (w->p < w->end)
        w->p++;
    skip_space(w);
}

static void skip_string(struct walk *w)
{
    const char *p = w->p + 1, *end = w->end;
    while (p < end && *p != '"')
        p += *p == '\\' ? 2 : 1;
    w->p = p < end ? p + 1 : end;
}

static void skip_word(struct walk *w)
{
    while (w->p < w->end && !memchr(",]} \t\r\n", *w->p, 7))
        w->p++;
}

static uint32_t column(const struct walk *w)
{
    return (uint32_t)(w->p - w->line_start + 1);
}

static struct doc_node *walk_value(struct walk *w, json_t *value);

static struct doc_node *walk_object(struct walk *w, json_t *value)
{
    struct doc_node *object = doc_object(w->d);
    skip_mark(w);
    for (void *i = json_object_iter(value); i; i = json_object_iter_next(value, i)) {
        if (object->list.count)
            skip_mark(w);
        uint32_t key_line = w->line, key_column = column(w);
        skip_string(w);
        skip_space(w);
        skip_mark(w);
        struct doc_node *member = walk_value(w, json_object_iter_value(i));
        member->key_line = key_line;
        member->key_column = key_column;
        doc_put_borrow(object, json_object_iter_key(i), member);
        skip_space(w);
    }
    w->p += w->p < w->end;
    return object;
}

static struct doc_node *walk_array(struct walk *w, json_t *value)
{
    struct doc_node *array = doc_array(w->d);
    size_t n = json_array_size(value);
    skip_mark(w);
    for (size_t i = 0; i < n; i++) {
        if (i)
            skip_mark(w);
        doc_append(array, walk_value(w, json_array_get(value, i)));
        skip_space(w);
    }
    w->p += w->p < w->end;
    return array;
}

static struct doc_node *walk_scalar(struct walk *w, json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        skip_string(w);
        return doc_string_borrow(w->d, json_string_value(value), json_string_length(value));
    case JSON_INTEGER:
        skip_word(w);
        return doc_int(w->d, json_integer_value(value));
    case JSON_REAL:
        skip_word(w);
        return doc_real(w->d, json_real_value(value));
    case JSON_TRUE:
    case JSON_FALSE:
        skip_word(w);
        return doc_bool(w->d, json_is_true(value));
    default:
        skip_word(w);
        return doc_null(w->d);
    }
}

static struct doc_node *walk_value(struct walk *w, json_t *value)
{
    assert(value);
    uint32_t line = w->line, at = column(w);
    struct doc_node *node = json_is_object(value)  ? walk_object(w, value)
                            : json_is_array(value) ? walk_array(w, value)
                                                   : walk_scalar(w, value);
    node->line = line;
    node->column = at;
    return node;
}

// Start of the string whose closing quote stands just before `end`.
static size_t string_start(const char *text, size_t end)
{
    assert(end == 0 || text);
    size_t at = end ? end - 1 : 0;
    while (at > 0) {
        at--;
        size_t slashes = 0;
        while (slashes < at && text[at - 1 - slashes] == '\\')
            slashes++;
        if (text[at] == '"' && slashes % 2 == 0)
            break;
    }
    return at;
}

static size_t number_start(const char *text, size_t end)
{
    while (end > 0 && text[end - 1] && strchr("0123456789+-.eE", text[end - 1]))
        end--;
    return end;
}

static size_t first_bad_utf8(const char *text, size_t n)
{
    uint32_t c;
    size_t at = 0;
    for (size_t step; at < n; at += step) {
        step = utf8_decode(text + at, n - at, &c);
        if (!step)
            break;
    }
    return at;
}

static void explain_double(const char *file, const char *text, size_t n, size_t at,
                           struct doc_problems *p)
{
    uint32_t line, col, before = 0, unused;
    size_t first, length = strcspn(text + at + 1, "\"");
    json_fault_position(text, at, &line, &col);
    int shown = (int)(length < 60 ? length : 60);
    if (json_fault_first(text, n, at, &first))
        json_fault_position(text, first, &before, &unused);
    if (before)
        doc_problem_at(
            p, DOC_ERROR, file, line, col,
            "the name \"%.*s\" occurs a second time in the object, first in line %u: each "
            "may occur once",
            shown, text + at + 1, (unsigned)before);
    else
        doc_problem_at(p, DOC_ERROR, file, line, col,
                       "the name \"%.*s\" occurs a second time in the object: each may occur once",
                       shown, text + at + 1);
}

// Describes, by jansson's error code, why it refused a text whose grammar is right.
static void explain_other(const char *name, const char *text, size_t n, const json_error_t *error,
                          struct doc_problems *p)
{
    size_t at = error->position > 0 && (size_t)error->position <= n ? (size_t)error->position : n;
    const char *why = error->text;
    switch (json_error_code(error)) {
    case json_error_invalid_utf8:
        at = first_bad_utf8(text, n);
        why = "this byte is no UTF-8: the file must be saved as UTF-8";
        break;
    case json_error_numeric_overflow:
        at = number_start(text, at);
        why = "this number is too large: a whole number of at most 64 bits, or one below 1e308, "
              "was expected";
        break;
    case json_error_duplicate_key:
        explain_double(name, text, n, string_start(text, at), p);
        return;
    case json_error_null_character:
    case json_error_null_byte_in_key:
        at = string_start(text, at);
        why = "this string contains \\u0000, which is not allowed";
        break;
    default:
        break;
    }
    uint32_t line, col;
    json_fault_position(text, at, &line, &col);
    doc_problem_at(p, DOC_ERROR, name, line, col, "%s", why);
}

static void explain(const char *name, const char *text, size_t n, const json_error_t *error,
                    struct doc_problems *p)
{
    enum json_error_code code = json_error_code(error);
    bool grammar = code == json_error_invalid_syntax || code == json_error_stack_overflow ||
                   code == json_error_premature_end_of_input ||
                   code == json_error_end_of_input_expected;
    struct json_fault fault;
    if (grammar && json_fault_find(text, n, JSON_DEEPEST, &fault))
        doc_problem_at(p, DOC_ERROR, name, fault.line, fault.column, "%s", fault.text);
    else
        explain_other(name, text, n, error, p);
}

// While a thread parses, what jansson allocates comes from the arena of that document, which is
// then dropped whole: a tree of a million small pieces is never freed piece by piece. At all other
// times, and on other threads, jansson has malloc as usual.
static _Thread_local struct arena *parsing;

static void *take_memory(size_t size)
{
    return parsing ? arena_take(parsing, size, 16) : mem_alloc(size);
}

static void give_memory(void *p)
{
    if (!parsing)
        free(p);
}

static void set_memory(void)
{
    json_set_alloc_funcs(take_memory, give_memory);
}

static void release_tree(void *arena)
{
    arena_fini(arena);
    free(arena);
}

static json_t *json_parse(const char *text, size_t n, struct arena *arena, json_error_t *error)
{
    assert(!parsing); // one document at a time on each thread
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, set_memory);
    arena_expect(arena, 2 * n);
    parsing = arena;
    json_t *root = json_loadb(n ? text : "", n, JSON_REJECT_DUPLICATES, error);
    parsing = NULL;
    return root;
}

static struct doc *json_read_jansson(const char *name, const char *text, size_t n,
                                     struct doc_problems *p)
{
    // jansson passes over a zero byte that follows a number.
    const char *zero = n ? memchr(text, 0, n) : NULL;
    if (zero) {
        uint32_t line, col;
        json_fault_position(text, (size_t)(zero - text), &line, &col);
        doc_problem_at(p, DOC_ERROR, name, line, col, "a zero byte: text was expected");
        return NULL;
    }
    json_error_t error;
    struct arena *arena = mem_new(struct arena);
    json_t *root = json_parse(text, n, arena, &error);
    if (!root) {
        release_tree(arena);
        explain(name, text, n, &error, p);
        return NULL;
    }
    struct doc *d = doc_new(name);
    doc_keep(d, arena, release_tree);
    doc_expect(d, n / 40);
    struct walk w = {.d = d, .p = text, .end = text + n, .line_start = text, .line = 1};
    skip_space(&w);
    doc_set_root(d, walk_value(&w, root));
    return d;
}

// Into an arena, or with NULL into memory of its own.
static struct doc *json_read_quickly(const char *name, const char *text, size_t n,
                                     struct arena *memory)
{
    struct doc *d = memory ? doc_new_in(name, memory) : doc_new(name);
    if (!memory)
        doc_expect(d, n / 30);
    if (json_quick_read(d, text, n))
        return d;
    doc_free(d);
    return NULL;
}

static struct doc *json_read_with(const char *name, const char *text, size_t n, bool quick,
                                  struct arena *memory, struct doc_problems *p)
{
    assert(name && (text || !n));
    if (n >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
        text += 3;
        n -= 3;
    }
    if (n >= UINT32_MAX) {
        doc_problem_at(p, DOC_ERROR, name, 0, 0, "too long: at most 4 GB were expected");
        return NULL;
    }
    struct doc *d = quick ? json_read_quickly(name, text, n, memory) : NULL;
    return d ? d : json_read_jansson(name, text, n, p);
}

struct doc *json_read(const char *name, const char *text, size_t n, struct doc_problems *p)
{
    return json_read_with(name, text, n, true, NULL, p);
}

struct doc *json_read_slowly(const char *name, const char *text, size_t n, struct doc_problems *p)
{
    return json_read_with(name, text, n, false, NULL, p);
}

static struct doc *json_open_in(const char *path, size_t max_bytes, struct arena *memory,
                                struct doc_problems *p, int *code)
{
    assert(path);
    struct buf text = BUF_INIT;
    struct doc *d = NULL;
    int rc = file_read(path, max_bytes, &text);
    if (!rc) {
        d = json_read_with(path, buf_str(&text), text.len, true, memory, p);
        rc = d ? 0 : -EBADMSG;
    } else if (rc == -EFBIG) {
        doc_problem_at(p, DOC_ERROR, path, 0, 0, "too long: at most %zu bytes were expected",
                       max_bytes);
    } else {
        doc_problem_at(p, DOC_ERROR, path, 0, 0, "cannot be read: %s", strerrordesc_np(-rc));
    }
    buf_fini(&text);
    if (code)
        *code = rc;
    return d;
}

struct doc *json_open(const char *path, size_t max_bytes, struct doc_problems *p, int *code)
{
    return json_open_in(path, max_bytes, NULL, p, code);
}

struct doc *json_read_file_in(const char *path, size_t max_bytes, struct arena *memory,
                              struct doc_problems *p)
{
    return json_open_in(path, max_bytes, memory, p, NULL);
}

struct doc *json_read_file(const char *path, size_t max_bytes, struct doc_problems *p)
{
    return json_open(path, max_bytes, p, NULL);
}

// Writing ---------------------------------------------------------------------------------------

static bool json_is_list(const struct doc_node *n)
{
    return n->kind == DOC_ARRAY || n->kind == DOC_OBJECT;
}

// Stops as soon as it is too deep, so that it cannot run out of stack itself.
static bool too_deep(const struct doc_node *n, size_t level)
{
    if (!json_is_list(n))
        return false;
    if (level > JSON_DEEPEST)
        return true;
    doc_foreach (child, n) {
        if (too_deep(child, level + 1))
            return true;
    }
    return false;
}

static void write_escape(struct buf *out, unsigned char c)
{
    static const char shorts[] = {['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f',
                                  ['\r'] = 'r', ['"'] = '"',  ['\\'] = '\\'};
    if (c < sizeof(shorts) && shorts[c])
        buf_add(out, (char[]){'\\', shorts[c]}, 2);
    else
        buf_addf(out, "\\u%04x", c);
}

static void write_string(struct buf *out, const char *s, size_t n)
{
    size_t run = 0; // start of what has not been appended yet
    buf_addc(out, '"');
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
            continue;
        buf_add(out, s + run, i - run);
        write_escape(out, c);
        run = i + 1;
    }
    buf_add(out, s + run, n - run);
    buf_addc(out, '"');
}

static void write_text(struct buf *out, const char *s, size_t n)
{
    if (utf8_valid(s, n)) {
        write_string(out, s, n);
        return;
    }
    struct buf clean = BUF_INIT;
    utf8_clean(&clean, s, n);
    write_string(out, buf_str(&clean), clean.len);
    buf_fini(&clean);
}

// The shortest digits that read back as the same number, and always with a fraction or exponent,
// else it would read back as a whole number.
static void write_real(struct buf *out, double v)
{
    if (!isfinite(v)) {
        buf_adds(out, "null");
        return;
    }
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, v);
        if (strtod(text, NULL) == v)
            break;
    }
    for (char *c = text; *c; c++) // some locales write a comma
        *c = *c == ',' ? '.' : *c;
    buf_adds(out, text);
    if (!strpbrk(text, ".e"))
        buf_adds(out, ".0");
}

static void write_scalar(struct buf *out, const struct doc_node *n)
{
    switch ((enum doc_kind)n->kind) {
    case DOC_BOOL:
        buf_adds(out, n->boolean ? "true" : "false");
        break;
    case DOC_INT:
        if (n->integer < 0)
            buf_addc(out, '-');
        buf_addu(out, n->integer < 0 ? -(uint64_t)n->integer : (uint64_t)n->integer);
        break;
    case DOC_REAL:
        write_real(out, n->real);
        break;
    case DOC_STRING:
        write_text(out, n->string.text, n->string.length);
        break;
    default:
        buf_adds(out, "null");
        break;
    }
}

static void write_key(struct buf *out, const struct doc_node *n)
{
    assert(n->key);
    write_text(out, n->key, strlen(n->key));
    buf_adds(out, ": ");
}

// On one line, giving up once the buffer exceeds `most`: false, with what was appended to be
// dropped by the caller.
static bool write_flat(struct buf *out, const struct doc_node *n, size_t most)
{
    bool object = n->kind == DOC_OBJECT;
    if (!json_is_list(n)) {
        write_scalar(out, n);
        return out->len <= most;
    }
    if (!n->list.first) {
        buf_adds(out, object ? "{}" : "[]");
        return out->len <= most;
    }
    buf_adds(out, object ? "{ " : "[");
    doc_foreach (child, n) {
        if (object)
            write_key(out, child);
        if (out->len > most || !write_flat(out, child, most))
            return false;
        if (child->next)
            buf_adds(out, ", ");
    }
    buf_adds(out, object ? " }" : "]");
    return out->len <= most;
}

// Long before the text is written one can often say that it will not fit in one line.
static bool cannot_be_flat(const struct doc_node *n)
{
    assert(json_is_list(n));
    return n->list.count > RIGHT_MARGIN / 3 ||
           (n->list.first && n->list.first->kind == DOC_STRING &&
            n->list.first->string.length > 3 * RIGHT_MARGIN);
}

static void line_break(struct buf *out, size_t level)
{
    static const char spaces[] = "                                                            ";
    buf_addc(out, '\n');
    for (size_t left = 2 * level, n; left; left -= n) {
        n = left < sizeof(spaces) - 1 ? left : sizeof(spaces) - 1;
        buf_add(out, spaces, n);
    }
}

// `used` columns of the line are taken before the value; one more is wanted for a comma.
static void write_pretty(struct buf *out, const struct doc_node *n, size_t level, size_t used)
{
    if (!json_is_list(n)) {
        write_scalar(out, n);
        return;
    }
    if ((level > 0 && !cannot_be_flat(n)) || !n->list.first) {
        size_t start = out->len;
        // Four bytes a column at the most; the columns are counted when it is known to be short.
        if (write_flat(out, n, start + 4 * RIGHT_MARGIN) &&
            used + utf8_count(out->data + start, out->len - start) < RIGHT_MARGIN)
            return;
        buf_truncate(out, start);
    }
    buf_addc(out, n->kind == DOC_OBJECT ? '{' : '[');
    doc_foreach (child, n) {
        line_break(out, level + 1);
        size_t start = out->len;
        if (n->kind == DOC_OBJECT)
            write_key(out, child);
        size_t key = utf8_count(out->data + start, out->len - start);
        write_pretty(out, child, level + 1, 2 * (level + 1) + key);
        if (child->next)
            buf_addc(out, ',');
    }
    line_break(out, level);
    buf_addc(out, n->kind == DOC_OBJECT ? '}' : ']');
}

bool json_write(struct buf *out, const struct doc_node *root, unsigned flags)
{
    assert(out && root);
    if (too_deep(root, 1))
        return false;
    if (flags & JSON_ONE_LINE) {
        write_flat(out, root, SIZE_MAX);
        return true;
    }
    write_pretty(out, root, 0, 0);
    buf_addc(out, '\n');
    return true;
}

int json_write_file(const char *path, const struct doc_node *root)
{
    assert(path && root);
    struct buf text = BUF_INIT;
    int rc = -EOVERFLOW;
    if (json_write(&text, root, JSON_PRETTY))
        rc = file_write_atomic(path, text.data, text.len, 0666, true);
    buf_fini(&text);
    return rc;
}
