// Keeps nothing. Colour codes differ between code bases and are not announced in the files, so
// each kind is removed only where it cannot well be anything else.
#include "tools/circle_text.h"

#include <stdint.h>
#include <string.h>

#include "util/buf.h"
#include "util/str.h"
#include "util/utf8.h"

enum { TAB_WIDTH = 8 };

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static uint32_t latin(unsigned char c)
{
    static const uint16_t windows[32] = {
        0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
        0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
        0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178,
    };
    return c >= 0x80 && c < 0xa0 ? windows[c - 0x80] : c;
}

void circle_text_decode(struct buf *out, const char *s, size_t n)
{
    bool utf8 = utf8_valid(s, n);
    size_t start = n >= 3 && !memcmp(s, "\xef\xbb\xbf", 3) ? 3 : 0;
    buf_reserve(out, n + n / 16);
    for (size_t i = start; i < n; i++) {
        char c = s[i];
        if (c == '\r' && i + 1 < n && (s[i + 1] == '\n' || s[i + 1] == '\r'))
            continue;
        if (c == '\r' && i > start && s[i - 1] == '\n')
            continue;
        if (c == '\r')
            c = '\n';
        if (!c)
            continue;
        if (utf8 || (unsigned char)c < 0x80) {
            buf_addc(out, c);
        } else {
            char bytes[4];
            buf_add(out, bytes, utf8_encode(latin((unsigned char)c), bytes));
        }
    }
}

// Which of the doubtful kinds of code this text uses: told by the code that ends a colour.
struct code_style {
    bool ampersand; // &r … &n
    bool tab;       // a tab and a letter
    bool backslash; // \t and a letter
};

static size_t count_ampersands(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += *s == '&' && (is_letter(s[1]) || is_digit(s[1]));
    return n;
}

static bool ends_colour(const char *s, char lead)
{
    for (const char *p = s; (p = strchr(p, lead)); p++)
        if ((p[1] == 'n' || p[1] == 'N') && !is_lower(p[2]))
            return true;
    return false;
}

static struct code_style style_of(const char *s)
{
    return (struct code_style){
        .ampersand = ends_colour(s, '&') || count_ampersands(s) > 1,
        .tab = ends_colour(s, '\t'),
        .backslash = strstr(s, "\\tn"),
    };
}

// "name@host.org" is an address, not a name in colour.
static bool is_address(const char *start, const char *at)
{
    if (at == start || !(is_letter(at[-1]) || is_digit(at[-1])))
        return false;
    const char *p = at + 1;
    while (is_letter(*p) || is_digit(*p) || *p == '-')
        p++;
    return p > at + 1 && *p == '.' && is_letter(p[1]);
}

static size_t at_code(const char *start, const char *p, bool *literal)
{
    *literal = p[1] == '@';
    if (*literal)
        return 2;
    if (p[1] == '[') {
        size_t n = strspn(p + 2, "0123456789FfBbUu");
        return n && p[2 + n] == ']' ? n + 3 : 0;
    }
    if (p[1] == '(' || p[1] == ')' || is_digit(p[1]))
        return 2;
    return is_letter(p[1]) && !is_address(start, p) ? 2 : 0;
}

static size_t escape_code(const char *p)
{
    if (p[1] != '[')
        return 1;
    size_t n = 2 + strspn(p + 2, "0123456789;?");
    return p[n] ? n + 1 : n;
}

// Bytes of the colour code at p, 0 when there is none.
static size_t code_at(const char *start, const char *p, const struct code_style *style,
                      bool *literal)
{
    *literal = false;
    switch (*p) {
    case '@':
        return at_code(start, p, literal);
    case '&':
        if (!is_letter(p[1]) && !is_digit(p[1]))
            return 0;
        return style->ampersand || (is_letter(p[2]) && (p == start || str_is_space(p[-1]))) ? 2 : 0;
    case '\t':
        return style->tab && (is_letter(p[1]) || is_digit(p[1])) ? 2 : 0;
    case '\\':
        if (p[1] == 'c' && is_digit(p[2]) && is_digit(p[3]))
            return 4;
        return style->backslash && p[1] == 't' && is_letter(p[2]) ? 3 : 0;
    case '\x1b':
        return escape_code(p);
    default:
        return 0;
    }
}

static void trim_line_end(struct buf *out, size_t line)
{
    while (out->len > line && str_is_space(out->data[out->len - 1]))
        buf_truncate(out, out->len - 1);
}

size_t circle_text_strip(struct buf *out, const char *s)
{
    struct code_style style = style_of(s);
    size_t codes = 0, line = out->len;
    bool literal;
    for (const char *p = s; *p;) {
        size_t n = code_at(s, p, &style, &literal);
        if (n) {
            if (literal)
                buf_addc(out, *p);
            else
                codes++;
            p += n;
            continue;
        }
        if (*p == '\n') {
            trim_line_end(out, line);
            buf_addc(out, '\n');
            line = out->len;
        } else if (*p == '\t') {
            do
                buf_addc(out, ' ');
            while (utf8_count(out->data + line, out->len - line) % TAB_WIDTH);
        } else if ((unsigned char)*p >= ' ' && *p != '\x7f') {
            buf_addc(out, *p);
        }
        p++;
    }
    trim_line_end(out, line);
    return codes;
}

void circle_text_line(struct buf *out, const char *s)
{
    size_t n;
    bool first = true;
    for (const char *word; (word = str_word(&s, &n)); first = false) {
        if (!first)
            buf_addc(out, ' ');
        buf_add(out, word, n);
    }
}

bool circle_text_keyword(const char **at, struct buf *word)
{
    size_t n;
    const char *s;
    while ((s = str_word(at, &n))) {
        while (n && strchr("+'\"`", *s)) {
            s++;
            n--;
        }
        while (n && strchr(",'\"`", s[n - 1]))
            n--;
        if (!n)
            continue;
        buf_clear(word);
        buf_add(word, s, n);
        str_lower(word->data);
        if (str_is_word(word->data))
            return true;
    }
    return false;
}

bool circle_text_has_keyword(const char *list, const char *word)
{
    struct buf one = BUF_INIT;
    bool found = false;
    while (!found && circle_text_keyword(&list, &one))
        found = !strcmp(buf_str(&one), word);
    buf_fini(&one);
    return found;
}
