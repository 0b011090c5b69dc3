// PRESENCE: the line that LOOK shows for a thing. Under the lock rules.
#include "world/attr/presence.h"

#include "world/attr/attr_rows.h"
#include "world/attr/text.h"

#include <stddef.h>

const char *presence_get_at(struct thing *t, const struct site *at)
{
    return text_get_at(t, ATTR_PRESENCE, at);
}

void presence_set_at(struct thing *t, const char *text, const struct site *at)
{
    attr_set_at(t, ATTR_PRESENCE, text ? text_new(text) : NULL, at);
}

TEXT_ATTRIBUTE(presence);
