// Reading an object member by member. For the decoders of attributes in world/.
#ifndef WORLD_ATTR_MEMBERS_H
#define WORLD_ATTR_MEMBERS_H

#include "world/attr.h"

#include <stdbool.h>

// True when n is an object; complains of members that are not known (NULL-terminated).
bool members_check(struct attr_decode *d, const struct doc_node *n, const char *const *known);
// Each leaves *out alone when the member is absent; false after a complaint.
bool members_duration(struct attr_decode *d, const struct doc_node *n, const char *key,
                      int64_t *ms);
bool members_bool(struct attr_decode *d, const struct doc_node *n, const char *key, bool *out);
bool members_int(struct attr_decode *d, const struct doc_node *n, const char *key, int64_t min,
                 int64_t max, int64_t *out);
struct doc_node *members_encode_ms(struct doc *out, int64_t ms); // "90s", for what is written back

#endif
