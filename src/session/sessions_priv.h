// The list of all sessions, and what sessions share. Included in session/ only. A comment that
// begins with a file's name says where the functions below it are.
#ifndef SESSION_SESSIONS_PRIV_H
#define SESSION_SESSIONS_PRIV_H

#include "session/session_priv.h"
#include "util/loopguard.h"

struct doc;
struct login_limiter;
struct map;
struct name_rules_words;
struct rights_sweep;
struct saver;
struct weak_passwords;

struct sessions {
    const struct settings *settings;
    struct dispatch *dispatch;
    struct outboxes *outboxes;
    struct session_ops ops;
    struct session *first;
    size_t count, playing;
    char *greeting, *welcome;
    struct name_rules_words *reserved; // names that neither accounts nor characters may have
    struct name_rules_words *meanings; // words of the world, which characters may not be called
    struct weak_passwords *common;
    struct login_limiter *limiter;
    struct map *savers; // character → struct saver, while versions of it are being written
    size_t saving;      // number of these savers
    struct saver *saves_first, *saves_last; // those that wait for a batch
    bool saves_under_way;                   // a batch is being written
    struct map *claims;                     // skeletons of the names that sessions have claimed
    bool names_wanted;                      // a session may be waiting for a name
    struct map *accounts;                   // account → number of its sessions, as a pointer
    struct map *reported;                   // unknown permissions that were logged: "account word"
    struct rights_sweep *sweep;             // the sweep that is under way, or NULL
    int64_t now, next_sweep;
    int64_t autosaved; // until when players were saved from time to time; 0: not begun
    bool stopping;
    bool opened; // sessions_drop_orphans has run
};

// texts.c: loads the files at the start; a missing one is logged, one line each.
LOOP_ONLY void texts_load(struct sessions *h);
LOOP_ONLY void texts_free(struct sessions *h);
// Is `typed` a name that a character may have? Also writes the name as it is shown into `out`.
LOOP_ONLY enum name_rules_verdict texts_character(const struct sessions *h, const char *typed,
                                                  char out[NAME_SIZE]);

// sessions.c: how many sessions of an account there are, also those that are about to end. `step`
// is added to the number.
LOOP_ONLY size_t sessions_of_account(struct sessions *h, const char *account, int step);

// claims.c: only one session at a time may have a character's name, from the moment that the file
// is read or changed until the character is in the world, or gone. Names that look alike count as
// one.
LOOP_ONLY bool claims_free(const struct sessions *h, const char *name);
LOOP_ONLY void claims_take(struct sessions *h, const char *name);
// Releases the name; sessions that wait for it go on.
LOOP_ONLY void claims_give(struct sessions *h, const char *name);
// sessions that wait for the name look again whether it is free: its claim or its saver has ended
LOOP_ONLY void claims_freed(struct sessions *h, const char *name);
// Is a player in the world whose name looks like it?
LOOP_ONLY bool claims_in_world(struct sessions *h, const char *name);

// saver.c: writes characters. Versions of one character are written in their order, and only the
// newest of those that wait; a write that fails is repeated until it succeeds. saver_save owns
// `saved` from then on; `account` is the character's account, NULL when unknown.
LOOP_ONLY void saver_save(struct sessions *h, const char *character, const char *account,
                          struct doc *saved);
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
