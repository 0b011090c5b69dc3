// Decides whether a history is linearizable: whether every operation can be given one moment
// between its request and its answer so that the model, doing them in that order, answers what was
// answered.
#ifndef HISTORY_SEARCH_H
#define HISTORY_SEARCH_H

#include "history.h"

#include <stddef.h>

// A possible world after the events so far, and which of the operations under way are done in it.
struct search_config {
    struct model_state state;
    uint16_t done; // a bit a player
};

enum search_verdict { SEARCH_LINEARIZABLE, SEARCH_CONTRADICTION, SEARCH_TOO_LARGE };

struct search_start {
    size_t event; // the first that is looked at; what is under way there is known from those before
    struct search_config config;
};

struct search_result {
    enum search_verdict verdict;
    size_t event;                // the answer that is in no possible world
    struct search_start certain; // the last place before it where only one world was possible
    struct model_answer nearest; // what one of the possible worlds would have answered
    size_t worlds;               // how many there were at most
};

void search_start(const struct history *h, struct search_start *from);

// At most `limit` possible worlds are kept at a time.
void search_run(const struct history *h, const struct search_start *from, size_t limit,
                struct search_result *result);

#endif
