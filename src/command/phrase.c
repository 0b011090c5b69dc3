// Cuts up phrases. Keeps nothing: all text belongs to the words.
#include "command/phrase.h"

#include "command/words.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static bool one_of(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (!strcmp(word, *list))
            return true;
    return false;
}

bool phrase_is_stop_word(const char *word)
{
    static const char *const words[] = {"a", "an", "the", "some", "of", "please", NULL};
    return one_of(word, words);
}

bool phrase_wants_one(const struct phrase *p)
{
    return p->quantity == PHRASE_FIRST || p->quantity == PHRASE_ANY;
}

bool phrase_wants_many(const struct phrase *p)
{
    return p->quantity == PHRASE_ALL || p->quantity == PHRASE_COUNT;
}

// "2" asks for two; "2nd", "3rd" and "2." ask for one. False when the word is no number.
static bool phrase_take_number(struct phrase *p, const char *word)
{
    char *end;
    if (*word < '1' || *word > '9')
        return false;
    unsigned long n = strtoul(word, &end, 10);
    static const char *const endings[] = {".", "st", "nd", "rd", "th", NULL};
    if (n > 1000000 || (*end && !one_of(end, endings)))
        return false;
    p->quantity = *end ? PHRASE_NTH : PHRASE_COUNT;
    p->nth = n;
    return true;
}

static bool take_quantity(struct phrase *p, const char *word)
{
    static const struct {
        const char *word;
        enum phrase_quantity quantity;
    } words[] = {
        {"all", PHRASE_ALL}, {"every", PHRASE_ALL}, {"any", PHRASE_ANY}, {"last", PHRASE_LAST}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (!strcmp(word, words[i].word)) {
            p->quantity = words[i].quantity;
            return true;
        }
    return phrase_take_number(p, word);
}

// Of "2.lamp" and "all.lamp" the part behind the dot, of another word the whole.
static const char *take_dotted(struct phrase *p, const char *word)
{
    const char *dot = strchr(word, '.');
    char head[16];
    size_t n = dot ? (size_t)(dot - word) : 0;
    if (!n || !dot[1] || n >= sizeof(head))
        return word;
    memcpy(head, word, n);
    head[n] = '\0';
    if (!take_quantity(p, head))
        return word;
    if (p->quantity == PHRASE_COUNT)
        p->quantity = PHRASE_NTH;
    return dot + 1;
}

static void phrase_add(struct phrase *p, const char *word)
{
    if (p->count < PHRASE_WORDS)
        p->words[p->count++] = word;
    else
        p->too_long = true;
}

void phrase_parse(const struct words *words, size_t from, size_t to, struct phrase *p)
{
    assert(from <= to && to <= words->count);
    *p = (struct phrase){0};
    bool quantity = false;
    for (size_t i = from; i < to; i++) {
        const char *word = words_at(words, i);
        bool last = i + 1 == to;
        if (phrase_is_stop_word(word))
            continue;
        if (!p->count && !p->mine && !strcmp(word, "my"))
            p->mine = true;
        else if ((!last || !strcmp(word, "all")) && !p->count && !quantity &&
                 take_quantity(p, word))
            quantity = true;
        else
            phrase_add(p, !p->count && !quantity ? take_dotted(p, word) : word);
    }
    const char *name = p->count == 1 ? p->words[0] : "";
    p->self = !strcmp(name, "me") || !strcmp(name, "self") || !strcmp(name, "myself");
}

size_t phrase_begin(const struct words *words, size_t from, size_t to, struct phrase *p,
                    const char **first)
{
    assert(from <= to && to <= words->count);
    *p = (struct phrase){0};
    bool quantity = false;
    while (from + 1 < to) {
        const char *word = words_at(words, from);
        if (!quantity && !phrase_is_stop_word(word)) {
            quantity =
                strcmp(word, "all") != 0 && strcmp(word, "every") != 0 && take_quantity(p, word);
            if (!quantity)
                break;
        } else if (!phrase_is_stop_word(word)) {
            break;
        }
        from++;
    }
    if (p->quantity == PHRASE_COUNT)
        p->quantity = PHRASE_NTH;
    const char *word = words_at(words, from);
    *first = quantity ? word : take_dotted(p, word);
    return from;
}
