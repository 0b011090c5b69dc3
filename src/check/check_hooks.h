// The functions behind the hooks (lock/hooks.h), and the tables of them. lock/hooks.h says what
// each function reports. Included by the files of the checker only.
#ifndef CHECK_CHECK_HOOKS_H
#define CHECK_CHECK_HOOKS_H

#include "check/check.h"

void check_access_slow(struct place *p, unsigned attr, bool write, const struct site *at);
void check_handed_slow(const void *value);
void check_run_slow(struct lockset *ls);
void check_kept_slow(struct lockset *ls, const char *where, const void *word);
void check_list_slow(struct place *inventory, bool write, const struct site *at);
void check_met_slow(struct place *p, struct place *in, unsigned list);
void check_next_slow(struct place *p, unsigned list, const struct site *at);
void check_unlisted_slow(struct place *p);
void check_listed_slow(struct place *p, struct place *in, const struct site *at);
void check_found_slow(struct place *p, uint32_t seen, uint32_t wanted, const struct site *at);
void check_take_slow(struct place *p, const struct site *at);
void check_token_missing_slow(struct place *p, const struct site *at);
void check_shared_value_slow(struct place *p, unsigned attr, const struct site *at);
void check_pass_slow(struct lockset *ls);
void check_where_slow(struct place *p, struct place *in, const struct site *at);
void check_move_slow(struct place *p, struct place *to, const struct site *at);
void check_limbo_slow(enum hooks_limbo kind, struct place *p, uint32_t owner,
                      const struct site *at);
void check_store_slow(struct place *p, uint64_t where, const struct site *at);
void check_permit_slow(struct place *p);
void check_release_slow(struct place *p, const struct site *at);
void check_timer_asked_slow(struct place *p, bool pending, uint32_t generation,
                            const struct site *at);
void check_begin_slow(struct lockset *ls);
void check_entered_slow(struct lockset *ls, const void *from, const void *frame);
void check_left_slow(struct lockset *ls);
void check_want_slow(struct lockset *ls, const struct lockset_entry *e);
void check_parked_slow(struct lockset *ls, const struct lockset_entry *e);
void check_locked_slow(struct lockset *ls, struct lockset_entry *e, bool contended);
void check_unlock_slow(struct lockset *ls, struct lockset_entry *e);
void check_resumed_slow(struct lockset *ls);
void check_end_slow(struct lockset *ls);
void check_commit_slow(struct lockset *ls, uint64_t number, const struct site *at);
void check_actor_slow(struct lockset *ls, struct place *actor);
void check_named_slow(struct lockset *ls);
void check_given_slow(struct lock *l, struct lock_waiter *w);
bool check_released_slow(struct lock *l, enum lock_mode mode);
void check_foreign_unlock_slow(struct lockset *ls, struct lock *l, const struct site *at);
void check_lock_gone_slow(struct lock *l, const struct site *at);
void check_expect_number_slow(struct lockset *ls);
void check_expect_timer_check_slow(struct lockset *ls, uint32_t generation);
void check_replays_slow(struct lockset *ls);
void check_gone_slow(struct lockset *ls);
void check_data_thing_slow(struct place *p, bool write, const char *act, const struct site *at);
void check_data_copied_slow(struct place *of, unsigned attr, const struct site *at);
void check_data_renewed_slow(struct place *p, uint32_t was, uint32_t now, const struct site *at);
void check_data_ended_slow(struct place *p, uint32_t was, const struct site *at);
void check_data_referred_slow(const struct place *p, const struct site *at);
void check_data_emptied_slow(struct place *p, const struct site *at);
void check_data_guarded_slow(pthread_mutex_t *m, const char *what, const struct site *at);
void check_data_built_slow(const char *what, const struct site *at);
void check_data_quiet_slow(bool stands, const char *act, const struct site *at);
void check_data_pooled_slow(const char *act, const char *what, const void *from, const void *frame);
const struct lock_hooks *check_table(enum check_level level); // NULL for CHECK_OFF

#endif
