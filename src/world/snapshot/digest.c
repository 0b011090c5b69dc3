// Mixes each location with its contents, in order, and adds up the locations, so that the order of
// slots does not matter. Reads everything without the checker, as nothing runs.
#include "world/snapshot/digest.h"

#include "lock/raw.h"
#include "util/doc.h"
#include "util/hash.h"
#include "world/attr/text.h"
#include "world/world_priv.h"

#include <assert.h>
#include <string.h>

static uint64_t digest_mix(uint64_t hash, uint64_t value)
{
    hash ^= value + 0x9e3779b97f4a7c15u + (hash << 6) + (hash >> 2);
    hash *= 0xbf58476d1ce4e5b9u;
    return hash ^ hash >> 29;
}

static uint64_t digest_mix_text(uint64_t hash, const char *text)
{
    for (; *text; text++)
        hash = digest_mix(hash, (unsigned char)*text);
    return digest_mix(hash, 0);
}

uint64_t world_digest_node(uint64_t hash, const struct doc_node *n)
{
    hash = digest_mix(hash, n->kind);
    if (n->key)
        hash = digest_mix_text(hash, n->key);
    if (n->kind == DOC_STRING)
        return digest_mix_text(hash, n->string.text);
    if (n->kind == DOC_INT)
        return digest_mix(hash, (uint64_t)n->integer);
    if (n->kind == DOC_BOOL)
        return digest_mix(hash, n->boolean);
    if (n->kind == DOC_ARRAY || n->kind == DOC_OBJECT)
        doc_foreach (child, n)
            hash = world_digest_node(hash, child);
    return hash;
}

// As world_digest_node, with whole texts at once: the journal keeps that digest, and this one only
// snapshots of the same program.
static uint64_t mix_node(uint64_t hash, const struct doc_node *n)
{
    hash = hash_word(hash, n->kind);
    if (n->key)
        hash = hash_text(n->key, hash);
    if (n->kind == DOC_STRING)
        return hash_bytes(n->string.text, n->string.length, hash);
    if (n->kind == DOC_INT)
        return hash_word(hash, (uint64_t)n->integer);
    if (n->kind == DOC_BOOL)
        return hash_word(hash, n->boolean);
    if (n->kind == DOC_ARRAY || n->kind == DOC_OBJECT) {
        hash = hash_word(hash, n->list.count);
        doc_foreach (child, n)
            hash = mix_node(hash, child);
    }
    return hash;
}

// The document is empty, and is so again afterwards.
static uint64_t mix_attributes(uint64_t hash, struct thing *t, struct doc *d)
{
    attr_set_foreach (id, &t->has) {
        const struct attr_kind *kind = attr_kind((enum attr_id)id);
        const void *value = thing_attr(t, (enum attr_id)id);
        if (!(attr_flags(id) & ATTR_SAVED) || !kind->encode)
            continue;
        hash = hash_word(hash, id);
        if (kind->encode == text_encode) {
            hash = hash_text(text_peek(value), hash);
            continue;
        }
        struct doc_node *n = kind->encode(value, d);
        if (n)
            hash = mix_node(hash, n);
        doc_clear(d);
    }
    return hash;
}

static uint64_t mix_thing(uint64_t hash, struct thing *t, struct doc *d, int depth)
{
    hash = hash_text(thing_label(t), hash);
    hash = hash_text(t->refname, hash);
    hash = hash_word(hash, t->flags);
    hash = mix_attributes(hash, t, d);
    for (int list = 0; list < INVENTORY_LISTS && depth < PLACE_DEPTH_MAX; list++) {
        hash = hash_word(hash, (uint64_t)list + 1000);
        for (struct thing *c = inventory_peek(t, (enum inventory_list)list); c; c = c->next)
            hash = mix_thing(hash, c, d, depth + 1);
    }
    return hash;
}

uint64_t world_digest_part(struct world *w, uint32_t first, uint32_t end)
{
    assert(first <= end && end <= world_slots(w));
    uint64_t sum = 0;
    struct doc *d = doc_new("digest");
    raw_own(1); // no locks are needed, as nothing runs
    for (uint32_t i = first; i < end; i++) {
        struct thing *t = world_slot(w, i);
        if (place_is_root(&t->place))
            sum += mix_thing(1, t, d, 0);
    }
    raw_own(-1);
    doc_free(d);
    return sum;
}

uint64_t world_digest(struct world *w)
{
    return world_digest_part(w, 1, world_slots(w));
}
