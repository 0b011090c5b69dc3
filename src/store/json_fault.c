// Scans a text that jansson has refused once more, for a better message: jansson says where it gave
// up, which is after the fault, and not what was expected there. Keeps nothing, never recurses,
// builds no values.
#include "store/json_fault.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/mem.h"
#include "util/utf8.h"

// What the scan expects next. FIRST_VALUE and FIRST_NAME also allow the closing bracket, NEXT is a
// comma or the closing bracket, NOTHING the end of the text.
enum expect { VALUE, MEMBER_VALUE, FIRST_VALUE, NAME, FIRST_NAME, COLON, NEXT, NOTHING };

struct scan {
    const char *text;
    size_t n, at;
    size_t *open; // offsets of the brackets not yet closed
    size_t depth, cap, max_depth;
    enum expect expect;
    struct json_fault *fault;
};

void json_fault_position(const char *text, size_t offset, uint32_t *line, uint32_t *column)
{
    assert(line && column);
    size_t start = 0;
    *line = 1;
    for (size_t i = 0; i < offset; i++) {
        if (text[i] == '\n') {
            ++*line;
            start = i + 1;
        }
    }
    *column = (uint32_t)(offset - start + 1);
}

// Always false, so that a step can end with it.
__attribute__((format(printf, 3, 4))) static bool found(struct scan *s, size_t offset,
                                                        const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(s->fault->text, sizeof(s->fault->text), fmt, ap);
    va_end(ap);
    json_fault_position(s->text, offset, &s->fault->line, &s->fault->column);
    return false;
}

// Describes the character at s->at, for a message.
static const char *what(const struct scan *s, char out[24])
{
    assert(s->at < s->n);
    uint32_t c = 0;
    size_t n = utf8_decode(s->text + s->at, s->n - s->at, &c);
    if (!n || c < 0x20 || c == 0x7f || (c >= 0x80 && c < 0xa0))
        snprintf(out, 24, "byte 0x%02x", (unsigned char)s->text[s->at]);
    else
        snprintf(out, 24, "'%.*s'", (int)n, s->text + s->at);
    return out;
}

static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_' ||
           c == '-' || c == '+' || c == '.';
}

static bool json_fault_is_digit(const char *p, const char *end)
{
    return p < end && *p >= '0' && *p <= '9';
}

static bool json_fault_is_number(const char *p, const char *end)
{
    if (p < end && *p == '-')
        p++;
    if (!json_fault_is_digit(p, end))
        return false;
    if (*p == '0')
        p++;
    else
        while (json_fault_is_digit(p, end))
            p++;
    if (p < end && *p == '.') {
        if (!json_fault_is_digit(++p, end))
            return false;
        while (json_fault_is_digit(p, end))
            p++;
    }
    if (p < end && (*p | 0x20) == 'e') {
        p++;
        if (p < end && (*p == '+' || *p == '-'))
            p++;
        if (!json_fault_is_digit(p, end))
            return false;
        while (json_fault_is_digit(p, end))
            p++;
    }
    return p == end;
}

static bool equals(const char *p, size_t n, const char *word)
{
    return strlen(word) == n && !memcmp(p, word, n);
}

static bool word(struct scan *s)
{
    size_t start = s->at;
    while (s->at < s->n && is_word(s->text[s->at]))
        s->at++;
    const char *p = s->text + start;
    size_t n = s->at - start;
    if (equals(p, n, "true") || equals(p, n, "false") || equals(p, n, "null") ||
        json_fault_is_number(p, p + n))
        return true;
    int shown = n > 40 ? 40 : (int)n;
    if ((*p >= '0' && *p <= '9') || *p == '-' || *p == '+' || *p == '.')
        return found(s, start,
                     "'%.*s' is no number as JSON writes them: digits were expected, "
                     "with no needless 0 or + before them",
                     shown, p);
    return found(s, start,
                 "'%.*s' is no value: true, false, null, a number, or a string in "
                 "double quotes was expected",
                 shown, p);
}

static bool json_fault_hex4(const struct scan *s, size_t at, uint32_t *unit)
{
    *unit = 0;
    for (size_t i = at; i < at + 4; i++) {
        char h = i < s->n ? s->text[i] : '\0';
        if (!(h >= '0' && h <= '9') && !((h | 0x20) >= 'a' && (h | 0x20) <= 'f'))
            return false;
        *unit = *unit * 16 + (uint32_t)(h <= '9' ? h - '0' : (h | 0x20) - 'a' + 10);
    }
    return true;
}

static bool escape(struct scan *s)
{
    size_t start = s->at++;
    char c = s->at < s->n ? s->text[s->at] : '\0';
    if (c && strchr("\"\\/bfnrt", c)) {
        s->at++;
        return true;
    }
    if (c != 'u')
        return found(s, start, "a backslash in a string stands before one of \" \\ / b f n r t u");
    uint32_t unit = 0, second = 0;
    if (!json_fault_hex4(s, start + 2, &unit))
        return found(s, start, "four hexadecimal digits were expected after \\u");
    s->at = start + 6;
    if (unit < 0xd800 || unit > 0xdfff)
        return true;
    if (unit > 0xdbff || s->at + 1 >= s->n || s->text[s->at] != '\\' || s->text[s->at + 1] != 'u' ||
        !json_fault_hex4(s, s->at + 2, &second) || second < 0xdc00 || second > 0xdfff)
        return found(
            s, start,
            "\\u%04x is half a character: \\ud800 to \\udbff and behind it one of \\udc00 to "
            "\\udfff were expected",
            (unsigned)unit);
    s->at += 6;
    return true;
}

static bool string(struct scan *s)
{
    size_t start = s->at++;
    while (s->at < s->n) {
        unsigned char c = (unsigned char)s->text[s->at];
        if (c == '"') {
            s->at++;
            return true;
        }
        if (c == '\n' || c == '\r')
            return found(s, start,
                         "this string has no closing quote on its line (a line break "
                         "inside a string is written \\n)");
        if (c < 0x20)
            return found(s, s->at,
                         "byte 0x%02x may not stand in a string as it is: \\u%04x was "
                         "expected",
                         c, c);
        if (c != '\\')
            s->at++;
        else if (!escape(s))
            return false;
    }
    return found(s, start, "this string is never closed: the file ends inside it");
}

static void after_value(struct scan *s)
{
    s->expect = s->depth ? NEXT : NOTHING;
}

static bool open_bracket(struct scan *s)
{
    if (s->depth == s->max_depth)
        return found(s, s->at, "nested too deep: at most %zu levels were expected", s->max_depth);
    if (s->depth == s->cap) {
        s->cap = s->cap ? s->cap * 2 : 64;
        s->open = mem_realloc_array(s->open, s->cap, sizeof(s->open[0]));
    }
    s->open[s->depth++] = s->at;
    s->expect = s->text[s->at++] == '{' ? FIRST_NAME : FIRST_VALUE;
    return true;
}

static bool in_object(const struct scan *s)
{
    return s->depth && s->text[s->open[s->depth - 1]] == '{';
}

static const char *kind(const struct scan *s)
{
    return in_object(s) ? "object" : "array";
}

static uint32_t opened_on(const struct scan *s)
{
    assert(s->depth);
    uint32_t line, column;
    json_fault_position(s->text, s->open[s->depth - 1], &line, &column);
    return line;
}

static bool close_bracket(struct scan *s)
{
    assert(s->depth); // a bracket closes what was opened
    char c = s->text[s->at], right = in_object(s) ? '}' : ']';
    if (c != right)
        return found(s, s->at,
                     "'%c' does not close the %s that begins on line %u: '%c' was "
                     "expected",
                     c, kind(s), opened_on(s), right);
    s->at++;
    s->depth--;
    after_value(s);
    return true;
}

static bool not_a_value(struct scan *s, const char *wanted)
{
    char c = s->text[s->at], seen[24];
    if (c == '\'')
        return found(s, s->at, "%s in double quotes was expected, not in single ones", wanted);
    if (c == '/' || c == '#')
        return found(s, s->at,
                     "%s was expected here: JSON has no comments (a member \"comment\" "
                     "is ignored)",
                     wanted);
    if ((c == '}' || c == ']') && (s->expect == VALUE || s->expect == NAME))
        return found(s, s->at, "%s was expected after the comma, not '%c': the last comma must go",
                     wanted, c);
    return found(s, s->at, "%s was expected here, not %s", wanted, what(s, seen));
}

static bool value(struct scan *s)
{
    char c = s->text[s->at];
    if (c == '{' || c == '[')
        return open_bracket(s);
    if (!s->depth) {
        char seen[24];
        return found(s, s->at, "'{' or '[' was expected at the start, not %s", what(s, seen));
    }
    if ((c == ']' || c == '}') && s->expect == FIRST_VALUE)
        return close_bracket(s);
    if (c != '"' && !is_word(c))
        return not_a_value(s, "a value");
    if (!(c == '"' ? string(s) : word(s)))
        return false;
    after_value(s);
    return true;
}

static bool name(struct scan *s)
{
    char c = s->text[s->at];
    if ((c == '}' || c == ']') && s->expect == FIRST_NAME)
        return close_bracket(s);
    if (is_word(c))
        return found(s, s->at, "a member name stands in double quotes");
    if (c != '"')
        return not_a_value(s, "a member name");
    s->expect = COLON;
    return string(s);
}

static bool json_fault_next(struct scan *s)
{
    char c = s->text[s->at], seen[24];
    if (c == ',') {
        s->at++;
        s->expect = in_object(s) ? NAME : VALUE;
        return true;
    }
    if (c == '}' || c == ']')
        return close_bracket(s);
    return found(s, s->at,
                 "a comma or '%c' was expected here in the %s that begins on line %u, "
                 "not %s",
                 in_object(s) ? '}' : ']', kind(s), opened_on(s), what(s, seen));
}

static bool json_fault_step(struct scan *s)
{
    assert(s->at < s->n);
    char seen[24];
    switch (s->expect) {
    case VALUE:
    case MEMBER_VALUE:
    case FIRST_VALUE:
        return value(s);
    case NAME:
    case FIRST_NAME:
        return name(s);
    case COLON:
        if (s->text[s->at] != ':')
            return found(s, s->at, "':' was expected after the member name, not %s", what(s, seen));
        s->at++;
        s->expect = MEMBER_VALUE;
        return true;
    case NEXT:
        return json_fault_next(s);
    case NOTHING:
        break;
    }
    return found(s, s->at, "the end of the file was expected after the last bracket, not %s",
                 what(s, seen));
}

static bool file_ends(struct scan *s)
{
    if (s->depth)
        return found(s, s->n,
                     "the file ends inside the %s that begins on line %u: '%c' was "
                     "expected",
                     kind(s), opened_on(s), in_object(s) ? '}' : ']');
    return s->expect == NOTHING || found(s, s->n, "the file is empty: '{' was expected");
}

bool json_fault_find(const char *text, size_t n, size_t max_depth, struct json_fault *fault)
{
    assert(fault && max_depth && (text || !n));
    struct scan s = {.text = text, .n = n, .max_depth = max_depth, .fault = fault};
    bool good = true;
    while (good) {
        while (s.at < n && memchr(" \t\r\n", text[s.at], 4))
            s.at++;
        if (s.at == n) {
            good = file_ends(&s);
            break;
        }
        good = json_fault_step(&s);
    }
    free(s.open);
    return !good;
}

// The offset after the string that begins at `at`, in a text that is known to be JSON.
static size_t past_string(const char *text, size_t n, size_t at)
{
    for (at++; at < n && text[at] != '"'; at++)
        at += text[at] == '\\';
    return at < n ? at + 1 : n;
}

// The offset of the '{' of the innermost object around `offset`; n when there is none.
static size_t object_around(const char *text, size_t n, size_t offset)
{
    size_t *open = NULL, depth = 0, cap = 0, around = n;
    for (size_t at = 0; at < offset;) {
        if (text[at] == '"') {
            at = past_string(text, n, at);
            continue;
        }
        if ((text[at] == '{' || text[at] == '[') && depth == cap) {
            cap = cap ? cap * 2 : 64;
            open = mem_realloc_array(open, cap, sizeof(*open));
        }
        if (text[at] == '{' || text[at] == '[')
            open[depth++] = at;
        else if ((text[at] == '}' || text[at] == ']') && depth)
            depth--;
        at++;
    }
    if (depth && text[open[depth - 1]] == '{')
        around = open[depth - 1];
    free(open);
    return around;
}

bool json_fault_first(const char *text, size_t n, size_t name, size_t *first)
{
    assert(name < n && first);
    size_t length = past_string(text, n, name) - name, depth = 0;
    size_t at = object_around(text, n, name);
    for (; at < name;) {
        char c = text[at];
        if (c != '"') {
            depth += c == '{' || c == '[';
            depth -= (c == '}' || c == ']') && depth;
            at++;
            continue;
        }
        size_t end = past_string(text, n, at), after = end;
        while (after < n && memchr(" \t\r\n", text[after], 4))
            after++;
        if (depth == 1 && after < n && text[after] == ':' && end - at == length &&
            !memcmp(text + at, text + name, length)) {
            *first = at;
            return true;
        }
        at = end;
    }
    return false;
}
