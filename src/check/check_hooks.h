// The functions behind the hooks (lock/hooks.h), and the tables of them. lock/hooks.h says what
// each function reports. Included by the files of the checker only.
#ifndef CHECK_CHECK_HOOKS_H
#define CHECK_CHECK_HOOKS_H

#include "check/check.h"

void lockcheck_access_slow(struct place *p, unsigned attr, bool write, const struct site *at);
void lockcheck_handed_slow(const void *value);
void lockcheck_run_slow(struct lockset *ls);
void lockcheck_kept_slow(struct lockset *ls, const char *where, const void *word);
void lockcheck_list_slow(struct place *inventory, bool write, const struct site *at);
void lockcheck_met_slow(struct place *p, struct place *in, unsigned list);
void lockcheck_next_slow(struct place *p, unsigned list, const struct site *at);
void lockcheck_unlisted_slow(struct place *p);
void lockcheck_listed_slow(struct place *p, struct place *in, const struct site *at);
void lockcheck_found_slow(struct place *p, uint32_t seen, uint32_t wanted, const struct site *at);
void lockcheck_take_slow(struct place *p, const struct site *at);
void lockcheck_token_missing_slow(struct place *p, const struct site *at);
void lockcheck_shared_value_slow(struct place *p, unsigned attr, const struct site *at);
void lockcheck_pass_slow(struct lockset *ls);
void lockcheck_where_slow(struct place *p, struct place *in, const struct site *at);
void lockcheck_move_slow(struct place *p, struct place *to, const struct site *at);
void lockcheck_limbo_slow(enum hooks_limbo kind, struct place *p, uint32_t owner,
                          const struct site *at);
void lockcheck_store_slow(struct place *p, uint64_t where, const struct site *at);
void lockcheck_permit_slow(struct place *p);
void lockcheck_release_slow(struct place *p, const struct site *at);
void lockcheck_timer_asked_slow(struct place *p, bool pending, uint32_t generation,
                                const struct site *at);
void lockcheck_begin_slow(struct lockset *ls);
void lockcheck_entered_slow(struct lockset *ls, const void *from, const void *frame);
void lockcheck_left_slow(struct lockset *ls);
void lockcheck_want_slow(struct lockset *ls, const struct lockset_entry *e);
void lockcheck_parked_slow(struct lockset *ls, const struct lockset_entry *e);
void lockcheck_locked_slow(struct lockset *ls, struct lockset_entry *e, bool contended);
void lockcheck_unlock_slow(struct lockset *ls, struct lockset_entry *e);
void lockcheck_resumed_slow(struct lockset *ls);
void lockcheck_end_slow(struct lockset *ls);
void lockcheck_commit_slow(struct lockset *ls, uint64_t number, const struct site *at);
void lockcheck_actor_slow(struct lockset *ls, struct place *actor);
void lockcheck_named_slow(struct lockset *ls);
void lockcheck_given_slow(struct lock *l, struct lock_waiter *w);
bool lockcheck_released_slow(struct lock *l, enum lock_mode mode);
void lockcheck_foreign_unlock_slow(struct lockset *ls, struct lock *l, const struct site *at);
void lockcheck_lock_gone_slow(struct lock *l, const struct site *at);
void lockcheck_expect_number_slow(struct lockset *ls);
void lockcheck_expect_timer_check_slow(struct lockset *ls, uint32_t generation);
void lockcheck_replays_slow(struct lockset *ls);
void lockcheck_gone_slow(struct lockset *ls);
void lockdata_thing_slow(struct place *p, bool write, const char *act, const struct site *at);
void lockdata_copied_slow(struct place *of, unsigned attr, const struct site *at);
void lockdata_renewed_slow(struct place *p, uint32_t was, uint32_t now, const struct site *at);
void lockdata_ended_slow(struct place *p, uint32_t was, const struct site *at);
void lockdata_referred_slow(const struct place *p, const struct site *at);
void lockdata_emptied_slow(struct place *p, const struct site *at);
void lockdata_guarded_slow(pthread_mutex_t *m, const char *what, const struct site *at);
void lockdata_built_slow(const char *what, const struct site *at);
void lockdata_quiet_slow(bool stands, const char *act, const struct site *at);
void lockdata_pooled_slow(const char *act, const char *what, const void *from, const void *frame);
const struct lock_hooks *lockcheck_table(enum lockcheck_level level); // NULL for LOCKCHECK_OFF

#endif
