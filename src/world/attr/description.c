// DESCRIPTION: what a thing looks like. Under the lock rules.
#include "world/attr/description.h"

#include "world/attr/attr_rows.h"
#include "world/attr/text.h"

#include <stddef.h>

const char *description_get_at(struct thing *t, const struct site *at)
{
    return text_get_at(t, ATTR_DESCRIPTION, at);
}

void description_set_at(struct thing *t, const char *text, const struct site *at)
{
    attr_set_at(t, ATTR_DESCRIPTION, text ? text_new(text) : NULL, at);
}

TEXT_ATTRIBUTE(description);
