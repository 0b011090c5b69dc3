// The tables of hooks that the checker sets (lock/hooks.h): for levels at which no steps are kept,
// and for the others.
#include "check/check_priv.h"
#include "check/check_text.h"

#define FOR_ALL_LEVELS                                                                             \
    .access = lockcheck_access_slow, .field = lockdata_thing_slow,                                 \
    .shared_value = lockcheck_shared_value_slow, .copied = lockdata_copied_slow,                   \
    .list = lockcheck_list_slow, .met = lockcheck_met_slow, .next = lockcheck_next_slow,           \
    .unlisted = lockcheck_unlisted_slow, .listed = lockcheck_listed_slow,                          \
    .where = lockcheck_where_slow, .move = lockcheck_move_slow, .limbo = lockcheck_limbo_slow,     \
    .permit = lockcheck_permit_slow, .store = lockcheck_store_slow, .take = lockcheck_take_slow,   \
    .token_missing = lockcheck_token_missing_slow, .found = lockcheck_found_slow,                  \
    .referred = lockdata_referred_slow, .ended = lockdata_ended_slow,                              \
    .emptied = lockdata_emptied_slow, .reused = lockcheck_release_slow,                            \
    .timer_asked = lockcheck_timer_asked_slow, .renewed = lockdata_renewed_slow,                   \
    .guarded = lockdata_guarded_slow, .built = lockdata_built_slow, .quiet = lockdata_quiet_slow,  \
    .pooled = lockdata_pooled_slow, .begin = lockcheck_begin_slow,                                 \
    .expect_number = lockcheck_expect_number_slow,                                                 \
    .expect_timer_check = lockcheck_expect_timer_check_slow, .replays = lockcheck_replays_slow,    \
    .actor = lockcheck_actor_slow, .named = lockcheck_named_slow,                                  \
    .entered = lockcheck_entered_slow, .pass = lockcheck_pass_slow, .run = lockcheck_run_slow,     \
    .kept = lockcheck_kept_slow, .commit = lockcheck_commit_slow, .left = lockcheck_left_slow,     \
    .end = lockcheck_end_slow, .gone = lockcheck_gone_slow, .want = lockcheck_want_slow,           \
    .given = lockcheck_given_slow, .parked = lockcheck_parked_slow,                                \
    .resumed = lockcheck_resumed_slow, .locked = lockcheck_locked_slow,                            \
    .unlock = lockcheck_unlock_slow, .released = lockcheck_released_slow,                          \
    .foreign_unlock = lockcheck_foreign_unlock_slow, .lock_gone = lockcheck_lock_gone_slow

static const struct lock_hooks rules = {FOR_ALL_LEVELS};

static const struct lock_hooks flow = {
    FOR_ALL_LEVELS,
    .handed = lockcheck_handed_slow,
    .text = lent_text_slow,
    .text_leaves = lent_check_slow,
};

const struct lock_hooks *lockcheck_table(enum lockcheck_level level)
{
    if (level == LOCKCHECK_OFF)
        return NULL;
    return level == LOCKCHECK_RULES ? &rules : &flow;
}
