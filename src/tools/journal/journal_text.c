// Words and JSON for events, and parsing of times that people type. Keeps nothing; any thread.
#include "tools/journal/journal_text.h"

#include "tools/locks/locks_text.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/duration.h"
#include "util/mem.h"
#include "util/str.h"
#include "util/utf8.h"
#include "world/snapshot/write_set_digest.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LINE_SHOWN = 80, BEFORE_MATCH = 30, CHANGES_SHOWN = 8 };

const char *journal_text_find(const char *text, const char *what)
{
    assert(text && what);
    for (; *text; text++)
        if (str_begins_nocase(text, what))
            return text;
    return *what ? NULL : text;
}

// Adds the first 80 characters; control characters become blanks.
static void shown(struct buf *b, const char *text)
{
    size_t from = b->len;
    locks_text_cut(b, text, LINE_SHOWN);
    for (size_t i = from; i < b->len; i++)
        if ((unsigned char)b->data[i] < 0x20 || b->data[i] == 0x7f)
            b->data[i] = ' ';
}

static void character(struct buf *b, const struct record *r, const char *look_for)
{
    assert(r->kind == RECORD_ENTER);
    const char *found = look_for ? journal_text_find(r->text, look_for) : NULL;
    if (!found) {
        if (*r->text)
            buf_addf(b, "with a character of %zu bytes", strlen(r->text));
        else
            buf_adds(b, "for the first time");
        return;
    }
    const char *from = found - r->text > BEFORE_MATCH ? found - BEFORE_MATCH : r->text;
    while (from < found && ((unsigned char)*from & 0xc0) == 0x80)
        from++;
    buf_adds(b, from > r->text ? "with …" : "with ");
    shown(b, from);
}

static void origin(struct buf *b, const struct record *r)
{
    assert(!record_is_players(r->kind));
    if (r->origin)
        buf_addf(b, "asked for by event %" PRIu64 ", request %" PRIu32, r->origin, r->ordinal);
    else if (r->kind == RECORD_ZONE)
        buf_addf(b, "at the start, zone %" PRIu32, r->ordinal);
    else
        buf_addf(b, "asked for at the start, request %" PRIu32, r->ordinal);
}

static void changes(struct buf *b, const struct record *r)
{
    for (size_t i = 0; i < r->change_count && i < CHANGES_SHOWN; i++) {
        struct record_change c = record_change_at(r, i);
        buf_addf(b, "%s%s %08" PRIx32, i ? ", " : "  changed: ", write_set_digest_name(c.what),
                 c.value);
    }
    if (r->change_count > CHANGES_SHOWN)
        buf_addf(b, ", and %zu more", r->change_count - CHANGES_SHOWN);
}

void journal_text_event(struct buf *b, const struct record *r, const char *look_for)
{
    assert(b && r);
    char at[CLOCK_ISO_SIZE];
    clock_iso(r->clock, at);
    buf_addf(b, "%8" PRIu64 "  %s  %-8s  ", r->number, at, record_kind_name(r->kind));
    size_t from = b->len;
    shown(b, *r->name ? r->name : "-");
    locks_text_pad(b, from, 16);
    if (r->kind == RECORD_ENTER)
        character(b, r, look_for);
    else if (!record_is_players(r->kind))
        origin(b, r);
    else if (r->kind == RECORD_LINKDEAD) {
        buf_adds(b, "stays ");
        duration_write(b, r->param > 0 ? r->param : 0);
    } else
        shown(b, r->kind == RECORD_RIGHTS ? r->more : r->text);
    while (b->len && b->data[b->len - 1] == ' ')
        buf_truncate(b, b->len - 1);
}

void journal_text_line(struct buf *b, const struct record *r, const char *look_for)
{
    journal_text_event(b, r, look_for);
    changes(b, r);
    buf_addc(b, '\n');
}

void journal_text_member(struct buf *b, const char *member, const char *text)
{
    assert(member && text);
    size_t n = strlen(text);
    if (utf8_valid(text, n)) {
        buf_addf(b, "\"%s\":", member);
        locks_text_json(b, text);
        return;
    }
    buf_addf(b, "\"%s-hex\":\"", member);
    for (size_t i = 0; i < n; i++)
        buf_addf(b, "%02x", (unsigned char)text[i]);
    buf_addc(b, '"');
}

static void changes_json(struct buf *b, const struct record *r)
{
    buf_adds(b, ",\"changes\":[");
    for (size_t i = 0; i < r->change_count; i++) {
        struct record_change c = record_change_at(r, i);
        buf_addf(b, "%s{\"what\":\"%s\",\"identity\":\"%04x\",\"value\":\"%08" PRIx32 "\"}",
                 i ? "," : "", write_set_digest_name(c.what), c.identity, c.value);
    }
    buf_addc(b, ']');
}

// Adds permissions and, from a second line, the account.
static void rights_json(struct buf *b, const char *rights)
{
    assert(rights);
    size_t n = strcspn(rights, "\n");
    char *permissions = mem_strndup(rights, n);
    buf_addc(b, ',');
    journal_text_member(b, "permissions", permissions);
    if (rights[n]) {
        buf_addc(b, ',');
        journal_text_member(b, "account", rights + n + 1);
    }
    free(permissions);
}

void journal_text_json(struct buf *b, uint64_t epoch, const struct record *r)
{
    assert(b && r);
    char at[CLOCK_ISO_SIZE];
    clock_iso(r->clock, at);
    buf_addf(b,
             "{\"number\":%" PRIu64 ",\"epoch\":%" PRIu64 ",\"time\":\"%s\",\"clock\":%" PRId64
             ",\"kind\":\"%s\"",
             r->number, epoch, at, r->clock, record_kind_name(r->kind));
    if (*r->name) {
        buf_addc(b, ',');
        journal_text_member(b, "player", r->name);
    }
    if (r->kind == RECORD_LINE || r->kind == RECORD_ENTER) {
        buf_addc(b, ',');
        journal_text_member(b, r->kind == RECORD_LINE ? "line" : "character", r->text);
    }
    if (*r->more)
        rights_json(b, r->more);
    if (r->kind == RECORD_LINKDEAD)
        buf_addf(b, ",\"stays\":%" PRId64, r->param);
    if (!record_is_players(r->kind))
        buf_addf(b, ",\"origin\":%" PRIu64 ",\"request\":%" PRIu32, r->origin, r->ordinal);
    buf_adds(b, ",\"locks\":[");
    for (size_t i = 0; i < r->lock_count; i++)
        buf_addf(b, "%s%" PRIu32, i ? "," : "", r->locks[i] & ~(UINT32_C(1) << 31));
    buf_addc(b, ']');
    if (r->changes)
        changes_json(b, r);
}

// In a form "0" stands for a digit and "T" for T or t; every other character for itself.
static bool has_form(const char *text, size_t n, const char *form)
{
    if (strlen(form) != n)
        return false;
    for (size_t i = 0; i < n; i++) {
        bool fits = form[i] == '0'   ? text[i] >= '0' && text[i] <= '9'
                    : form[i] == 'T' ? text[i] == 'T' || text[i] == 't'
                                     : text[i] == form[i];
        if (!fits)
            return false;
    }
    return true;
}

static bool is_date_or_time(const char *text, size_t n)
{
    static const char *const forms[] = {"0000-00-00", "0000-00-00T00:00", "0000-00-00T00:00:00",
                                        "0000-00-00T00:00:00.000"};
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
        if (has_form(text, n, forms[i]))
            return true;
    return false;
}

static bool moment(const char *text, int64_t *ms)
{
    struct tm given = {0};
    int thousandths = 0;
    size_t n = strlen(text);
    if (n && (text[n - 1] == 'Z' || text[n - 1] == 'z'))
        n--;
    if (!is_date_or_time(text, n))
        return false;
    // What a shorter form does not have stays 0.
    sscanf(text, "%4d-%2d-%2d%*1[Tt]%2d:%2d:%2d.%3d", &given.tm_year, &given.tm_mon, &given.tm_mday,
           &given.tm_hour, &given.tm_min, &given.tm_sec, &thousandths);
    given.tm_year -= 1900;
    given.tm_mon -= 1;
    struct tm t = given;
    time_t seconds = timegm(&t);
    // timegm makes a day of March of 31 February, and changes t accordingly: there is no such time.
    if (t.tm_mon != given.tm_mon || t.tm_mday != given.tm_mday || t.tm_hour != given.tm_hour ||
        t.tm_min != given.tm_min || t.tm_sec != given.tm_sec)
        return false;
    *ms = (int64_t)seconds * 1000 + thousandths;
    return true;
}

bool journal_text_time(const char *text, int64_t *ms)
{
    assert(text && ms);
    int64_t ago;
    if (moment(text, ms))
        return true;
    if (!duration_parse(text, &ago))
        return false;
    *ms = clock_wall_ms() - ago;
    return true;
}
