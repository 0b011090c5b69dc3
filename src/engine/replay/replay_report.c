// The words of a mismatch. The changes of an event are compared as bytes; only when they differ are
// the two lists compared entry by entry: by thing and attribute first, so that a different value is
// distinguished from a thing that was not changed. Of the recorded run only digests are known.
// Keeps nothing.
#include "engine/replay/replay_report.h"

#include "command/outcome.h"
#include "engine/dispatch_priv.h"
#include "journal/record.h"
#include "util/buf.h"
#include "world/snapshot/write_set_digest.h"
#include "world/world.h"
#include "world/zone.h"

#include <inttypes.h>
#include <string.h>

enum { REPORTED_MAX = 8 };

struct sides {
    const struct execution *execution;
    const struct record *then, *now;
    bool then_met[RECORD_CHANGES_MAX], now_told[RECORD_CHANGES_MAX];
    unsigned reported, left_out;
    struct buf text;
};

// Begins the next line; false when enough lines have been written.
static bool report_change(struct sides *s)
{
    if (s->reported == REPORTED_MAX) {
        s->left_out++;
        return false;
    }
    if (s->reported++)
        buf_adds(&s->text, "\n  ");
    return true;
}

static void write_what(struct buf *b, unsigned what)
{
    if (what < WRITE_SET_LISTED)
        buf_addf(b, "attribute %s", write_set_digest_name(what));
    else if (what == WRITE_SET_MORE)
        buf_adds(b, "one of the many others");
    else
        buf_addf(b, "the %s", write_set_digest_name(what));
}

static void write_now(struct sides *s, size_t i, const struct record_change *c)
{
    write_what(&s->text, c->what);
    if (c->what == WRITE_SET_MORE)
        return;
    buf_adds(&s->text, " of ");
    write_set_digest_write_thing(&s->text, &s->execution->write_set.list[i]);
}

static void write_value(struct sides *s, size_t i, const struct record_change *c)
{
    if (c->what == WRITE_SET_MORE)
        return;
    buf_adds(&s->text, ": ");
    write_set_digest_write_value(&s->text, &s->execution->write_set.list[i]);
}

// The same attribute of the same thing was changed, but to another value.
static void tell_other_value(struct sides *s, size_t then, size_t now)
{
    struct record_change was = record_change_at(s->then, then), is = record_change_at(s->now, now);
    if (!report_change(s))
        return;
    write_now(s, now, &is);
    buf_addf(&s->text, " had digest %08" PRIx32 " then, and has %08" PRIx32 " now", was.value,
             is.value);
    write_value(s, now, &is);
}

static void tell_new(struct sides *s, size_t now)
{
    struct record_change is = record_change_at(s->now, now);
    if (!report_change(s))
        return;
    if (is.what == WRITE_SET_ENDED) {
        write_set_digest_write_thing(&s->text, &s->execution->write_set.list[now]);
        buf_adds(&s->text, " ends now, and did not then");
        return;
    }
    buf_adds(&s->text, "changes ");
    write_now(s, now, &is);
    buf_adds(&s->text, " now, and did not then");
    write_value(s, now, &is);
}

// Finds a thing with that identity under the locks that the event holds; it may be elsewhere by
// now.
static struct thing *find_change(const struct sides *s, uint16_t identity)
{
    const struct lockset *ls = &s->execution->locks;
    for (size_t i = 0; i < ls->count; i++) {
        struct place *p = ls->entries[i].held ? ls->entries[i].lock->place : NULL;
        struct thing *t = p ? write_set_digest_find((struct thing *)p, identity) : NULL;
        if (t)
            return t;
    }
    return NULL;
}

// The label of the thing with that identity that this event ends; NULL when it ends none.
static const char *ended_label(const struct sides *s, uint16_t identity)
{
    for (size_t i = 0; identity && i < s->now->change_count; i++) {
        struct record_change is = record_change_at(s->now, i);
        if (is.what == WRITE_SET_ENDED && is.identity == identity)
            return s->execution->write_set.list[i].label;
    }
    return NULL;
}

static void report_missing_change(struct sides *s, size_t then)
{
    struct record_change was = record_change_at(s->then, then);
    if (!report_change(s))
        return;
    struct thing *t = was.identity ? find_change(s, was.identity) : NULL;
    struct write_set_entry e = {.place = t ? thing_place(t) : NULL,
                                .label = t ? NULL : ended_label(s, was.identity),
                                .what = was.what};
    if (was.what != WRITE_SET_ENDED) {
        buf_adds(&s->text, "changed ");
        write_what(&s->text, was.what);
        buf_adds(&s->text, " of ");
    }
    if (t || e.label)
        write_set_digest_write_thing(&s->text, &e);
    else
        buf_adds(&s->text, "something that is not here");
    if (was.what == WRITE_SET_ENDED) {
        buf_adds(&s->text, " ended then, and does not now");
        return;
    }
    buf_addf(&s->text, " then (digest %08" PRIx32 "), and does not now", was.value);
    if (!t || was.what >= WRITE_SET_LISTED)
        return;
    buf_adds(&s->text, ": ");
    write_set_digest_write_value(&s->text, &e);
}

static bool pair_changes(struct sides *s, size_t now, bool same_value, size_t *then)
{
    struct record_change is = record_change_at(s->now, now);
    for (size_t i = 0; i < s->then->change_count; i++) {
        struct record_change was = record_change_at(s->then, i);
        if (s->then_met[i] || was.what != is.what || was.identity != is.identity ||
            (same_value && was.value != is.value))
            continue;
        s->then_met[i] = true;
        *then = i;
        return true;
    }
    return false;
}

// Writes the differences that are not written yet; with `first` only one of each kind of change and
// side, as the many fights that end with a death say less than the health that led to it.
static void tell_differences(struct sides *s, const size_t *others, bool first)
{
    bool seen[3][UINT8_MAX + 1] = {{false}};
    for (size_t i = 0; i < s->now->change_count; i++) {
        uint8_t what = record_change_at(s->now, i).what;
        bool other = others[i] < s->then->change_count;
        if (s->now_told[i] || (first && seen[other][what]))
            continue;
        seen[other][what] = s->now_told[i] = true;
        if (other)
            tell_other_value(s, others[i], i);
        else
            tell_new(s, i);
    }
    for (size_t i = 0; i < s->then->change_count; i++) {
        uint8_t what = record_change_at(s->then, i).what;
        if (s->then_met[i] || (first && seen[2][what]))
            continue;
        seen[2][what] = s->then_met[i] = true;
        report_missing_change(s, i);
    }
}

static void lay_side_by_side(struct sides *s)
{
    size_t then, others[RECORD_CHANGES_MAX];
    for (size_t i = 0; i < s->now->change_count; i++)
        s->now_told[i] = pair_changes(s, i, true, &then);
    for (size_t i = 0; i < s->now->change_count; i++) {
        others[i] = SIZE_MAX;
        if (!s->now_told[i] && pair_changes(s, i, false, &then))
            others[i] = then;
    }
    tell_differences(s, others, true);
    tell_differences(s, others, false);
    if (!s->reported)
        buf_adds(&s->text, "it changes the same as then, in another order");
    if (s->left_out)
        buf_addf(&s->text, "\n  and %u more", s->left_out);
}

char *replay_report_changes(struct execution *r, const struct record *then)
{
    bool any = r->outcome->number;
    struct record none = {.changes = r->noted};
    const struct record *now = any ? &r->record : &none;
    if (!then->changes || !now->changes ||
        (then->change_count == now->change_count &&
         !memcmp(then->changes, now->changes, now->change_count * RECORD_CHANGE_SIZE)))
        return NULL;
    struct sides s = {.execution = r, .then = then, .now = now};
    if (!any) {
        buf_adds(&s.text, "it changes nothing now");
        s.reported = 1;
    }
    lay_side_by_side(&s);
    return buf_take(&s.text);
}

char *replay_report_nothing(const struct record *then)
{
    struct buf b = BUF_INIT;
    buf_adds(&b, "it changed something then, and changes nothing now");
    for (size_t i = 0; i < then->change_count; i++)
        buf_addf(&b, "%s%s",
                 i ? ", " : "; then: ", write_set_digest_name(record_change_at(then, i).what));
    return buf_take(&b);
}

char *replay_report_event(struct dispatch *d, const struct record *then,
                          const struct timer_request *asked, const char *what)
{
    struct buf b = BUF_INIT;
    buf_addf(&b, "event %" PRIu64 " (%s", then->number, record_kind_name(then->kind));
    if (asked) {
        struct thing *t = asked->zone ? NULL : thing_find(d->world, asked->thing);
        if (then->kind == RECORD_TIMER)
            buf_addf(&b, " %s", timer_kind_name(asked->kind));
        if (asked->zone)
            buf_addf(&b, " %s", zone_ref(asked->zone));
        if (t)
            buf_addf(&b, " of \"%s\"", thing_label(t));
        if (asked->line)
            buf_addf(&b, ": %.100s", asked->line);
        buf_addf(&b, ", asked for by event %" PRIu64, then->origin);
    } else {
        buf_addf(&b, " by %s", then->name);
        if (*then->text && then->kind != RECORD_ENTER)
            buf_addf(&b, ": %.100s", then->text);
    }
    buf_addf(&b, "): %s", what);
    return buf_take(&b);
}
