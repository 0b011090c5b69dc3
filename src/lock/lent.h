// Texts that are lent for one pass of a command. While the flow is kept, what an accessor of a text hands
// out is a copy; when the command starts again, the copies of the pass before are overwritten with bytes
// that no text has (they are no UTF-8). Whoever kept a pointer, wherever that is, is found out when what
// it points to is said or stored. Without the flow, and outside commands, texts are handed out as they are.
//
// Threads: the task's own, like its lock set, which owns the copies until the command ends.
#ifndef LOCK_LENT_H
#define LOCK_LENT_H

#include "lock/lockcheck.h"

#include <stddef.h>

struct lent;
struct lockset;

const char *lent_text_slow(const char *s, struct place *p, unsigned attr, const struct site *at);
void lent_judge_slow(const char *text, size_t n, const char *act, const struct site *at);

// What is to be handed out for `s`, a text in attribute `attr` of p; NULL for NULL.
static inline const char *lent_text(const char *s, struct place *p, unsigned attr,
                                    const struct site *at)
{
    return s && lockcheck_flows() ? lent_text_slow(s, p, attr, at) : s;
}

// A text is about to leave the command: it is said, or stored; `act` says which.
#define lent_judge(text, n, act, at)                                                               \
    do {                                                                                           \
        if (lockcheck_flows())                                                                     \
            lent_judge_slow((text), (n), (act), (at));                                             \
    } while (0)

// For the lock set and the checker: the pass is over; so is the command, or the set itself.
void lent_withdraw(struct lockset *ls);
void lent_free(struct lockset *ls);
// Whoever has been handed a text may not have written it (L020), nor one that was withdrawn (L019). While
// the locks are held.
void lent_compare(struct lockset *ls);
// Which of the copies `word` points into: where it was got, with its thing and attribute; NULL: none.
struct lent_copy {
    struct place *place;
    const struct site *site;
    uint32_t size; // of text, with the NUL
    uint8_t attr;
    char text[]; // twice
};
const struct lent_copy *lent_find(const struct lockset *ls, const void *word);

#endif
