// Between the steps of loading zones. Included in store/zone*.c only.
#ifndef STORE_ZONES_PRIV_H
#define STORE_ZONES_PRIV_H

#include "store/zones.h"
#include "util/doc.h"
#include "world/thing.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct zone;

struct zone_file {
    struct doc *doc;
    const char *ref; // of the zone; borrowed from the document
    struct zone *zone;
};

// What one member of `locations` or `things` became.
struct zone_entry {
    struct zone_file *file;
    struct doc_node *node;
    struct thing *thing;      // the location, or the prototype
    struct thing **instances; // of a placed thing; of a location: itself
    size_t instance_count;
    uint8_t placing; // 0 not yet, 1 under way, 2 done
};

struct loader {
    struct world *world;
    struct doc_problems *problems;
    struct zone_file *files;
    size_t file_count;
    struct zone_entry *entries;
    size_t entry_count, entry_cap;
    struct map *by_name; // "zone:ref" → entry + 1
    bool lint;
    struct zones_counts counts;
};

void zone_define(struct loader *l, struct zone_file *f);     // step 1
void zone_decode_all(struct loader *l);                      // step 2
void zone_place_all(struct loader *l);                       // step 3: doors, contents
void zone_publish_all(struct loader *l);                     // step 4
void zone_resets_decode(struct loader *l, struct zone_file *f); // step 5
void zone_lint_all(struct loader *l);                        // step 6
void zone_traps_all(struct loader *l);                       // step 7

void zone_marks_define(struct loader *l, struct zone_file *f);  // in step 1
void zone_marks_resolve(struct loader *l, struct zone_file *f); // in step 2
void zone_marks_lint(struct loader *l);                         // in step 6

bool zone_ref_valid(const char *ref);
struct zone_entry *zone_entry_of(struct loader *l, const struct thing *t);
// The entry that a ref names, or NULL after a complaint that says what was expected.
struct zone_entry *zone_resolve(struct loader *l, struct zone_file *f, const struct doc_node *ref,
                                const char *expected);

#endif
