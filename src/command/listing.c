// Lines are kept, and written when the list ends; when LISTING_MAX different lines are kept, they
// are written and the list begins again, until there are LISTING_LINES. Copies share the texts of
// their prototype, so nearly every comparison is one of pointers.
#include "command/listing.h"

#include "util/buf.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

void listing_begin(struct listing *l, struct buf *out)
{
    assert(out);
    l->count = l->written = l->more = 0;
    l->out = out;
}

static bool listing_same(const char *a, const char *b)
{
    return a == b || !strcmp(a, b);
}

static void listing_write(struct listing *l)
{
    assert(l->written + l->count <= LISTING_LINES);
    for (size_t i = 0; i < l->count; i++) {
        const struct listing_line *k = &l->list[i];
        buf_adds(l->out, k->before);
        buf_adds(l->out, k->text);
        buf_adds(l->out, k->after);
        buf_adds(l->out, k->end);
        if (k->count > 1)
            buf_addf(l->out, " (%zu)", k->count);
        buf_addc(l->out, '\n');
    }
    l->written += l->count;
    l->count = 0;
}

void listing_end(struct listing *l)
{
    assert(l->out);
    listing_write(l);
    if (!l->more)
        return;
    buf_adds(l->out, "And ");
    buf_addu_grouped(l->out, l->more);
    buf_adds(l->out, " more.\n");
    l->more = 0;
}

void listing_add(struct listing *l, const char *before, const char *text, const char *after,
                 const char *end)
{
    for (size_t i = 0; i < l->count; i++) {
        struct listing_line *k = &l->list[i];
        if (listing_same(k->text, text) && listing_same(k->before, before) &&
            listing_same(k->after, after) && listing_same(k->end, end)) {
            k->count++;
            return;
        }
    }
    if (l->written + l->count == LISTING_LINES) {
        l->more++;
        return;
    }
    if (l->count == LISTING_MAX)
        listing_write(l);
    l->list[l->count++] = (struct listing_line){before, text, after, end, 1};
}
