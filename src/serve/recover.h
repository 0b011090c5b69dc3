// How a server's world begins: as the journal says, carried over to other zone files, or new.
// Threads: main's, before anything runs.
#ifndef SERVE_RECOVER_H
#define SERVE_RECOVER_H

#include <stdbool.h>
#include <stdint.h>

struct dispatch;
struct session_shared;
struct journal;
struct settings;
struct world;
struct world_files;

struct recovery {
    const struct settings *settings;
    const char *player; // file of the template
    uint64_t files;     // digest of it and of the zone files
    uint64_t at;        // not 0: a copy of the past, after this event
    bool soft;          // events may say something else than they said
};

// The outcomes of a start other than that the world is ready. The reason of a failure is printed,
// with what the operator can do.
enum recover_outcome {
    RECOVER_AGAIN = 1,  // a new world, dispatch and list of sessions are needed, and then it may do
    RECOVER_DAMAGED,    // the journal, or what it has kept, is not usable as it is
    RECOVER_UNWRITABLE, // a file or folder cannot be written, or not even be read
};

// 0, or an outcome. The journal is the caller's, also after a failure; NULL without one.
int recover_world(struct world *w, struct dispatch *d, struct session_shared *sessions,
                  const struct recovery *b, struct journal **out);

// For a copy of the past: the zone files as they were then. 0, or an outcome.
int recover_past(const struct recovery *b, struct world_files *f);

// The exit status of a server that could not begin; 0 of one that could.
int recover_status(int outcome);

// Sets the limits that outcomes depend on beside the zone files: as the settings say, or as a
// journal says.
void recover_limits(struct world *w, const struct settings *set);
void recover_limits_of(struct world *w, const struct journal *j);

#endif
