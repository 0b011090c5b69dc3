// Copies of texts, in chunks one after the other, each copy twice: if the first half was written
// to, it differs from the second. A chunk never moves. A withdrawn copy names itself: a mark, the
// number of the copy in letters, and marks to its end. Runs on the thread that steps the command.
#include "check/check_text.h"

#include "check/check_priv.h"
#include "util/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHUNK = 8192,
    COPY_MAX = 2048, // longer texts are handed out without a copy
    CHUNKS_MAX = 64,
    MARK = 0xf8,
    DIGITS = 4,
};

struct check_text {
    struct check_text *next; // the chunk before
    size_t used, withdrawn;
    unsigned number; // number of copies in the chunks before this one
    _Alignas(8) char bytes[CHUNK];
};

static size_t room(size_t text)
{
    return (sizeof(struct check_text_copy) + 2 * text + 7) / 8 * 8;
}

static struct check_text_copy *copy_at(const struct check_text *l, size_t at)
{
    return (struct check_text_copy *)(uintptr_t)(l->bytes + at);
}

const char *check_text_text_slow(const char *s, struct place *p, unsigned attr,
                                 const struct site *at)
{
    struct lockset *ls = lockset_current();
    struct check_task *t = check_task(ls);
    if (!flows(t) || !t->numbered || !is_checked(ls))
        return s;
    size_t size = strlen(s) + 1;
    struct check_text *l = t->lent;
    if (size > COPY_MAX)
        return s;
    if (!l || l->used + room(size) > CHUNK) {
        if (l && l->number + 1 == CHUNKS_MAX)
            return s;
        l = mem_alloc(sizeof(*l));
        l->next = t->lent;
        l->used = l->withdrawn = 0;
        l->number = t->lent ? t->lent->number + 1 : 0;
        t->lent = l;
    }
    struct check_text_copy *c = copy_at(l, l->used);
    l->used += room(size);
    *c = (struct check_text_copy){
        .place = p, .site = at, .size = (uint32_t)size, .attr = (uint8_t)attr};
    memcpy(c->text, s, size);
    memcpy(c->text + size, s, size);
    return c->text;
}

static void overwrite(struct check_text_copy *c, unsigned number)
{
    assert(c->size);
    memset(c->text, MARK, c->size - 1);
    for (unsigned i = 0; i < DIGITS && c->size - 1 >= 1 + DIGITS; i++)
        c->text[1 + i] = (char)('a' + (number >> 4 * i & 15));
    memcpy(c->text + c->size, c->text, c->size);
}

// Reports a copy that was written to, once.
static void compare(struct lockset *ls, struct check_text_copy *c, bool withdrawn)
{
    assert(c->size && c->size <= COPY_MAX);
    if (!memcmp(c->text, c->text + c->size, c->size))
        return;
    memcpy(c->text + c->size, c->text, c->size);
    check_report(&(struct violation){
        .code = withdrawn ? L019_ATTRIBUTE_OUTLIVED : L020_RAW_ACCESS,
        .ls = ls,
        .place = c->place,
        .attr = c->attr,
        .write = true,
        .cause =
            withdrawn
                ? "the text was got in an earlier pass, and written in a later one"
                : "the text was written through a pointer for reading: no accessor was asked to "
                  "change it",
        .site = c->site});
}

void check_text_compare(struct lockset *ls, struct check_task *t)
{
    for (struct check_text *l = t->lent; l; l = l->next)
        for (size_t at = 0; at < l->used; at += room(copy_at(l, at)->size))
            compare(ls, copy_at(l, at), at < l->withdrawn);
}

void check_text_withdraw(struct lockset *ls, struct check_task *t)
{
    check_text_compare(ls, t);
    for (struct check_text *l = t->lent; l && l->withdrawn < l->used; l = l->next)
        for (; l->withdrawn < l->used; l->withdrawn += room(copy_at(l, l->withdrawn)->size))
            overwrite(copy_at(l, l->withdrawn),
                      (unsigned)(l->number * (CHUNK / 8) + l->withdrawn / 8));
}

void check_text_free(struct check_task *t)
{
    for (struct check_text *l; (l = t->lent);) {
        t->lent = l->next;
        free(l);
    }
}

const struct check_text_copy *check_text_find(const struct check_task *t, const void *word)
{
    for (const struct check_text *l = t->lent; l; l = l->next) {
        if ((uintptr_t)word - (uintptr_t)l->bytes >= l->used)
            continue;
        size_t at = 0;
        while (at < l->used) {
            const struct check_text_copy *c = copy_at(l, at);
            if ((uintptr_t)word - (uintptr_t)c->text < c->size)
                return c;
            at += room(c->size);
        }
    }
    return NULL;
}

// Finds the withdrawn copy that a text with the mark names; NULL when the text is too short to name
// one.
static const struct check_text_copy *marked(const struct check_task *t, const char *mark, size_t n)
{
    assert(n && mark);
    unsigned number = 0;
    for (unsigned i = 0; i < DIGITS; i++) {
        if (1 + i >= n || mark[1 + i] < 'a' || mark[1 + i] > 'p')
            return NULL;
        number |= (unsigned)(mark[1 + i] - 'a') << 4 * i;
    }
    for (const struct check_text *l = t->lent; l; l = l->next)
        if (l->number == number / (CHUNK / 8))
            return copy_at(l, number % (CHUNK / 8) * 8);
    return NULL;
}

void check_text_check_slow(const char *text, size_t n, const char *act, const struct site *at)
{
    struct lockset *ls = lockset_current();
    struct check_task *t = check_task(ls);
    const char *mark = flows(t) && is_checked(ls) && n ? memchr(text, MARK, n) : NULL;
    if (!mark || !t->lent)
        return;
    const struct check_text_copy *c = marked(t, mark, n - (size_t)(mark - text));
    check_report(&(struct violation){
        .code = L019_ATTRIBUTE_OUTLIVED,
        .ls = ls,
        .place = c ? c->place : NULL,
        .attr = -1,
        .act = act,
        .object = c ? NULL : "a text that was got before AGAIN",
        .cause =
            "the text was got in an earlier pass, and may be another's by now: get it again in "
            "each pass",
        .site = at,
        .other = c ? c->site : NULL});
}
