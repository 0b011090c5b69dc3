// Mailboxes: what is on its way to each player's window. Loop thread only.
//
// A mailbox keeps bytes for the wire, in order, bounded; and the prompt that follows them. After
// each drain the player's cursor stands behind the prompt: when text comes unasked a line break
// goes first, and after the text the prompt is shown again and marked for the client (EOR or GA).
// Nothing pending: nothing is sent. Replies to a player's own command make a mailbox urgent, what
// others do only relaxed: it may wait a few ms, so that more text goes with it.
// wait a little for company.
// Ids carry a generation: posting to one that is closed does nothing.
#ifndef OUTPUT_MAILBOX_H
#define OUTPUT_MAILBOX_H

#include "output/style.h"
#include "util/loopguard.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct block;
struct mailboxes;

typedef uint32_t mailbox_id; // 0: none

struct mailboxes *mailboxes_new(void);
void mailboxes_free(struct mailboxes *set);

// One that another run of the program has had, and that somebody may still write to: no new one
// will be taken for it.
LOOP_ONLY void mailboxes_avoid(struct mailboxes *set, mailbox_id id);
LOOP_ONLY mailbox_id mailbox_open(struct mailboxes *set, const struct style *style, size_t limit,
                                  void *owner);
LOOP_ONLY void mailbox_close(struct mailboxes *set, mailbox_id id);
LOOP_ONLY void *mailbox_owner(struct mailboxes *set, mailbox_id id); // NULL when closed
LOOP_ONLY void mailbox_set_owner(struct mailboxes *set, mailbox_id id, void *owner);
LOOP_ONLY void mailbox_style(struct mailboxes *set, mailbox_id id, const struct style *style);
LOOP_ONLY void mailbox_limit(struct mailboxes *set, mailbox_id id, size_t limit);
// For one whose owner reads, only slowly: what does not fit is left out, and how much that was is
// said as soon as half of the limit is free again. Otherwise the mailbox overflows.
LOOP_ONLY void mailbox_leave_out(struct mailboxes *set, mailbox_id id, bool on);
// Bytes that mark the end of a prompt for this client; at most 4.
LOOP_ONLY void mailbox_mark(struct mailboxes *set, mailbox_id id, const void *bytes, size_t n);

LOOP_ONLY void mailbox_post(struct mailboxes *set, mailbox_id id, struct block *b, bool urgent);
LOOP_ONLY void mailbox_post_many(struct mailboxes *set, const mailbox_id *ids, size_t n,
                                 struct block *b, bool urgent);
// Game text.
LOOP_ONLY void mailbox_text(struct mailboxes *set, mailbox_id id, const char *text, bool urgent);
// The prompt from now on (game text, no line break); shown even when no text is pending.
LOOP_ONLY void mailbox_prompt(struct mailboxes *set, mailbox_id id, const char *text, size_t n);
// The prompt from now on; it is shown with the next text.
LOOP_ONLY void mailbox_next_prompt(struct mailboxes *set, mailbox_id id, const char *text,
                                   size_t n);
// the player's Enter has begun a new line
LOOP_ONLY void mailbox_entered(struct mailboxes *set, mailbox_id id);
// Bytes for the wire as they are, telnet commands; out of the way of prompts.
LOOP_ONLY void mailbox_raw(struct mailboxes *set, mailbox_id id, const void *bytes, size_t n);

// Mailboxes with something pending; each is taken off its list. 0: no more.
LOOP_ONLY mailbox_id mailboxes_next_urgent(struct mailboxes *set);
LOOP_ONLY mailbox_id mailboxes_next_relaxed(struct mailboxes *set);
LOOP_ONLY bool mailboxes_relaxed(const struct mailboxes *set);

// All that is pending, with the prompt; borrowed until the next call on this mailbox. NULL:
// nothing.
LOOP_ONLY const char *mailbox_peek(struct mailboxes *set, mailbox_id id, size_t *n);
// The first n bytes have gone; what is left stays and is peeked at again (no list).
LOOP_ONLY void mailbox_drained(struct mailboxes *set, mailbox_id id, size_t n);
// More was posted than its limit: it takes nothing any more; close it with a reason.
LOOP_ONLY bool mailbox_overflowed(struct mailboxes *set, mailbox_id id);
LOOP_ONLY size_t mailbox_pending(struct mailboxes *set, mailbox_id id);

struct mailbox_stats {
    uint64_t posted, bytes, dropped;
};
LOOP_ONLY void mailboxes_stats(const struct mailboxes *set, struct mailbox_stats *out);

#endif
