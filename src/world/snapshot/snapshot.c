// Writes the things in play. Of a built thing only the differences from how it was built are
// written, of a copy those from its prototype, so that a snapshot is small; a player is written
// whole. Prototypes change only in their number of copies. One thread, while nothing runs;
// everything is read without the checker.
#include "world/snapshot/snapshot.h"

#include "lock/raw.h"
#include "util/buf.h"
#include "util/doc.h"
#include "util/mem.h"
#include "util/pack.h"
#include "world/roster.h"
#include "world/snapshot/snapshot_priv.h"

#include <assert.h>

// The attributes that do not follow from the prototype or from how the thing was built.
static struct attr_set to_write(const struct thing *t)
{
    const struct thing *p = t->prototype;
    struct attr_set s = t->has;
    for (unsigned i = 0; i < ATTR_WORDS; i++) {
        if (snapshot_is_built(t))
            s.word[i] &= t->changed.word[i];
        else if (p)
            s.word[i] &= ~(p->has.word[i] & ~p->changed.word[i] & ~t->changed.word[i]);
    }
    return s;
}

// The document is empty, and is so again afterwards.
static void write_values(struct thing *t, const struct attr_set *which, struct buf *out,
                         struct doc *d)
{
    attr_set_foreach (id, which) {
        const struct attr_kind *kind = attr_kind((enum attr_id)id);
        const void *value = thing_attr(t, (enum attr_id)id);
        struct doc_node *n = kind->snapshot ? kind->snapshot(value, d)
                             : kind->encode ? kind->encode(value, d)
                                            : NULL;
        pack_doc(out, n ? n : doc_null(d));
        doc_clear(d);
    }
}

// Written as pack_uint writes a number of as many bits as there are kinds: seven to a byte, the
// lowest first.
static void write_set(const struct attr_set *s, struct buf *out)
{
    unsigned end = 0, from = 0;
    attr_set_foreach (id, s)
        end = id + 1;
    do {
        unsigned char byte = 0;
        for (unsigned i = 0; i < 7 && from < end; i++, from++)
            byte |= (unsigned char)(attr_set_has(s, from) << i);
        buf_addc(out, (char)(from < end ? byte | 0x80 : byte));
    } while (from < end);
}

static void write_thing(struct thing *t, struct buf *out, struct doc *d)
{
    struct attr_set written = to_write(t);
    const struct thing *p = snapshot_is_built(t) ? NULL : t->prototype;
    bool named = attr_set_has(&written, ATTR_NAME) || (!snapshot_is_built(t) && !p);
    pack_uint(out, t->place.index);
    pack_uint(out, t->flags);
    write_set(&t->has, out);
    write_set(&t->changed, out);
    write_set(&written, out);
    pack_uint(out, p ? p->place.index : 0);
    pack_uint(out, t->origin ? t->origin->place.index : 0);
    pack_text(out, named ? thing_label(t) : "");
    write_values(t, &written, out, d);
}

static size_t list_length(struct thing *first)
{
    size_t n = 0;
    for (; first; first = first->next)
        n++;
    return n;
}

static void write_contents(struct thing *t, struct buf *out)
{
    size_t players = list_length(inventory_peek(t, INVENTORY_PLAYERS));
    if (!inventory_any(t))
        return;
    pack_uint(out, t->place.index);
    for (int list = 0; list < INVENTORY_LISTS; list++) {
        struct thing *first = inventory_peek(t, (enum inventory_list)list);
        pack_uint(out, list_length(first));
        for (; first; first = first->next)
            pack_uint(out, first->place.index);
    }
    for (size_t i = 0; i < players; i++)
        pack_uint(out, inventory_audience_peek(t, i)->place.index);
}

// A section: its length, so that it can be skipped, and its content.
static void close_section(struct buf *section, struct buf *out)
{
    pack_uint(out, section->len);
    buf_add(out, section->data ? section->data : "", section->len);
    buf_clear(section);
}

static void write_roster(struct world *w, struct buf *out)
{
    size_t n;
    const struct roster_entry *list = roster_peek(world_roster_peek(w), &n);
    for (size_t i = 0; i < n; i++) {
        pack_uint(out, list[i].player->place.index);
        pack_text(out, list[i].name);
    }
}

size_t snapshot_players(struct world *w)
{
    size_t n;
    roster_peek(world_roster_peek(w), &n);
    return n;
}

void snapshot_write(struct world *w, struct buf *out)
{
    assert(out);
    hooks_quiet(true, "write down");
    struct buf things = BUF_INIT, contents = BUF_INIT, populations = BUF_INIT, roster = BUF_INIT;
    struct doc *d = doc_new("snapshot");
    raw_own(1);
    for (uint32_t i = 1; i < world_slots(w); i++) {
        struct thing *t = world_slot(w, i);
        if (t->population) {
            pack_uint(&populations, i);
            pack_uint(&populations, t->population);
        }
        if (!snapshot_in_play(t))
            continue;
        write_thing(t, &things, d);
        write_contents(t, &contents);
    }
    write_roster(w, &roster);
    doc_free(d);
    raw_own(-1);
    pack_uint(out, SNAPSHOT_VERSION);
    close_section(&things, out);
    close_section(&contents, out);
    close_section(&populations, out);
    close_section(&roster, out);
    buf_fini(&things);
    buf_fini(&contents);
    buf_fini(&populations);
    buf_fini(&roster);
}
