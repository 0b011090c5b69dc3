// Compares the password in lower case, as a whole and without what is put around its core.
// Copies are wiped. Keeps nothing but the caller's list.
#include "store/weak_password.h"

#include "store/password.h"
#include "util/buf.h"
#include "util/doc.h"
#include "util/file.h"
#include "util/map.h"
#include "util/mem.h"
#include "util/str.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_LIST = 1 << 20, LONGEST = 64, CORE_LEAST = 4, PIECE_MOST = 3, RUN_LEAST = 3 };

struct weak_passwords {
    struct map *words;
};

struct weak_passwords *weak_passwords_load(const char *path, struct doc_problems *p)
{
    assert(path);
    struct buf text = BUF_INIT;
    int rc = file_read(path, LONGEST_LIST, &text);
    if (rc) {
        doc_problem_at(p, DOC_ERROR, path, 0, 0, "cannot be read: %s", strerrordesc_np(-rc));
        buf_fini(&text);
        return NULL;
    }
    struct weak_passwords *w = mem_new(struct weak_passwords);
    w->words = map_new();
    const char *at = buf_str(&text), *word;
    for (size_t n; (word = str_line(&at, buf_str(&text) + text.len, &n));) {
        str_trim(&word, &n);
        if (n && *word != '#' && n < LONGEST) {
            char *lower = mem_strndup(word, n);
            str_lower(lower);
            map_put(w->words, lower, w);
            free(lower);
        }
    }
    buf_fini(&text);
    return w;
}

void weak_passwords_free(struct weak_passwords *w)
{
    if (!w)
        return;
    map_free(w->words);
    free(w);
}

size_t weak_passwords_count(const struct weak_passwords *w)
{
    return map_count(w->words);
}

static bool weak_password_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

// Without the digits and marks before and behind it. False when too little is left.
static bool core_of(const char *text, size_t n, const char **core, size_t *length)
{
    size_t from = 0;
    while (from < n && !weak_password_is_letter(text[from]))
        from++;
    while (n > from && !weak_password_is_letter(text[n - 1]))
        n--;
    *core = text + from;
    *length = n - from;
    return *length >= CORE_LEAST;
}

// A 1 may be an i or an l.
static void unmask(char *text, size_t n, char one)
{
    assert(one == 'i' || one == 'l');
    static const char masks[] = "034578@$!", letters[] = "oeastbasi";
    for (size_t i = 0; i < n; i++) {
        const char *at = strchr(masks, text[i]);
        if (text[i] == '1')
            text[i] = one;
        else if (at && text[i])
            text[i] = letters[at - masks];
    }
}

static bool listed(const struct weak_passwords *w, const char *text, size_t n)
{
    const char *core;
    size_t length;
    return map_getn(w->words, text, n) ||
           (core_of(text, n, &core, &length) && map_getn(w->words, core, length));
}

// Letters of the password in lower case; the caller wipes them. False: too long to be weak.
static bool lower_copy(const char *password, size_t n, char out[LONGEST])
{
    assert(password || !n);
    if (!n || n >= LONGEST)
        return false;
    for (size_t i = 0; i < n; i++)
        out[i] = str_lower_char(password[i]);
    out[n] = '\0';
    return true;
}

// How long the piece is that the text is made of, over and over; its last time may be cut. 0: of
// none.
static size_t piece_of(const char *text, size_t n)
{
    for (size_t piece = 1; piece <= n / 2; piece++)
        if (!memcmp(text, text + piece, n - piece))
            return piece;
    return 0;
}

// p4ssw0rd1! is password: the end of it is no letter in disguise; but fl0w3r5 may be flowers.
static bool is_disguised(const struct weak_passwords *w, const char *text, size_t n, char one)
{
    assert(n < LONGEST);
    char other[LONGEST];
    size_t end = n;
    memcpy(other, text, n);
    while (end && strchr("0123456789!.?*#-_", text[end - 1]))
        end--;
    unmask(other, end, one);
    bool is = listed(w, other, end);
    unmask(other, n, one);
    is |= listed(w, other, n);
    password_erase(other, sizeof(other));
    return is;
}

static bool is_known(const struct weak_passwords *w, const char *text, size_t n)
{
    size_t piece = piece_of(text, n);
    return listed(w, text, n) || (piece && listed(w, text, piece)) ||
           is_disguised(w, text, n, 'l') || is_disguised(w, text, n, 'i');
}

bool weak_is_common(const struct weak_passwords *w, const char *password, size_t n)
{
    char text[LONGEST];
    if (!w || !lower_copy(password, n, text))
        return false;
    bool is = is_known(w, text, n);
    password_erase(text, sizeof(text));
    return is;
}

bool weak_is_repeat(const char *password, size_t n)
{
    size_t piece = piece_of(password, n);
    return piece && piece <= PIECE_MOST;
}

static const char *const rows[] = {"qwertyuiop",
                                   "asdfghjkl",
                                   "zxcvbnm",
                                   "qwertzuiop",
                                   "yxcvbnm",
                                   "azertyuiop",
                                   "qsdfghjklm",
                                   "wxcvbn",
                                   "1234567890",
                                   "abcdefghijklmnopqrstuvwxyz",
                                   "qazwsxedcrfvtgbyhnujmikolp",
                                   "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
                                   "1q2w3e4r5t6y7u8i9o0p",
                                   "!@#$%^&*()",
                                   "0123456789"};

static size_t run_along(const char *row, const char *text, size_t n)
{
    assert(n);
    const char *at = strchr(row, text[0]);
    size_t up = 1, down = 1;
    if (!at)
        return 0;
    while (up < n && at[up] && at[up] == text[up])
        up++;
    while (down < n && (size_t)(at - row) >= down && *(at - down) == text[down])
        down++;
    return up > down ? up : down;
}

// How much of the beginning is a run, forwards or backwards.
static size_t run_of(const char *text, size_t n)
{
    size_t best = 0;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t run = run_along(rows[i], text, n);
        if (run > best)
            best = run;
    }
    return best;
}

bool weak_is_row(const char *password, size_t n)
{
    char text[LONGEST];
    if (!lower_copy(password, n, text))
        return false;
    size_t at = 0, run = 0;
    while (at < n && (run = run_of(text + at, n - at)) >= RUN_LEAST)
        at += run;
    password_erase(text, sizeof(text));
    return at >= n || (at > 2 * RUN_LEAST && n - at < RUN_LEAST);
}

static bool is_it(const char *text, size_t n, const char *name, size_t length, bool backwards)
{
    if (n != length)
        return false;
    for (size_t i = 0; i < n; i++)
        if (text[i] != str_lower_char(name[backwards ? length - 1 - i : i]))
            return false;
    return true;
}

bool weak_is_name(const char *password, size_t n, const char *name)
{
    assert(name);
    char text[LONGEST];
    const char *core;
    size_t length, named = strlen(name);
    if (!named || !lower_copy(password, n, text))
        return false;
    size_t piece = piece_of(text, n);
    bool is = is_it(text, n, name, named, false) || is_it(text, n, name, named, true) ||
              (piece && is_it(text, piece, name, named, false));
    if (!is && core_of(text, n, &core, &length))
        is = is_it(core, length, name, named, false) || is_it(core, length, name, named, true);
    password_erase(text, sizeof(text));
    return is;
}
