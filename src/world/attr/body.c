// BODY: which slots a creature has, and which of them are taken by what it carries. The only state
// is the WORN of the things: free slots are counted each time. Under the lock rules.
#include "world/attr/body.h"

#include "util/doc.h"
#include "util/mem.h"
#include "world/attr/attr_rows.h"
#include "world/attr/slots.h"
#include "world/attr/wordlist.h"
#include "world/inventory.h"
#include "world/thing.h"
#include "world/world.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SLOT_MOST = 100 };

struct body {
    struct attr_shared shared;
    struct wordlist *slots;
    uint8_t counts[];
};

static const enum attr_id ids[BODY_USES] = {ATTR_HOLDABLE, ATTR_WEARABLE, ATTR_WIELDABLE};

const char *const *body_slots_at(struct thing *item, enum body_use use, const struct site *at)
{
    assert((unsigned)use < BODY_USES);
    static const char *const hand[] = {"hand", NULL};
    const struct wordlist *l = attr_get_at(item, ids[use], at);
    if (l)
        return l->count ? l->words : NULL;
    return use == BODY_HOLD && !thing_is_creature(item) ? hand : NULL;
}

int body_count_at(struct thing *creature, const char *slot, const struct site *at)
{
    const struct body *b = attr_get_at(creature, ATTR_BODY, at);
    struct thing *template = world_player_template(thing_world(creature));
    if (!b && template && thing_is_creature(creature))
        b = attr_get_at(template, ATTR_BODY, at);
    for (size_t i = 0; b && i < b->slots->count; i++)
        if (!strcmp(b->slots->words[i], slot))
            return b->counts[i];
    return 0;
}

static int times(const char *const *slots, const char *slot)
{
    int n = 0;
    for (; slots && *slots; slots++)
        n += !strcmp(*slots, slot);
    return n;
}

// The number of slots of that kind that are taken, and the last thing that takes one.
static int body_taken(struct thing *creature, const char *slot, struct thing **by,
                      const struct site *at)
{
    int n = 0;
    for (struct thing *t = inventory_first_at(creature, INVENTORY_THINGS, at); t;
         t = inventory_next(t)) {
        enum body_use use;
        if (!body_used_at(t, &use, at))
            continue;
        int here = times(body_slots_at(t, use, at), slot);
        if (here && by)
            *by = t;
        n += here;
    }
    return n;
}

enum body_outcome body_use_at(struct thing *creature, struct thing *item, enum body_use use,
                              struct thing **by, const char **slot, const struct site *at)
{
    assert((unsigned)use < BODY_USES && creature != item);
    const char *const *slots = body_slots_at(item, use, at);
    if (!slots)
        return BODY_NOT_SUCH;
    for (const char *const *s = slots; *s; s++) {
        int wanted = times(slots, *s), has = body_count_at(creature, *s, at);
        *slot = *s;
        if (has < wanted)
            return BODY_NO_SLOT;
        if (has - body_taken(creature, *s, by, at) < wanted)
            return BODY_TAKEN;
    }
    attr_set_at(item, ATTR_WORN, (void *)((uintptr_t)use + 1), at);
    return BODY_DONE;
}

void body_unuse_at(struct thing *item, const struct site *at)
{
    if (attr_get_at(item, ATTR_WORN, at))
        attr_set_at(item, ATTR_WORN, NULL, at);
}

bool body_used_at(struct thing *item, enum body_use *use, const struct site *at)
{
    const void *value = attr_get_at(item, ATTR_WORN, at);
    if (value)
        *use = (enum body_use)((uintptr_t)value - 1);
    return value;
}

const char *body_use_name(enum body_use use)
{
    assert((unsigned)use < BODY_USES);
    static const char *const names[BODY_USES] = {"holding", "wearing", "wielding"};
    return names[use];
}

static void body_free(void *value)
{
    struct body *b = value;
    if (!attr_shared_last(b))
        return;
    wordlist_free(b->slots);
    free(b);
}

static void *body_decode(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    (void)t;
    if (!doc_want_kind(d->problems, d->doc, n, DOC_OBJECT))
        return NULL;
    struct body *b = attr_shared_new(sizeof(*b) + n->list.count);
    const char **slots = mem_calloc(n->list.count + 1, sizeof(*slots));
    size_t count = 0;
    doc_foreach (member, n) {
        int64_t has;
        if (!slots_valid(member->key))
            doc_error_key(d->problems, d->doc, member,
                          "bad slot \"%s\", expected letters a-z and _, at most 20", member->key);
        else if (doc_want_int(d->problems, d->doc, member, 0, SLOT_MOST, &has)) {
            slots[count] = member->key;
            b->counts[count++] = (uint8_t)has;
        }
    }
    b->slots = wordlist_new(slots, count, false);
    free(slots);
    return b;
}

static struct doc_node *body_encode(const void *value, struct doc *out)
{
    const struct body *b = value;
    struct doc_node *n = doc_object(out);
    for (size_t i = 0; i < b->slots->count; i++)
        doc_put(out, n, b->slots->words[i], doc_int(out, b->counts[i]));
    return n;
}

const struct attr_kind body_attr = {
    .copy = attr_shared_copy,
    .free = body_free,
    .decode = body_decode,
    .encode = body_encode,
};
