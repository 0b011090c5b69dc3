// Checks on names, and the list of reserved ones. Keeps nothing but the caller's list; any thread.
#include "store/name_rules.h"

#include <assert.h>
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
    bool loose; // as all names are compared; else i and l are two letters, and so are cl and d
};

struct name_rules_words {
    struct reserved *list;
    size_t count, cap;
};

enum { LOOSE_LENGTH = 5 }; // shorter words look too much like the names of people: "all" and Ali

static char letter_of(char c, bool loose)
{
    switch (c) {
    case '0':
        return 'o';
    case '5':
        return 's';
    case 'i':
    case '1':
        return loose ? 'l' : c;
    default:
        return c;
    }
}

// Two letters that look like one.
static void name_rules_join(char *out, size_t *n, bool loose)
{
    static const struct {
        char first, second, one;
        bool loose;
    } pairs[] = {{'r', 'n', 'm', false}, {'v', 'v', 'w', false}, {'c', 'l', 'd', true}};
    for (size_t i = 0; *n >= 2 && i < sizeof(pairs) / sizeof(pairs[0]); i++)
        if (out[*n - 2] == pairs[i].first && out[*n - 1] == pairs[i].second &&
            (loose || !pairs[i].loose))
            out[--*n - 1] = pairs[i].one;
}

static void skeleton_of(const char *name, bool loose, char out[NAME_SIZE])
{
    size_t n = 0;
    for (; *name && n < NAME_SIZE - 1; name++) {
        char c = str_lower_char(*name);
        if (c == '-' || c == '_')
            continue;
        out[n++] = letter_of(c, loose);
        if (c != 'i') // "cl" looks like d, "ci" does not
            name_rules_join(out, &n, loose);
    }
    out[n] = '\0';
}

void name_rules_skeleton(const char *name, char out[NAME_SIZE])
{
    assert(name && out);
    skeleton_of(name, true, out);
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

// One line of the list without its comment and spaces; false when it is no word.
static bool name_rules_add_word(struct name_rules_words *w, const char *word, size_t n)
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
    r->loose = n >= LOOSE_LENGTH;
    skeleton_of(name, r->loose, r->skeleton);
    return true;
}

static void add_lines(struct name_rules_words *w, const char *path, const struct buf *text,
                      struct doc_problems *p)
{
    const char *rest = buf_str(text), *end = rest + text->len, *at;
    size_t n;
    for (uint32_t line = 1; (at = str_line(&rest, end, &n)); line++) {
        const char *word = at, *comment = memchr(word, '#', n);
        if (comment)
            n = (size_t)(comment - word);
        str_trim(&word, &n);
        if (n && !name_rules_add_word(w, word, n))
            doc_problem_at(p, DOC_ERROR, path, line, (uint32_t)(word - at + 1),
                           "one name was expected, of a-z 0-9 - _, as word, word* or *word*");
    }
}

struct name_rules_words *name_rules_words_load(const char *path, struct doc_problems *p)
{
    struct buf text = BUF_INIT;
    int rc = file_read(path, LONGEST_LIST, &text);
    if (rc) {
        doc_problem_at(p, DOC_ERROR, path, 0, 0, "cannot be read: %s", strerrordesc_np(-rc));
        buf_fini(&text);
        return NULL;
    }
    struct name_rules_words *w = mem_new(struct name_rules_words);
    size_t before = p->errors;
    add_lines(w, path, &text, p);
    buf_fini(&text);
    if (p->errors == before)
        return w;
    name_rules_words_free(w);
    return NULL;
}

void name_rules_words_free(struct name_rules_words *w)
{
    if (!w)
        return;
    free(w->list);
    free(w);
}

struct name_rules_words *name_rules_words_new(void)
{
    return mem_new(struct name_rules_words);
}

void name_rules_words_add(struct name_rules_words *w, const char *word)
{
    assert(w && word);
    if (word[strcspn(word, "*")])
        return;
    name_rules_add_word(w, word, strlen(word));
}

// A 1 may be an i or an l.
static bool begins(const char *name, const char *word, bool whole)
{
    for (; *word; name++, word++)
        if (*name != *word && !(*name == '1' && (*word == 'i' || *word == 'l')))
            return false;
    return !whole || !*name;
}

static bool contains(const char *name, const char *word)
{
    for (; *name; name++)
        if (begins(name, word, false))
            return true;
    return false;
}

// Names that no file can have on some systems, where somebody may want to keep a copy.
static bool is_device(const char *name)
{
    static const char *const devices[] = {"con", "prn", "aux", "nul", "conin", "conout", "clock"};
    for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
        if (str_equal_nocase(name, devices[i]))
            return true;
    return (str_begins_nocase(name, "com") || str_begins_nocase(name, "lpt")) && name[3] >= '0' &&
           name[3] <= '9' && !name[4];
}

bool name_rules_words_has(const struct name_rules_words *w, const char *name)
{
    assert(w && name);
    char loose[NAME_SIZE], strict[NAME_SIZE];
    skeleton_of(name, true, loose);
    skeleton_of(name, false, strict);
    for (size_t i = 0; i < w->count; i++) {
        const struct reserved *r = &w->list[i];
        const char *skeleton = r->loose ? loose : strict;
        if (r->match == ANYWHERE ? contains(skeleton, r->skeleton)
                                 : begins(skeleton, r->skeleton, r->match == WHOLE))
            return true;
    }
    return false;
}

static enum name_rules_verdict check_length(const char *typed, size_t min, size_t max)
{
    size_t n = strnlen(typed, NAME_SIZE);
    if (n > max || n > NAME_LONGEST)
        return NAME_TOO_LONG;
    return n < min || !n ? NAME_TOO_SHORT : NAME_GOOD;
}

enum name_rules_verdict name_rules_account(const char *typed, size_t min, size_t max,
                                           const struct name_rules_words *w, char out[NAME_SIZE])
{
    assert(typed && out);
    enum name_rules_verdict v = check_length(typed, min, max);
    if (v != NAME_GOOD)
        return v;
    char name[NAME_SIZE] = "";
    for (size_t i = 0; typed[i]; i++) {
        name[i] = str_lower_char(typed[i]);
        if (!is_name_char(name[i]) || (i == 0 && strchr("-_", name[0])))
            return NAME_BAD_LETTER;
    }
    if (w && (is_device(name) || name_rules_words_has(w, name)))
        return NAME_RESERVED;
    memcpy(out, name, NAME_SIZE);
    return NAME_GOOD;
}

enum name_rules_verdict name_rules_character(const char *typed, const struct name_rules_words *w,
                                             char out[NAME_SIZE])
{
    assert(typed && out);
    enum name_rules_verdict v = check_length(typed, NAME_CHARACTER_MIN, NAME_CHARACTER_MAX);
    if (v != NAME_GOOD)
        return v;
    char name[NAME_SIZE] = "";
    for (size_t i = 0; typed[i]; i++) {
        name[i] = i ? str_lower_char(typed[i]) : str_upper_char(typed[i]);
        if (!((name[i] >= 'a' && name[i] <= 'z') || (name[i] >= 'A' && name[i] <= 'Z')))
            return NAME_BAD_LETTER;
    }
    if (w && (is_device(name) || name_rules_words_has(w, name)))
        return NAME_RESERVED;
    memcpy(out, name, NAME_SIZE);
    return NAME_GOOD;
}

char *name_rules_text(enum name_rules_verdict v, enum name_rules_kind kind, size_t min, size_t max)
{
    assert(v <= NAME_MEANING && kind <= NAME_OF_CHARACTER);
    bool account = kind == NAME_OF_ACCOUNT;
    const char *whose = account ? "An account's name" : "A character's name";
    const char *letters =
        account ? "letters from a to z, digits, - and _, and begins with a letter or a digit"
                : "letters from a to z only, without blanks, digits or accents";
    switch (v) {
    case NAME_TOO_SHORT:
    case NAME_TOO_LONG:
        return mem_printf("That name is too %s. %s has %zu to %zu letters.",
                          v == NAME_TOO_SHORT ? "short" : "long", whose, min, max);
    case NAME_BAD_LETTER:
        return mem_printf("That name has something in it that names may not have. %s has %s.",
                          whose, letters);
    case NAME_RESERVED:
        return mem_strdup(
            "That name is kept for those who run this server, or is a word that messages "
            "use, or looks like one. Please choose another.");
    case NAME_MEANING:
        return mem_strdup(
            "That word is a command, or what somebody who lives here is called, and a name "
            "must not be mistaken for one. Please choose another.");
    case NAME_GOOD:
        break;
    }
    return mem_printf(
        "%s has %zu to %zu letters: %s. It must not look like a name that is taken, a "
        "command, or somebody who lives here.",
        whose, min, max, letters);
}
