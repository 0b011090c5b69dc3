// A small lock trace, made event by event, for the tests of the reader and of `latchkey
// locks`, and for its fuzzer: as
// many rings and events as are asked for, in the layout of trace/format.h.
#ifndef TESTS_UNIT_TRACE_KIT_H
#define TESTS_UNIT_TRACE_KIT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "trace/format.h"
#include "util/mem.h"

enum { KIT_RINGS = 4, KIT_EVENTS = 64, KIT_NAMES = 4096 };

struct kit {
    char *data;
    size_t size;
    uint64_t names_used;
    uint64_t heads[KIT_RINGS];
    uint32_t rings_used;
    int64_t begin_ns;
};

static inline struct trace_header *kit_header(struct kit *k)
{
    return (struct trace_header *)k->data;
}

static inline struct trace_ring *kit_ring(struct kit *k, size_t r)
{
    return (struct trace_ring *)(k->data + kit_header(k)->rings_offset +
                                 r * kit_header(k)->ring_stride);
}

static inline void kit_init(struct kit *k)
{
    size_t stride = TRACE_PAGE + KIT_EVENTS * sizeof(struct trace_event);
    *k = (struct kit){.begin_ns = 1000000000};
    k->size = TRACE_PAGE + KIT_NAMES + KIT_RINGS * stride;
    k->data = mem_zalloc(k->size);
    struct trace_header *h = kit_header(k);
    *h = (struct trace_header){.version = TRACE_VERSION,
                               .pid = 4711,
                               .started_wall_ms = 1700000000000,
                               .started_mono_ns = k->begin_ns,
                               .ring_events = KIT_EVENTS,
                               .rings = KIT_RINGS,
                               .names_offset = TRACE_PAGE,
                               .names_size = KIT_NAMES,
                               .rings_offset = TRACE_PAGE + KIT_NAMES,
                               .ring_stride = stride,
                               .closed = 1,
                               .command = "latchkey"};
    memcpy(h->magic, TRACE_MAGIC, sizeof(h->magic));
}

static inline void kit_fini(struct kit *k)
{
    free(k->data);
}

static inline void kit_name_n(struct kit *k, enum trace_name_kind kind, uint32_t id, uint32_t extra,
                              const char *text, size_t n)
{
    struct trace_name *t = (struct trace_name *)(k->data + TRACE_PAGE + k->names_used);
    *t = (struct trace_name){(uint16_t)kind, (uint16_t)n, id, extra};
    memcpy(t->text, text, n);
    k->names_used += (sizeof(*t) + n + 3) & ~(size_t)3;
    kit_header(k)->names_used = k->names_used;
}

static inline void kit_name(struct kit *k, enum trace_name_kind kind, uint32_t id, uint32_t extra,
                            const char *text)
{
    kit_name_n(k, kind, id, extra, text, strlen(text));
}

static inline void kit_site(struct kit *k, uint32_t id, uint32_t line, const char *file,
                            const char *func)
{
    char text[128];
    int n = snprintf(text, sizeof(text), "%s%c%s", file, 0, func);
    kit_name_n(k, TRACE_NAME_SITE, id, line, text, (size_t)n);
}

static inline void kit_event(struct kit *k, size_t r, enum trace_kind kind, unsigned flags,
                             unsigned site, uint32_t object, uint32_t arg)
{
    struct trace_ring *ring = kit_ring(k, r);
    uint64_t n = k->heads[r]++;
    ((struct trace_event *)((char *)ring + TRACE_PAGE))[n % KIT_EVENTS] = (struct trace_event){
        (uint8_t)kind, (uint8_t)flags, (uint16_t)site, object, arg, (uint32_t)n};
    ring->head = n + 1;
    ring->thread = 100 + (uint32_t)r;
    snprintf(ring->name, sizeof(ring->name), "worker-%zu", r);
    if (kit_header(k)->rings_used <= r)
        kit_header(k)->rings_used = (uint32_t)r + 1;
}

static inline void kit_time(struct kit *k, size_t r, int64_t us)
{
    uint64_t ns = (uint64_t)(k->begin_ns + us * 1000);
    kit_event(k, r, TRACE_TIME, 0, 0, (uint32_t)(ns >> 32), (uint32_t)ns);
}

static inline int kit_write(struct kit *k, const char *path, size_t size)
{
    FILE *f = fopen(path, "wb");
    if (!f)
        return -1;
    size_t n = fwrite(k->data, 1, size, f);
    return fclose(f) || n != size ? -1 : 0;
}

#endif
