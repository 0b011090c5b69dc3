// What the sessions of all loops share: texts and lists that do not change, the limits on logins,
// and the names that are in use. Each loop has a list of sessions of its own (struct sessions).
//
// Threads: made and freed on one thread, while no other acts for a loop; between that each field
// says who may use it.
#ifndef SESSION_SESSION_SHARED_H
#define SESSION_SESSION_SHARED_H

#include "store/name_rules.h"
#include "util/loopguard.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct dispatch;
struct login_limiter;
struct map;
struct name_rules_words;
struct names_in_use;
struct sessions;
struct settings;
struct weak_passwords;

struct session_shared {
    // Set at the start; any thread reads them.
    const struct settings *settings;
    struct dispatch *dispatch;
    char *greeting, *welcome;
    struct name_rules_words *reserved; // names that neither accounts nor characters may have
    struct name_rules_words *meanings; // words of the world, which characters may not be called
    struct weak_passwords *common;
    struct sessions *each[LOOPS_MAX]; // by the number of the loop
    bool opened;                      // sessions_drop_orphans has run
    // Each has a mutex of its own.
    struct login_limiter *limiter;
    struct names_in_use *names;
    // Behind the mutex: unknown permissions that were logged, "account word".
    pthread_mutex_t mutex;
    struct map *reported;
};

// Is `typed` a name that a character may have? Also writes the name as it is shown into `out`.
LOOP_ONLY enum name_rules_verdict session_shared_character(const struct session_shared *h,
                                                           const char *typed, char out[NAME_SIZE]);
LOOP_ONLY void session_shared_free(struct session_shared *h); // after all lists
// Was this said for the first time?
LOOP_ONLY bool session_shared_is_new(struct session_shared *h, const char *said);

#endif
