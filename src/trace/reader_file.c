// Reads piece by piece from a source, which may be a file that a server is writing: whatever is cut
// short meanwhile is a short read. Trusts no number in the trace before it has been compared with
// the size. Does not interpret events.
#include "trace/reader_file.h"

#include "util/mem.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { RINGS_MOST = 4096, RING_EVENTS_MOST = 1 << 24, NAMES_MOST = 1 << 28 };

// Beyond the ring's last page nothing is read, so its sum fits in memory with ease.
static const uint64_t events_most = UINT64_C(1) << 28;

__attribute__((format(printf, 3, 4))) static void say(const struct reader_file *f, struct buf *out,
                                                      const char *format, ...)
{
    va_list ap;
    buf_addf(out, "%s: ", f->path);
    va_start(ap, format);
    buf_vaddf(out, format, ap);
    va_end(ap);
    buf_addc(out, '\n');
}

#define NOTE(f, ...)                                                                               \
    do {                                                                                           \
        (f)->damaged = true;                                                                       \
        say((f), &(f)->notes, __VA_ARGS__);                                                        \
    } while (0)

// Returns how many of the n bytes were there.
static size_t read_at(const struct reader_source *s, uint64_t at, void *to, size_t n)
{
    return s->read_at(s->arg, at, to, n);
}

static bool within(uint64_t at, uint64_t n, uint64_t size)
{
    return at <= size && n <= size - at;
}

// Checks the layout: every offset and size must be possible; data beyond the end of the file is
// reported later.
static bool check_layout(const struct reader_file *f, const struct trace_header *h,
                         struct buf *error)
{
    if (h->ring_events == 0 || h->ring_events > RING_EVENTS_MOST)
        say(f, error, "ring_events is %u, expected 1 to %d", h->ring_events, RING_EVENTS_MOST);
    else if (h->rings == 0 || h->rings > RINGS_MOST)
        say(f, error, "rings is %u, expected 1 to %d", h->rings, RINGS_MOST);
    else if (h->ring_stride < TRACE_PAGE + (uint64_t)h->ring_events * sizeof(struct trace_event) ||
             h->ring_stride > UINT64_C(1) << 32)
        say(f, error, "ring_stride is %llu, expected at least %llu for %u events",
            (unsigned long long)h->ring_stride,
            TRACE_PAGE + (unsigned long long)h->ring_events * sizeof(struct trace_event),
            h->ring_events);
    else if (h->names_size > NAMES_MOST)
        say(f, error, "names_size is %llu, expected at most %d", (unsigned long long)h->names_size,
            NAMES_MOST);
    else if (h->names_offset < sizeof(*h) || h->names_offset > UINT64_C(1) << 40)
        say(f, error, "names_offset is %llu, expected at least %zu",
            (unsigned long long)h->names_offset, sizeof(*h));
    else if (h->rings_offset < h->names_offset + h->names_size || h->rings_offset > UINT64_C(1)
                                                                                        << 41)
        say(f, error, "rings_offset is %llu, expected at least %llu, after the names",
            (unsigned long long)h->rings_offset,
            (unsigned long long)(h->names_offset + h->names_size));
    else
        return true;
    return false;
}

static bool read_header(struct reader_file *f, const struct reader_source *s,
                        struct trace_header *h, struct buf *error)
{
    memset(h, 0, sizeof(*h));
    if (read_at(s, 0, h, sizeof(*h)) < sizeof(*h)) {
        say(f, error, "has %llu bytes, expected a trace header of %zu", (unsigned long long)s->size,
            sizeof(*h));
        return false;
    }
    if (memcmp(h->magic, TRACE_MAGIC, sizeof(h->magic))) {
        say(f, error, "is no lock trace: it does not begin with \"LKTRACE\"");
        return false;
    }
    if (h->version != TRACE_VERSION) {
        say(f, error, "has version %u, expected %d", h->version, TRACE_VERSION);
        return false;
    }
    if (!check_layout(f, h, error))
        return false;
    f->pid = h->pid;
    f->started_wall_ms = h->started_wall_ms;
    f->started_mono_ns = h->started_mono_ns;
    f->closed = h->closed;
    f->lost = h->lost;
    f->lost_names = h->lost_names;
    f->ring_events = h->ring_events;
    memcpy(f->command, h->command, sizeof(h->command));
    for (char *p = f->command; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            *p = '?';
    return true;
}

static void read_names(struct reader_file *f, const struct reader_source *s,
                       const struct trace_header *h)
{
    uint64_t used = h->names_used;
    if (used > h->names_size) {
        NOTE(f, "names_used is %llu, expected at most %llu: read to there",
             (unsigned long long)used, (unsigned long long)h->names_size);
        used = h->names_size;
    }
    if (!within(h->names_offset, used, s->size)) {
        NOTE(f, "ends at byte %llu, expected names to %llu: read as far as they go",
             (unsigned long long)s->size, (unsigned long long)(h->names_offset + used));
        used = s->size > h->names_offset ? s->size - h->names_offset : 0;
    }
    char *heap = mem_alloc((size_t)used + 1);
    size_t got = read_at(s, h->names_offset, heap, (size_t)used);
    size_t good = reader_names_read(&f->names, heap, got);
    if (good < used)
        NOTE(f,
             "the name at byte %llu is damaged, expected a kind from 1 to %d and a text that fits;"
             " those after it are not read",
             (unsigned long long)(h->names_offset + good), TRACE_NAME_WHAT);
    free(heap);
}

static bool name_taken(const struct reader_file *f, const char *name)
{
    for (size_t i = 0; i < f->ring_count; i++)
        if (!strcmp(f->rings[i].name, name))
            return true;
    return false;
}

static void name_ring(struct reader_file *f, struct reader_ring *r, const struct trace_ring *page)
{
    struct buf name = BUF_INIT;
    buf_add(&name, page->name, strnlen(page->name, sizeof(page->name)));
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.data[i] <= 0x20 || name.data[i] == ':' ||
            (unsigned char)name.data[i] >= 0x7f)
            name.data[i] = '_';
    if (!name.len)
        buf_adds(&name, "thread");
    if (name_taken(f, buf_str(&name))) {
        buf_truncate(&name, name.len < 18 ? name.len : 18);
        buf_addf(&name, ".%zu", f->ring_count);
    }
    memcpy(r->name, buf_str(&name), name.len + 1);
    buf_fini(&name);
}

// A slot that its thread is writing at this moment may hold half of two events; in a closed file
// there is none.
static uint64_t oldest_kept(const struct reader_file *f, uint64_t head)
{
    assert(f->ring_events);
    uint64_t room = f->ring_events - (f->closed ? 0 : 1);
    return head > room ? head - room : 0;
}

static void keep_events(struct reader_file *f, struct reader_ring *r,
                        const struct trace_event *slots, size_t there, uint64_t first_head,
                        uint64_t last_head)
{
    assert(f->ring_events && !r->events && !r->count);
    uint64_t from = oldest_kept(f, last_head);
    size_t most = from < first_head ? (size_t)(first_head - from) : 0;
    r->overwritten = from < first_head ? from : first_head;
    r->head = first_head;
    r->events = mem_calloc(most + 1, sizeof(*r->events));
    r->numbers = mem_calloc(most + 1, sizeof(*r->numbers));
    for (uint64_t n = from; n < first_head; n++) {
        size_t slot = (size_t)(n % f->ring_events);
        if (slot >= there || slots[slot].sequence != (uint32_t)n || !slots[slot].kind ||
            slots[slot].kind >= TRACE_KINDS) {
            r->damaged++;
            continue;
        }
        r->numbers[r->count] = n;
        r->events[r->count++] = slots[slot];
    }
}

static void read_ring(struct reader_file *f, const struct reader_source *s, uint64_t at)
{
    struct reader_ring *r = &f->rings[f->ring_count];
    struct trace_ring before = {0}, after = {0};
    size_t size = (size_t)f->ring_events * sizeof(struct trace_event);
    if (read_at(s, at, &before, sizeof(before)) < sizeof(before)) {
        NOTE(f, "ring %zu is missing, expected at byte %llu; the file ends at %llu", f->ring_count,
             (unsigned long long)at, (unsigned long long)s->size);
        return;
    }
    if (size > s->size - at)
        size = (size_t)(s->size - at); // the ring is short: missing events count as damaged
    struct trace_event *slots = mem_alloc(size + sizeof(*slots));
    size_t got = read_at(s, at + TRACE_PAGE, slots, size);
    if (read_at(s, at, &after, sizeof(after)) < sizeof(after))
        after = before;
    r->thread = before.thread;
    name_ring(f, r, &before);
    uint64_t last = after.head > before.head ? after.head : before.head;
    keep_events(f, r, slots, got / sizeof(*slots), before.head, last);
    free(slots);
    if (r->damaged)
        NOTE(f,
             "ring %zu (%s): %llu of the last %llu events are damaged, expected numbers up to %llu",
             f->ring_count, r->name, (unsigned long long)r->damaged,
             (unsigned long long)(r->damaged + r->count), (unsigned long long)before.head);
    f->ring_count++;
}

static void read_rings(struct reader_file *f, const struct reader_source *s,
                       const struct trace_header *h)
{
    assert(!f->rings && !f->ring_count);
    uint32_t used = h->rings_used;
    if (used > h->rings) {
        // A thread that finds no ring raises the count for a moment; the events it loses are
        // counted too.
        if (!h->lost)
            NOTE(f, "rings_used is %u, expected at most %u", used, h->rings);
        used = h->rings;
    }
    uint64_t kept = 0;
    f->rings = mem_calloc((size_t)used + 1, sizeof(*f->rings));
    for (uint32_t i = 0; i < used; i++) {
        if (kept > events_most) {
            NOTE(f, "has more than %llu events, expected fewer; ring %u and later are not read",
                 (unsigned long long)events_most, i);
            return;
        }
        uint64_t at = h->rings_offset + i * h->ring_stride;
        size_t before = f->ring_count;
        read_ring(f, s, at);
        if (f->ring_count == before)
            return;
        kept += f->rings[before].count;
    }
}

bool reader_file_read(struct reader_file *f, const char *name, const struct reader_source *s,
                      struct buf *error)
{
    assert(f && name && s && s->read_at && error);
    struct trace_header h;
    *f = (struct reader_file){.path = mem_strdup(name)};
    if (!read_header(f, s, &h, error))
        return false;
    // Rings first: a name is written before the first event that uses it.
    read_rings(f, s, &h);
    struct trace_header again = h;
    if (read_at(s, 0, &again, sizeof(again)) < sizeof(again) || again.names_used < h.names_used)
        again = h;
    h.names_used = again.names_used;
    read_names(f, s, &h);
    return true;
}

struct bytes {
    const char *data;
    size_t size;
};

static size_t read_bytes(void *arg, uint64_t at, void *to, size_t n)
{
    const struct bytes *b = arg;
    if (at >= b->size)
        return 0;
    if (n > b->size - (size_t)at)
        n = b->size - (size_t)at;
    memcpy(to, b->data + at, n);
    return n;
}

bool reader_file_read_bytes(struct reader_file *f, const char *name, const void *data, size_t size,
                            struct buf *error)
{
    struct bytes b = {data, size};
    struct reader_source s = {.read_at = read_bytes, .arg = &b, .size = size};
    return reader_file_read(f, name, &s, error);
}

void reader_file_fini(struct reader_file *f)
{
    for (size_t i = 0; i < f->ring_count; i++) {
        free(f->rings[i].events);
        free(f->rings[i].numbers);
    }
    free(f->rings);
    free(f->path);
    reader_names_fini(&f->names);
    buf_fini(&f->notes);
    *f = (struct reader_file){0};
}

uint64_t reader_file_events(const struct reader_file *f)
{
    uint64_t n = 0;
    for (size_t i = 0; i < f->ring_count; i++)
        n += f->rings[i].count;
    return n;
}

uint64_t reader_file_overwritten(const struct reader_file *f)
{
    uint64_t n = 0;
    for (size_t i = 0; i < f->ring_count; i++)
        n += f->rings[i].overwritten;
    return n;
}

bool reader_file_lost(const struct reader_file *f)
{
    return f->lost || f->lost_names || f->damaged;
}
