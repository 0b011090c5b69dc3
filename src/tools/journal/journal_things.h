// What events did to the things of one name: `latchkey journal thing`. A record names what it
// changed by short numbers only (world/snapshot/write_set_digest.h); the zone files of its epoch
// say which thing may be meant, and where. Threads: the one of main.
#ifndef TOOLS_JOURNAL_JOURNAL_THINGS_H
#define TOOLS_JOURNAL_JOURNAL_THINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct error;
struct journal_things;
struct record;

// `text`: "zone:ref", or part of a name, in any case.
struct journal_things *journal_things_new(const char *text);
void journal_things_free(struct journal_things *t);

// Begins an epoch, given its folder and digest of zone files: the following events are its. False,
// and `why`.
bool journal_things_epoch(struct journal_things *t, const char *path, uint64_t world,
                          struct error *why);
size_t journal_things_count(const struct journal_things *t); // of that name, in all epochs so far
// To be called for every event in order, as the carrier of a thing is known by its name only.
void journal_things_note(struct journal_things *t, const struct record *r);

// Writes what the event did to the things, as words or as a member ,"things":[…]; false: nothing.
bool journal_things_line(struct journal_things *t, const struct record *r, struct buf *out);
bool journal_things_json(struct journal_things *t, const struct record *r, struct buf *out);

#endif
