// A recorded history, as text: first the world, then what was asked and answered in the order in
// which the clients saw it (docs/history.md).
#ifndef HISTORY_HISTORY_H
#define HISTORY_HISTORY_H

#include "model.h"

#include <stddef.h>
#include <stdio.h>

enum { HISTORY_NAME = 32 };

enum history_kind { HISTORY_ASKED, HISTORY_ANSWERED, HISTORY_KILLED };

struct history_op {
    struct model_request request;
    struct model_answer answer;
    bool answered; // false: the connection ended first; it may have happened or not
    bool skipped;  // of no interest: as if it were not there
};

struct history_event {
    enum history_kind kind;
    size_t op;  // not of a kill
    char *line; // as it was recorded
};

struct history_names {
    char rooms[MODEL_ROOMS][HISTORY_NAME], players[MODEL_PLAYERS][HISTORY_NAME],
        things[MODEL_THINGS][HISTORY_NAME], doors[MODEL_DOORS][HISTORY_NAME];
};

struct history {
    struct model_world world;
    struct model_state first;
    struct history_names names;
    struct history_op *ops;
    struct history_event *events;
    size_t op_count, op_cap, event_count, event_cap, kills;
};

// False: a message with the line is in `why` (the caller's, of `size` bytes).
bool history_read(struct history *h, FILE *in, char *why, size_t size);
void history_fini(struct history *h);

extern const char *const history_ways[MODEL_WAYS];
extern const char *const history_verbs[MODEL_VERBS];
extern const char *const history_codes[MODEL_CODES];

#endif
