// Words in lines. A name is letters only, so it is a word where no letter or digit stands beside
// it. Keeps nothing but the list of names and of keywords.
#include "command/called.h"
#include "command/words.h"
#include "tools/journal/erase.h"
#include "util/caseless.h"
#include "util/map.h"
#include "util/mem.h"
#include "util/screen.h"
#include "util/str.h"
#include "verb/commands.h"
#include "world/attr/replies.h"
#include "world/player.h"
#include "world/snapshot/write_set_digest.h"
#include "world/world.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

enum { PSEUDONYM = 10, TRIES = 10000 };

void erase_init(struct erase *e)
{
    commands_know();
    *e = (struct erase){0};
    e->players = map_new();
}

void erase_fini(struct erase *e)
{
    map_free(e->keywords);
    map_free(e->words);
    map_free(e->players);
    free(e->list);
    free(e->text);
    free(e->rights);
    *e = (struct erase){0};
}

static size_t sum_of(const char *name)
{
    size_t sum = 0;
    for (; *name; name++)
        sum += (unsigned char)*name;
    return sum;
}

// A new player's start follows from the sum of the letters of its name (game/enter.c), so the new
// name must have the same sum.
static void invent(struct erase_name *n, size_t start_count)
{
    assert(*n->from);
    unsigned char random[PSEUDONYM];
    for (int tries = TRIES; tries; tries--) {
        if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
            abort();
        for (int i = 0; i < PSEUDONYM; i++)
            n->to[i] = (char)((i ? 'a' : 'A') + random[i] % 26);
        n->to[PSEUDONYM] = '\0';
        if (!start_count || sum_of(n->to) % start_count == sum_of(n->from) % start_count)
            return;
    }
}

void erase_add(struct erase *e, const char *name, size_t start_count)
{
    assert(name);
    struct erase_name n = {0};
    if (name_rules_character(name, NULL, n.from) != NAME_GOOD)
        return;
    invent(&n, start_count);
    n.identity = write_set_digest_identity_of(n.from, "");
    n.carried = write_set_digest_inside(n.identity, INVENTORY_THINGS);
    e->list = mem_realloc_array(e->list, e->count + 1, sizeof(*e->list));
    e->list[e->count++] = n;
}

const struct erase_name *erase_find(const struct erase *e, const char *name)
{
    assert(name);
    for (size_t i = 0; i < e->count; i++)
        if (!strcasecmp(e->list[i].from, name))
            return &e->list[i];
    return NULL;
}

// True for letters as replies.c defines them: the words that mobiles answer to must stay the same.
static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c & 0x80;
}

// Is the word that begins at `from` a word of the world?
static bool is_worlds(const struct erase *e, const char *from)
{
    size_t n = 0;
    struct buf folded = BUF_INIT;
    while (letter(from[n]))
        n++;
    caseless_add(&folded, from, n);
    bool is = (e->words && map_get(e->words, buf_str(&folded))) ||
              (e->keywords && map_get(e->keywords, buf_str(&folded)));
    buf_fini(&folded);
    return is;
}

// A word formed from the name reveals it too: its plural; words that begin with it, if it is hardly
// part of another word by chance; and words that contain it, if it is long. Words of the world stay
// as they are.
static bool tells(const struct erase *e, const char *line, const char *p, size_t n)
{
    assert(n && p >= line);
    enum { BEGINS = 5, INSIDE = 7 };
    bool first = p == line || !letter(p[-1]), last = !letter(p[n]);
    bool plural = (p[n] == 's' || p[n] == 'S') && !letter(p[n + 1]);
    if (first && last)
        return true;
    if (!(first && (plural || n >= BEGINS)) && n < INSIDE)
        return false;
    while (p > line && letter(p[-1]))
        p--;
    return !is_worlds(e, p);
}

static const struct erase_name *name_at(const struct erase *e, const char *line, const char *p)
{
    for (size_t i = 0; i < e->count; i++) {
        size_t n = strlen(e->list[i].from);
        if (!strncasecmp(p, e->list[i].from, n) && tells(e, line, p, n))
            return &e->list[i];
    }
    return NULL;
}

bool erase_mentions(const struct erase *e, const char *text)
{
    assert(text);
    for (const char *p = text; *p; p++)
        if (name_at(e, text, p))
            return true;
    return false;
}

char *erase_reword(const struct erase *e, const char *line)
{
    struct buf out = BUF_INIT;
    for (const char *p = line; *p;) {
        const struct erase_name *n = name_at(e, line, p);
        if (n) {
            buf_adds(&out, n->to);
            p += strlen(n->from);
        } else {
            buf_addc(&out, *p++);
        }
    }
    char *result = mem_strdup(buf_str(&out));
    buf_fini(&out);
    return result;
}

static void keep_keyword(void *arg, const char *word)
{
    map_put(arg, word, arg);
}

void erase_add_player(struct erase *e, const char *name)
{
    assert(e->players && name);
    struct buf folded = BUF_INIT;
    caseless_add(&folded, name, strlen(name));
    keep_keyword(e->players, buf_str(&folded));
    buf_fini(&folded);
}

// Collects the words by which things and places are called, and the small words between them.
static void gather_words(struct erase *e, struct world *w)
{
    static const char *const small[] = {"all",  "from", "in",    "into",   "on",  "onto",
                                        "out",  "at",   "with",  "my",     "me",  "self",
                                        "here", "and",  "under", "behind", "to",  "the",
                                        "a",    "an",   "of",    "for",    "off", "about"};
    map_free(e->words);
    e->words = map_new();
    for (size_t i = 0; i < sizeof(small) / sizeof(small[0]); i++)
        keep_keyword(e->words, small[i]);
    struct called called = {0};
    for (uint32_t i = 1; i < world_slots(w); i++) {
        struct thing *t = world_slot(w, i);
        if (!*thing_refname(t) || thing_is(t, THING_PLAYER))
            continue;
        called_read(&called, t);
        for (size_t k = 0; k < called.count; k++)
            keep_keyword(e->words, called.text.data + called.list[k].at);
    }
    called_fini(&called);
}

// Collects what mobiles answer to, their names, and the small words about names: if these stay, a
// line still reaches the same listeners.
void erase_gather_keywords(struct erase *e, struct world *w)
{
    assert(w);
    static const char *const small[] = {"to", "about", "the", "a", "an", "of", "some", "please"};
    gather_words(e, w);
    map_free(e->keywords);
    e->keywords = map_new();
    for (size_t i = 0; i < sizeof(small) / sizeof(small[0]); i++)
        keep_keyword(e->keywords, small[i]);
    struct called called = {0};
    for (uint32_t i = 1; i < world_slots(w); i++) {
        struct thing *t = world_slot(w, i);
        replies_keywords(t, keep_keyword, e->keywords);
        if (!thing_is(t, THING_MOBILE) || thing_is(t, THING_PLAYER))
            continue;
        called_read(&called, t);
        for (size_t k = 0; k < called.count; k++)
            keep_keyword(e->keywords, called.text.data + called.list[k].at);
    }
    called_fini(&called);
}

// The length of a keyword that stands at p as words of its own; 0: there is none. Keywords are in
// the form for comparing.
static size_t keyword_at(const struct erase *e, const char *line, const char *p)
{
    assert(p >= line);
    enum { KEYWORD_MAX = 200 };
    struct buf folded = BUF_INIT;
    size_t longest = 0;
    if (!e->keywords || (p > line && letter(p[-1])))
        return 0;
    for (size_t n = 1; p[n - 1] && n <= KEYWORD_MAX; n++) {
        if (letter(p[n]))
            continue;
        buf_clear(&folded);
        caseless_add(&folded, p, n);
        if (map_get(e->keywords, buf_str(&folded)))
            longest = n;
    }
    buf_fini(&folded);
    return longest;
}

// Replaces speech by x's. Marks for the words of an alias's user stay.
static void silence(const struct erase *e, const char *text, struct buf *out)
{
    for (const char *p = text; *p;) {
        size_t n = keyword_at(e, text, p);
        if (!n && *p == '$' && (p[1] == '*' || (p[1] >= '1' && p[1] <= '9')))
            n = 2;
        if (n) {
            buf_add(out, p, n);
            p += n;
            continue;
        }
        buf_addc(out, letter(*p) ? 'x' : *p);
        p++;
    }
}

static bool names_somebody(const struct command *c)
{
    return c->flags & COMMAND_LISTENER;
}

// Where speech begins in the line; NULL: it has none.
static const char *speech_in(const struct words *words)
{
    const char *line = words_rest(words, 0);
    const struct command *c = command_find(words_at(words, 0));
    if (*line == '"' || *line == '\'' || *line == ':')
        return line + 1;
    if (!c)
        return strchr(line, ',') ? strchr(line, ',') + 1 : NULL;
    if (!(c->flags & COMMAND_SPEECH))
        return NULL;
    if (!strcmp(c->name, "say") && !strcmp(words_at(words, 1), "to"))
        return words_rest(words, 2);
    if (!names_somebody(c))
        return words_rest(words, 1);
    // Words of the names of mobiles stay, so a listener's name of several words may be taken for
    // speech.
    size_t from = !strcmp(words_at(words, 1), "to") ? 3 : 2;
    return words_rest(words, from + !strcmp(words_at(words, from), "about"));
}

// Where the text of an ALIAS command begins; NULL: it is another command.
static const char *aliased_in(const struct words *words)
{
    const struct command *c = command_find(words_at(words, 0));
    const char *text = words_rest(words, 2);
    if (!c || strcmp(c->name, "alias") != 0 || !*text)
        return NULL;
    return *text == '=' && text[1] == ' ' ? text + 2 : text;
}

// Returns the line with names replaced up to `rest`. From there on it is a command of its own, or
// speech, which is replaced by x's. Frees `words`.
static char *silence_from(const struct erase *e, struct words *words, const char *rest,
                          bool command)
{
    assert(rest >= words_rest(words, 0));
    struct buf out = BUF_INIT;
    const char *whole = words_rest(words, 0);
    char *before = mem_strndup(whole, (size_t)(rest - whole)), *named = erase_reword(e, before);
    buf_adds(&out, named);
    if (command) {
        char *inner = erase_silence_alias(e, rest);
        buf_adds(&out, inner);
        free(inner);
    } else {
        silence(e, rest, &out);
    }
    free(named);
    free(before);
    words_fini(words);
    return buf_take(&out);
}

char *erase_silence_prompt(const char *text)
{
    assert(text);
    struct buf out = BUF_INIT;
    for (const char *p = text; *p; p++)
        if (*p == '%' && p[1])
            buf_add(&out, p++, 2);
        else
            buf_addc(&out, letter(*p) ? 'x' : *p);
    return buf_take(&out);
}

static bool begins_one(const struct map *words, const char *word)
{
    struct map_iter at = {0};
    const char *key;
    while (words && map_next(words, &at, &key, NULL))
        if (!strcmp(key, word) || called_begins(key, word))
            return true;
    return false;
}

// Could a command find anything by this word?
static bool can_mean(const struct erase *e, const char *word, size_t n)
{
    assert(n);
    struct buf folded = BUF_INIT;
    caseless_add(&folded, word, n);
    const char *text = buf_str(&folded);
    bool is = strspn(text, "0123456789") == strlen(text) || command_find(text) ||
              begins_one(e->words, text) || begins_one(e->keywords, text) ||
              begins_one(e->players, text);
    buf_fini(&folded);
    return is;
}

// Replaces words by which commands find nothing: they found nothing when they were typed, and so do
// the x's.
static char *silence_meaningless(const struct erase *e, const char *text)
{
    struct buf out = BUF_INIT;
    for (const char *p = text; *p;) {
        const struct erase_name *name = name_at(e, text, p);
        size_t n = 0;
        while (letter(p[n]))
            n++;
        if (name) {
            buf_adds(&out, name->to);
            n = strlen(name->from);
        } else if (!n) {
            buf_addc(&out, *p);
            n = 1;
        } else if (can_mean(e, p, n)) {
            buf_add(&out, p, n);
        } else {
            for (size_t i = 0; i < n; i++)
                buf_addc(&out, 'x');
        }
        p += n;
    }
    return buf_take(&out);
}

char *erase_silence_alias(const struct erase *e, const char *text)
{
    struct words words;
    words_init(&words);
    words_set(&words, text);
    bool other = aliased_in(&words) || speech_in(&words);
    words_fini(&words);
    return other ? erase_silence(e, text) : silence_meaningless(e, text);
}

// Rewrites a line that sets a prompt; NULL: it is another command.
static char *silence_prompt_line(const struct words *words)
{
    const struct command *c = command_find(words_at(words, 0));
    if (!c || strcmp(c->name, "prompt") != 0)
        return NULL;
    const char *whole = words_rest(words, 0), *rest = words_rest(words, 1);
    char *prompt = erase_silence_prompt(rest);
    char *line = mem_printf("%.*s%s", (int)(rest - whole), whole, prompt);
    free(prompt);
    return line;
}

char *erase_silence(const struct erase *e, const char *line)
{
    assert(line);
    struct words words;
    words_init(&words);
    words_set(&words, line);
    char *prompt = silence_prompt_line(&words);
    if (prompt) {
        words_fini(&words);
        return prompt;
    }
    const char *text = aliased_in(&words), *said = speech_in(&words);
    const char *whole = words_rest(&words, 0);
    const char *rest = text ? text : said && *said ? said : whole + strlen(whole);
    return silence_from(e, &words, rest, text != NULL);
}

char *erase_reword_alias(const struct erase *e, const char *name)
{
    char *now = erase_reword(e, name);
    str_lower(now);
    now[screen_cut(now, strlen(now), PLAYER_ALIAS_NAME - 1)] = '\0';
    return now;
}

// When `line` uses an alias that stands for `to`: how many of its words (the command and the
// listener) come before the speech. 0: all words are speech.
static size_t words_before_speech(const struct words *line, const char *alias)
{
    struct words to;
    words_init(&to);
    words_set(&to, alias);
    size_t n = speech_in(&to) ? 1 : 0;
    const struct command *c = command_find(words_at(&to, 0));
    if (n && c && names_somebody(c)) {
        const char *whom = words_at(&to, strcmp(words_at(&to, 1), "to") ? 1 : 2);
        if (!*whom || *whom == '$')
            n += strcmp(words_at(line, 1), "to") ? 1 : 2;
    }
    words_fini(&to);
    return n;
}

char *erase_silence_short(const struct erase *e, const char *line, const char *alias)
{
    assert(line && alias);
    struct words words;
    words_init(&words);
    words_set(&words, line);
    const char *whole = words_rest(&words, 0);
    size_t n = *alias == '$' ? 1 : words_before_speech(&words, alias);
    const char *rest = n && n < words.count ? words_rest(&words, n) : whole + strlen(whole);
    return silence_from(e, &words, rest, *alias == '$');
}
