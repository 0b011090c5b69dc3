// One pass over the text. Not read here, though jansson does: numbers with an exponent or with more
// digits than a whole number of 64 bits or a double surely has, characters beyond U+FFFF that are
// written as \u, and deep nesting. Keeps nothing; any thread.
#include "store/json_quick.h"

#include "util/doc.h"
#include "util/hash.h"
#include "util/mem.h"
#include "util/utf8.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    FEW_MEMBERS = 8, // of an object whose names are compared each with each
    INT_DIGITS = 18, // fit in 64 bits
    REAL_DIGITS = 15 // fit in a double
};

enum { NAMES = 256, NAME_MOST = 24 }; // names of members that are remembered, and their bytes

struct quick_name {
    const char *text; // in the document
    size_t n;         // 0: none
};

struct quick {
    struct doc *d;
    const char *p, *end;
    const char *line_start;
    uint32_t line;
    int depth;
    const char **seen; // for the names of a large object
    size_t seen_cap;
    struct quick_name names[NAMES];
};

static struct doc_node *quick_value(struct quick *q);

static inline uint64_t quick_load(const char *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof(word));
    return word;
}

// Over the spaces that a line begins with.
static inline const char *quick_indent(const char *p, const char *end)
{
    for (; end - p >= 8; p += 8) {
        uint64_t other = quick_load(p) ^ UINT64_C(0x2020202020202020);
        if (!other)
            continue;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        p += __builtin_ctzll(other) / 8;
#endif
        break;
    }
    return p;
}

// Over white space that has been found at q->p.
static void quick_spaces(struct quick *q)
{
    const char *p = q->p, *end = q->end;
    while (p < end && (unsigned char)*p <= ' ') {
        char c = *p++;
        if (c == '\n') {
            q->line++;
            q->line_start = p;
            p = quick_indent(p, end);
        } else if (c != ' ' && c != '\t' && c != '\r') {
            p--;
            break;
        }
    }
    q->p = p;
}

static inline void quick_space(struct quick *q)
{
    if (q->p < q->end && (unsigned char)*q->p <= ' ')
        quick_spaces(q);
}

static inline bool quick_mark(struct quick *q, char mark)
{
    bool there = q->p < q->end && *q->p == mark;
    q->p += there;
    return there;
}

static uint32_t quick_column(const struct quick *q)
{
    return (uint32_t)(q->p - q->line_start + 1);
}

// Strings ---------------------------------------------------------------------------------------

// Not 0 when one of the eight bytes is below ' ', no ASCII, a quote or a backslash.
static inline uint64_t quick_special(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), high = ones * 0x80;
    uint64_t quote = word ^ ones * '"', slash = word ^ ones * '\\';
    return ((word - ones * ' ') | (quote - ones) | (slash - ones) | word) & high;
}

// Over the characters of a string that stand for themselves. NULL: some byte is no UTF-8.
static const char *quick_plain(const char *p, const char *end)
{
    for (; end - p >= 8; p += 8) {
        uint64_t special = quick_special(quick_load(p));
        if (!special)
            continue;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        p += __builtin_ctzll(special) / 8; // the first is surely one
        if (!(*p & 0x80))
            return p;
#endif
        break;
    }
    while (p < end && (unsigned char)*p >= ' ' && *p != '"' && *p != '\\') {
        uint32_t unused;
        size_t step = (unsigned char)*p < 0x80 ? 1 : utf8_decode(p, (size_t)(end - p), &unused);
        if (!step)
            return NULL;
        p += step;
    }
    return p;
}

static int quick_hex(const char *p)
{
    int value = 0;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        value = value << 4 | digit;
    }
    return value;
}

// One escape at q->p, behind its backslash. Its length, or 0 for none that is read here.
static size_t quick_escape(struct quick *q, char out[4])
{
    static const char plain[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    const char *found = q->p < q->end && *q->p ? strchr(plain, *q->p) : NULL;
    if (found) {
        out[0] = meant[found - plain];
        q->p++;
        return 1;
    }
    if (q->end - q->p < 5 || *q->p != 'u')
        return 0;
    int c = quick_hex(q->p + 1);
    if (c <= 0 || (c >= 0xd800 && c < 0xe000))
        return 0;
    q->p += 5;
    return utf8_encode((uint32_t)c, out);
}

// The rest of a string that has an escape, from its first character.
static const char *quick_escaped(struct quick *q, size_t *n)
{
    const char *close = q->p;
    while (close < q->end && *close != '"')
        close += *close == '\\' ? 2 : 1;
    if (close >= q->end)
        return NULL;
    char *text = doc_text(q->d, (size_t)(close - q->p)), *to = text; // no escape is shorter
    for (;;) {
        const char *plain = quick_plain(q->p, close);
        if (!plain)
            return NULL;
        memcpy(to, q->p, (size_t)(plain - q->p));
        to += plain - q->p;
        q->p = plain;
        if (plain == close)
            break;
        char c[4];
        size_t step = quick_mark(q, '\\') ? quick_escape(q, c) : 0;
        if (!step)
            return NULL;
        memcpy(to, c, step);
        to += step;
    }
    q->p++;
    *to = '\0';
    *n = (size_t)(to - text);
    return text;
}

// A string at q->p, or NULL.
static const char *quick_string(struct quick *q, size_t *n)
{
    if (!quick_mark(q, '"'))
        return NULL;
    const char *close = quick_plain(q->p, q->end);
    if (!close || close >= q->end)
        return NULL;
    if (*close != '"')
        return *close == '\\' ? quick_escaped(q, n) : NULL;
    *n = (size_t)(close - q->p);
    char *text = doc_text(q->d, *n);
    memcpy(text, q->p, *n);
    text[*n] = '\0';
    q->p = close + 1;
    return text;
}

// The name of a member at q->p, or NULL. The same few names occur over and over, most often without
// an escape: one that was read before is used again.
static const char *quick_name(struct quick *q, size_t *n)
{
    const char *p = q->p;
    if (q->end - p < NAME_MOST + 2 || *p != '"')
        return quick_string(q, n);
    unsigned at = (unsigned char)p[1] * 5U + (unsigned char)p[2] * 17U + (unsigned char)p[3] * 3U;
    struct quick_name *known = &q->names[at % NAMES];
    if (known->n && p[known->n + 1] == '"' && !memcmp(p + 1, known->text, known->n)) {
        q->p = p + known->n + 2;
        *n = known->n;
        return known->text;
    }
    const char *text = quick_string(q, n);
    if (text && *n <= NAME_MOST && (size_t)(q->p - p) == *n + 2) // no escape has made it shorter
        *known = (struct quick_name){text, *n};
    return text;
}

// Numbers and words -----------------------------------------------------------------------------

// Adds digits to the value, `most` at the most; how many. One more of them is no mark, so that such
// a number is not read here.
static int quick_digits(struct quick *q, int most, int64_t *value)
{
    const char *from = q->p;
    for (; q->p < q->end && *q->p >= '0' && *q->p <= '9' && q->p - from < most; q->p++)
        *value = *value * 10 + (*q->p - '0');
    return (int)(q->p - from);
}

// With so few digits both numbers of the division are exact, so its result is the nearest double.
static struct doc_node *quick_real(struct quick *q, int64_t value, int digits, bool negative)
{
    static const double powers[] = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    int fraction = quick_digits(q, REAL_DIGITS - digits, &value);
    if (fraction <= 0)
        return NULL;
    double real = (double)value / powers[fraction];
    return doc_real(q->d, negative ? -real : real);
}

static struct doc_node *quick_number(struct quick *q)
{
    bool negative = quick_mark(q, '-');
    bool zero = q->p < q->end && *q->p == '0';
    int64_t value = 0;
    int digits = quick_digits(q, INT_DIGITS, &value);
    if (!digits || (zero && digits > 1))
        return NULL;
    if (quick_mark(q, '.'))
        return quick_real(q, value, digits, negative);
    return doc_int(q->d, negative ? -value : value);
}

static bool quick_word(struct quick *q, const char *word, size_t n)
{
    bool there = (size_t)(q->end - q->p) >= n && !memcmp(q->p, word, n);
    q->p += there ? n : 0;
    return there;
}

static struct doc_node *quick_scalar(struct quick *q)
{
    size_t n;
    const char *text;
    switch (*q->p) {
    case '"':
        text = quick_string(q, &n);
        return text ? doc_string_borrow(q->d, text, n) : NULL;
    case 't':
        return quick_word(q, "true", 4) ? doc_bool(q->d, true) : NULL;
    case 'f':
        return quick_word(q, "false", 5) ? doc_bool(q->d, false) : NULL;
    case 'n':
        return quick_word(q, "null", 4) ? doc_null(q->d) : NULL;
    default:
        return quick_number(q);
    }
}

// Lists -----------------------------------------------------------------------------------------

static bool quick_twice_in_few(const struct doc_node *object)
{
    doc_foreach (a, object)
        for (const struct doc_node *b = a->next; b; b = b->next)
            if (a->key[0] == b->key[0] && !strcmp(a->key, b->key))
                return true;
    return false;
}

// One bit of 64 for a name: two names with different bits are different.
static inline uint64_t quick_bit(const char *key, size_t n)
{
    unsigned first = (unsigned char)key[0], last = n ? (unsigned char)key[n - 1] : 0;
    return UINT64_C(1) << ((first + 7 * last + 13 * n) & 63);
}

// Does a name occur a second time?
static bool quick_twice(struct quick *q, const struct doc_node *object)
{
    if (object->list.count <= FEW_MEMBERS)
        return quick_twice_in_few(object);
    size_t cap = 4 * FEW_MEMBERS;
    while (cap < (size_t)object->list.count * 2)
        cap *= 2;
    if (cap > q->seen_cap) {
        free(q->seen);
        q->seen = mem_alloc(cap * sizeof(*q->seen));
        q->seen_cap = cap;
    }
    memset(q->seen, 0, cap * sizeof(*q->seen));
    doc_foreach (member, object) {
        size_t at = hash_bytes(member->key, strlen(member->key), 0) & (cap - 1);
        for (; q->seen[at]; at = (at + 1) & (cap - 1))
            if (!strcmp(q->seen[at], member->key))
                return true;
        q->seen[at] = member->key;
    }
    return false;
}

// `bits` are those of the names so far; when one is there already, `alike` is set.
static bool quick_member(struct quick *q, struct doc_node *object, uint64_t *bits, bool *alike)
{
    uint32_t line = q->line, column = quick_column(q);
    size_t n;
    const char *key = quick_name(q, &n);
    if (!key)
        return false;
    uint64_t bit = quick_bit(key, n);
    *alike |= *bits & bit;
    *bits |= bit;
    quick_space(q);
    if (!quick_mark(q, ':'))
        return false;
    quick_space(q);
    struct doc_node *value = quick_value(q);
    if (!value)
        return false;
    value->key_line = line;
    value->key_column = column;
    doc_put_borrow(object, key, value);
    return true;
}

static bool quick_element(struct quick *q, struct doc_node *array)
{
    struct doc_node *value = quick_value(q);
    if (value)
        doc_append(array, value);
    return value;
}

static bool quick_list(struct quick *q, struct doc_node *list)
{
    bool object = list->kind == DOC_OBJECT;
    char close = object ? '}' : ']';
    uint64_t bits = 0;
    bool alike = false;
    q->p++;
    quick_space(q);
    if (quick_mark(q, close))
        return true;
    for (;;) {
        if (!(object ? quick_member(q, list, &bits, &alike) : quick_element(q, list)))
            return false;
        quick_space(q);
        if (quick_mark(q, close))
            return !alike || !quick_twice(q, list);
        if (!quick_mark(q, ','))
            return false;
        quick_space(q);
    }
}

static struct doc_node *quick_value(struct quick *q)
{
    uint32_t line = q->line, column = quick_column(q);
    if (q->p >= q->end)
        return NULL;
    struct doc_node *value;
    if (*q->p == '{' || *q->p == '[') {
        value = *q->p == '{' ? doc_object(q->d) : doc_array(q->d);
        if (++q->depth > JSON_QUICK_DEEPEST || !quick_list(q, value))
            return NULL;
        q->depth--;
    } else {
        value = quick_scalar(q);
        if (!value)
            return NULL;
    }
    value->line = line;
    value->column = column;
    return value;
}

bool json_quick_read(struct doc *d, const char *text, size_t n)
{
    assert(d && (text || !n) && n < UINT32_MAX);
    struct quick q = {.d = d, .p = text, .end = text + n, .line_start = text, .line = 1};
    quick_space(&q);
    bool list = q.p < q.end && (*q.p == '{' || *q.p == '[');
    struct doc_node *root = list ? quick_value(&q) : NULL;
    quick_space(&q);
    free(q.seen);
    if (!root || q.p != q.end)
        return false;
    doc_set_root(d, root);
    return true;
}
