// Finds details. A keyword of several words is compared with the whole phrase.
#include "command/scenery.h"

#include "command/called.h"
#include "command/context.h"
#include "command/phrase.h"
#include "util/loopguard.h"
#include "world/attr/details.h"
#include "world/inventory.h"

#include <assert.h>
#include <string.h>

static const char *scenery_text_of(struct thing *t, const char *word, bool beginning)
{
    return beginning ? details_find_beginning(t, word) : details_find(t, word);
}

static const char *of_things(struct thing *in, const char *word, bool beginning)
{
    static const enum inventory_list lists[] = {INVENTORY_THINGS, INVENTORY_NARRATIVE};
    for (size_t i = 0; inventory_has(in) && i < 2; i++)
        inventory_foreach (t, in, lists[i]) {
            const char *text = scenery_text_of(t, word, beginning);
            if (text)
                return text;
        }
    return NULL;
}

static const char *anywhere(struct context *c, const char *word, bool beginning)
{
    const char *text = scenery_text_of(c->where, word, beginning);
    if (!text)
        text = of_things(c->where, word, beginning);
    return text ? text : of_things(c->actor, word, beginning);
}

static const char *whole_phrase(struct context *c, const struct phrase *p)
{
    struct buf b = BUF_INIT;
    for (size_t i = 0; i < p->count; i++) {
        buf_adds(&b, i ? " " : "");
        buf_adds(&b, p->words[i]);
    }
    const char *text = anywhere(c, buf_str(&b), false);
    buf_fini(&b);
    return text;
}

const char *scenery_find(struct context *c, const struct phrase *p, bool beginning)
{
    loopguard_check_worker("scenery_find()");
    assert(p);
    const char *text = p->count > 1 ? whole_phrase(c, p) : NULL;
    for (size_t i = p->count; !text && i--;)
        text = anywhere(c, p->words[i], false);
    const char *last = p->count ? p->words[p->count - 1] : "";
    if (!text && beginning && called_begins(last, last))
        text = anywhere(c, last, true);
    return text;
}
