// Converts records to bytes and back. Everything that comes from a file is bounds-checked before it
// is used.
#include "journal/record.h"

#include "util/mem.h"

#include <assert.h>
#include <endian.h>
#include <string.h>
#include <xxhash.h>

// The buffer has room: record_encode has reserved it.
static void record_put(struct buf *b, uint64_t n, size_t bytes)
{
    assert(bytes <= sizeof(n) && b->len + bytes <= b->cap);
    n = htole64(n);
    memcpy(b->data + b->len, &n, bytes);
    b->len += bytes;
}

static uint64_t record_get(const unsigned char *p, size_t bytes)
{
    uint64_t n = 0;
    for (size_t i = 0; i < bytes; i++)
        n |= (uint64_t)p[i] << 8 * i;
    return n;
}

uint64_t record_digest(const void *bytes, size_t n, uint64_t seed)
{
    return XXH3_64bits_withSeed(bytes, n, seed);
}

enum { NOT_KEPT = 255 }; // in place of the number of changes: they were not kept

void record_change_put(unsigned char *at, const struct record_change *c)
{
    at[0] = c->what;
    for (size_t i = 0; i < 2; i++)
        at[1 + i] = (unsigned char)(c->identity >> 8 * i);
    for (size_t i = 0; i < 4; i++)
        at[3 + i] = (unsigned char)(c->value >> 8 * i);
}

struct record_change record_change_at(const struct record *r, size_t i)
{
    assert(r->changes && i < r->change_count);
    const unsigned char *p = r->changes + i * RECORD_CHANGE_SIZE;
    return (struct record_change){p[0], (uint16_t)record_get(p + 1, 2),
                                  (uint32_t)record_get(p + 3, 4)};
}

static void encode_changes(struct buf *out, const struct record *r)
{
    size_t count = r->change_count < RECORD_CHANGES_MAX ? r->change_count : RECORD_CHANGES_MAX;
    record_put(out, r->changes ? count : NOT_KEPT, 1);
    if (r->changes)
        buf_add(out, r->changes, count * RECORD_CHANGE_SIZE);
}

static size_t record_length_of(const char *text)
{
    return text ? strlen(text) : 0;
}

void record_encode(struct buf *out, const struct record *r)
{
    size_t start = out->len;
    size_t name = record_length_of(r->name), text = record_length_of(r->text),
           more = record_length_of(r->more);
    size_t locks = r->lock_count < RECORD_LOCKS_MAX ? r->lock_count : RECORD_LOCKS_MAX;
    assert(name <= UINT8_MAX); // its length is one byte of the record
    buf_reserve(out, RECORD_HEAD + 4 * locks + name + text + more + 3);
    record_put(out, 0, 4); // room for the checksum
    record_put(out, RECORD_VERSION, 1);
    record_put(out, r->kind, 1);
    record_put(out, locks, 1);
    record_put(out, name, 1);
    record_put(out, r->number, 8);
    record_put(out, (uint64_t)r->clock, 8);
    record_put(out, r->origin, 8);
    record_put(out, r->ordinal, 4);
    record_put(out, r->outbox, 4);
    record_put(out, (uint64_t)r->param, 8);
    record_put(out, r->output, 8);
    record_put(out, r->state, 8);
    record_put(out, text, 4);
    record_put(out, more, 4);
    for (size_t i = 0; i < locks; i++)
        record_put(out, r->locks[i], 4);
    encode_changes(out, r);
    buf_add(out, r->name ? r->name : "", name + 1);
    buf_add(out, r->text ? r->text : "", text + 1);
    buf_add(out, r->more ? r->more : "", more + 1);
    uint64_t crc = record_digest(out->data + start + 4, out->len - start - 4, 0);
    for (size_t i = 0; i < 4; i++)
        out->data[start + i] = (char)(crc >> 8 * i);
}

static int damaged(const char **why, const char *what)
{
    *why = what;
    return RECORD_DAMAGED;
}

// How many bytes the changes take; 0 when there cannot be so many. Version 1 has none.
static size_t changes_size(const unsigned char *p, size_t n, size_t at)
{
    if (at >= n || (p[at] > RECORD_CHANGES_MAX && p[at] != NOT_KEPT))
        return 0;
    return 1 + (p[at] == NOT_KEPT ? 0 : (size_t)p[at] * RECORD_CHANGE_SIZE);
}

static void take_changes(const unsigned char *p, struct record *r)
{
    if (*p == NOT_KEPT)
        return;
    r->changes = p + 1;
    r->change_count = *p;
}

int record_decode(const void *bytes, size_t n, struct record *r, uint32_t *locks, const char **why)
{
    assert(bytes && locks && why);
    const unsigned char *p = bytes;
    *r = (struct record){0};
    if (n < RECORD_HEAD + 3)
        return damaged(why, "shorter than a record can be");
    if ((uint32_t)record_digest(p + 4, n - 4, 0) != record_get(p, 4))
        return damaged(why, "its checksum is not that of its bytes");
    if (!p[4] || p[4] > RECORD_VERSION)
        return damaged(why, "a version that this program does not know, expected 1 or 2");
    if (!p[5] || p[5] >= RECORD_KINDS)
        return damaged(why, "a kind of event that this program does not know");
    r->kind = (enum record_kind)p[5];
    r->lock_count = p[6];
    size_t name = p[7];
    r->number = record_get(p + 8, 8);
    r->clock = (int64_t)record_get(p + 16, 8);
    r->origin = record_get(p + 24, 8);
    r->ordinal = (uint32_t)record_get(p + 32, 4);
    r->outbox = (uint32_t)record_get(p + 36, 4);
    r->param = (int64_t)record_get(p + 40, 8);
    r->output = record_get(p + 48, 8);
    r->state = record_get(p + 56, 8);
    size_t text = record_get(p + 64, 4), more = record_get(p + 68, 4);
    size_t at = RECORD_HEAD, after = at + 4 * r->lock_count;
    size_t changes = p[4] > 1 ? changes_size(p, n, after) : 0;
    size_t need = after + changes + name + text + more + 3;
    if (p[4] > 1 && !changes)
        return damaged(why, "more changes than there can be");
    if (text > RECORD_TEXT_MAX || more > RECORD_TEXT_MAX || n != need)
        return damaged(why, "lengths that do not add up");
    for (size_t i = 0; i < r->lock_count; i++, at += 4)
        locks[i] = (uint32_t)record_get(p + at, 4);
    r->locks = locks;
    if (changes)
        take_changes(p + at, r);
    at += changes;
    r->name = (const char *)p + at;
    r->text = r->name + name + 1;
    r->more = r->text + text + 1;
    if (r->name[name] || r->text[text] || r->more[more] || strlen(r->name) != name ||
        strlen(r->text) != text || strlen(r->more) != more)
        return damaged(why, "a text that does not end where it should");
    return 0;
}

void *record_copy(struct record *to, const struct record *from)
{
    assert(from->name && from->text && from->more);
    size_t locks = from->lock_count * sizeof(*from->locks);
    size_t changes = from->changes ? from->change_count * RECORD_CHANGE_SIZE : 0;
    size_t name = strlen(from->name) + 1, text = strlen(from->text) + 1;
    size_t more = strlen(from->more) + 1;
    char *all = mem_alloc(locks + changes + name + text + more), *at = all;
    *to = *from;
    to->locks = memcpy(at, from->locks ? from->locks : (const uint32_t *)all, locks);
    at += locks;
    if (from->changes)
        to->changes = memcpy(at, from->changes, changes);
    at += changes;
    to->name = memcpy(at, from->name, name);
    to->text = memcpy(at + name, from->text, text);
    to->more = memcpy(at + name + text, from->more, more);
    return all;
}

const char *record_kind_name(enum record_kind kind)
{
    static const char *const names[RECORD_KINDS] = {
        [RECORD_LINE] = "line",     [RECORD_ENTER] = "enter",   [RECORD_LINKDEAD] = "linkdead",
        [RECORD_ATTACH] = "attach", [RECORD_LEAVE] = "leave",   [RECORD_SAVE] = "save",
        [RECORD_TIMER] = "timer",   [RECORD_SCRIPT] = "script", [RECORD_ZONE] = "zone",
        [RECORD_VOID] = "void",     [RECORD_RIGHTS] = "rights"};
    return kind < RECORD_KINDS && names[kind] ? names[kind] : "?";
}

bool record_is_players(enum record_kind kind)
{
    return kind < RECORD_TIMER || kind == RECORD_RIGHTS;
}
