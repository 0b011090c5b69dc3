// Texts that a command may use for one pass only. At level flow an accessor of a text returns a
// copy; when the command starts again, the copies of the pass before are overwritten with bytes
// that no text has (they are not UTF-8). So if code keeps a pointer to a copy, wherever it keeps
// it, this is found when that text is shown or stored. At other levels, and outside commands,
// accessors return the text itself.
//
// Threads: the task's own, like its lock set, which owns the copies until the command ends.
#ifndef CHECK_CHECK_TEXT_H
#define CHECK_CHECK_TEXT_H

#include "check/check.h"

#include <stddef.h>

struct check_task;
struct check_text;
struct lockset;

const char *check_text_text_slow(const char *s, struct place *p, unsigned attr,
                                 const struct site *at);
void check_text_check_slow(const char *text, size_t n, const char *act, const struct site *at);

// For the lock set and the checker: check_text_withdraw when the pass has ended, check_text_free
// when the command or the set has.
void check_text_withdraw(struct lockset *ls, struct check_task *t);
void check_text_free(struct check_task *t);
// Reports copies that the command wrote to (L020), or wrote to after they were withdrawn (L019).
// Called while the locks are held.
void check_text_compare(struct lockset *ls, struct check_task *t);
// Describes the copy that `word` points into: where the command got it, its thing and attribute;
// NULL: none.
struct check_text_copy {
    struct place *place;
    const struct site *site;
    uint32_t size; // of text, with the NUL
    uint8_t attr;
    char text[]; // twice
};
const struct check_text_copy *check_text_find(const struct check_task *t, const void *word);

#endif
