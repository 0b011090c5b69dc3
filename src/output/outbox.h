// Outboxes: what is on its way to each player's window. A set of them belongs to a loop, and only
// the thread of that loop uses it; an id says which loop's it is.
//
// An outbox keeps bytes for the wire, in order, bounded; and the prompt that follows them. After
// each drain the player's cursor stands behind the prompt: when text comes unasked a line break
// goes first, and after the text the prompt is shown again and marked for the client (EOR or GA).
// Nothing pending: nothing is sent. Replies to a player's own command make an outbox urgent, what
// others do only relaxed: it may wait a few ms, so that more text goes with it.
// Ids carry a generation: posting to one that is closed does nothing.
#ifndef OUTPUT_OUTBOX_H
#define OUTPUT_OUTBOX_H

#include "output/style.h"
#include "util/loopguard.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct block;
struct outboxes;

typedef uint32_t outbox_id; // 0: none

// An id: 12 bits of generation, 4 bits for the number of the loop, 16 bits for the place in its
// set.
enum { OUTBOX_LOOP_SHIFT = 16, OUTBOX_GENERATION_SHIFT = 20 };

// Which loop's outbox is it? Any thread.
static inline unsigned outbox_loop(outbox_id id)
{
    return id >> OUTBOX_LOOP_SHIFT & (LOOPS_MAX - 1);
}

struct outboxes *outboxes_new(unsigned loop); // for the loop of that number
void outboxes_free(struct outboxes *set);

// An outbox that another run of the program had, and that events may still write to: no new one
// will be taken for it.
LOOP_ONLY void outboxes_avoid(struct outboxes *set, outbox_id id);
LOOP_ONLY outbox_id outbox_open(struct outboxes *set, const struct style *style, size_t limit,
                                void *owner);
LOOP_ONLY void outbox_close(struct outboxes *set, outbox_id id);
// An outbox on its way from one loop to another, with all that it holds. detach closes it in its
// set; adopt, on the other loop, opens it in another set and frees what detach has returned.
struct outbox;
LOOP_ONLY struct outbox *outbox_detach(struct outboxes *set, outbox_id id);
LOOP_ONLY outbox_id outbox_adopt(struct outboxes *set, struct outbox *moved, void *owner);
void outbox_free(struct outbox *moved); // one that no set has adopted; accepts NULL
LOOP_ONLY void *outbox_owner(struct outboxes *set, outbox_id id); // NULL when closed
LOOP_ONLY void outbox_set_owner(struct outboxes *set, outbox_id id, void *owner);
LOOP_ONLY void outbox_style(struct outboxes *set, outbox_id id, const struct style *style);
LOOP_ONLY void outbox_limit(struct outboxes *set, outbox_id id, size_t limit);
// For one whose owner reads, only slowly: what does not fit is left out, and how much that was is
// said as soon as half of the limit is free again. Otherwise the outbox overflows.
LOOP_ONLY void outbox_leave_out(struct outboxes *set, outbox_id id, bool on);
// Bytes that mark the end of a prompt for this client; at most 4.
LOOP_ONLY void outbox_mark(struct outboxes *set, outbox_id id, const void *bytes, size_t n);

LOOP_ONLY void outbox_post(struct outboxes *set, outbox_id id, struct block *b, bool urgent);
// To those of them that are this set's.
LOOP_ONLY void outbox_post_many(struct outboxes *set, const outbox_id *ids, size_t n,
                                struct block *b, bool urgent);
// Game text.
LOOP_ONLY void outbox_text(struct outboxes *set, outbox_id id, const char *text, bool urgent);
// The prompt from now on (game text, no line break); shown even when no text is pending.
LOOP_ONLY void outbox_prompt(struct outboxes *set, outbox_id id, const char *text, size_t n);
// The prompt from now on; it is shown with the next text.
LOOP_ONLY void outbox_next_prompt(struct outboxes *set, outbox_id id, const char *text, size_t n);
// the player's Enter has begun a new line
LOOP_ONLY void outbox_entered(struct outboxes *set, outbox_id id);
// Bytes for the wire as they are, telnet commands; out of the way of prompts.
LOOP_ONLY void outbox_raw(struct outboxes *set, outbox_id id, const void *bytes, size_t n);

// Outboxes with something pending; each is taken off its list. 0: no more.
LOOP_ONLY outbox_id outboxes_next_urgent(struct outboxes *set);
LOOP_ONLY outbox_id outboxes_next_relaxed(struct outboxes *set);
LOOP_ONLY bool outboxes_relaxed(const struct outboxes *set);

// All that is pending, with the prompt; borrowed until the next call on this outbox. NULL:
// nothing.
LOOP_ONLY const char *outbox_peek(struct outboxes *set, outbox_id id, size_t *n);
// The first n bytes have gone; what is left stays and is peeked at again (no list).
LOOP_ONLY void outbox_drained(struct outboxes *set, outbox_id id, size_t n);
// More was posted than its limit: it takes nothing any more; close it with a reason.
LOOP_ONLY bool outbox_overflowed(struct outboxes *set, outbox_id id);
LOOP_ONLY size_t outbox_pending(struct outboxes *set, outbox_id id);

struct outbox_stats {
    uint64_t posted, bytes, dropped;
};
LOOP_ONLY void outboxes_stats(const struct outboxes *set, struct outbox_stats *out);

#endif
