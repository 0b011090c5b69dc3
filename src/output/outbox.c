// The table of outboxes and their pending bytes. Converted blocks are copied: the texts of a crowd
// are short, and one contiguous piece goes out in one call. Memory is given back when an outbox is
// empty again.
#include "output/outbox.h"

#include "output/block.h"
#include "output/fold.h"
#include "output/markup.h"
#include "util/buf.h"
#include "util/loopguard.h"
#include "util/mem.h"
#include "util/screen.h"

#include <assert.h>
#include <stdlib.h>

enum {
    SLOT_MASK = (1 << OUTBOX_LOOP_SHIFT) - 1,
    LOANS_MAX = 512,      // buffers that are kept for the next outbox that wants one
    LOAN_FIRST = 2047,    // bytes that a new one has room for
    LOAN_LARGEST = 65536, // a buffer of more is not kept
    RAW_EXTRA = 4096,
    NONE = 0
};

enum list { RELAXED, URGENT, LISTS };

struct outbox {
    uint32_t generation; // 12 bits; 0 is skipped
    bool open, overflowed;
    bool leaves_out; // instead of overflowing
    bool at_prompt;  // the cursor stands behind a prompt
    bool owe_prompt; // text or a new prompt went in: the prompt is due at the next peek
    bool listed[LISTS];
    uint32_t left_out; // messages, since that was said last
    uint8_t mark_size;
    uint8_t mark[4];
    struct style style;
    size_t limit;
    void *owner;
    struct buf pending;
    struct buf prompt;    // for the wire, and behind that the text of which it was made
    size_t prompt_wire;   // bytes of it for the wire
    bool prompt_stale;    // it was made in another style
    uint32_t next[LISTS]; // slot + 1; next[0] links free slots too
};

struct queue {
    uint32_t first, last; // slot + 1
};

struct outboxes {
    unsigned loop;
    struct outbox *slots;
    uint32_t count, cap;
    uint32_t free;
    struct queue queues[LISTS];
    struct outbox_stats stats;
    struct buf loans[LOANS_MAX];
    unsigned loan_count;
};

static_assert(1 << (OUTBOX_GENERATION_SHIFT - OUTBOX_LOOP_SHIFT) == LOOPS_MAX,
              "an id has room for the number of a loop");

struct outboxes *outboxes_new(unsigned loop)
{
    assert(loop < LOOPS_MAX);
    struct outboxes *set = mem_new(struct outboxes);
    set->loop = loop;
    return set;
}

static void outbox_release(struct outbox *m)
{
    buf_fini(&m->pending);
    buf_fini(&m->prompt);
}

void outboxes_free(struct outboxes *set)
{
    if (!set)
        return;
    for (uint32_t i = 0; i < set->count; i++)
        outbox_release(&set->slots[i]);
    while (set->loan_count)
        buf_fini(&set->loans[--set->loan_count]);
    free(set->slots);
    free(set);
}

static struct outbox *outbox_find(struct outboxes *set, outbox_id id)
{
    uint32_t slot = id & SLOT_MASK;
    if (!id || slot >= set->count || outbox_loop(id) != set->loop)
        return NULL;
    struct outbox *m = &set->slots[slot];
    return m->open && m->generation == id >> OUTBOX_GENERATION_SHIFT ? m : NULL;
}

static outbox_id id_of(const struct outboxes *set, const struct outbox *m)
{
    assert(m->open && m->generation);
    return m->generation << OUTBOX_GENERATION_SHIFT | set->loop << OUTBOX_LOOP_SHIFT |
           (uint32_t)(m - set->slots);
}

static void add_slot(struct outboxes *set)
{
    if (set->count == set->cap) {
        set->cap = set->cap ? set->cap * 2 : 64;
        set->slots = mem_realloc_array(set->slots, set->cap, sizeof(*set->slots));
    }
    set->slots[set->count++] = (struct outbox){0};
}

void outboxes_avoid(struct outboxes *set, outbox_id id)
{
    loopguard_check("outboxes_avoid()");
    uint32_t slot = id & SLOT_MASK, generation = id >> OUTBOX_GENERATION_SHIFT;
    if (!id || outbox_loop(id) != set->loop)
        return;
    while (slot >= set->count) {
        add_slot(set);
        set->slots[set->count - 1].next[0] = set->free;
        set->free = set->count;
    }
    if (set->slots[slot].generation < generation)
        set->slots[slot].generation = generation;
}

// A slot that no outbox has, with the generation that its next one gets.
static struct outbox *take_slot(struct outboxes *set)
{
    uint32_t slot = set->free;
    if (slot) {
        slot--;
        set->free = set->slots[slot].next[0];
    } else {
        slot = set->count;
        add_slot(set);
    }
    assert(slot <= SLOT_MASK); // so many descriptors no process has
    struct outbox *m = &set->slots[slot];
    uint32_t generation = (m->generation + 1) & 0xfff;
    m->generation = generation ? generation : 1;
    return m;
}

outbox_id outbox_open(struct outboxes *set, const struct style *style, size_t limit, void *owner)
{
    loopguard_check("outbox_open()");
    assert(set && style);
    struct outbox *m = take_slot(set);
    *m = (struct outbox){
        .generation = m->generation, .open = true, .style = *style, .limit = limit, .owner = owner};
    return id_of(set, m);
}

// An outbox that is still on a list is freed when the list comes to it.
static void free_slot(struct outboxes *set, struct outbox *m)
{
    if (m->open || m->listed[RELAXED] || m->listed[URGENT])
        return;
    m->next[0] = set->free;
    set->free = (uint32_t)(m - set->slots) + 1;
}

void outbox_close(struct outboxes *set, outbox_id id)
{
    loopguard_check("outbox_close()");
    struct outbox *m = outbox_find(set, id);
    if (!m)
        return;
    outbox_release(m);
    m->open = false;
    free_slot(set, m);
}

// An outbox may be on both lists: drained as urgent it has nothing left when the other comes to it.
static void mark_dirty(struct outboxes *set, struct outbox *m, bool urgent)
{
    assert(m->open);
    enum list which = urgent ? URGENT : RELAXED;
    if (m->listed[which])
        return;
    struct queue *q = &set->queues[which];
    uint32_t at = (uint32_t)(m - set->slots) + 1;
    m->listed[which] = true;
    m->next[which] = NONE;
    if (q->last)
        set->slots[q->last - 1].next[which] = at;
    else
        q->first = at;
    q->last = at;
}

struct outbox *outbox_detach(struct outboxes *set, outbox_id id)
{
    loopguard_check("outbox_detach()");
    struct outbox *m = outbox_find(set, id), *moved = mem_new(struct outbox);
    assert(m);
    *moved = *m;
    m->pending = m->prompt = (struct buf)BUF_INIT;
    outbox_close(set, id);
    return moved;
}

outbox_id outbox_adopt(struct outboxes *set, struct outbox *moved, void *owner)
{
    loopguard_check("outbox_adopt()");
    assert(moved && moved->open);
    struct outbox *m = take_slot(set);
    uint32_t generation = m->generation;
    *m = *moved;
    m->generation = generation;
    m->owner = owner;
    m->listed[RELAXED] = m->listed[URGENT] = false;
    m->next[RELAXED] = m->next[URGENT] = NONE;
    mark_dirty(set, m, true); // what it holds is sent from here
    free(moved);
    return id_of(set, m);
}

void outbox_free(struct outbox *moved)
{
    if (!moved)
        return;
    outbox_release(moved);
    free(moved);
}

void *outbox_owner(struct outboxes *set, outbox_id id)
{
    loopguard_check("outbox_owner()");
    struct outbox *m = outbox_find(set, id);
    return m ? m->owner : NULL;
}

void outbox_set_owner(struct outboxes *set, outbox_id id, void *owner)
{
    loopguard_check("outbox_set_owner()");
    struct outbox *m = outbox_find(set, id);
    if (m)
        m->owner = owner;
}

void outbox_style(struct outboxes *set, outbox_id id, const struct style *style)
{
    loopguard_check("outbox_style()");
    assert(style);
    struct outbox *m = outbox_find(set, id);
    if (!m)
        return;
    m->style = *style;
    m->prompt_stale = true;
}

void outbox_limit(struct outboxes *set, outbox_id id, size_t limit)
{
    loopguard_check("outbox_limit()");
    struct outbox *m = outbox_find(set, id);
    if (m)
        m->limit = limit;
}

void outbox_leave_out(struct outboxes *set, outbox_id id, bool on)
{
    loopguard_check("outbox_leave_out()");
    struct outbox *m = outbox_find(set, id);
    if (m)
        m->leaves_out = on;
}

void outbox_mark(struct outboxes *set, outbox_id id, const void *bytes, size_t n)
{
    loopguard_check("outbox_mark()");
    struct outbox *m = outbox_find(set, id);
    if (!m || n > sizeof(m->mark))
        return;
    memcpy(m->mark, bytes, n);
    m->mark_size = (uint8_t)n;
}

static void outbox_overflow(struct outboxes *set, struct outbox *m)
{
    if (m->leaves_out)
        m->left_out++;
    else
        m->overflowed = true;
    set->stats.dropped++;
}

// Memory for pending bytes is shared: an outbox borrows a buffer when it has something to send, and
// gives it back when that has gone. To be called before anything is added.
static void borrow(struct outboxes *set, struct outbox *m)
{
    assert(m->open);
    if (m->pending.data)
        return;
    if (set->loan_count)
        m->pending = set->loans[--set->loan_count];
    else
        buf_reserve(&m->pending, LOAN_FIRST);
}

static void give_back(struct outboxes *set, struct outbox *m)
{
    assert(set->loan_count <= LOANS_MAX && !m->pending.len);
    buf_clear(&m->pending);
    if (set->loan_count == LOANS_MAX || m->pending.cap > LOAN_LARGEST || !m->pending.data) {
        buf_fini(&m->pending);
        return;
    }
    set->loans[set->loan_count++] = m->pending;
    m->pending = (struct buf)BUF_INIT;
}

static void leave_prompt(struct outboxes *set, struct outbox *m)
{
    borrow(set, m);
    if (m->at_prompt)
        buf_add(&m->pending, "\r\n", 2);
    m->at_prompt = false;
    m->owe_prompt = true;
}

// Once there is room again, what is missing is said where it is missing.
static void tell_left_out(struct outboxes *set, struct outbox *m)
{
    if (!m->left_out || m->pending.len > m->limit / 2)
        return;
    leave_prompt(set, m);
    buf_addf(&m->pending, "[Your connection is too slow: %u %s left out here.]\r\n", m->left_out,
             m->left_out == 1 ? "message was" : "messages were");
    m->left_out = 0;
}

// May text be added? What is missing before it is said first, and it waits until there is room to
// do so.
static bool takes_text(struct outboxes *set, struct outbox *m)
{
    tell_left_out(set, m);
    if (m->left_out)
        outbox_overflow(set, m);
    return !m->overflowed && !m->left_out;
}

static void outbox_add(struct outboxes *set, struct outbox *m, const char *bytes, size_t n)
{
    if (!takes_text(set, m))
        return;
    if (m->pending.len + n > m->limit) {
        outbox_overflow(set, m);
        return;
    }
    leave_prompt(set, m);
    buf_add(&m->pending, bytes, n);
    set->stats.bytes += n;
}

// To one outbox alone: rendered where it will lie.
static void post_alone(struct outboxes *set, outbox_id id, struct block *b, bool urgent)
{
    assert(b);
    struct outbox *m = outbox_find(set, id);
    if (!m)
        return;
    if (takes_text(set, m)) {
        size_t before = m->pending.len;
        bool at_prompt = m->at_prompt, owe_prompt = m->owe_prompt;
        leave_prompt(set, m);
        size_t from = m->pending.len;
        block_render(b, &m->style, &m->pending);
        if (m->pending.len > m->limit) {
            buf_truncate(&m->pending, before);
            m->at_prompt = at_prompt;
            m->owe_prompt = owe_prompt;
            outbox_overflow(set, m);
        } else {
            set->stats.bytes += m->pending.len - from;
        }
    }
    set->stats.posted++;
    mark_dirty(set, m, urgent);
}

void outbox_post(struct outboxes *set, outbox_id id, struct block *b, bool urgent)
{
    loopguard_check("outbox_post()");
    post_alone(set, id, b, urgent);
}

static void post_shared(struct outboxes *set, outbox_id id, struct block *b, bool urgent)
{
    struct outbox *m = outbox_find(set, id);
    if (!m)
        return;
    size_t n;
    const char *wire = block_wire(b, &m->style, &n);
    outbox_add(set, m, wire, n);
    set->stats.posted++;
    mark_dirty(set, m, urgent);
}

void outbox_post_many(struct outboxes *set, const outbox_id *ids, size_t n, struct block *b,
                      bool urgent)
{
    loopguard_check("outbox_post_many()");
    assert(b && (ids || !n));
    if (n == 1) // the set finds no outbox of another loop
        post_alone(set, ids[0], b, urgent);
    for (size_t i = 0; n > 1 && i < n; i++)
        post_shared(set, ids[i], b, urgent);
}

void outbox_text(struct outboxes *set, outbox_id id, const char *text, bool urgent)
{
    loopguard_check("outbox_text()");
    assert(text);
    struct block *b = block_new(text, strlen(text));
    post_alone(set, id, b, urgent);
    block_free(b);
}

static void make_prompt(struct outbox *m, const char *text, size_t n)
{
    assert(text || !n);
    struct style style = m->style;
    struct buf clean = BUF_INIT;
    struct fold_extent extent = fold_extent(text, n);
    style.width = 0;
    buf_clear(&m->prompt);
    if (extent.clean) {
        fold_known(text, n, &extent, &style, &m->prompt);
    } else {
        screen_clean(&clean, text, n, MARK_LAST);
        fold_text(buf_str(&clean), clean.len, &style, &m->prompt);
    }
    buf_fini(&clean);
    m->prompt_wire = m->prompt.len;
    buf_add(&m->prompt, text, n);
    m->prompt_stale = false;
}

// Most commands leave the prompt as it was.
static bool is_prompt(const struct outbox *m, const char *text, size_t n)
{
    assert(m->prompt_wire <= m->prompt.len);
    return n && n == m->prompt.len - m->prompt_wire && !m->prompt_stale &&
           !memcmp(m->prompt.data + m->prompt_wire, text, n);
}

static struct outbox *set_prompt(struct outboxes *set, outbox_id id, const char *text, size_t n)
{
    struct outbox *m = outbox_find(set, id);
    if (m && !is_prompt(m, text, n))
        make_prompt(m, text, n);
    return m;
}

void outbox_prompt(struct outboxes *set, outbox_id id, const char *text, size_t n)
{
    loopguard_check("outbox_prompt()");
    struct outbox *m = set_prompt(set, id, text, n);
    if (!m)
        return;
    m->owe_prompt = true;
    mark_dirty(set, m, true);
}

void outbox_next_prompt(struct outboxes *set, outbox_id id, const char *text, size_t n)
{
    loopguard_check("outbox_next_prompt()");
    set_prompt(set, id, text, n);
}

void outbox_entered(struct outboxes *set, outbox_id id)
{
    loopguard_check("outbox_entered()");
    struct outbox *m = outbox_find(set, id);
    if (m)
        m->at_prompt = false;
}

void outbox_raw(struct outboxes *set, outbox_id id, const void *bytes, size_t n)
{
    loopguard_check("outbox_raw()");
    struct outbox *m = outbox_find(set, id);
    if (!m || !n || m->overflowed)
        return;
    // A stranger who asks and never reads makes answers as fast as it can ask. A player who reads
    // slowly still gets answers to telnet's few questions.
    if (m->pending.len + n > m->limit + (m->leaves_out ? RAW_EXTRA : 0)) {
        m->overflowed = true;
        set->stats.dropped++;
    } else {
        borrow(set, m);
        buf_add(&m->pending, bytes, n);
    }
    mark_dirty(set, m, true);
}

static outbox_id outbox_next(struct outboxes *set, enum list which)
{
    assert(which < LISTS);
    struct queue *q = &set->queues[which];
    while (q->first) {
        struct outbox *m = &set->slots[q->first - 1];
        q->first = m->next[which];
        if (!q->first)
            q->last = NONE;
        m->listed[which] = false;
        if (m->open)
            return id_of(set, m);
        free_slot(set, m);
    }
    return 0;
}

outbox_id outboxes_next_urgent(struct outboxes *set)
{
    loopguard_check("outboxes_next_urgent()");
    return outbox_next(set, URGENT);
}

outbox_id outboxes_next_relaxed(struct outboxes *set)
{
    loopguard_check("outboxes_next_relaxed()");
    return outbox_next(set, RELAXED);
}

bool outboxes_relaxed(const struct outboxes *set)
{
    loopguard_check("outboxes_relaxed()");
    return set->queues[RELAXED].first;
}

const char *outbox_peek(struct outboxes *set, outbox_id id, size_t *n)
{
    loopguard_check("outbox_peek()");
    assert(n);
    struct outbox *m = outbox_find(set, id);
    *n = 0;
    if (!m)
        return NULL;
    tell_left_out(set, m);
    if (m->owe_prompt && !m->overflowed) {
        borrow(set, m);
        if (m->at_prompt) // a new prompt and nothing else
            buf_add(&m->pending, "\r\n", 2);
        buf_add(&m->pending, m->prompt.data, m->prompt_wire);
        buf_add(&m->pending, m->mark, m->mark_size);
        m->owe_prompt = false;
        m->at_prompt = m->prompt_wire > 0;
    }
    *n = m->pending.len;
    return *n ? m->pending.data : NULL;
}

void outbox_drained(struct outboxes *set, outbox_id id, size_t n)
{
    loopguard_check("outbox_drained()");
    struct outbox *m = outbox_find(set, id);
    if (!m)
        return;
    buf_consume(&m->pending, n);
    if (!m->pending.len)
        give_back(set, m);
}

bool outbox_overflowed(struct outboxes *set, outbox_id id)
{
    loopguard_check("outbox_overflowed()");
    struct outbox *m = outbox_find(set, id);
    return m && m->overflowed;
}

size_t outbox_pending(struct outboxes *set, outbox_id id)
{
    loopguard_check("outbox_pending()");
    struct outbox *m = outbox_find(set, id);
    return m ? m->pending.len : 0;
}

void outboxes_stats(const struct outboxes *set, struct outbox_stats *out)
{
    loopguard_check("outboxes_stats()");
    assert(out);
    *out = set->stats;
}
