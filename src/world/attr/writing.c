// WRITING: the text on a thing. Under the lock rules.
#include "world/attr/writing.h"

#include "world/attr/attr_rows.h"
#include "world/attr/text.h"

#include <stddef.h>

const char *writing_get_at(struct thing *t, const struct site *at)
{
    return text_get_at(t, ATTR_WRITING, at);
}

void writing_set_at(struct thing *t, const char *text, const struct site *at)
{
    attr_set_at(t, ATTR_WRITING, text ? text_new(text) : NULL, at);
}

TEXT_ATTRIBUTE(writing);
