// The slot lists of holdable, wearable and wieldable. For their files and body.c.
#ifndef WORLD_ATTR_SLOTS_H
#define WORLD_ATTR_SLOTS_H

#include "world/attr.h"

#include <stdbool.h>

bool slots_valid(const char *slot); // a-z and _, at most 20
void *slots_decode(struct attr_decode *d, struct thing *t, const struct doc_node *n);
struct doc_node *slots_encode(const void *value, struct doc *out);

#define SLOTS_ATTRIBUTE(stem)                                                                      \
    const struct attr_kind stem##_attr = {                                                         \
        .copy = attr_shared_copy,                                                                  \
        .free = wordlist_free,                                                                     \
        .decode = slots_decode,                                                                    \
        .encode = slots_encode,                                                                    \
    }

#endif
