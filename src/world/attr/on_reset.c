// ON_RESET: what is seen when a thing comes back. Under the lock rules.
#include "world/attr/on_reset.h"

#include "world/attr/attr_rows.h"
#include "world/attr/text.h"

#include <stddef.h>

const char *on_reset_get_at(struct thing *t, const struct site *at)
{
    return text_get_at(t, ATTR_ON_RESET, at);
}

void on_reset_set_at(struct thing *t, const char *text, const struct site *at)
{
    attr_set_at(t, ATTR_ON_RESET, text ? text_new(text) : NULL, at);
}

TEXT_ATTRIBUTE(on_reset);
