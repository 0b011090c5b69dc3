// Parts that several kinds of record share: refs, names, keywords, flags, details.
#include "tools/import/circle_out.h"

#include <assert.h>
#include <string.h>

#include "tools/import/circle_flow.h"
#include "tools/import/circle_text.h"
#include "util/buf.h"
#include "util/map.h"

enum { WORD_MOST = 60 }; // longest alias of docs/zones.md's loader

struct doc_node *circle_out_ref(struct circle_out *x, char letter, const struct circle_record *to)
{
    assert(to->zone && (letter == 'r' || letter == 'm' || letter == 'o'));
    struct buf ref = BUF_INIT;
    if (to->zone != x->zone)
        buf_addf(&ref, "z%lld:", (long long)to->zone->record.vnum);
    buf_addf(&ref, "%c%lld", letter, (long long)to->vnum);
    struct doc_node *n = doc_string(x->d, buf_str(&ref));
    buf_fini(&ref);
    return n;
}

void circle_out_put_string(struct circle_out *x, struct doc_node *n, const char *key,
                           const char *text)
{
    assert(n && key);
    if (text && *text)
        doc_put(x->d, n, key, doc_string(x->d, text));
}

void circle_out_put_int(struct circle_out *x, struct doc_node *n, const char *key, int64_t value)
{
    assert(n && key);
    doc_put(x->d, n, key, doc_int(x->d, value));
}

void circle_out_put_true(struct circle_out *x, struct doc_node *n, const char *key)
{
    doc_put(x->d, n, key, doc_bool(x->d, true));
}

void circle_out_put_flow(struct circle_out *x, struct doc_node *n, const char *key,
                         const char *text)
{
    struct buf out = BUF_INIT;
    circle_flow(&out, text);
    circle_out_put_string(x, n, key, buf_str(&out));
    buf_fini(&out);
}

void circle_out_put_name(struct circle_out *x, struct doc_node *n, struct circle_at at,
                         const char *name, const char *otherwise)
{
    assert(*otherwise);
    struct buf out = BUF_INIT;
    circle_text_line(&out, name);
    if (!out.len) {
        circle_report_note(x->report, at, "it has no name; called \"%s\"", otherwise);
        buf_adds(&out, otherwise);
    }
    circle_out_put_string(x, n, "name", buf_str(&out));
    buf_fini(&out);
}

bool circle_out_put_words(struct circle_out *x, struct doc_node *n, const char *key,
                          const char *words)
{
    struct doc_node *list = doc_array(x->d);
    struct map *seen = map_new();
    struct buf word = BUF_INIT;
    while (circle_text_keyword(&words, &word)) {
        if (word.len > WORD_MOST || map_has(seen, word.data))
            continue;
        map_put(seen, word.data, NULL);
        doc_append(list, doc_string(x->d, word.data));
    }
    buf_fini(&word);
    map_free(seen);
    circle_out_put_list(x->d, n, key, list);
    return list->list.count > 0;
}

void circle_out_put_aliases(struct circle_out *x, struct doc_node *n, const char *keywords,
                            const char *name)
{
    static const char *const fillers[] = {"a", "an", "the", "of", "some", "and", "in", "with"};
    if (circle_out_put_words(x, n, "aliases", keywords))
        return;
    struct buf words = BUF_INIT, word = BUF_INIT;
    while (circle_text_keyword(&name, &word)) {
        bool filler = false;
        for (size_t i = 0; i < sizeof(fillers) / sizeof(fillers[0]); i++)
            filler |= !strcmp(word.data, fillers[i]);
        if (!filler)
            buf_addf(&words, "%s ", word.data);
    }
    circle_out_put_words(x, n, "aliases", buf_str(&words));
    buf_fini(&word);
    buf_fini(&words);
}

void circle_out_put_list(struct doc *d, struct doc_node *n, const char *key, struct doc_node *list)
{
    assert(key);
    if (list->list.count)
        doc_put(d, n, key, list);
}

void circle_out_put_flags(struct circle_out *x, struct doc_node *n, const char *key,
                          enum circle_names table, const struct circle_bits *bits)
{
    assert(table < CIRCLE_NAME_TABLES && bits);
    struct doc_node *list = doc_array(x->d);
    int most = bits->words > 1 ? 32 * bits->words : 64;
    for (int bit = 0; bit < most; bit++) {
        if (!circle_world_bit(bits, bit))
            continue;
        const char *name = circle_names_bit(table, bits, bit);
        if (name) {
            doc_append(list, doc_string(x->d, name));
            continue;
        }
        struct buf number = BUF_INIT;
        buf_addf(&number, "bit_%d", bit);
        doc_append(list, doc_string(x->d, buf_str(&number)));
        buf_fini(&number);
    }
    circle_out_put_list(x->d, n, key, list);
}

void circle_out_put_named(struct circle_out *x, struct doc_node *n, const char *key,
                          enum circle_names table, int64_t number)
{
    assert(table < CIRCLE_NAME_TABLES);
    const char *name = circle_names_get(table, number);
    if (name)
        circle_out_put_string(x, n, key, name);
    else
        circle_out_put_int(x, n, key, number);
}

void circle_out_put_triggers(struct circle_out *x, struct doc_node *n,
                             const struct circle_numbers *triggers)
{
    struct doc_node *list = doc_array(x->d);
    for (const struct circle_number *t = triggers->first; t; t = t->next) {
        if (!circle_world_trigger(x->world, t->value))
            circle_report_note(x->report, t->at, "trigger %lld does not exist",
                               (long long)t->value);
        doc_append(list, doc_int(x->d, t->value));
    }
    circle_out_put_list(x->d, n, "triggers", list);
}

static void put_other_words(const char *keywords, const char *but, struct buf *out)
{
    struct buf word = BUF_INIT;
    while (circle_text_keyword(&keywords, &word))
        if (!circle_text_has_keyword(but, word.data))
            buf_addf(out, "%s ", word.data);
    buf_fini(&word);
}

// Collects the keywords of the doors of `room` that hide this text; empty when none does.
static void add_hiding(const struct circle_room *room, const char *keywords, struct buf *words)
{
    for (int d = 0; room && d < CIRCLE_DIRECTIONS; d++) {
        const struct circle_exit *e = room->exits[d];
        if (e && e->carried && circle_out_hides(e, keywords))
            buf_addf(words, "%s ", *e->keywords ? e->keywords : "door");
    }
}

void circle_out_put_details(struct circle_out *x, struct doc_node *details,
                            const struct circle_extras *extras, const struct circle_extra *but,
                            const char *but_words, const struct circle_room *room)
{
    assert(extras && but_words);
    struct circle_count *count = &x->report->counts[CIRCLE_EXTRA];
    struct buf words = BUF_INIT, text = BUF_INIT, hiding = BUF_INIT;
    for (const struct circle_extra *e = extras->first; e; e = e->next) {
        struct doc_node *n = doc_object(x->d);
        buf_clear(&words);
        buf_clear(&text);
        buf_clear(&hiding);
        circle_flow(&text, e->text);
        if (e == but)
            buf_adds(&hiding, but_words);
        else if (text.len)
            add_hiding(room, e->keywords, &hiding);
        put_other_words(e->keywords, buf_str(&hiding), &words);
        bool named = circle_out_put_words(x, n, "keywords", buf_str(&words));
        if (!hiding.len && (!named || !text.len)) {
            circle_report_lost(x->report, CIRCLE_EXTRA, e->at, "an extra description without %s",
                               named ? "text" : "keywords");
            continue;
        }
        count->written++;
        if (!named)
            continue;
        circle_out_put_string(x, n, "text", buf_str(&text));
        doc_append(details, n);
    }
    buf_fini(&hiding);
    buf_fini(&text);
    buf_fini(&words);
}
