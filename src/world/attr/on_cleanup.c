// ON_CLEANUP: what is seen when a thing is taken away. Under the lock rules.
#include "world/attr/on_cleanup.h"

#include "world/attr/attr_rows.h"
#include "world/attr/text.h"

#include <stddef.h>

const char *on_cleanup_get_at(struct thing *t, const struct site *at)
{
    return text_get_at(t, ATTR_ON_CLEANUP, at);
}

void on_cleanup_set_at(struct thing *t, const char *text, const struct site *at)
{
    attr_set_at(t, ATTR_ON_CLEANUP, text ? text_new(text) : NULL, at);
}

TEXT_ATTRIBUTE(on_cleanup);
