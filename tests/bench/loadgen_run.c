// The course of a run and its clock: logins at a set pace, then warm-up, then equal windows. Holds
// when each player's next command is due: at once (closed loop), after a pause, or at a time fixed
// beforehand (open loop). In the open loop latency counts from that fixed time even when the player
// was still waiting for its last reply, so a server that stalls cannot hide the commands it kept
// from being sent.
#include "loadgen_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>

#include "loadgen_dialogue.h"
#include "loadgen_foes.h"
#include "loadgen_mix.h"
#include "loadgen_places.h"
#include "loadgen_pool.h"
#include "loadgen_setup.h"
#include "util/mem.h"

#define SECOND_NS 1000000000.0

enum { SETUP_TICK_NS = 1000000 };

struct pause {
    uint64_t due;
    struct loadgen_player *player;
};

struct run {
    const struct loadgen_options *o;
    const struct loadgen_places *places;
    struct loadgen_pool *pool;
    struct loadgen_result *result;
    struct loadgen_foes foes;
    bool playing;
    bool leaving;
    struct loadgen_window *window; // the one being measured, or NULL
    uint64_t began;
    unsigned started; // logins begun
    unsigned settled; // logins that ended one way or the other
    // Closed loop with a pause: pauses are equally long, so they end in the order they began.
    struct pause *pauses; // ring of one place a player
    unsigned pause_first;
    unsigned pause_count;
    uint64_t pause_ns;
    // Open loop.
    double period_ns;
    uint64_t schedule_began;
    uint64_t arrivals; // turns whose time has come
};

static uint64_t clock_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

static double own_cpu_ms(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e3 +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e3;
}

static void take_turn(struct run *run, struct loadgen_player *p, uint64_t now)
{
    if (run->o->rate > 0) {
        uint64_t arrival = (uint64_t)p->turns * run->o->players + (p->number - run->o->first);
        now = run->schedule_began + (uint64_t)((double)arrival * run->period_ns);
        p->turns++;
    }
    if (!loadgen_mix_send(p, run->o, now, loadgen_pool_tally(run->pool))) {
        loadgen_pool_lose(run->pool, p);
    }
}

static void begin_pause(struct run *run, struct loadgen_player *p, uint64_t due)
{
    unsigned at = (run->pause_first + run->pause_count++) % run->o->players;
    run->pauses[at] = (struct pause){.due = due, .player = p};
}

static void on_answered(void *context, struct loadgen_player *p)
{
    struct run *run = context;
    uint64_t now = clock_ns();
    if (run->window) {
        hist_record(&run->window->latency, now - p->began);
        hist_record(&run->result->kinds[p->command], now - p->began);
    }
    if (!run->playing) {
        return;
    }
    if (run->o->rate > 0) {
        if (p->due > p->turns) {
            take_turn(run, p, now);
        }
    } else if (run->pause_ns > 0) {
        begin_pause(run, p, now + run->pause_ns);
    } else {
        take_turn(run, p, now);
    }
}

static void on_ready(void *context, struct loadgen_player *p)
{
    struct run *run = context;
    run->settled++;
    if (p->role == LOADGEN_PLAYER) {
        run->result->ready++;
        run->result->wayless += p->way == DIRECTION_NONE;
        return;
    }
    p->began = clock_ns();
    if (p->role == LOADGEN_DEAF) {
        loadgen_pool_listen(run->pool, p, false);
    }
}

static void on_lost(void *context, struct loadgen_player *p, bool while_setting_up)
{
    struct run *run = context;
    run->settled += while_setting_up;
    if (p->role != LOADGEN_PLAYER) {
        if (while_setting_up) {
            run->result->role[p->role].refused++;
        } else if (!run->leaving) {
            loadgen_foes_count_loss(&run->result->role[p->role], p, clock_ns());
        }
    } else if (while_setting_up) {
        run->result->failed++;
    } else if (!run->leaving) {
        run->result->lost++;
    }
}

static unsigned logins(const struct run *run)
{
    return run->o->players + run->o->deaf + run->o->flood + run->o->leavers;
}

static struct loadgen_walk walk_of(const struct run *run, struct loadgen_player *p)
{
    const struct loadgen_options *o = run->o;
    if (o->crowd || run->places->count > 0) {
        return (struct loadgen_walk){0};
    }
    if (o->grid_width > 0) {
        return loadgen_setup_grid(p->number - o->first, o->grid_width, o->grid_height);
    }
    unsigned more = loadgen_player_below(p, o->walk_max - o->walk_min + 1);
    return (struct loadgen_walk){.any = o->walk_min + more};
}

static void start_logins(struct run *run, uint64_t now)
{
    unsigned allowed = (unsigned)((double)(now - run->began) / SECOND_NS * run->o->ramp) + 1;
    while (run->started < logins(run) && run->started < allowed &&
           loadgen_pool_logging_in(run->pool) < run->o->logging_in) {
        unsigned index = run->started++;
        struct loadgen_player *p = loadgen_pool_at(run->pool, index);
        loadgen_pool_start(run->pool, p, walk_of(run, p));
        if (p->setup && run->places->count > 0) {
            loadgen_setup_go(p->setup, run->places->line[index % run->places->count]);
        }
    }
}

static void set_up(struct run *run)
{
    run->began = clock_ns();
    uint64_t limit = run->began + (uint64_t)(run->o->setup_limit * SECOND_NS);
    uint64_t now = run->began;
    while (run->settled < logins(run) && now < limit) {
        start_logins(run, now);
        loadgen_pool_serve(run->pool, SETUP_TICK_NS);
        now = clock_ns();
        if (run->started < logins(run) || loadgen_pool_logging_in(run->pool) > 0) {
            run->result->login_seconds = (double)(now - run->began) / SECOND_NS;
        }
    }
    for (unsigned i = 0; i < logins(run); i++) {
        struct loadgen_player *p = loadgen_pool_at(run->pool, i);
        if (p->phase == LOADGEN_SETS_UP || p->phase == LOADGEN_WAITS) {
            loadgen_pool_lose(run->pool, p);
        }
    }
    run->result->setup_seconds = (double)(now - run->began) / SECOND_NS;
}

static bool can_take_turn(const struct loadgen_player *p)
{
    return p->phase == LOADGEN_PLAYS && !p->waiting;
}

static void start_playing(struct run *run)
{
    uint64_t now = clock_ns();
    run->playing = true;
    run->schedule_began = now;
    for (unsigned i = 0; i < run->o->players && run->o->rate <= 0; i++) {
        struct loadgen_player *p = loadgen_pool_at(run->pool, i);
        if (!can_take_turn(p)) {
            continue;
        }
        if (run->pause_ns > 0) {
            // Spread over one pause, or all would speak in the same instant for ever.
            begin_pause(run, p, now + run->pause_ns * i / run->o->players);
        } else {
            take_turn(run, p, now);
        }
    }
}

// Takes the turns that are due and returns when the next one is.
static uint64_t take_due_turns(struct run *run, uint64_t now)
{
    uint64_t next = UINT64_MAX;
    while (run->pause_count > 0) {
        struct pause *pause = &run->pauses[run->pause_first];
        if (pause->due > now) {
            next = pause->due;
            break;
        }
        run->pause_first = (run->pause_first + 1) % run->o->players;
        run->pause_count--;
        if (can_take_turn(pause->player)) {
            take_turn(run, pause->player, now);
        }
    }
    while (run->o->rate > 0 && run->o->players > 0) {
        uint64_t due = run->schedule_began + (uint64_t)((double)run->arrivals * run->period_ns);
        if (due > now) {
            return due < next ? due : next;
        }
        struct loadgen_player *p =
            loadgen_pool_at(run->pool, (unsigned)(run->arrivals++ % run->o->players));
        p->due++;
        if (can_take_turn(p)) {
            take_turn(run, p, now);
        }
    }
    return next;
}

static void play_until(struct run *run, uint64_t until)
{
    bool foes = loadgen_foes_wanted(run->o);
    uint64_t spin_ns = (uint64_t)(run->o->spin_us * 1e3);
    uint64_t awake_until = 0;
    for (uint64_t now = clock_ns(); now < until; now = clock_ns()) {
        uint64_t next = take_due_turns(run, now);
        next = next < until ? next : until;
        if (foes) {
            loadgen_foes_tick(&run->foes, run->pool, now);
            next = next < now + LOADGEN_FOES_TICK_NS ? next : now + LOADGEN_FOES_TICK_NS;
        }
        bool sleep = now >= awake_until && next > now;
        if (loadgen_pool_serve(run->pool, sleep ? next - now : 0) > 0) {
            awake_until = now + spin_ns;
        }
    }
}

static void read_cpu(struct run *run, struct loadgen_proc_cpu *cpu)
{
    if (run->o->pid > 0 && !loadgen_proc_cpu(run->o->pid, cpu)) {
        run->result->measured = false;
    }
}

// What threads that live at the end of a window did within it.
static void read_threads(struct run *run, struct loadgen_proc_threads *t)
{
    if (run->o->pid > 0 && !loadgen_proc_threads(run->o->pid, t)) {
        run->result->measured = false;
    }
}

static void measure_window(struct run *run, struct loadgen_window *w)
{
    struct loadgen_proc_cpu before = {0, 0};
    struct loadgen_proc_cpu after = {0, 0};
    struct loadgen_proc_threads threads = {0};
    read_threads(run, &threads);
    read_cpu(run, &before);
    double own = own_cpu_ms();
    uint64_t bytes = loadgen_pool_tally(run->pool)->bytes;
    uint64_t began = clock_ns();
    run->window = w;
    play_until(run, began + (uint64_t)(run->o->duration / run->o->windows * SECOND_NS));
    run->window = NULL;
    w->seconds = (double)(clock_ns() - began) / SECOND_NS;
    w->bytes = loadgen_pool_tally(run->pool)->bytes - bytes;
    w->own_cpu_ms = own_cpu_ms() - own;
    read_cpu(run, &after);
    read_threads(run, &w->threads);
    for (unsigned i = 0; i < LOADGEN_THREADS; i++) {
        w->threads.ms[i] -= threads.ms[i];
    }
    w->cpu.user_ms = after.user_ms - before.user_ms;
    w->cpu.system_ms = after.system_ms - before.system_ms;
}

static void measure_memory(struct run *run, long *kb)
{
    if (run->o->pid > 0 && !loadgen_proc_memory(run->o->pid, kb, &run->result->memory_peak_kb)) {
        run->result->measured = false;
    }
}

static void leave(struct run *run)
{
    run->leaving = true;
    run->playing = false;
    loadgen_pool_hush(run->pool);
    static const char quit[] = DIALOGUE_QUIT "\r\n";
    for (unsigned i = 0; i < loadgen_pool_count(run->pool); i++) {
        struct loadgen_player *p = loadgen_pool_at(run->pool, i);
        if (p->phase == LOADGEN_PLAYS && p->role == LOADGEN_PLAYER) {
            loadgen_player_send(p, quit, sizeof(quit) - 1);
        }
    }
    play_until(run, clock_ns() + (uint64_t)(2 * SECOND_NS));
}

// Whether the server has given the deaf up shows only when what it had sent is read to the end.
static void listen_again(struct run *run)
{
    run->playing = false;
    for (unsigned i = run->o->players; i < run->o->players + run->o->deaf; i++) {
        struct loadgen_player *p = loadgen_pool_at(run->pool, i);
        if (p->phase == LOADGEN_PLAYS) {
            loadgen_pool_listen(run->pool, p, true);
        }
    }
    play_until(run, clock_ns() + (uint64_t)SECOND_NS);
}

static void measure(struct run *run)
{
    start_playing(run);
    play_until(run, clock_ns() + (uint64_t)(run->o->warmup * SECOND_NS));
    memset(loadgen_pool_tally(run->pool), 0, sizeof(struct loadgen_tally));
    run->result->windows = run->o->windows;
    for (unsigned i = 0; i < run->o->windows; i++) {
        measure_window(run, &run->result->window[i]);
    }
    run->result->tally = *loadgen_pool_tally(run->pool);
    for (unsigned i = 0; i < run->o->players; i++) {
        const struct loadgen_player *p = loadgen_pool_at(run->pool, i);
        run->result->backlog += p->due - p->turns;
    }
}

struct loadgen_result *loadgen_run(const struct loadgen_options *o,
                                   const struct loadgen_places *places)
{
    // The default slack of 50 µs would be added to every pause and every open-loop turn.
    prctl(PR_SET_TIMERSLACK, 1UL);
    struct run run = {.o = o, .places = places, .result = mem_new(struct loadgen_result)};
    run.result->measured = o->pid > 0;
    run.pause_ns = (uint64_t)(o->think_ms * 1e6);
    run.pauses = mem_calloc(o->players + 1, sizeof(*run.pauses));
    run.period_ns = o->rate > 0 ? SECOND_NS / o->rate : 0;
    run.pool = loadgen_pool_new(
        o, &(struct loadgen_pool_calls){
               .answered = on_answered, .ready = on_ready, .lost = on_lost, .context = &run});
    struct loadgen_result *r = run.result;
    r->role[LOADGEN_DEAF].asked = o->deaf;
    r->role[LOADGEN_FLOOD].asked = o->flood;
    r->role[LOADGEN_LEAVER].asked = o->leavers;
    r->role[LOADGEN_SILENT].asked = o->silent;
    r->role[LOADGEN_DRIP].asked = o->drip;
    measure_memory(&run, &r->memory_before_kb);
    set_up(&run);
    measure_memory(&run, &r->memory_after_kb);
    if (r->ready > 0 || loadgen_foes_wanted(o)) {
        measure(&run);
    }
    measure_memory(&run, &r->memory_end_kb);
    if (o->deaf > 0) {
        listen_again(&run);
    }
    if (o->quit) {
        leave(&run);
    }
    loadgen_pool_free(run.pool);
    free(run.pauses);
    return r;
}

void loadgen_result_free(struct loadgen_result *r)
{
    free(r);
}
