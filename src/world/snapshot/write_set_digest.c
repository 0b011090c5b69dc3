// Digests of changes, taken at the end of a command while its locks are held. No pointer, slot or
// clock goes into them, and digests of values that commands change all the time allocate nothing.
// On workers.
#include "world/snapshot/write_set_digest.h"

#include "lock/raw.h"
#include "util/buf.h"
#include "util/doc.h"
#include "util/hash.h"
#include "world/snapshot/digest.h"
#include "world/world_priv.h"

#include <assert.h>

enum { VALUE_SHOWN = 200 };

uint16_t write_set_digest_identity_of(const char *label, const char *refname)
{
    assert(label && refname);
    uint64_t hash = hash_text(label, hash_text(refname, 0));
    return (uint16_t)(hash ? hash % UINT16_MAX + 1 : 1);
}

uint16_t write_set_digest_identity(struct thing *t)
{
    uint16_t known = atomic_load_explicit(&t->identity, memory_order_relaxed);
    if (known)
        return known;
    known = write_set_digest_identity_of(thing_label(t), t->refname);
    atomic_store_explicit(&t->identity, known, memory_order_relaxed);
    return known;
}

static uint64_t inside_hash(uint16_t identity, enum inventory_list list)
{
    return hash_word(hash_word(2, identity), list);
}

static uint32_t short_value(uint64_t hash, unsigned what)
{
    hash = hash_word(hash, what);
    return (uint32_t)(hash ^ hash >> 32);
}

uint32_t write_set_digest_inside(uint16_t identity, enum inventory_list list)
{
    assert((unsigned)list < INVENTORY_LISTS);
    return short_value(inside_hash(identity, list), WRITE_SET_MOVED);
}

static uint64_t location_hash(struct thing *t)
{
    uint64_t where = place_peek(&t->place);
    struct place *in = place_container(where);
    if (place_kind(where) != PLACE_PLACED || in == &t->place)
        return hash_word(1, place_kind(where)); // tokens differ in every run
    return inside_hash(write_set_digest_identity((struct thing *)in), (enum inventory_list)t->list);
}

static uint64_t attribute_hash(struct thing *t, enum attr_id id)
{
    const void *value = thing_attr(t, id);
    const struct attr_kind *kind = attr_kind(id);
    if (!value)
        return 0;
    if (kind->digest)
        return kind->digest(value);
    if (!kind->encode)
        return 1;
    struct doc *d = doc_new("change");
    const struct doc_node *n = kind->encode(value, d);
    uint64_t hash = n ? world_digest_node(1, n) : 1;
    doc_free(d);
    return hash;
}

uint64_t write_set_digest_value_of(struct place *p, unsigned attr)
{
    raw_own(1); // the checker calls this for a task that may read the value
    uint64_t hash = attribute_hash((struct thing *)p, (enum attr_id)attr);
    raw_own(-1);
    return hash;
}

static uint32_t current_value_digest(struct thing *t, unsigned what)
{
    uint64_t hash = 0;
    if (what < ATTR_COUNT)
        hash = attribute_hash(t, (enum attr_id)what);
    else if (what == WRITE_SET_MOVED)
        hash = location_hash(t);
    else if (what == WRITE_SET_LISTED)
        hash = hash_word(3, t->list);
    return short_value(hash, what);
}

static struct write_set_digest_entry digest_one_entry(const struct write_set_entry *e)
{
    struct thing *t = (struct thing *)e->place;
    if (!t)
        return (struct write_set_digest_entry){.what = e->what, .identity = e->identity};
    return (struct write_set_digest_entry){e->what, write_set_digest_identity(t),
                                           current_value_digest(t, e->what)};
}

static struct write_set_digest_entry folded(const struct write_set *c, size_t from)
{
    uint64_t hash = c->over;
    for (size_t i = from; i < c->count; i++) {
        struct write_set_digest_entry n = digest_one_entry(&c->list[i]);
        hash = hash_word(hash, (uint64_t)n.what << 48 | (uint64_t)n.identity << 32 | n.value);
    }
    return (struct write_set_digest_entry){.what = WRITE_SET_MORE, .value = (uint32_t)hash};
}

size_t write_set_digest(const struct write_set *c, struct write_set_digest_entry *out, size_t max)
{
    assert(max);
    bool all = c->count <= max;
    size_t plain = all ? c->count : max - 1;
    for (size_t i = 0; i < c->count; i++)
        if (c->list[i].place)
            hooks_field(c->list[i].place, false, "write down the change of", SITE);
    raw_own(1); // the checker has seen each of these changes
    for (size_t i = 0; i < plain; i++)
        out[i] = digest_one_entry(&c->list[i]);
    if (!all)
        out[plain] = folded(c, plain);
    raw_own(-1);
    return all ? plain : max;
}

void write_set_digest_end(struct thing *t)
{
    struct lockset *ls = lockset_current();
    if (ls && ls->write_set)
        write_set_ended(ls->write_set, &t->place, thing_label(t), write_set_digest_identity(t));
}

const char *write_set_digest_name(unsigned what)
{
    switch (what) {
    case WRITE_SET_LISTED:
        return "list";
    case WRITE_SET_MOVED:
        return "location";
    case WRITE_SET_SHARED_STATE:
        return "register";
    case WRITE_SET_ENDED:
        return "end";
    case WRITE_SET_MORE:
        return "others";
    default:
        return attr_name(what);
    }
}

static struct thing *find_identity_inside(struct thing *in, uint16_t identity, int depth)
{
    if (write_set_digest_identity(in) == identity)
        return in;
    for (int list = 0; list < INVENTORY_LISTS && depth < PLACE_DEPTH_MAX; list++)
        for (struct thing *t = inventory_peek(in, (enum inventory_list)list); t; t = t->next) {
            struct thing *found = find_identity_inside(t, identity, depth + 1);
            if (found)
                return found;
        }
    return NULL;
}

struct thing *write_set_digest_find(struct thing *in, uint16_t identity)
{
    assert(identity);
    raw_own(1);
    struct thing *found = find_identity_inside(in, identity, 0);
    raw_own(-1);
    return found;
}

static void write_location(struct buf *b, struct thing *t)
{
    uint64_t where = place_peek(&t->place);
    struct place *in = place_container(where);
    if (place_kind(where) == PLACE_PLACED && in != &t->place)
        buf_addf(b, "in \"%s\"", thing_label((struct thing *)in));
    else if (place_kind(where) != PLACE_PLACED)
        buf_adds(b, "in nothing");
}

void write_set_digest_write_thing(struct buf *b, const struct write_set_entry *e)
{
    struct thing *t = (struct thing *)e->place;
    buf_addf(b, "\"%s\"", t ? thing_label(t) : e->label ? e->label : "?");
    if (!t)
        return;
    struct tref ref = thing_ref(t);
    buf_addf(b, " (#%ug%u%s%s) ", ref.index, ref.generation, *t->refname ? ", " : "", t->refname);
    write_location(b, t);
    if (b->data[b->len - 1] == ' ')
        buf_truncate(b, b->len - 1);
}

static void write_node(struct buf *b, const struct doc_node *n)
{
    const char *between = "";
    if (n->key)
        buf_addf(b, "\"%s\":", n->key);
    if (n->kind == DOC_STRING)
        buf_addf(b, "\"%s\"", n->string.text);
    else if (n->kind == DOC_INT)
        buf_addf(b, "%lld", (long long)n->integer);
    else if (n->kind == DOC_BOOL)
        buf_adds(b, n->boolean ? "true" : "false");
    else if (n->kind == DOC_OBJECT || n->kind == DOC_ARRAY) {
        buf_addc(b, n->kind == DOC_OBJECT ? '{' : '[');
        doc_foreach (child, n) {
            buf_adds(b, between);
            write_node(b, child);
            between = ",";
        }
        buf_addc(b, n->kind == DOC_OBJECT ? '}' : ']');
    } else
        buf_adds(b, "null");
}

static void write_attribute(struct buf *b, struct thing *t, enum attr_id id)
{
    const void *value = thing_attr(t, id);
    const struct attr_kind *kind = attr_kind(id);
    if (!value) {
        buf_adds(b, "none");
        return;
    }
    size_t from = b->len;
    struct doc *d = doc_new("change");
    const struct doc_node *n = kind->encode ? kind->encode(value, d) : NULL;
    if (n)
        write_node(b, n);
    doc_free(d);
    if (b->len - from <= VALUE_SHOWN)
        return;
    size_t end = from + VALUE_SHOWN;
    while (end > from && ((unsigned char)b->data[end] & 0xc0) == 0x80)
        end--;
    buf_truncate(b, end);
    buf_adds(b, "\u2026");
}

void write_set_digest_write_value(struct buf *b, const struct write_set_entry *e)
{
    static const char *const lists[] = {"among players", "among things", "scenery", "out of play",
                                        "in no list"};
    struct thing *t = (struct thing *)e->place;
    raw_own(1);
    if (!t)
        buf_adds(b, "ended");
    else if (e->what < ATTR_COUNT)
        write_attribute(b, t, (enum attr_id)e->what);
    else if (e->what == WRITE_SET_LISTED || e->what == WRITE_SET_MOVED)
        buf_adds(b, lists[t->list < INVENTORY_LISTS ? t->list : INVENTORY_LISTS]);
    else
        buf_adds(b, "written to");
    raw_own(-1);
}
