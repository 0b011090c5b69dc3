// Text as the value of an attribute: immutable, shared by count between a prototype and its copies.
// For the files of text attributes in world/.
#ifndef WORLD_ATTR_TEXT_H
#define WORLD_ATTR_TEXT_H

#include "world/attr.h"

void *text_new(const char *s);
const char *text_peek(const void *value); // NULL for NULL
// The text of a text attribute of t, for one pass of a command (check/check_text.h); NULL when it
// has none.
const char *text_get_at(struct thing *t, enum attr_id id, const struct site *at);
void text_free(void *value);
void *text_decode(struct attr_decode *d, struct thing *t, const struct doc_node *n);
struct doc_node *text_encode(const void *value, struct doc *out);
uint64_t text_digest(const void *value);

#define TEXT_ATTRIBUTE(stem)                                                                       \
    const struct attr_kind stem##_attr = {                                                         \
        .copy = attr_shared_copy,                                                                  \
        .free = text_free,                                                                         \
        .decode = text_decode,                                                                     \
        .encode = text_encode,                                                                     \
        .digest = text_digest,                                                                     \
    }

#endif
