// The dialogue before measuring. Received text is gathered until the prompt mark and then read as a
// whole; this costs more than the fast path of loadgen_player.c and happens once a player. The only
// negotiation is to accept the end-of-record mark; all other offers stay unanswered.
#include "loadgen_setup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loadgen_dialogue.h"
#include "util/mem.h"

enum { TEXT_MAX = 64 * 1024, TRIES_MAX = 8 };

enum setup_stage {
    STAGE_ACCOUNT,
    STAGE_PASSWORD,
    STAGE_MENU,
    STAGE_ENTER,
    STAGE_PROMPT,
    STAGE_LOOK,
    STAGE_WALK,
    STAGE_OUT,
    STAGE_BACK,
};

struct loadgen_setup {
    enum setup_stage stage;
    const char *place;           // to go to before anything else, or NULL
    struct loadgen_walk walk;    // still to go
    unsigned tries;              // at finding a step that can be undone
    unsigned exits;              // of the room the player is in
    unsigned untried;            // of these, not yet found shut
    unsigned seen_exits;         // of the room a trial step led to
    enum loadgen_direction step; // the last one taken
    char *text;
    size_t length;
    size_t room;
};

static const char *const stage_names[] = {
    [STAGE_ACCOUNT] = "waiting for the account question",
    [STAGE_PASSWORD] = "waiting for the password question",
    [STAGE_MENU] = "waiting for the menu",
    [STAGE_ENTER] = "entering the world",
    [STAGE_PROMPT] = "setting the prompt",
    [STAGE_LOOK] = "looking at the start room",
    [STAGE_WALK] = "walking to its place",
    [STAGE_OUT] = "trying a step out",
    [STAGE_BACK] = "trying a step back",
};

struct loadgen_walk loadgen_setup_grid(unsigned n, unsigned width, unsigned height)
{
    return (struct loadgen_walk){.east = n % width, .south = n / width % height};
}

struct loadgen_setup *loadgen_setup_new(struct loadgen_walk walk)
{
    struct loadgen_setup *s = mem_new(struct loadgen_setup);
    s->walk = walk;
    s->step = DIRECTION_NONE;
    return s;
}

void loadgen_setup_go(struct loadgen_setup *s, const char *place)
{
    s->place = place;
}

void loadgen_setup_free(struct loadgen_setup *s)
{
    if (s) {
        free(s->text);
    }
    free(s);
}

bool loadgen_setup_logging_in(const struct loadgen_setup *s)
{
    return s && s->stage <= STAGE_PROMPT;
}

const char *loadgen_setup_stage(const struct loadgen_setup *s)
{
    return s ? stage_names[s->stage] : "playing";
}

const char *loadgen_setup_text(const struct loadgen_setup *s, size_t *length)
{
    *length = s ? s->length : 0;
    return s ? s->text : NULL;
}

static void gather(struct loadgen_setup *s, const uint8_t *from, const uint8_t *end)
{
    size_t n = (size_t)(end - from);
    if (n > TEXT_MAX / 2) {
        from = end - TEXT_MAX / 2;
        n = TEXT_MAX / 2;
    }
    if (s->length + n > TEXT_MAX) {
        memmove(s->text, s->text + s->length - TEXT_MAX / 2, TEXT_MAX / 2);
        s->length = TEXT_MAX / 2;
    }
    if (s->length + n > s->room) {
        s->room = (s->length + n) * 2;
        s->text = mem_realloc(s->text, s->room);
    }
    if (n > 0) {
        memcpy(s->text + s->length, from, n);
        s->length += n;
    }
}

static bool text_holds(const struct loadgen_setup *s, const char *words)
{
    return s->length > 0 && memmem(s->text, s->length, words, strlen(words)) != NULL;
}

static bool send_line(struct loadgen_player *p, enum setup_stage next, const char *text)
{
    char line[128];
    int n = snprintf(line, sizeof(line), "%s\r\n", text);
    p->setup->stage = next;
    p->setup->length = 0;
    return loadgen_player_send(p, line, (size_t)n);
}

static enum loadgen_outcome going(bool sent)
{
    return sent ? LOADGEN_QUIET : LOADGEN_GONE;
}

// GOTO shows the place as LOOK does.
static enum loadgen_outcome send_first(struct loadgen_player *p)
{
    char line[120] = DIALOGUE_LOOK;
    if (p->setup->place) {
        snprintf(line, sizeof(line), DIALOGUE_GOTO, p->setup->place);
    }
    p->want++;
    return going(send_line(p, STAGE_LOOK, line));
}

static enum loadgen_outcome send_step(struct loadgen_player *p, enum setup_stage stage,
                                      enum loadgen_direction d)
{
    p->want++;
    p->setup->step = d;
    return going(send_line(p, stage, loadgen_wire_direction(d)));
}

static enum loadgen_outcome settle(struct loadgen_player *p, enum loadgen_direction way)
{
    p->way = (uint8_t)way;
    p->phase = LOADGEN_PLAYS;
    loadgen_setup_free(p->setup);
    p->setup = NULL;
    return LOADGEN_READY;
}

static enum loadgen_direction pick(struct loadgen_player *p, unsigned exits)
{
    unsigned n = loadgen_player_below(p, (unsigned)__builtin_popcount(exits));
    while (n-- > 0) {
        exits &= exits - 1;
    }
    return (enum loadgen_direction)__builtin_ctz(exits);
}

static enum loadgen_outcome try_out(struct loadgen_player *p)
{
    struct loadgen_setup *s = p->setup;
    if (s->untried == 0 || s->tries++ == TRIES_MAX) {
        return settle(p, DIRECTION_NONE);
    }
    return send_step(p, STAGE_OUT, pick(p, s->untried));
}

static enum loadgen_outcome walk_on(struct loadgen_player *p)
{
    struct loadgen_setup *s = p->setup;
    if (s->walk.east + s->walk.south > 0) {
        return send_step(p, STAGE_WALK, s->walk.east > 0 ? DIRECTION_EAST : DIRECTION_SOUTH);
    }
    if (s->walk.any == 0 || s->untried == 0) {
        return try_out(p);
    }
    unsigned ahead = s->untried;
    if (s->step != DIRECTION_NONE) {
        // Turning back is for dead ends only, or the walk would stay near the start.
        ahead &= ~(1U << loadgen_wire_opposite(s->step));
    }
    return send_step(p, STAGE_WALK, pick(p, ahead ? ahead : s->untried));
}

static void count_step(struct loadgen_walk *walk)
{
    unsigned *left = walk->east > 0 ? &walk->east : walk->south > 0 ? &walk->south : &walk->any;
    (*left)--;
}

static void enter_room(struct loadgen_setup *s, unsigned exits)
{
    s->exits = exits;
    s->untried = exits;
}

static enum loadgen_outcome room_reply(struct loadgen_player *p)
{
    struct loadgen_setup *s = p->setup;
    bool shown = false;
    unsigned exits = loadgen_wire_exits(s->text, s->length, &shown);
    enum loadgen_direction step = s->step;
    switch (s->stage) {
    case STAGE_LOOK:
        enter_room(s, exits);
        return walk_on(p);
    case STAGE_WALK:
        if (shown) {
            enter_room(s, exits);
            count_step(&s->walk);
        } else if (s->walk.east + s->walk.south > 0) {
            return LOADGEN_GONE; // not the grid that was promised
        } else {
            s->untried &= ~(1U << step);
        }
        return walk_on(p);
    case STAGE_OUT:
        if (shown) {
            s->seen_exits = exits;
            return send_step(p, STAGE_BACK, loadgen_wire_opposite(step));
        }
        s->untried &= ~(1U << step);
        return try_out(p);
    case STAGE_BACK:
        if (shown && exits == s->exits) {
            return settle(p, loadgen_wire_opposite(step));
        }
        // Not where it came from: wherever this is becomes home.
        enter_room(s, shown ? exits : s->seen_exits);
        return try_out(p);
    default:
        return LOADGEN_GONE;
    }
}

static enum loadgen_outcome prompt_seen(struct loadgen_player *p, bool counted, uint64_t count)
{
    struct loadgen_setup *s = p->setup;
    char account[32];
    switch (s->stage) {
    case STAGE_ACCOUNT:
        if (!text_holds(s, DIALOGUE_ASKS_ACCOUNT)) {
            return LOADGEN_QUIET;
        }
        snprintf(account, sizeof(account), DIALOGUE_ACCOUNT_FORMAT, p->number);
        return going(send_line(p, STAGE_PASSWORD, account));
    case STAGE_PASSWORD:
        if (!text_holds(s, DIALOGUE_ASKS_PASSWORD)) {
            return LOADGEN_QUIET;
        }
        return going(send_line(p, STAGE_MENU, DIALOGUE_PASSWORD));
    case STAGE_MENU:
        if (text_holds(s, DIALOGUE_SHOWS_MENU)) {
            return going(send_line(p, STAGE_ENTER, DIALOGUE_MENU_CHOICE));
        }
        return text_holds(s, DIALOGUE_ASKS_ACCOUNT) ? LOADGEN_GONE : LOADGEN_QUIET;
    case STAGE_ENTER:
        return going(send_line(p, STAGE_PROMPT, DIALOGUE_SET_PROMPT));
    case STAGE_PROMPT:
        if (!counted || !text_holds(s, DIALOGUE_PROMPT_IS_SET)) {
            return LOADGEN_QUIET;
        }
        p->want = count;
        return send_first(p);
    default:
        return counted && count >= p->want ? room_reply(p) : LOADGEN_QUIET;
    }
}

static enum loadgen_outcome read_command(struct loadgen_player *p,
                                         const struct loadgen_wire_command *c)
{
    static const char accept_eor[] = {(char)WIRE_IAC, (char)WIRE_DO, (char)WIRE_OPTION_EOR};
    if (c->kind == WIRE_OFFER_EOR) {
        return going(loadgen_player_send(p, accept_eor, sizeof(accept_eor)));
    }
    if (c->kind != WIRE_MARK) {
        return LOADGEN_QUIET;
    }
    struct loadgen_setup *s = p->setup;
    uint64_t count = 0;
    const uint8_t *text = (const uint8_t *)s->text;
    bool counted = s->length > 0 && loadgen_wire_count(text, text + s->length, &count);
    return prompt_seen(p, counted, count);
}

enum loadgen_outcome loadgen_setup_input(struct loadgen_player *p, uint8_t *bytes, size_t length,
                                         struct loadgen_tally *tally)
{
    tally->bytes += length;
    const uint8_t *end = bytes + length;
    const uint8_t *from = bytes - p->carried;
    memcpy(bytes - p->carried, p->carry, p->carried);
    p->carried = 0;
    enum loadgen_outcome outcome = LOADGEN_QUIET;
    while (outcome == LOADGEN_QUIET) {
        struct loadgen_wire_command c = loadgen_wire_next(from, end);
        if (c.kind == WIRE_NOTHING) {
            const uint8_t *cut = memchr(from, WIRE_IAC, (size_t)(end - from));
            gather(p->setup, from, cut ? cut : end);
            from = cut ? cut : end;
            break;
        }
        gather(p->setup, from, c.at);
        outcome = read_command(p, &c);
        from = c.next;
    }
    p->carried = (uint8_t)(end - from > LOADGEN_CARRY ? LOADGEN_CARRY : end - from);
    memcpy(p->carry, end - p->carried, p->carried);
    return outcome;
}
