// The writing side of the flow: one mapping with a header, a heap of names and a ring for each
// thread. A thread takes a ring at its first event and keeps it to the end of the recording, so the
// last events of a thread are kept after it has ended. Reads rings only for reports.
#include "trace/recorder_priv.h"

#include "util/clock.h"
#include "util/mem.h"
#include "util/site.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { INDEXES = 1 << 24, WHATS = 1024, TIME_EVERY = 256 };

#define FILE_SIZE (TRACE_RINGS_OFFSET + TRACE_RINGS * TRACE_RING_STRIDE)

struct what {
    _Atomic(const char *) text;
};

struct trace_header *trace_header_now;
#define header trace_header_now
static uint32_t session; // number of the recording; rings with another number are stale
static char *path;
static pthread_mutex_t names_mutex = PTHREAD_MUTEX_INITIALIZER; // one writer of names at a time
// by thing: the mark of the name that was written last, see thing_mark
static _Atomic uint32_t *named;
static struct what whats[WHATS];
// A copy of the header, to write it again when the file is lost.
static struct trace_header kept;
static struct {
    _Atomic bool known; // set when the rest is written
    uint32_t thread;
    char name[sizeof(((struct trace_ring *)0)->name)];
} owners[TRACE_RINGS];
static _Atomic unsigned sites_named; // how many of the sites made at run time are named
static _Atomic bool told;            // it was reported that the file was spoiled

static _Thread_local struct trace_ring *ring;
static _Thread_local uint32_t ring_session;
static _Thread_local uint64_t next_sequence;

static void name_add(enum trace_name_kind kind, uint32_t id, uint32_t extra, const char *text,
                     size_t length)
{
    assert(header && (text || !length));
    if (length > 255)
        length = 255;
    size_t size = (sizeof(struct trace_name) + length + 3) & ~(size_t)3;
    uint64_t used = atomic_load_explicit(&header->names_used, memory_order_relaxed);
    if (used + size > TRACE_NAMES_SIZE) {
        atomic_store(&header->lost_names, atomic_fetch_add(&kept.lost_names, 1) + 1);
        return;
    }
    struct trace_name *n = (struct trace_name *)((char *)header + TRACE_PAGE + used);
    *n = (struct trace_name){(uint16_t)kind, (uint16_t)length, id, extra};
    memcpy(n->text, text, length);
    atomic_store_explicit(&header->names_used, used + size, memory_order_release);
}

static void name_site(unsigned i, const struct site *s)
{
    assert(s);
    char text[256];
    const char *file = site_file(s);
    size_t a = strnlen(file, 150), b = strnlen(s->func, 100);
    memcpy(text, file, a);
    text[a] = '\0';
    memcpy(text + a + 1, s->func, b);
    name_add(TRACE_NAME_SITE, i, (uint32_t)s->line, text, a + 1 + b);
}

static void name_sites(void)
{
    for (unsigned i = 1; i <= site_count() + site_made_count(); i++) {
        const struct site *s = site_by_index(i);
        if (s)
            name_site(i, s);
    }
    sites_named = site_made_count();
}

// Writes the names of sites made since the last call; called before the first event that uses one.
void trace_name_sites_made(void)
{
    if (!header || sites_named == site_made_count())
        return;
    pthread_mutex_lock(&names_mutex);
    for (; sites_named < site_made_count(); sites_named++)
        name_site(site_index(site_made(sites_named)), site_made(sites_named));
    pthread_mutex_unlock(&names_mutex);
}

int trace_open(const char *file)
{
    trace_close();
    struct trace_header *h = file ? trace_file_map(file, FILE_SIZE) : trace_file_memory(FILE_SIZE);
    if (!h)
        return -1;
    kept = (struct trace_header){.version = TRACE_VERSION,
                                 .pid = (uint32_t)getpid(),
                                 .started_wall_ms = clock_wall_ms(),
                                 .started_mono_ns = clock_mono_ns(),
                                 .ring_events = TRACE_RING_EVENTS,
                                 .rings = TRACE_RINGS,
                                 .names_offset = TRACE_PAGE,
                                 .names_size = TRACE_NAMES_SIZE,
                                 .rings_offset = TRACE_RINGS_OFFSET,
                                 .ring_stride = TRACE_RING_STRIDE,
                                 .command = "latchkey"};
    memcpy(kept.magic, TRACE_MAGIC, sizeof(kept.magic));
    memcpy(h, &kept, sizeof(kept));
    atomic_store(&told, false);
    if (!named)
        named = trace_file_memory(INDEXES * sizeof(*named));
    else
        madvise(named, INDEXES * sizeof(*named), MADV_DONTNEED);
    if (!named) {
        trace_file_unmap(h, FILE_SIZE);
        return -1;
    }
    memset(whats, 0, sizeof(whats));
    for (size_t i = 0; i < TRACE_RINGS; i++)
        atomic_store(&owners[i].known, false);
    path = file ? mem_strdup(file) : NULL;
    header = h;
    session++;
    name_sites();
    return 0;
}

void trace_ready(void)
{
    if (!header)
        trace_open(NULL);
}

void trace_close(void)
{
    if (!header)
        return;
    atomic_store(&header->closed, 1);
    trace_file_unmap(header, FILE_SIZE);
    header = NULL;
    session++;
    free(path);
    path = NULL;
}

const char *trace_path(void)
{
    return trace_file_why() ? NULL : path;
}

// May run in a signal handler.
void trace_header_again(struct trace_header *h)
{
    memcpy(h, &kept, sizeof(kept));
    uint32_t taken = atomic_load(&kept.rings_used);
    for (uint32_t i = 0; i < taken && i < TRACE_RINGS; i++) {
        if (!atomic_load(&owners[i].known)) // its thread writes this into the ring in a moment
            continue;
        struct trace_ring *r =
            (struct trace_ring *)((char *)h + TRACE_RINGS_OFFSET + i * TRACE_RING_STRIDE);
        r->thread = owners[i].thread;
        memcpy(r->name, owners[i].name, sizeof(r->name));
    }
}

bool trace_spoiled(const char **file, const char **why)
{
    assert(file && why);
    if (!path)
        return false;
    trace_file_look(path);
    *file = path;
    *why = trace_file_why();
    return *why && !atomic_exchange(&told, true);
}

const char *trace_lost_why(void)
{
    return path ? trace_file_why() : NULL;
}

uint64_t trace_lost(void)
{
    return header ? atomic_load(&kept.lost) + atomic_load(&kept.lost_names) : 0;
}

static struct trace_ring *ring_take(void)
{
    if (!header && trace_open(NULL))
        return NULL;
    ring_session = session;
    ring = NULL;
    uint32_t i = atomic_fetch_add(&kept.rings_used, 1);
    if (i >= TRACE_RINGS) {
        atomic_store(&kept.rings_used, TRACE_RINGS);
        atomic_store(&header->rings_used, TRACE_RINGS);
        return NULL;
    }
    owners[i].thread = (uint32_t)syscall(SYS_gettid);
    pthread_getname_np(pthread_self(), owners[i].name, sizeof(owners[i].name));
    atomic_store(&owners[i].known, true);
    ring = trace_ring_at(i);
    ring->thread = owners[i].thread;
    memcpy(ring->name, owners[i].name, sizeof(ring->name));
    atomic_store(&header->rings_used, atomic_load(&kept.rings_used));
    next_sequence = 0;
    return ring;
}

static void put(struct trace_ring *r, enum trace_kind kind, unsigned flags, unsigned site,
                uint32_t object, uint32_t arg)
{
    uint64_t n = next_sequence++;
    trace_events(r)[n % TRACE_RING_EVENTS] = (struct trace_event){
        (uint8_t)kind, (uint8_t)flags, (uint16_t)site, object, arg, (uint32_t)n};
    atomic_store_explicit(&r->head, n + 1, memory_order_release);
}

void trace_time(void)
{
    uint64_t ns = (uint64_t)clock_mono_ns();
    if (ring && ring_session == session)
        put(ring, TRACE_TIME, 0, 0, (uint32_t)(ns >> 32), (uint32_t)ns);
}

void trace_event(enum trace_kind kind, unsigned flags, const struct site *at, uint32_t object,
                 uint32_t arg)
{
    struct trace_ring *r = ring;
    if (__builtin_expect(ring_session != session || !header, 0))
        r = ring_take();
    if (__builtin_expect(!r, 0)) {
        if (header)
            atomic_store(&header->lost, atomic_fetch_add(&kept.lost, 1) + 1);
        return;
    }
    if (next_sequence % TIME_EVERY == 0)
        trace_time();
    put(r, kind, flags, site_index(at), object, arg);
}

uint32_t trace_recording(void)
{
    return header || !trace_open(NULL) ? session : 0;
}

// A value that changes when the slot is used again or its thing gets another name.
static uint32_t thing_mark(uint32_t generation, const char *label)
{
    return ((uint32_t)((uintptr_t)label >> 3) * 2654435761u ^ generation) | 1;
}

void trace_name_thing(uint32_t index, uint32_t generation, const char *label)
{
    assert(index < INDEXES);
    if (!header && trace_open(NULL))
        return;
    uint32_t mark = thing_mark(generation, label);
    if (atomic_load_explicit(&named[index], memory_order_relaxed) == mark)
        return;
    pthread_mutex_lock(&names_mutex);
    atomic_store_explicit(&named[index], mark, memory_order_relaxed);
    name_add(TRACE_NAME_THING, index, generation & 0xff, label ? label : "?",
             label ? strlen(label) : 1);
    pthread_mutex_unlock(&names_mutex);
}

void trace_name_lock(uint32_t id, uint32_t thing, const char *label)
{
    if (!header && trace_open(NULL))
        return;
    pthread_mutex_lock(&names_mutex);
    name_add(TRACE_NAME_LOCK, id, thing, label ? label : "?", label ? strlen(label) : 1);
    pthread_mutex_unlock(&names_mutex);
}

// Open addressing over the address of the text: names are few and never freed.
uint32_t trace_name_what(const char *what)
{
    if (!what || (!header && trace_open(NULL)))
        return 0;
    size_t at = ((uintptr_t)what >> 3) * 2654435761u % WHATS;
    for (size_t i = 0; i < WHATS; i++, at = (at + 1) % WHATS) {
        const char *there = atomic_load_explicit(&whats[at].text, memory_order_acquire);
        if (there == what)
            return (uint32_t)at + 1;
        if (there)
            continue;
        pthread_mutex_lock(&names_mutex);
        there = atomic_load(&whats[at].text);
        if (!there) {
            name_add(TRACE_NAME_WHAT, (uint32_t)at + 1, 0, what, strlen(what));
            atomic_store_explicit(&whats[at].text, what, memory_order_release);
            there = what;
        }
        pthread_mutex_unlock(&names_mutex);
        if (there == what)
            return (uint32_t)at + 1;
    }
    return 0;
}

const char *trace_what(uint32_t id)
{
    const char *text = id && id <= WHATS ? atomic_load(&whats[id - 1].text) : NULL;
    return text ? text : "?";
}

void trace_name_attributes(const char *(*name)(unsigned n), unsigned count)
{
    assert(name);
    if (!header && trace_open(NULL))
        return;
    pthread_mutex_lock(&names_mutex);
    for (unsigned i = 0; i < count; i++)
        name_add(TRACE_NAME_ATTRIBUTE, i, 0, name(i), strlen(name(i)));
    pthread_mutex_unlock(&names_mutex);
}

struct trace_ring *trace_ring_mine(void)
{
    return ring_session == session && header ? ring : NULL;
}
