// The tables of hooks that the checker sets (lock/hooks.h): for levels at which no steps are kept,
// and for the others.
#include "check/check_priv.h"
#include "check/check_text.h"

#define FOR_ALL_LEVELS                                                                             \
    .access = check_access_slow, .field = check_data_thing_slow,                                   \
    .shared_value = check_shared_value_slow, .copied = check_data_copied_slow,                     \
    .list = check_list_slow, .met = check_met_slow, .next = check_next_slow,                       \
    .unlisted = check_unlisted_slow, .listed = check_listed_slow, .where = check_where_slow,       \
    .move = check_move_slow, .limbo = check_limbo_slow, .permit = check_permit_slow,               \
    .store = check_store_slow, .take = check_take_slow, .token_missing = check_token_missing_slow, \
    .found = check_found_slow, .referred = check_data_referred_slow,                               \
    .ended = check_data_ended_slow, .emptied = check_data_emptied_slow,                            \
    .reused = check_release_slow, .timer_asked = check_timer_asked_slow,                           \
    .renewed = check_data_renewed_slow, .guarded = check_data_guarded_slow,                        \
    .built = check_data_built_slow, .quiet = check_data_quiet_slow,                                \
    .pooled = check_data_pooled_slow, .begin = check_begin_slow,                                   \
    .expect_number = check_expect_number_slow,                                                     \
    .expect_timer_check = check_expect_timer_check_slow, .replays = check_replays_slow,            \
    .actor = check_actor_slow, .named = check_named_slow, .entered = check_entered_slow,           \
    .pass = check_pass_slow, .run = check_run_slow, .kept = check_kept_slow,                       \
    .commit = check_commit_slow, .left = check_left_slow, .end = check_end_slow,                   \
    .gone = check_gone_slow, .want = check_want_slow, .given = check_given_slow,                   \
    .parked = check_parked_slow, .resumed = check_resumed_slow, .locked = check_locked_slow,       \
    .unlock = check_unlock_slow, .released = check_released_slow,                                  \
    .foreign_unlock = check_foreign_unlock_slow, .lock_gone = check_lock_gone_slow

static const struct lock_hooks rules = {FOR_ALL_LEVELS};

static const struct lock_hooks flow = {
    FOR_ALL_LEVELS,
    .handed = check_handed_slow,
    .text = check_text_text_slow,
    .text_leaves = check_text_check_slow,
};

const struct lock_hooks *check_table(enum check_level level)
{
    if (level == CHECK_OFF)
        return NULL;
    return level == CHECK_RULES ? &rules : &flow;
}
