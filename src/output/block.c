// Blocks and their converted forms. What a style makes of a text depends on colours, on UTF-8 where
// the text is more than ASCII, and on the width where a line exceeds it; so a crowd shares one or
// two forms.
#include "output/block.h"

#include "output/fold.h"
#include "output/markup.h"
#include "util/buf.h"
#include "util/mem.h"
#include "util/screen.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

struct form {
    struct form *next;
    struct style style; // reduced to what matters for this text
    size_t n;
    char bytes[];
};

struct block {
    struct fold_extent extent;
    _Atomic(struct form *) forms; // forms are only added, by the threads of loops
    size_t n;
    char text[];
};

typedef void *block_take_fn(void *arg, size_t size);

static struct block *block_copy(const char *text, size_t n, const struct fold_extent *extent,
                                block_take_fn *take, void *arg)
{
    assert(n == 0 || text);
    struct block *b = take(arg, sizeof(*b) + n + 1);
    atomic_init(&b->forms, NULL);
    b->extent = *extent;
    b->n = n;
    if (n)
        memcpy(b->text, text, n);
    b->text[n] = '\0';
    return b;
}

// All that is shown comes through here, wherever it was read or put together.
struct block *block_make(const char *text, size_t n, block_take_fn *take, void *arg)
{
    assert(take && (text || !n));
    struct fold_extent extent = fold_extent(text, n);
    if (extent.clean)
        return block_copy(text, n, &extent, take, arg);
    struct buf clean = BUF_INIT;
    screen_clean(&clean, text, n, MARK_LAST);
    extent = fold_extent(buf_str(&clean), clean.len);
    struct block *b = block_copy(buf_str(&clean), clean.len, &extent, take, arg);
    buf_fini(&clean);
    return b;
}

static void *take_from_heap(void *arg, size_t size)
{
    (void)arg;
    return mem_alloc(size);
}

struct block *block_new(const char *text, size_t n)
{
    return block_make(text, n, take_from_heap, NULL);
}

void block_fini(struct block *b)
{
    for (struct form *f = atomic_load_explicit(&b->forms, memory_order_acquire), *next; f;
         f = next) {
        next = f->next;
        free(f);
    }
    atomic_init(&b->forms, NULL);
}

void block_free(struct block *b)
{
    if (!b)
        return;
    block_fini(b);
    free(b);
}

const char *block_text(const struct block *b, size_t *n)
{
    assert(b && n);
    *n = b->n;
    return b->text;
}

static struct style reduced(const struct block *b, const struct style *style)
{
    struct style s = {.colours = style->colours ? 16 : 0, .utf8 = b->extent.ascii || style->utf8};
    // Put in ASCII a text may become wider: then only folding can tell.
    if (style->width && (b->extent.widest > style->width || !s.utf8))
        s.width = style->width;
    return s;
}

static bool block_same(const struct style *a, const struct style *b)
{
    return a->width == b->width && a->colours == b->colours && a->utf8 == b->utf8;
}

static void block_fold(const struct block *b, const struct style *style, struct buf *out)
{
    if (style->utf8)
        fold_known(b->text, b->n, &b->extent, style, out);
    else
        fold_text(b->text, b->n, style, out); // written out in ASCII it is another text
}

void block_render(const struct block *b, const struct style *style, struct buf *out)
{
    assert(b && style && out);
    struct style s = reduced(b, style);
    block_fold(b, &s, out);
}

const char *block_wire(struct block *b, const struct style *style, size_t *n)
{
    assert(b && style && n);
    struct style s = reduced(b, style);
    struct form *first = atomic_load_explicit(&b->forms, memory_order_acquire);
    for (struct form *f = first; f; f = f->next)
        if (block_same(&f->style, &s)) {
            *n = f->n;
            return f->bytes;
        }
    struct buf wire = BUF_INIT;
    buf_reserve(&wire, b->n + 64);
    block_fold(b, &s, &wire);
    struct form *f = mem_alloc(sizeof(*f) + wire.len);
    f->style = s;
    f->n = wire.len;
    memcpy(f->bytes, buf_str(&wire), wire.len);
    buf_fini(&wire);
    do
        f->next = first;
    while (!atomic_compare_exchange_weak_explicit(&b->forms, &first, f, memory_order_release,
                                                  memory_order_relaxed));
    *n = f->n;
    return f->bytes;
}
