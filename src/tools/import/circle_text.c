// Keeps nothing.
#include "tools/import/circle_text.h"

#include <assert.h>
#include <string.h>

#include "tools/import/circle_colour.h"
#include "tools/import/circle_encoding.h"
#include "util/buf.h"
#include "util/str.h"

size_t circle_text_strip(struct buf *out, const char *s)
{
    return circle_colour_strip(out, NULL, s).removed;
}

void circle_text_decode(struct buf *out, const char *s, size_t n)
{
    circle_encoding_decode(out, NULL, s, n);
}

void circle_text_line(struct buf *out, const char *s)
{
    assert(out && s);
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
    assert(at && *at && word);
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
    assert(list && word);
    struct buf one = BUF_INIT;
    bool found = false;
    while (!found && circle_text_keyword(&list, &one))
        found = !strcmp(buf_str(&one), word);
    buf_fini(&one);
    return found;
}
