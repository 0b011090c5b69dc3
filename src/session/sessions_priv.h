// The list of the sessions of one loop. Included in session/ only. A comment that begins with a
// file's name says where the functions below it are.
#ifndef SESSION_SESSIONS_PRIV_H
#define SESSION_SESSIONS_PRIV_H

#include "session/names_in_use.h"
#include "session/session_priv.h"
#include "session/session_shared.h"
#include "util/loopguard.h"

struct doc;
struct map;
struct rights_sweep;
struct saver;

struct sessions {
    struct session_shared *shared;
    const struct settings *settings;
    struct dispatch *dispatch;
    struct outboxes *outboxes;
    struct session_ops ops;
    struct session *first;
    size_t count, playing;
    struct map *savers; // character → struct saver, while versions of it are being written
    size_t saving;      // number of these savers
    struct saver *saves_first, *saves_last; // those that wait for a batch
    bool saves_under_way;                   // a batch is being written
    struct map *accounts;                   // account → number of its sessions, as a pointer
    struct rights_sweep *sweep;             // the sweep that is under way, or NULL
    int64_t now, next_sweep;
    int64_t autosaved; // until when players were saved from time to time; 0: not begun
    bool stopping;
};

// sessions.c: how many sessions of an account there are on this loop, also those that are about to
// end. `step` is added to the number.
LOOP_ONLY size_t sessions_of_account(struct sessions *h, const char *account, int step);

// claims.c: only one session at a time may have a character's name, from the moment that the file
// is read or changed until the character is in the world, or gone. Names that look alike count as
// one.
LOOP_ONLY bool claims_free(const struct sessions *h, const char *name);
// False: another session has it, or it is being saved.
LOOP_ONLY bool claims_take(struct sessions *h, const char *name);
// Releases the name; sessions that wait for it go on, on all loops.
LOOP_ONLY void claims_give(struct sessions *h, const char *name);
// A name is free again: the sessions of these loops that wait for one ask whether it is theirs.
LOOP_ONLY void claims_freed(struct sessions *h, unsigned loops);

// saver.c: writes characters. Versions of one character are written in their order, and only the
// newest of those that wait; a write that fails is repeated until it succeeds. saver_save owns
// `saved` from then on; `account` is the character's account, NULL when unknown.
LOOP_ONLY void saver_save(struct sessions *h, const char *character, const char *account,
                          struct doc *saved);
// Is it being written, for whichever loop?
LOOP_ONLY bool saver_busy(const struct sessions *h, const char *character);
// Has the last attempt to write the character failed?
LOOP_ONLY bool saver_failed(const struct sessions *h, const char *character);
LOOP_ONLY void saver_retry(struct sessions *h); // repeats each write that has failed
LOOP_ONLY void saver_free_all(struct sessions *h);

// rights.c: keeps the permissions of players in the world up to date.
LOOP_ONLY void rights_tick(struct sessions *h);
// Logs permissions that do not exist.
LOOP_ONLY void rights_check(struct sessions *h, const struct account *a);
LOOP_ONLY void rights_free(struct sessions *h);

#endif
