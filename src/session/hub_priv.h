// The hub as the files of session/ see it.
#ifndef SESSION_HUB_PRIV_H
#define SESSION_HUB_PRIV_H

#include "session/session_priv.h"

struct doc;
struct map;
struct name_words;
struct saver;

struct hub {
    const struct settings *settings;
    struct dispatch *dispatch;
    struct mailboxes *mailboxes;
    struct session_ops ops;
    struct session *first;
    size_t count, playing;
    char *greeting;
    struct name_words *reserved;
    struct map *savers;   // character → what is being written of it
    size_t saving;
    struct map *attempts; // address or account → struct attempts
    int64_t now, next_autosave;
    bool stopping;
};

// Attempts to log in: may this key try now? One more, counted before it is known how it ends, so
// that many at once count too; and one taken back because it was right.
bool hub_may_try(struct hub *h, const char *key, int64_t most, int64_t window);
void hub_failed(struct hub *h, const char *key, int64_t window);
void hub_forgive(struct hub *h, const char *key);

// Writing characters: in order for each, the latest wins; tried again until the disk takes it.
void saver_save(struct hub *h, const char *character, struct doc *saved); // taken over
bool saver_busy(const struct hub *h, const char *character);
void saver_retry(struct hub *h); // those that failed
void saver_free_all(struct hub *h);
void hub_saved(struct hub *h, const char *character); // for saver.c: who waits for it goes on

#endif
