// How others watch the locks. A checker sets a table of functions (lock_hooks_set); what tasks do
// to locks, locations and things is then reported to it, before or after it happens as each line
// says. Waiting has a table of its own, as a server counts who waits for what also while nothing is
// checked: its functions are called only where a task waits, so they cost nothing where none does.
// A table may leave out functions. While no table is set, its pointer is NULL, and a call of a hook
// is one load and a branch that is not taken.
//
// Threads: hooks are called on the thread that does what they report. A table may be replaced at
// any time, so a function must expect to see the end of something of which it has not seen the
// beginning. Locks: see each hook; a hook must not take a world lock, nor call a function of lock.h
// that does.
#ifndef LOCK_HOOKS_H
#define LOCK_HOOKS_H

#include "lock/lock.h"
#include "util/site.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lockset;
struct lockset_entry;

enum hooks_limbo { HOOKS_LIMBO_TAKE, HOOKS_LIMBO_PUBLISH, HOOKS_LIMBO_FREE };

// The functions behind the macros below; what each reports is said there.
struct lock_hooks {
    // things
    void (*access)(struct place *p, unsigned attr, bool write, const struct site *at);
    void (*handed)(const void *value);
    const char *(*text)(const char *s, struct place *p, unsigned attr, const struct site *at);
    void (*text_leaves)(const char *text, size_t n, const char *act, const struct site *at);
    void (*field)(struct place *p, bool write, const char *act, const struct site *at);
    void (*shared_value)(struct place *p, unsigned attr, const struct site *at);
    void (*copied)(struct place *of, unsigned attr, const struct site *at);
    void (*list)(struct place *in, bool write, const struct site *at);
    void (*met)(struct place *p, struct place *in, unsigned list);
    void (*next)(struct place *p, unsigned list, const struct site *at);
    void (*unlisted)(struct place *p);
    void (*listed)(struct place *p, struct place *in, const struct site *at);
    void (*where)(struct place *p, struct place *in, const struct site *at);
    void (*move)(struct place *p, struct place *to, const struct site *at);
    void (*limbo)(enum hooks_limbo kind, struct place *p, uint32_t owner, const struct site *at);
    void (*permit)(struct place *p);
    void (*store)(struct place *p, uint64_t where, const struct site *at);
    void (*take)(struct place *p, const struct site *at);
    void (*token_missing)(struct place *p, const struct site *at);
    void (*found)(struct place *p, uint32_t seen, uint32_t wanted, const struct site *at);
    void (*referred)(const struct place *p, const struct site *at);
    void (*ended)(struct place *p, uint32_t was, const struct site *at);
    void (*emptied)(struct place *p, const struct site *at);
    void (*reused)(struct place *p, const struct site *at);
    void (*timer_asked)(struct place *p, bool pending, uint32_t generation, const struct site *at);
    void (*renewed)(struct place *p, uint32_t was, uint32_t now, const struct site *at);
    // everything else that tasks share
    void (*guarded)(pthread_mutex_t *m, const char *what, const struct site *at);
    void (*built)(const char *what, const struct site *at);
    void (*quiet)(bool stands, const char *act, const struct site *at);
    void (*pooled)(const char *act, const char *what, const void *from, const void *frame);
    // commands
    void (*begin)(struct lockset *ls);
    void (*expect_number)(struct lockset *ls);
    void (*expect_timer_check)(struct lockset *ls, uint32_t generation);
    void (*replays)(struct lockset *ls);
    void (*actor)(struct lockset *ls, struct place *actor);
    void (*named)(struct lockset *ls);
    void (*entered)(struct lockset *ls, const void *from, const void *frame);
    void (*pass)(struct lockset *ls);
    void (*run)(struct lockset *ls);
    void (*kept)(struct lockset *ls, const char *where, const void *word);
    void (*commit)(struct lockset *ls, uint64_t number, const struct site *at);
    void (*left)(struct lockset *ls);
    void (*end)(struct lockset *ls);
    void (*gone)(struct lockset *ls);
    // locks
    void (*want)(struct lockset *ls, const struct lockset_entry *e);
    void (*given)(struct lock *l, struct lock_waiter *w);
    void (*parked)(struct lockset *ls, const struct lockset_entry *e);
    void (*resumed)(struct lockset *ls);
    void (*locked)(struct lockset *ls, struct lockset_entry *e, bool waited);
    void (*unlock)(struct lockset *ls, struct lockset_entry *e);
    bool (*released)(struct lock *l, enum lock_mode mode);
    void (*foreign_unlock)(struct lockset *ls, struct lock *l, const struct site *at);
    void (*lock_gone)(struct lock *l, const struct site *at);
};

extern const struct lock_hooks *_Atomic lock_hooks_now; // NULL: no table is set

// Sets the table; NULL: from now on no function is called. The table is borrowed for ever.
void lock_hooks_set(const struct lock_hooks *table);

// Does anybody watch the steps of tasks? For work that only prepares a call of a hook.
static inline bool hooks_on(void)
{
    return __builtin_expect(atomic_load_explicit(&lock_hooks_now, memory_order_relaxed) != NULL, 0);
}

#define HOOKS_CALL_OF(table, member, ...)                                                          \
    do {                                                                                           \
        __auto_type hooks_table_ = atomic_load_explicit((table), memory_order_relaxed);            \
        if (__builtin_expect(hooks_table_ != NULL, 0) && hooks_table_->member)                     \
            hooks_table_->member(__VA_ARGS__);                                                     \
    } while (0)
#define HOOKS_CALL(member, ...) HOOKS_CALL_OF(&lock_hooks_now, member, __VA_ARGS__)

// --- things

// An attribute of p is read or written.
#define hooks_access(p, attr, write, at) HOOKS_CALL(access, (p), (attr), (write), (at))
// An accessor returns the value of the attribute that was read last.
#define hooks_handed(value) HOOKS_CALL(handed, (value))
// Returns what an accessor is to return for `s`, a text in attribute `attr` of p; NULL for NULL.
static inline const char *hooks_text(const char *s, struct place *p, unsigned attr,
                                     const struct site *at)
{
    const struct lock_hooks *h = atomic_load_explicit(&lock_hooks_now, memory_order_relaxed);
    return __builtin_expect(h != NULL, 0) && s && h->text ? h->text(s, p, attr, at) : s;
}
// A text is about to leave the command: it is shown, or stored; `act` says which.
#define hooks_text_leaves(text, n, act, at) HOOKS_CALL(text_leaves, (text), (n), (act), (at))
// A field of p that is not an attribute is accessed: the same rules apply; `act` names the access.
#define hooks_field(p, write, act, at) HOOKS_CALL(field, (p), (write), (act), (at))
// A value that p shares with its prototype or other copies is about to be changed.
#define hooks_shared_value(p, attr, at) HOOKS_CALL(shared_value, (p), (attr), (at))
// A copy shares the value of `of`, whose reference count was not increased.
#define hooks_copied(of, attr, at) HOOKS_CALL(copied, (of), (attr), (at))
// The inventory functions: a list of `in` is read or changed; p is met in a list while its lock is
// held; the list is followed on from p; p has been taken out of a list; p has been put into one of
// `in`, after its location was stored.
#define hooks_list(in, write, at) HOOKS_CALL(list, (in), (write), (at))
#define hooks_met(p, in, list) HOOKS_CALL(met, (p), (in), (list))
#define hooks_next(p, list, at) HOOKS_CALL(next, (p), (list), (at))
#define hooks_unlisted(p) HOOKS_CALL(unlisted, (p))
#define hooks_listed(p, in, at) HOOKS_CALL(listed, (p), (in), (at))
// The location of p was read: it is in `in`.
#define hooks_where(p, in, at) HOOKS_CALL(where, (p), (in), (at))
// p is about to move to `to`.
#define hooks_move(p, to, at) HOOKS_CALL(move, (p), (to), (at))
// p is about to be taken out of play, published or freed; `owner`: the lock set, or where to.
#define hooks_limbo(kind, p, owner, at) HOOKS_CALL(limbo, (kind), (p), (owner), (at))
// The location word of p may be stored once without any of the above: it is new, or prepared.
#define hooks_permit(p) HOOKS_CALL(permit, (p))
// The location word of p is about to become `where`.
#define hooks_store(p, where, at) HOOKS_CALL(store, (p), (where), (at))
// p, which is not in play, is about to be taken into limbo; p, which is not in limbo, to leave it.
#define hooks_take(p, at) HOOKS_CALL(take, (p), (at))
#define hooks_token_missing(p, at) HOOKS_CALL(token_missing, (p), (at))
// A reference that names the generation `wanted` led to p, whose generation is `seen`.
#define hooks_found(p, seen, wanted, at) HOOKS_CALL(found, (p), (seen), (wanted), (at))
// The reference of p was asked for, by which p will be found later.
#define hooks_referred(p, at) HOOKS_CALL(referred, (p), (at))
// p has ended; `was` is the generation that it had. It is about to be freed and something is in it.
// Its slot is about to be used again.
#define hooks_ended(p, was, at) HOOKS_CALL(ended, (p), (was), (at))
#define hooks_emptied(p, at) HOOKS_CALL(emptied, (p), (at))
#define hooks_reused(p, at) HOOKS_CALL(reused, (p), (at))
// A timer's task asked whether its timer stands. A timer of p was set or called off:
// its generation changed from `was` to `now`.
#define hooks_timer_asked(p, pending, generation, at)                                              \
    HOOKS_CALL(timer_asked, (p), (pending), (generation), (at))
#define hooks_renewed(p, was, now, at) HOOKS_CALL(renewed, (p), (was), (now), (at))

// --- everything else that tasks share

// The next lines access data that mutex m guards.
#define hooks_guarded(m, what) HOOKS_CALL(guarded, (m), (what), SITE)
// The next lines write a table that is read without a lock once the world runs.
#define hooks_built(what) HOOKS_CALL(built, (what), SITE)
// All of the world is read without a lock: no task may be inside a step, and none may begin;
// `stands`: the caller has made sure of that.
#define hooks_quiet(stands, act) HOOKS_CALL(quiet, (stands), (act), SITE)
// An object from a pool is used, or returned; `there`: it is in the pool already, so another task
// may get it, or has. A report names the caller of the function with this line.
#define hooks_pooled(there, act, what)                                                             \
    do {                                                                                           \
        if (there)                                                                                 \
            HOOKS_CALL(pooled, (act), (what), __builtin_return_address(0),                         \
                       __builtin_frame_address(0));                                                \
    } while (0)

// --- commands

// A command begins; its set holds nothing.
#define hooks_begin(ls) HOOKS_CALL(begin, (ls))
// The command takes an event number (hooks_commit), which must happen while it holds the locks of
// all it has read and changed: then the numbers are a serial order.
#define hooks_expect_number(ls) HOOKS_CALL(expect_number, (ls))
// The command is a timer's: it must ask whether its timer stands before it changes
// anything.
#define hooks_expect_timer_check(ls, generation) HOOKS_CALL(expect_timer_check, (ls), (generation))
// The command is replayed with its recorded number. Whether numbers ascend under each lock was
// checked when it was recorded; here it would only show that events take other locks, which the
// replay reports itself (L039).
#define hooks_replays(ls) HOOKS_CALL(replays, (ls))
// Who acts is known; what the command is called is known only now.
#define hooks_actor(ls, p) HOOKS_CALL(actor, (ls), (p))
#define hooks_named(ls) HOOKS_CALL(named, (ls))
// A worker steps the task from now on, and no longer. A report names the caller of lockset_enter.
#define hooks_entered(ls)                                                                          \
    HOOKS_CALL(entered, (ls), __builtin_return_address(0), __builtin_frame_address(0))
#define hooks_left(ls) HOOKS_CALL(left, (ls))
// The command starts from the beginning: nothing that it read before may decide now. Its own code
// begins a pass.
#define hooks_pass(ls) HOOKS_CALL(pass, (ls))
#define hooks_run(ls) HOOKS_CALL(run, (ls))
// A command that returned AGAIN has stored `word` where its next pass would find it.
#define hooks_kept(ls, where, word) HOOKS_CALL(kept, (ls), (where), (word))
// The command takes its event number, which fixes its position in the order of all events; 0: it
// ends without one.
#define hooks_commit(ls, number, at) HOOKS_CALL(commit, (ls), (number), (at))
// The command has ended, maybe with locks held, which are then released. The set is no more.
#define hooks_end(ls) HOOKS_CALL(end, (ls))
#define hooks_gone(ls) HOOKS_CALL(gone, (ls))

// --- locks

// The set is about to ask for a lock.
#define hooks_want(ls, e) HOOKS_CALL(want, (ls), (e))
// w is given the lock, perhaps by another task and under the latch; what is wrong is reported only
// when the task of w runs.
#define hooks_given(l, w) HOOKS_CALL(given, (l), (w))
// The task waits and leaves the worker; it goes on; the set holds the lock.
#define hooks_parked(ls, e) HOOKS_CALL(parked, (ls), (e))
#define hooks_resumed(ls) HOOKS_CALL(resumed, (ls))
#define hooks_locked(ls, e, waited) HOOKS_CALL(locked, (ls), (e), (waited))
// The set is about to release the lock.
#define hooks_unlock(ls, e) HOOKS_CALL(unlock, (ls), (e))
// The lock is about to be released; false: no task holds it, and it must not be released.
static inline bool hooks_released(struct lock *l, enum lock_mode mode)
{
    const struct lock_hooks *h = atomic_load_explicit(&lock_hooks_now, memory_order_relaxed);
    return __builtin_expect(h == NULL, 1) || !h->released || h->released(l, mode);
}
#define hooks_foreign_unlock(ls, l, at) HOOKS_CALL(foreign_unlock, (ls), (l), (at))
// The lock is about to cease to exist.
#define hooks_lock_gone(l, at) HOOKS_CALL(lock_gone, (l), (at))

#endif
