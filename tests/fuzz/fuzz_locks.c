// Fuzz target for the reader of lock traces, from the bytes of a file to what every command prints.
// The input is a whole file when its first byte is even; else events of 8 bytes for a trace that is
// sound but for some bytes of its header, rings and names that the input changes: random bytes
// alone would never get past the header. Beyond what the sanitizers see, it checks that every event
// that was kept is in the order once, and each ring's in its own order.
#include "fuzz.h"

#include <sys/mman.h>

#include "../unit/trace/trace_kit.h"
#include "tools/locks/locks_commands.h"
#include "tools/locks/locks_open.h"

static FILE *nowhere;

static void check_order(const struct reader_trace *t)
{
    uint64_t *next = mem_calloc(t->file->ring_count + 1, sizeof(*next));
    MUST(t->count == reader_file_events(t->file));
    for (size_t i = 0; i < t->count; i++) {
        const struct reader_event *e = &t->events[i];
        MUST(e->ring < t->file->ring_count && e->number >= next[e->ring]);
        MUST(e->run == READER_NONE || e->run < t->run_count);
        next[e->ring] = e->number + 1;
    }
    free(next);
}

static void show(const struct reader_trace *t, struct locks_query *q)
{
    struct buf error = BUF_INIT;
    if (locks_query_resolve(q, t, &error)) {
        locks_flow(t, q, nowhere);
        locks_why(t, q, nowhere);
        locks_top(t, q, nowhere);
        locks_wait(t, q, nowhere);
        locks_hold(t, q, nowhere);
        locks_graph(t, q, nowhere);
        locks_fold(t, q, nowhere);
        locks_json(t, q, nowhere);
    } else {
        MUST(error.len);
    }
    locks_query_fini(q);
    buf_fini(&error);
}

static void read_trace(const char *path)
{
    struct reader_file f;
    struct reader_trace t;
    struct buf error = BUF_INIT;
    if (!locks_open(&f, path, &error)) {
        MUST(error.len);
    } else {
        reader_merge(&t, &f);
        check_order(&t);
        locks_info(&t, nowhere);
        locks_perfetto(&t, 0, NULL, nowhere);
        locks_diff(&t, &t, nowhere);
        show(&t, &(struct locks_query){0});
        show(&t, &(struct locks_query){.thing = "a", .lock = "#2", .last = 5, .dot = true});
        show(&t, &(struct locks_query){.player = "3", .has_task = true, .task = 1, .at = "0:7"});
        show(&t, &(struct locks_query){.player = "a", .at = "ring:3"});
        reader_merge_fini(&t);
    }
    reader_file_fini(&f);
    buf_fini(&error);
}

// Events first; the last third changes bytes anywhere, most of them where numbers stand.
static void compose(struct kit *k, const uint8_t *p, size_t n)
{
    size_t patches = n / 24;
    const uint8_t *patch = p + (n - patches * 4);
    for (uint32_t id = 0; id < 5; id++) {
        kit_site(k, id, 10 + id, "a/b.c", "f");
        kit_name(k, TRACE_NAME_THING, id, 1, "a thing");
        kit_name(k, TRACE_NAME_LOCK, id, id, "a lock");
        kit_name(k, TRACE_NAME_WHAT, id, 0, "act;\"\x80");
        kit_name(k, TRACE_NAME_ATTRIBUTE, id, 0, "name");
    }
    for (; p + 8 <= patch; p += 8) {
        size_t ring = p[0] % KIT_RINGS;
        if (p[1] % 8 == 7)
            kit_time(k, ring, p[2] | p[3] << 8);
        else
            kit_event(k, ring, p[1] % (TRACE_KINDS + 1), p[2], p[3] % 7, p[4] % 7,
                      p[5] > 250 ? (uint32_t)p[6] << 24 : p[5] % 7);
    }
    for (size_t i = 0; i < patches; i++, patch += 4) {
        size_t at = patch[0] | (size_t)(patch[1] & 0x1f) << 8;
        size_t base = patch[1] & 0x80 ? 0 : patch[1] & 0x40 ? TRACE_PAGE : TRACE_PAGE + KIT_NAMES;
        if (patch[1] & 0x20 && base + at < k->size)
            k->data[base + at] = (char)(patch[2] ^ patch[3]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!nowhere)
        nowhere = fopen("/dev/null", "w");
    if (!size || !nowhere)
        return 0;
    struct kit k;
    kit_init(&k);
    if (data[0] & 1)
        compose(&k, data + 1, size - 1);
    int fd = memfd_create("trace", MFD_CLOEXEC);
    MUST(fd >= 0);
    const void *file = data[0] & 1 ? (const void *)k.data : data;
    size_t n = data[0] & 1 ? k.size - (size > 200 ? data[size - 1] * 16u : 0) : size;
    MUST(write(fd, file, n) == (ssize_t)n);
    char path[64];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    read_trace(path);
    close(fd);
    kit_fini(&k);
    return 0;
}
