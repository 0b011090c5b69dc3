// Records of a CircleMUD world as parts of a zone document: what circle_export puts together.
// Threads: one owner at a time.  Locks: none.
// Ownership: nodes belong to the document `d` of the zone under way.
#ifndef TOOLS_IMPORT_CIRCLE_OUT_H
#define TOOLS_IMPORT_CIRCLE_OUT_H

#include "tools/import/circle_names.h"
#include "tools/import/circle_world.h"
#include "util/doc.h"

struct circle_out {
    struct circle_world *world;
    struct circle_report *report;
    struct circle_zone *zone;
    struct doc *d;
    const int64_t *starts; // rooms where players begin
    size_t start_count;
};

// Before the first zone: finds the first states of doors in the resets, and
// marks the objects that resets put things into or have worn.
void circle_out_prepare(struct circle_world *w);

struct doc_node *circle_out_room(struct circle_out *x, struct circle_room *room);
struct doc_node *circle_out_mobile(struct circle_out *x, struct circle_mobile *m);
struct doc_node *circle_out_object(struct circle_out *x, struct circle_object *o);
// Adds the doors whose near side is in `room`.
void circle_out_doors(struct circle_out *x, struct circle_room *room, struct doc_node *things);
// Is a word of the door's name among the keywords?
bool circle_out_hides(const struct circle_exit *e, const char *keywords);
struct doc_node *circle_out_resets(struct circle_out *x);
struct doc_node *circle_out_shop(struct circle_out *x, struct circle_shop *s);
struct doc_node *circle_out_trigger(struct circle_out *x, struct circle_trigger *t);
struct doc_node *circle_out_quest(struct circle_out *x, struct circle_quest *q);
// A reset command T or V, which attaches a trigger or sets a variable of one.
struct doc_node *circle_out_attachment(struct circle_out *x, const struct circle_command *c);

// Parts. Empty texts and lists are left out.
// "r3001" inside the zone, else "z30:r3001". letter: r, m or o.
struct doc_node *circle_out_ref(struct circle_out *x, char letter, const struct circle_record *to);
void circle_out_put_string(struct circle_out *x, struct doc_node *n, const char *key,
                           const char *text);
void circle_out_put_int(struct circle_out *x, struct doc_node *n, const char *key, int64_t value);
void circle_out_put_true(struct circle_out *x, struct doc_node *n, const char *key);
void circle_out_put_flow(struct circle_out *x, struct doc_node *n, const char *key,
                         const char *text);
void circle_out_put_name(struct circle_out *x, struct doc_node *n, struct circle_at at,
                         const char *name, const char *otherwise);
// Keywords, each once; true when there are any.
bool circle_out_put_words(struct circle_out *x, struct doc_node *n, const char *key,
                          const char *words);
// Aliases from the keywords, or from the words of the name when there are none.
void circle_out_put_aliases(struct circle_out *x, struct doc_node *n, const char *keywords,
                            const char *name);
void circle_out_put_list(struct doc *d, struct doc_node *n, const char *key, struct doc_node *list);
void circle_out_put_flags(struct circle_out *x, struct doc_node *n, const char *key,
                          enum circle_names table, const struct circle_bits *bits);
void circle_out_put_named(struct circle_out *x, struct doc_node *n, const char *key,
                          enum circle_names table, int64_t number); // by name, else as number
void circle_out_put_triggers(struct circle_out *x, struct doc_node *n,
                             const struct circle_numbers *triggers);
// `details`; `but` was used otherwise: only its keywords that are not in `but_words` stay. So it is
// with those that a door of `room` (NULL: none) hides.
void circle_out_put_details(struct circle_out *x, struct doc_node *details,
                            const struct circle_extras *extras, const struct circle_extra *but,
                            const char *but_words, const struct circle_room *room);

#endif
