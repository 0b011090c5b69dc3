// Parses lines of the portable text into manifests and records. All sizes are checked before use,
// as the file may come from anywhere. Keeps nothing; any thread.
#include "tools/journal/journal_portable.h"

#include "journal/journal.h"
#include "store/json.h"
#include "util/doc.h"
#include "util/mem.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool integer(const struct doc_node *o, const char *member, int64_t least, int64_t most,
                    int64_t *out)
{
    const struct doc_node *n = doc_get(o, member);
    if (!n || n->kind != DOC_INT || n->integer < least || n->integer > most)
        return false;
    *out = n->integer;
    return true;
}

static bool positive(const struct doc_node *o, const char *member, uint64_t *out)
{
    int64_t n;
    if (!integer(o, member, 0, INT64_MAX, &n))
        return false;
    *out = (uint64_t)n;
    return true;
}

static bool small(const struct doc_node *o, const char *member, uint32_t *out)
{
    int64_t n;
    if (!integer(o, member, 0, UINT32_MAX, &n))
        return false;
    *out = (uint32_t)n;
    return true;
}

static int hex_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool digest(const struct doc_node *o, const char *member, uint64_t *out)
{
    const struct doc_node *n = doc_get(o, member);
    if (!n || n->kind != DOC_STRING || n->string.length != 16)
        return false;
    *out = 0;
    for (size_t i = 0; i < 16; i++) {
        int v = hex_value(n->string.text[i]);
        if (v < 0)
            return false;
        *out = *out << 4 | (uint64_t)v;
    }
    return true;
}

static char *from_hex(const struct doc_node *n)
{
    size_t length = n->string.length / 2;
    if (n->string.length % 2)
        return NULL;
    char *text = mem_alloc(length + 1);
    for (size_t i = 0; i < length; i++) {
        int high = hex_value(n->string.text[2 * i]), low = hex_value(n->string.text[2 * i + 1]);
        if (high < 0 || low < 0 || !(high | low)) {
            free(text);
            return NULL;
        }
        text[i] = (char)(high << 4 | low);
    }
    text[length] = '\0';
    return text;
}

// NULL when the member is missing or too long. `kept`: receives memory that had to be allocated.
static const char *portable_text_of(const struct doc_node *o, const char *member, size_t most,
                                    char **kept)
{
    char hex[16];
    const struct doc_node *n = doc_get(o, member);
    if (n)
        return n->kind == DOC_STRING && n->string.length <= most ? n->string.text : NULL;
    snprintf(hex, sizeof(hex), "%s-hex", member);
    n = doc_get(o, hex);
    if (!n || n->kind != DOC_STRING || n->string.length > 2 * most)
        return NULL;
    return *kept = from_hex(n);
}

static bool read_locks(struct journal_portable *p, const struct doc_node *o)
{
    assert(!p->record.lock_count);
    const struct doc_node *list = doc_get(o, "locks");
    if (!list || list->kind != DOC_ARRAY || list->list.count > RECORD_LOCKS_MAX)
        return false;
    doc_foreach (n, list) {
        if (n->kind != DOC_INT || n->integer < 0 || n->integer > UINT32_MAX)
            return false;
        p->locks[p->record.lock_count++] = (uint32_t)n->integer;
    }
    p->record.locks = p->locks;
    return true;
}

// Reads the changes, in hex. Missing: they were not kept.
static bool read_changes(struct journal_portable *p, const struct doc_node *o)
{
    const struct doc_node *n = doc_get(o, "changes");
    if (!n)
        return true;
    size_t size = n->kind == DOC_STRING ? n->string.length / 2 : SIZE_MAX;
    if (size > sizeof(p->changes) || n->string.length % (2 * RECORD_CHANGE_SIZE))
        return false;
    for (size_t i = 0; i < size; i++) {
        int high = hex_value(n->string.text[2 * i]), low = hex_value(n->string.text[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        p->changes[i] = (unsigned char)(high << 4 | low);
    }
    p->record.changes = p->changes;
    p->record.change_count = size / RECORD_CHANGE_SIZE;
    return true;
}

static bool read_kind(const struct doc_node *o, enum record_kind *kind)
{
    const struct doc_node *n = doc_get(o, "kind");
    for (enum record_kind k = RECORD_LINE; n && n->kind == DOC_STRING && k < RECORD_KINDS; k++)
        if (!strcmp(n->string.text, record_kind_name(k))) {
            *kind = k;
            return true;
        }
    return false;
}

static bool read_event(struct journal_portable *p, const struct doc_node *o)
{
    struct record *r = &p->record;
    p->why = "an event with number, kind, clock, origin, ordinal, mailbox, param, output, state, "
             "name, text, more and locks, and maybe changes";
    return positive(o, "number", &r->number) && read_kind(o, &r->kind) &&
           integer(o, "clock", INT64_MIN, INT64_MAX, &r->clock) &&
           positive(o, "origin", &r->origin) && small(o, "ordinal", &r->ordinal) &&
           small(o, "mailbox", &r->outbox) &&
           integer(o, "param", INT64_MIN, INT64_MAX, &r->param) &&
           digest(o, "output", &r->output) && digest(o, "state", &r->state) &&
           (r->name = portable_text_of(o, "name", UINT8_MAX, &p->texts[0])) &&
           (r->text = portable_text_of(o, "text", RECORD_TEXT_MAX, &p->texts[1])) &&
           (r->more = portable_text_of(o, "more", RECORD_TEXT_MAX, &p->texts[2])) &&
           read_locks(p, o) && read_changes(p, o);
}

// Reads the base, which version 1 does not have.
static bool read_base(struct manifest *m, const struct doc_node *o)
{
    assert(!m->base);
    const struct doc_node *base = doc_get(o, "base"), *list = doc_get(o, "settings");
    size_t i = 0;
    if (!base && !list)
        return true;
    if (!base || base->kind != DOC_BOOL || !list || list->kind != DOC_ARRAY ||
        list->list.count != MANIFEST_SETTINGS)
        return false;
    m->base = base->boolean;
    doc_foreach (n, list) {
        if (n->kind != DOC_INT || n->integer < 0)
            return false;
        m->settings[i++] = (uint64_t)n->integer;
    }
    return true;
}

static bool read_epoch(struct journal_portable *p, const struct doc_node *o)
{
    struct manifest *m = &p->manifest;
    const struct doc_node *program = doc_get(o, "program");
    p->why = "an epoch with epoch, world and program, and maybe base and settings";
    m->format = JOURNAL_FORMAT;
    if (!positive(o, "epoch", &m->parent) || !digest(o, "world", &m->world) || !program ||
        program->kind != DOC_STRING || !program->string.length ||
        program->string.length >= sizeof(m->program) ||
        strpbrk(program->string.text, " \t\r\n\v\f"))
        return false;
    snprintf(m->program, sizeof(m->program), "%s", program->string.text);
    return read_base(m, o);
}

static bool portable_read_file(struct journal_portable *p, const struct doc_node *o)
{
    assert(!p->part);
    const struct doc_node *name = doc_get(o, "file"), *bytes = doc_get(o, "bytes");
    p->why = "a part of a file with file, size, offset and bytes";
    if (name->kind != DOC_STRING || !positive(o, "size", &p->size) ||
        !positive(o, "offset", &p->offset) || p->size > JOURNAL_PORTABLE_FILE_MAX || !bytes ||
        bytes->kind != DOC_STRING || bytes->string.length % 2 || !bytes->string.length ||
        bytes->string.length > (size_t)2 * JOURNAL_PORTABLE_PART)
        return false;
    p->file = name->string.text;
    p->part_size = bytes->string.length / 2;
    p->part = mem_alloc(p->part_size);
    for (size_t i = 0; i < p->part_size; i++) {
        int high = hex_value(bytes->string.text[2 * i]),
            low = hex_value(bytes->string.text[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        p->part[i] = (unsigned char)(high << 4 | low);
    }
    return p->offset <= p->size && p->part_size <= p->size - p->offset;
}

static bool read_format(struct journal_portable *p, const struct doc_node *o)
{
    const struct doc_node *name = doc_get(o, "format");
    int64_t version;
    p->why = "format \"latchkey journal\", version 1 or 2";
    return name->kind == DOC_STRING && !strcmp(name->string.text, "latchkey journal") &&
           integer(o, "version", 1, JOURNAL_PORTABLE_VERSION, &version);
}

static bool read_end(struct journal_portable *p, const struct doc_node *o)
{
    p->why = "an end with end, events and digest";
    return positive(o, "end", &p->end) && positive(o, "events", &p->events) &&
           digest(o, "digest", &p->digest);
}

void journal_portable_read(struct journal_portable *p, const char *line, size_t n)
{
    assert(p && (line || !n));
    static const struct {
        const char *member;
        enum journal_portable_kind kind;
        bool (*read)(struct journal_portable *p, const struct doc_node *o);
    } kinds[] = {{"number", JOURNAL_PORTABLE_EVENT, read_event},
                 {"epoch", JOURNAL_PORTABLE_EPOCH, read_epoch},
                 {"file", JOURNAL_PORTABLE_FILE, portable_read_file},
                 {"format", JOURNAL_PORTABLE_FORMAT, read_format},
                 {"end", JOURNAL_PORTABLE_END, read_end}};
    struct doc_problems problems = DOC_PROBLEMS_INIT;
    *p = (struct journal_portable){.why = "an object of JSON on each line"};
    p->doc = json_read("line", line, n, &problems);
    doc_problems_fini(&problems);
    const struct doc_node *o = p->doc ? doc_root(p->doc) : NULL;
    for (size_t i = 0; o && i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (doc_get(o, kinds[i].member)) {
            p->kind = kinds[i].read(p, o) ? kinds[i].kind : JOURNAL_PORTABLE_BAD;
            return;
        }
}

void journal_portable_fini(struct journal_portable *p)
{
    for (size_t i = 0; i < 3; i++)
        free(p->texts[i]);
    free(p->part);
    doc_free(p->doc);
}
