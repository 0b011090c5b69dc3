// The context of one command: its locks, words, time, random stream and requests. It is kept with
// the execution and used again for the next command, so an ordinary command allocates nothing.
#include "command/context.h"

#include "command/command.h"
#include "command/report.h"
#include "lock/hooks.h"
#include "util/doc.h"
#include "util/loopguard.h"
#include "util/mem.h"
#include "world/inventory.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void context_init(struct context *c, struct world *w, struct lockset *locks)
{
    assert(w && locks);
    *c = (struct context){.world = w, .locks = locks};
    words_init(&c->words);
    c->report = report_new();
    c->before = mem_new(struct context);
}

static void drop_requests(struct context *c)
{
    for (size_t i = 0; i < c->script_count; i++)
        free(c->scripts[i].line);
    c->script_count = 0;
    c->timers.count = 0;
    doc_free(c->saved);
    c->saved = NULL;
    c->session = CONTEXT_STAY;
}

void context_fini(struct context *c)
{
    drop_requests(c);
    free(c->scripts);
    timer_sink_fini(&c->timers);
    words_fini(&c->words);
    report_free(c->report);
    buf_fini(&c->spare_line);
    buf_fini(&c->spare_lower);
    buf_fini(&c->prompt);
    free(c->before);
}

void context_begin(struct context *c, struct thing *actor, const char *line, int64_t now)
{
    loopguard_check_worker("context_begin()");
    assert(line && now >= 0);
    c->actor = actor;
    c->now = now;
    c->number = 0;
    c->rng_ready = false;
    c->passes = 0;
    c->command = NULL;
    c->scripted = c->typed = c->read_only = c->refused = c->stale = false;
    c->breathless = 0;
    c->enter = NULL;
    c->rights = "";
    c->zone = NULL;
    c->outbox = 0;
    c->last_outbox = 0;
    words_set(&c->words, line);
    drop_requests(c);
    report_clear(c->report);
}

void context_pass(struct context *c)
{
    loopguard_check_worker("context_pass()");
    c->passes++;
    hooks_pass(c->locks);
    drop_requests(c);
    report_clear(c->report);
}

// May this byte differ at the end of a pass? Yes in what context_pass resets, in the line, which is
// read once, in memory for the words of another, and in the pointer to the copy that the comparison
// is made with.
static bool may_differ(size_t at)
{
#define SPAN(field)                                                                                \
    {                                                                                              \
        offsetof(struct context, field), sizeof(((struct context *)0)->field)                      \
    }
    static const struct {
        size_t at, size;
    } spans[] = {SPAN(words),   SPAN(spare_line),   SPAN(spare_lower), SPAN(timers),
                 SPAN(scripts), SPAN(script_count), SPAN(script_cap),  SPAN(saved),
                 SPAN(session), SPAN(before)};
#undef SPAN
    for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++)
        if (at - spans[i].at < spans[i].size)
            return true;
    return false;
}

// The words are left out of the comparison, as they are long and never change.
enum { LINE = offsetof(struct context, words), PAST_LINE = LINE + sizeof(struct words) };

void context_before_run(struct context *c)
{
    loopguard_check_worker("context_before_run()");
    if (!hooks_on())
        return;
    hooks_run(c->locks);
    memcpy(c->before, c, LINE);
    memcpy((char *)c->before + PAST_LINE, (char *)c + PAST_LINE, sizeof(*c) - PAST_LINE);
}

// Reports that a pass kept something in the context. The byte `at` may be part of a pointer, so the
// whole word around it is reported too.
static void tell_kept(struct context *c, size_t at)
{
    char where[60];
    const void *word;
    memcpy(&word, (const char *)c + at / sizeof(word) * sizeof(word), sizeof(word));
    snprintf(where, sizeof(where), "something in byte %zu of its context", at);
    hooks_kept(c->locks, where, word);
}

void context_again(struct context *c)
{
    loopguard_check_worker("context_again()");
    const char *now = (const char *)c, *was = (const char *)c->before;
    if (!hooks_on() || (!memcmp(now, was, LINE) &&
                        !memcmp(now + PAST_LINE, was + PAST_LINE, sizeof(*c) - PAST_LINE)))
        return;
    for (size_t at = 0; at < sizeof(*c); at++)
        if (now[at] != was[at] && !may_differ(at)) {
            tell_kept(c, at);
            return;
        }
}

bool context_need_lock_at(struct context *c, struct lock *l, enum lock_mode mode,
                          const struct site *at)
{
    loopguard_check_worker("context_need_lock_at()");
    return lockset_need_at(c->locks, l, mode, at);
}

bool context_need_at(struct context *c, struct thing *t, const struct site *at)
{
    loopguard_check_worker("context_need_at()");
    struct thing *outermost = thing_outermost_at(t, at);
    if (!outermost)
        return false;
    return lockset_need_at(c->locks, thing_lock(outermost), LOCK_EXCLUSIVE, at);
}

bool context_holds(const struct context *c, struct thing *t)
{
    loopguard_check_worker("context_holds()");
    struct thing *outermost = thing_outermost(t);
    return outermost && lockset_holds(c->locks, thing_lock(outermost), LOCK_EXCLUSIVE);
}

uint64_t context_number(struct context *c)
{
    loopguard_check_worker("context_number()");
    if (!c->number) {
        c->number = c->take_number(c->take_arg);
        hooks_commit(c->locks, c->number, SITE);
    }
    return c->number;
}

struct rng *context_rng(struct context *c)
{
    loopguard_check_worker("context_rng()");
    if (!c->rng_ready) {
        rng_seed(&c->rng, context_number(c));
        c->rng_ready = true;
    }
    return &c->rng;
}

void context_script(struct context *c, struct thing *actor, int64_t delay, const char *line)
{
    loopguard_check_worker("context_script()");
    assert(actor && line && delay >= 0);
    if (c->script_count == c->script_cap) {
        c->script_cap = c->script_cap ? c->script_cap * 2 : 4;
        c->scripts = mem_realloc_array(c->scripts, c->script_cap, sizeof(*c->scripts));
    }
    c->scripts[c->script_count++] =
        (struct script_request){thing_ref(actor), mem_strdup(line), delay};
}

int64_t context_delay(struct context *c, int64_t after, int64_t jitter)
{
    loopguard_check_worker("context_delay()");
    assert(after >= 0 && jitter >= 0);
    int64_t delay = after;
    if (jitter > 0)
        delay += (int64_t)rng_below(context_rng(c), (uint64_t)jitter);
    return delay < 1000 ? 1000 : delay;
}

enum command_result context_run(struct context *c, const struct command *command, const char *line)
{
    loopguard_check_worker("context_run()");
    assert(command && command->run && line);
    const struct command *outer = c->command;
    struct words words;
    words_move(&words, &c->words);
    c->words.line = c->spare_line;
    c->words.lower = c->spare_lower;
    c->spare_line = c->spare_lower = (struct buf)BUF_INIT; // a command inside takes its own
    words_set(&c->words, line);
    c->command = command;
    enum command_result result = command->run(c);
    buf_fini(&c->spare_line);
    buf_fini(&c->spare_lower);
    c->spare_line = c->words.line;
    c->spare_lower = c->words.lower;
    words_move(&c->words, &words);
    c->command = outer;
    return result;
}
