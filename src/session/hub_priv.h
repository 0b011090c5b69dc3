// The hub as the files of session/ see it.
#ifndef SESSION_HUB_PRIV_H
#define SESSION_HUB_PRIV_H

#include "session/session_priv.h"

struct doc;
struct guard;
struct map;
struct name_words;
struct rights_sweep;
struct saver;
struct weak_passwords;

struct hub {
    const struct settings *settings;
    struct dispatch *dispatch;
    struct mailboxes *mailboxes;
    struct session_ops ops;
    struct session *first;
    size_t count, playing;
    char *greeting, *welcome;
    struct name_words *reserved; // for accounts and characters
    struct name_words *meanings; // words of the world, for characters
    struct weak_passwords *common;
    struct guard *guard;
    struct map *savers;   // character → what is being written of it
    size_t saving;
    struct map *claims;   // skeleton of a character's name: somebody enters, makes or deletes it
    struct map *told;     // of permissions that do not exist: "account word", said already
    struct rights_sweep *sweep; // under way; NULL
    int64_t now, next_autosave, next_sweep;
    bool stopping;
    bool opened; // hub_dismiss has looked at accounts and characters
};

// texts.c: what is read at the start; what is missing is logged, one line a file.
void texts_load(struct hub *h);
void texts_free(struct hub *h);
enum name_verdict texts_character(const struct hub *h, const char *typed, char out[NAME_SIZE]);

// claims.c: a character's name is one at a time's, from the moment that its file is read or changed to
// the moment that it is in the world, or gone. Names that look alike count as one.
bool claims_free(const struct hub *h, const char *name);
void claims_take(struct hub *h, const char *name);
void claims_give(struct hub *h, const char *name); // and those who wait for it go on
void claims_freed(struct hub *h, const char *name);
// Is anybody in the world whose name looks like it?
bool claims_in_world(struct hub *h, const char *name);

// Writing characters: in order for each, the latest wins; tried again until the disk takes it.
// `account` whose it is, NULL when nobody knows.
void saver_save(struct hub *h, const char *character, const char *account,
                struct doc *saved); // taken over
bool saver_busy(const struct hub *h, const char *character);
bool saver_stuck(const struct hub *h, const char *character); // it was tried, and failed
void saver_retry(struct hub *h); // those that failed
void saver_free_all(struct hub *h);

// rights.c: what an account permits its players, now.
void rights_tick(struct hub *h);
void rights_check(struct hub *h, const struct account *a); // logs permissions that do not exist
void rights_free(struct hub *h);

#endif
