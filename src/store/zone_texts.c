// Characters in the strings of a zone file that may not reach a screen (util/screen.h). Looks at
// the file itself, which is known to be JSON by now, since only there a character has its place.
#include "store/zones_priv.h"
#include "util/screen.h"
#include "util/utf8.h"

#include <assert.h>
#include <string.h>

enum { TOLD_MOST = 20 }; // of one file

struct text_scan {
    const char *p, *end, *line_start;
    uint32_t line;
    struct screen screen;
};

static uint32_t zone_texts_hex4(const char *p)
{
    uint32_t v = 0;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        v = v * 16 + (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return v;
}

// The character at s->p inside a string, moved past; as it is, or as an escape.
static uint32_t take_character(struct text_scan *s)
{
    assert(s->p < s->end);
    uint32_t c = 0;
    if (*s->p != '\\') {
        size_t n = utf8_decode(s->p, (size_t)(s->end - s->p), &c);
        s->p += n ? n : 1;
        return n ? c : ' ';
    }
    if (s->end - s->p < 6 || s->p[1] != 'u') {
        c = s->p[1] == 'n' || s->p[1] == 't' || s->p[1] == 'r' ? '\n'
            : s->p[1] == 'b' || s->p[1] == 'f'                 ? '\b'
                                                               : ' ';
        s->p += s->end - s->p < 2 ? 1 : 2;
        return c;
    }
    c = zone_texts_hex4(s->p + 2);
    s->p += 6;
    if (c >= 0xd800 && c < 0xdc00 && s->end - s->p >= 6 && s->p[0] == '\\' && s->p[1] == 'u') {
        c = 0x10000 + ((c - 0xd800) << 10) + (zone_texts_hex4(s->p + 2) - 0xdc00);
        s->p += 6;
    }
    return c == '\t' || c == '\r' ? '\n' : c;
}

static size_t scan_string(struct loader *l, const char *path, struct text_scan *s)
{
    assert(*s->p == '"');
    size_t found = 0;
    s->screen = (struct screen){false, 0};
    for (s->p++; s->p < s->end && *s->p != '"';) {
        const char *at = s->p;
        uint32_t c = take_character(s);
        if (screen_takes(&s->screen, c))
            continue;
        found++;
        doc_problem_at(l->problems, DOC_WARNING, path, s->line, (uint32_t)(at - s->line_start + 1),
                       "the character U+%04X is never shown on a screen: it steers a terminal, "
                       "hides, or turns text round",
                       (unsigned)c);
        if (found >= TOLD_MOST)
            break;
    }
    s->p += s->p < s->end;
    return found;
}

void zone_texts_check(struct loader *l, const char *path, const char *text, size_t n)
{
    assert(path && (text || !n));
    struct text_scan s = {text, text + n, text, 1, {false, 0}};
    size_t found = 0;
    while (s.p < s.end && found < TOLD_MOST) {
        if (*s.p == '"') {
            found += scan_string(l, path, &s);
            continue;
        }
        if (*s.p++ == '\n') {
            s.line++;
            s.line_start = s.p;
        }
    }
}
