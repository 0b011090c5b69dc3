// Between the steps of loading zones. Included in store/zone*.c only.
#ifndef STORE_ZONES_PRIV_H
#define STORE_ZONES_PRIV_H

#include "store/zones.h"
#include "util/arena.h"
#include "util/doc.h"
#include "util/parallel.h"
#include "world/attr_set.h"
#include "world/thing.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct zone;

struct zone_file {
    const char *path;
    struct doc *doc; // NULL: it could not be read
    const char *ref; // of the zone; borrowed from the document
    struct zone *zone;
    bool disabled;
};

// A zone that refs name and that is not there: one message for all of them.
struct zone_missing {
    char *zone, *ref; // the first ref
    size_t count;
    const char *file;
    uint32_t line, column;
};

// The thing that one member of `locations` or `things` became.
struct zone_entry {
    struct zone_file *file;
    struct doc_node *node;
    struct thing *thing;      // the location, or the prototype
    struct thing **instances; // of a placed thing; of a location: itself
    size_t instance_count;
    struct attr_set members; // attributes that its node names, known after step 2
    bool has_in;             // … and whether it names "in"
    uint8_t placing;         // 0 not yet, 1 under way, 2 done
};

// The member of an entry for an attribute, after step 2: its node is searched only when it is
// there.
static inline const struct doc_node *zone_entry_member(const struct zone_entry *e, enum attr_id id)
{
    return attr_set_has(&e->members, id) ? doc_get(e->node, attr_name(id)) : NULL;
}

struct loader {
    struct world *world;
    struct doc_problems *problems;
    struct zone_file *files;
    size_t file_count;
    struct arena memory[PARALLEL_MOST]; // of the documents, one for each thread that reads
    struct zone_entry *entries;
    size_t entry_count, entry_cap;
    struct map *by_name; // "zone:ref" → entry + 1
    struct map *rules;   // in step 2: the name of a member → its rule + 1
    struct zone_missing *missing;
    size_t missing_count;
    size_t guesses;  // "did you mean" so far
    bool incomplete; // some file could not be read, so that what is missing may be in it
    bool lint;
    struct zones_counts counts;
};

void zone_define(struct loader *l, struct zone_file *f);        // step 1
void zone_decode_all(struct loader *l);                         // step 2
void zone_place_all(struct loader *l);                          // step 3: doors, contents
void zone_publish_all(struct loader *l);                        // step 4
void zone_resets_decode(struct loader *l, struct zone_file *f); // step 5
void zone_slots_check(struct loader *l);                        // step 6, the server's too
void zone_lint_all(struct loader *l);                           // step 6
void zone_traps_all(struct loader *l);                          // step 7

void zone_marks_define(struct loader *l, struct zone_file *f);  // in step 1
void zone_marks_resolve(struct loader *l, struct zone_file *f); // in step 2
void zone_marks_lint(struct loader *l);                         // in step 6

enum { REF_MAX = 40 }; // bytes of the ref of a zone, and of a thing in it
bool zone_ref_valid(const char *ref);
// With lint, before step 1: characters in the text of a file that no screen gets.
void zone_texts_check(struct loader *l, const char *path, const char *text, size_t n);
void zone_lint_things(struct loader *l, struct zone_entry *e); // of step 6: one thing or location
void zone_lint_resets(struct loader *l, struct zone_file *f);
void zone_lint_keys(struct loader *l); // of step 6: keys that nobody can get
// After all: the zones that are missing.
void zone_missing_tell(struct loader *l);
void zone_missing_free(struct loader *l);

const struct zones_commands *zones_commands(void); // NULL: not known

struct zone_entry *zone_entry_of(struct loader *l, const struct thing *t);
// The entry that a ref of a zone names; NULL: there is none.
struct zone_entry *zone_entry_named(const struct loader *l, const char *zone, size_t zone_length,
                                    const char *ref);
// The entry that a ref names, or NULL after a complaint that says what was expected. Of zones that
// are not there nothing is said before zone_missing_tell.
struct zone_entry *zone_resolve(struct loader *l, struct zone_file *f, const struct doc_node *ref,
                                const char *expected);

#endif
