// The cells of a zone and what a tick does to them. Keeps the zone's state and its lock; the jobs
// that hold the lock run on any worker. Knows no threads, no barriers and no crashes: see
// tools/bench/tick.c. If the lock is missing, two jobs take the same row.
#include "tools/bench/climate.h"

#include "lock/lock.h"
#include "util/mem.h"
#include "util/rng.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { ROW = 32, CELLS_A_MOBILE = 16, GROWN = 1000, ROTTEN = 5000 };

struct cell {
    uint32_t ticks;
    uint16_t growth, decay;
    uint16_t mobiles; // how many mobiles are in the cell
    uint8_t weather;
};

struct climate {
    struct lock lock;
    struct shared shared;
    char *label;
    uint32_t zone, count, rows, mobiles;
    _Atomic uint64_t tick;     // the tick that is under way or was the last
    _Atomic uint32_t next_row; // of this tick
    uint64_t seed;             // of this tick
    uint32_t *where;           // the cell of each mobile
    struct cell cells[];
};

#define STEP(pass) ((pass)->at = SITE)

static uint32_t mobiles_of(uint32_t cells)
{
    return cells / CELLS_A_MOBILE + 1;
}

struct climate *climate_new(uint32_t zone, uint32_t cells)
{
    assert(cells && cells <= CLIMATE_CELLS_MAX);
    struct climate *c = mem_zalloc(sizeof(*c) + cells * sizeof(struct cell));
    c->zone = zone;
    c->count = cells;
    c->rows = (cells + ROW - 1) / ROW;
    c->mobiles = mobiles_of(cells);
    c->where = mem_calloc(c->mobiles, sizeof(*c->where));
    c->label = mem_printf("zone %u", zone);
    lock_init(&c->lock, NULL, c->label);
    shared_init(&c->shared, c->label, &c->lock);
    for (uint32_t i = 0; i < c->mobiles; i++) {
        c->where[i] = (uint32_t)((uint64_t)i * cells / c->mobiles);
        c->cells[c->where[i]].mobiles++;
    }
    return c;
}

void climate_free(struct climate *c)
{
    if (!c)
        return;
    lock_fini(&c->lock);
    free(c->where);
    free(c->label);
    free(c);
}

struct climate_scratch *climate_scratch_new(uint32_t cells)
{
    uint32_t mobiles = mobiles_of(cells);
    struct climate_scratch *s = mem_zalloc(sizeof(*s) + mobiles * sizeof(s->to[0]));
    s->mobiles = mobiles;
    return s;
}

struct lock *climate_lock(struct climate *c)
{
    return &c->lock;
}

const char *climate_label(const struct climate *c)
{
    return c->label;
}

uint32_t climate_cells(const struct climate *c)
{
    return c->count;
}

static uint32_t climate_get(_Atomic uint32_t *n)
{
    return atomic_load_explicit(n, memory_order_relaxed);
}

static void set(_Atomic uint32_t *n, uint32_t to)
{
    atomic_store_explicit(n, to, memory_order_relaxed);
}

static void open_tick(struct climate *c, uint64_t tick)
{
    if (atomic_load_explicit(&c->tick, memory_order_relaxed) == tick)
        return; // the other part has taken the last row
    atomic_store_explicit(&c->tick, tick, memory_order_relaxed);
    set(&c->next_row, 0);
    c->seed = rng_mix(rng_mix(c->zone) + tick);
}

static void tick_row(struct climate *c, uint32_t row)
{
    assert(row < c->rows);
    uint64_t base = rng_mix(c->seed + row);
    unsigned rain = (unsigned)(c->seed & 3);
    uint32_t end = (row + 1) * ROW < c->count ? (row + 1) * ROW : c->count;
    for (uint32_t i = row * ROW; i < end; i++) {
        struct cell *cell = &c->cells[i];
        unsigned chance = (unsigned)((base + i * UINT64_C(0x9e3779b97f4a7c15)) >> 61);
        cell->ticks++;
        cell->weather = (uint8_t)((cell->weather + rain + chance) / 2);
        unsigned growth = cell->growth + 1u + (cell->weather > 3);
        growth = growth > cell->mobiles ? growth - cell->mobiles : 0;
        cell->growth = (uint16_t)(growth < GROWN ? growth : GROWN);
        unsigned decay = cell->decay + chance / 2 + (cell->growth == 0);
        // at ROTTEN the litter is removed, and decay begins again
        cell->decay = (uint16_t)(decay < ROTTEN ? decay : 0);
    }
}

// True when the last row is done. The cursors are read and written separately, as plain variables
// would be: only the zone's lock and the ownership of the scratch make that correct.
static bool tick_rows(struct climate *c, struct climate_scratch *s)
{
    set(&s->rows_left, (c->rows + CLIMATE_PARTS - 1) / CLIMATE_PARTS);
    while (climate_get(&s->rows_left)) {
        uint32_t row = climate_get(&c->next_row);
        if (row >= c->rows)
            return false; // no row was left for this part
        tick_row(c, row);
        set(&c->next_row, row + 1);
        if (row + 1 == c->rows)
            return true;
        set(&s->rows_left, climate_get(&s->rows_left) - 1);
    }
    return false;
}

// First computes where all mobiles go, then moves all: no mobile sees a neighbour that has moved
// already.
static void drift(struct climate *c, struct climate_pass *pass)
{
    assert(pass->scratch);
    struct climate_scratch *s = pass->scratch;
    struct rng rng;
    rng_seed(&rng, c->seed);
    STEP(pass);
    for (uint32_t i = 0; i < c->mobiles; i++) {
        // one cell back, none, or one forward
        uint32_t by = (uint32_t)rng_below(&rng, 3) + c->count - 1;
        set(&s->to[i], (c->where[i] + by) % c->count);
    }
    STEP(pass);
    for (uint32_t i = 0; i < c->mobiles; i++) {
        uint32_t to = climate_get(&s->to[i]);
        if (to >= c->count)
            continue; // the entry is from a larger zone: the scratch was shared
        c->cells[c->where[i]].mobiles--;
        c->cells[to].mobiles++;
        c->where[i] = to;
    }
}

void climate_tick(struct climate *c, struct climate_pass *pass)
{
    assert(pass->scratch && pass->tick);
    STEP(pass);
    shared_enter(&c->shared, true);
    shared_enter(&pass->scratch->use, true);
    open_tick(c, pass->tick);
    STEP(pass);
    if (tick_rows(c, pass->scratch))
        drift(c, pass);
    STEP(pass);
    shared_leave(&pass->scratch->use, true);
    shared_leave(&c->shared, true);
}

uint32_t climate_cells_at(struct climate *c, uint64_t ticks)
{
    uint32_t n = 0;
    shared_enter(&c->shared, false);
    for (uint32_t i = 0; i < c->count; i++)
        n += c->cells[i].ticks == ticks;
    shared_leave(&c->shared, false);
    return n;
}

static uint64_t climate_mix(uint64_t digest, uint64_t word)
{
    digest = (digest ^ word) * UINT64_C(0xff51afd7ed558ccd);
    return digest ^ digest >> 32;
}

uint64_t climate_digest(struct climate *c)
{
    uint64_t digest = climate_mix(c->zone, c->count);
    shared_enter(&c->shared, false);
    for (uint32_t i = 0; i < c->count; i++) {
        const struct cell *cell = &c->cells[i];
        digest = climate_mix(digest, (uint64_t)cell->ticks << 32 | (uint32_t)cell->growth << 16 |
                                         cell->decay);
        digest = climate_mix(digest, (uint64_t)cell->mobiles << 8 | cell->weather);
    }
    for (uint32_t i = 0; i < c->mobiles; i++)
        digest = climate_mix(digest, c->where[i]);
    shared_leave(&c->shared, false);
    return digest;
}
