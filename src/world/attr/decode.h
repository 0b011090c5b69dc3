// Reading an object member by member. For the decoders of attributes in world/.
#ifndef WORLD_ATTR_DECODE_H
#define WORLD_ATTR_DECODE_H

#include "world/attr.h"

#include <stdbool.h>

// True when n is an object. Complains of members that are not in `known` (NULL-terminated).
bool decode_object(struct attr_decode *d, const struct doc_node *n, const char *const *known);
// Each leaves *out unchanged when the member is absent; false after a complaint.
bool decode_duration(struct attr_decode *d, const struct doc_node *n, const char *key, int64_t *ms);
bool decode_bool(struct attr_decode *d, const struct doc_node *n, const char *key, bool *out);
bool decode_int(struct attr_decode *d, const struct doc_node *n, const char *key, int64_t min,
                int64_t max, int64_t *out);
struct doc_node *encode_duration(struct doc *out, int64_t ms); // "90s", for what is written back

#endif
