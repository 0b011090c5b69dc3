// Zone files into a world: everything is read first, then defined, decoded, placed and published;
// every problem is reported, each with its place in its file. The format: docs/zones.md.
//
// Threads: one, before any worker runs. Locks: none needed; the loader owns what it builds as a
// task of its own and publishes it whole.
#ifndef STORE_ZONES_H
#define STORE_ZONES_H

#include <stdbool.h>
#include <stddef.h>

struct doc_problems;
struct world;

enum zones_outcome {
    ZONES_LOADED = 1, // maybe with warnings
    ZONES_BAD = 2,    // the problems say what; the world is not fit for use
};

struct zones_counts {
    size_t files, locations, prototypes, things, resets;
    size_t shops, triggers, quests; // carried as data
};

// What `lint` must know of commands, which stand above the store.
struct zones_commands {
    const char *(*name)(size_t n);     // of those that players have, in order; NULL past the end
    bool (*does)(const char *command); // may a thing do it, of its own accord or in a reply?
};
void zones_know_commands(const struct zones_commands *c); // NULL: nothing is said of commands

// `counts` may be NULL. With `lint` things that are only odd are looked for too (warnings).
enum zones_outcome zones_load(struct world *w, const char *const *paths, size_t n, bool lint,
                              struct doc_problems *p, struct zones_counts *counts);
// All *.json of a folder, in order of name.
enum zones_outcome zones_load_folder(struct world *w, const char *folder, bool lint,
                                     struct doc_problems *p, struct zones_counts *counts);
// The template of new players (data/player.json); before the zones, whose mobiles share its body.
enum zones_outcome zones_load_player(struct world *w, const char *path, struct doc_problems *p);

#endif
