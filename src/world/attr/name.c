// NAME: the first name that a thing is given is also its label in reports. Under the lock rules.
#include "world/attr/name.h"

#include "util/doc.h"
#include "world/attr/attr_rows.h"
#include "world/attr/text.h"
#include "world/world_priv.h"

#include <assert.h>
#include <string.h>

enum { NAME_MAX_BYTES = 200 };

const char *name_get_at(struct thing *t, const struct site *at)
{
    const char *name = text_get_at(t, ATTR_NAME, at);
    return name ? name : "something";
}

void name_set_at(struct thing *t, const char *name, const struct site *at)
{
    assert(name);
    attr_set_at(t, ATTR_NAME, text_new(name), at);
}

static void *name_decode(struct attr_decode *d, struct thing *t, const struct doc_node *n)
{
    const char *s;
    if (!doc_want_string(d->problems, d->doc, n, &s))
        return NULL;
    size_t length = strlen(s);
    if (!length || length > NAME_MAX_BYTES || strchr(s, '\n')) {
        doc_error(d->problems, d->doc, n, "bad name, expected one line of 1 to %d bytes",
                  NAME_MAX_BYTES);
        return NULL;
    }
    void *text = text_new(s);
    thing_set_label(t, text_peek(text));
    return text;
}

const struct attr_kind name_attr = {
    .copy = attr_shared_copy,
    .free = text_free,
    .decode = name_decode,
    .encode = text_encode,
    .digest = text_digest,
};
