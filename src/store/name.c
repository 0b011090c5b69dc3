// Checks on names, and the list of reserved ones. Keeps nothing but the caller's list; any thread.
#include "store/name.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/doc.h"
#include "util/file.h"
#include "util/mem.h"
#include "util/str.h"

enum { LONGEST_LIST = 1 << 20 };

enum match { WHOLE, BEGINNING, ANYWHERE };

struct reserved {
    char skeleton[NAME_SIZE];
    enum match match;
};

struct name_words {
    struct reserved *list;
    size_t count, cap;
};

void name_skeleton(const char *name, char out[NAME_SIZE])
{
    size_t n = 0;
    for (; *name && n < NAME_SIZE - 1; name++) {
        char c = str_lower_char(*name);
        if (c == '-' || c == '_')
            continue;
        out[n++] = c == '0' ? 'o' : c == '1' ? 'l' : c;
        if (n >= 2 && out[n - 2] == 'r' && out[n - 1] == 'n')
            out[--n - 1] = 'm';
    }
    out[n] = '\0';
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

// One line of the list without its comment and spaces; false when it is no word.
static bool add_word(struct name_words *w, const char *word, size_t n)
{
    bool before = n && word[0] == '*', after = n && word[n - 1] == '*';
    if (before) {
        word++;
        n--;
    }
    if (after && n)
        n--;
    if (!n || n > NAME_LONGEST || (before && !after))
        return false;
    char name[NAME_SIZE] = "";
    for (size_t i = 0; i < n; i++) {
        name[i] = str_lower_char(word[i]);
        if (!is_name_char(name[i]))
            return false;
    }
    if (w->count == w->cap) {
        w->cap = w->cap ? 2 * w->cap : 64;
        w->list = mem_realloc_array(w->list, w->cap, sizeof(w->list[0]));
    }
    struct reserved *r = &w->list[w->count++];
    r->match = before ? ANYWHERE : after ? BEGINNING : WHOLE;
    name_skeleton(name, r->skeleton);
    return true;
}

static void add_lines(struct name_words *w, const char *path, const struct buf *text,
                      struct doc_problems *p)
{
    const char *at = buf_str(text), *end = at + text->len;
    for (uint32_t line = 1; at < end; line++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        const char *word = at;
        size_t n = (size_t)((stop ? stop : end) - at);
        const char *comment = memchr(word, '#', n);
        if (comment)
            n = (size_t)(comment - word);
        str_trim(&word, &n);
        if (n && !add_word(w, word, n))
            doc_problem_at(p, DOC_ERROR, path, line, (uint32_t)(word - at + 1),
                           "one name was expected, of a-z 0-9 - _, as word, word* or *word*");
        at = stop ? stop + 1 : end;
    }
}

struct name_words *name_words_load(const char *path, struct doc_problems *p)
{
    struct buf text = BUF_INIT;
    int rc = file_read(path, LONGEST_LIST, &text);
    if (rc) {
        doc_problem_at(p, DOC_ERROR, path, 0, 0, "cannot be read: %s", strerrordesc_np(-rc));
        buf_fini(&text);
        return NULL;
    }
    struct name_words *w = mem_new(struct name_words);
    size_t before = p->errors;
    add_lines(w, path, &text, p);
    buf_fini(&text);
    if (p->errors == before)
        return w;
    name_words_free(w);
    return NULL;
}

void name_words_free(struct name_words *w)
{
    if (!w)
        return;
    free(w->list);
    free(w);
}

bool name_words_has(const struct name_words *w, const char *name)
{
    char skeleton[NAME_SIZE];
    name_skeleton(name, skeleton);
    for (size_t i = 0; i < w->count; i++) {
        const struct reserved *r = &w->list[i];
        if (r->match == WHOLE       ? !strcmp(skeleton, r->skeleton)
            : r->match == BEGINNING ? str_begins(skeleton, r->skeleton)
                                    : strstr(skeleton, r->skeleton) != NULL)
            return true;
    }
    return false;
}

static enum name_verdict check_length(const char *typed, size_t min, size_t max)
{
    size_t n = strnlen(typed, NAME_SIZE);
    if (n > max || n > NAME_LONGEST)
        return NAME_TOO_LONG;
    return n < min || !n ? NAME_TOO_SHORT : NAME_GOOD;
}

enum name_verdict name_account(const char *typed, size_t min, size_t max,
                               const struct name_words *w, char out[NAME_SIZE])
{
    enum name_verdict v = check_length(typed, min, max);
    if (v != NAME_GOOD)
        return v;
    char name[NAME_SIZE] = "";
    for (size_t i = 0; typed[i]; i++) {
        name[i] = str_lower_char(typed[i]);
        if (!is_name_char(name[i]) || (i == 0 && strchr("-_", name[0])))
            return NAME_BAD_LETTER;
    }
    if (w && name_words_has(w, name))
        return NAME_RESERVED;
    memcpy(out, name, NAME_SIZE);
    return NAME_GOOD;
}

enum name_verdict name_character(const char *typed, const struct name_words *w, char out[NAME_SIZE])
{
    enum name_verdict v = check_length(typed, NAME_CHARACTER_MIN, NAME_CHARACTER_MAX);
    if (v != NAME_GOOD)
        return v;
    char name[NAME_SIZE] = "";
    for (size_t i = 0; typed[i]; i++) {
        name[i] = i ? str_lower_char(typed[i]) : str_upper_char(typed[i]);
        if (!((name[i] >= 'a' && name[i] <= 'z') || (name[i] >= 'A' && name[i] <= 'Z')))
            return NAME_BAD_LETTER;
    }
    if (w && name_words_has(w, name))
        return NAME_RESERVED;
    memcpy(out, name, NAME_SIZE);
    return NAME_GOOD;
}

const char *name_verdict_text(enum name_verdict v)
{
    static const char *const texts[] = {
        [NAME_GOOD] = "",
        [NAME_TOO_SHORT] = "That name is too short.",
        [NAME_TOO_LONG] = "That name is too long.",
        [NAME_BAD_LETTER] = "That name has a character that names may not have.",
        [NAME_RESERVED] = "That name is reserved.",
    };
    return texts[v];
}
