// Reads the text of a history. Every line is judged as it comes: what is not understood is refused.
#include "history.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

const char *const history_ways[MODEL_WAYS] = {"north", "east", "south", "west"};
const char *const history_verbs[MODEL_VERBS] = {"take", "drop",      "put",   "get",  "give",
                                                "go",   "open",      "close", "lock", "unlock",
                                                "look", "inventory", "peek"};
const char *const history_codes[MODEL_CODES] = {"ok",     "seen",   "absent",  "away",
                                                "have",   "inside", "shut",    "already",
                                                "locked", "opened", "keyless", "refused"};

enum { WORDS_MAX = 8 };

struct reader {
    struct history *h;
    char *why;
    size_t size, line;
    char *words[WORDS_MAX];
    size_t count;
    size_t open[MODEL_PLAYERS]; // the operation under way + 1
};

static bool __attribute__((format(printf, 2, 3))) refuse(struct reader *r, const char *fmt, ...)
{
    int n = snprintf(r->why, r->size, "line %zu: ", r->line);
    va_list args;
    va_start(args, fmt);
    if (n > 0 && (size_t)n < r->size)
        vsnprintf(r->why + n, r->size - (size_t)n, fmt, args);
    va_end(args);
    return false;
}

static void *grow(void *list, size_t count, size_t *cap, size_t size)
{
    if (count < *cap)
        return list;
    *cap = *cap ? *cap * 2 : 256;
    list = realloc(list, *cap * size);
    if (!list)
        abort();
    return list;
}

static int find(char names[][HISTORY_NAME], size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(names[i], name))
            return (int)i;
    return -1;
}

static int find_word(const char *const *list, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(list[i], word))
            return (int)i;
    return -1;
}

// Of the names already there, or an error.
static bool known(struct reader *r, char names[][HISTORY_NAME], size_t count, const char *name,
                  const char *what, uint8_t *found)
{
    int at = find(names, count, name);
    if (at < 0)
        return refuse(r, "there is no %s '%s'", what, name);
    *found = (uint8_t)at;
    return true;
}

static bool add_name(struct reader *r, char names[][HISTORY_NAME], uint8_t *count, size_t most,
                     const char *name)
{
    if (*count == most)
        return refuse(r, "more than %zu of these", most);
    if (strlen(name) >= HISTORY_NAME)
        return refuse(r, "a name longer than %d bytes", HISTORY_NAME - 1);
    if (find(names, *count, name) >= 0)
        return refuse(r, "'%s' is there twice", name);
    strcpy(names[(*count)++], name);
    return true;
}

static bool room_named(struct reader *r, const char *name, uint8_t *room)
{
    return known(r, r->h->names.rooms, r->h->world.rooms, name, "room", room);
}

static bool thing_named(struct reader *r, const char *name, uint8_t *thing)
{
    return known(r, r->h->names.things, r->h->world.things, name, "thing", thing);
}

static bool player_named(struct reader *r, const char *name, uint8_t *player)
{
    return known(r, r->h->names.players, r->h->world.players, name, "player", player);
}

// A room, or a container that is known.
static bool place_named(struct reader *r, const char *name, uint8_t *place)
{
    int room = find(r->h->names.rooms, r->h->world.rooms, name);
    int thing = find(r->h->names.things, r->h->world.things, name);
    if (room < 0 && (thing < 0 || !r->h->world.holds[thing]))
        return refuse(r, "'%s' is neither a room nor a container", name);
    *place = (uint8_t)(room >= 0 ? room : MODEL_FIRST_THING + thing);
    return true;
}

static bool read_room(struct reader *r)
{
    struct model_world *w = &r->h->world;
    uint8_t at = w->rooms;
    if (r->count != 2)
        return refuse(r, "expected: room NAME");
    if (!add_name(r, r->h->names.rooms, &w->rooms, MODEL_ROOMS, r->words[1]))
        return false;
    memset(w->to[at], MODEL_NONE, sizeof(w->to[at]));
    memset(w->by[at], MODEL_NONE, sizeof(w->by[at]));
    return true;
}

static bool read_player(struct reader *r)
{
    struct model_world *w = &r->h->world;
    if (r->count != 3)
        return refuse(r, "expected: player NAME ROOM");
    uint8_t at = w->players;
    return add_name(r, r->h->names.players, &w->players, MODEL_PLAYERS, r->words[1]) &&
           room_named(r, r->words[2], &r->h->first.room[at]);
}

// thing, bag (a thing that holds others) or chest (one that cannot be taken).
static bool read_thing(struct reader *r)
{
    struct model_world *w = &r->h->world;
    if (r->count != 3)
        return refuse(r, "expected: %s NAME PLACE", r->words[0]);
    uint8_t at = w->things;
    if (!place_named(r, r->words[2], &r->h->first.place[at]) ||
        !add_name(r, r->h->names.things, &w->things, MODEL_THINGS, r->words[1]))
        return false;
    w->lid[at] = MODEL_NONE;
    w->holds[at] = strcmp(r->words[0], "thing") != 0;
    w->fixed[at] = !strcmp(r->words[0], "chest");
    return true;
}

// The rest of a line about a door or a lid: its state and its key.
static bool read_door_state(struct reader *r, size_t from)
{
    struct history *h = r->h;
    uint8_t at = h->world.doors;
    static const char *const states[] = {"closed", "open", "locked"};
    int state = r->count > from ? find_word(states, 3, r->words[from]) : -1;
    if (state < 0 || r->count > from + 2)
        return refuse(r, "expected open, closed or locked, and a key or nothing");
    h->first.door[at] = (uint8_t)state;
    h->world.key[at] = MODEL_NONE;
    h->world.of[at] = h->world.side[at][0] = h->world.side[at][1] = MODEL_NONE;
    if (r->count == from + 2 && !thing_named(r, r->words[from + 1], &h->world.key[at]))
        return false;
    return add_name(r, h->names.doors, &h->world.doors, MODEL_DOORS, r->words[1]);
}

static bool read_lid(struct reader *r)
{
    uint8_t of = 0;
    if (r->count < 3)
        return refuse(r, "expected: lid CONTAINER STATE [KEY]");
    if (!thing_named(r, r->words[1], &of) || !read_door_state(r, 2))
        return false;
    uint8_t door = r->h->world.doors - 1;
    r->h->world.of[door] = of;
    r->h->world.lid[of] = door;
    return true;
}

// way ROOM DIRECTION ROOM [DOOR]
static bool read_way(struct reader *r)
{
    struct model_world *w = &r->h->world;
    uint8_t from = 0, to = 0, door = MODEL_NONE;
    int d = r->count > 2 ? find_word(history_ways, MODEL_WAYS, r->words[2]) : -1;
    if (d < 0 || r->count < 4 || r->count > 5)
        return refuse(r, "expected: way ROOM DIRECTION ROOM [DOOR]");
    if (!room_named(r, r->words[1], &from) || !room_named(r, r->words[3], &to))
        return false;
    if (r->count == 5 && !known(r, r->h->names.doors, w->doors, r->words[4], "door", &door))
        return false;
    w->to[from][d] = to;
    w->by[from][d] = door;
    if (door != MODEL_NONE)
        w->side[door][w->side[door][0] != MODEL_NONE] = from;
    return true;
}

static bool read_door(struct reader *r)
{
    return r->count < 3 ? refuse(r, "expected: door NAME STATE [KEY]") : read_door_state(r, 2);
}

static void add_event(struct reader *r, enum history_kind kind, size_t op, const char *line)
{
    struct history *h = r->h;
    char *copy = strdup(line);
    if (!copy)
        abort();
    h->events = grow(h->events, h->event_count, &h->event_cap, sizeof(*h->events));
    h->events[h->event_count++] = (struct history_event){kind, op, copy};
}

static bool read_what(struct reader *r, struct model_request *q, const char *word)
{
    int d = find_word(history_ways, MODEL_WAYS, word);
    switch (q->verb) {
    case MODEL_GO:
        q->what = (uint8_t)d;
        return d >= 0 || refuse(r, "'%s' is no direction", word);
    case MODEL_OPEN:
    case MODEL_CLOSE:
    case MODEL_LOCK:
    case MODEL_UNLOCK:
        return known(r, r->h->names.doors, r->h->world.doors, word, "door", &q->what);
    default:
        return thing_named(r, word, &q->what);
    }
}

static bool read_container(struct reader *r, const char *word, uint8_t *whom)
{
    if (!thing_named(r, word, whom))
        return false;
    return r->h->world.holds[*whom] || refuse(r, "'%s' is no container", word);
}

static bool read_request(struct reader *r, struct model_request *q)
{
    static const uint8_t operands[MODEL_VERBS] = {1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 0, 0, 1};
    int verb = find_word(history_verbs, MODEL_VERBS, r->words[3]);
    if (verb < 0 || r->count != 4U + operands[verb])
        return refuse(r, "'%s' is no command, or has other operands", r->words[3]);
    q->verb = (uint8_t)verb;
    if (verb == MODEL_PEEK)
        return read_container(r, r->words[4], &q->whom);
    if (operands[verb] && !read_what(r, q, r->words[4]))
        return false;
    if (verb == MODEL_GIVE)
        return player_named(r, r->words[5], &q->whom);
    return operands[verb] < 2 || read_container(r, r->words[5], &q->whom);
}

// ask TIME PLAYER VERB [WHAT [WHOM]]
static bool read_ask(struct reader *r, const char *line)
{
    struct history *h = r->h;
    struct history_op op = {0};
    if (r->count < 4)
        return refuse(r, "expected: ask TIME PLAYER COMMAND");
    if (!player_named(r, r->words[2], &op.request.player) || !read_request(r, &op.request))
        return false;
    if (r->open[op.request.player])
        return refuse(r, "%s has asked already and has no answer", r->words[2]);
    h->ops = grow(h->ops, h->op_count, &h->op_cap, sizeof(*h->ops));
    h->ops[h->op_count++] = op;
    r->open[op.request.player] = h->op_count;
    add_event(r, HISTORY_ASKED, h->op_count - 1, line);
    return true;
}

// "-", or names with commas between; a bit each.
static bool read_list(struct reader *r, char names[][HISTORY_NAME], size_t count, char *list,
                      const char *what, uint32_t *bits)
{
    uint8_t at = 0;
    char *rest = NULL;
    if (!strcmp(list, "-"))
        return true;
    for (char *w = strtok_r(list, ",", &rest); w; w = strtok_r(NULL, ",", &rest)) {
        if (!known(r, names, count, w, what, &at))
            return false;
        *bits |= UINT32_C(1) << at;
    }
    return true;
}

static bool read_shut(struct reader *r, char *list, uint8_t *bits)
{
    char *rest = NULL;
    if (!strcmp(list, "-"))
        return true;
    for (char *w = strtok_r(list, ",", &rest); w; w = strtok_r(NULL, ",", &rest)) {
        int d = find_word(history_ways, MODEL_WAYS, w);
        if (d < 0)
            return refuse(r, "'%s' is no direction", w);
        *bits |= (uint8_t)(1U << d);
    }
    return true;
}

// seen ROOM THINGS PLAYERS WAYS; "-" for a part that the answer does not show.
static bool read_seen(struct reader *r, struct model_answer *a)
{
    struct history *h = r->h;
    uint32_t players = 0;
    if (r->count != 8)
        return refuse(r, "expected: seen ROOM THINGS PLAYERS WAYS");
    if (strcmp(r->words[4], "-") != 0 && !room_named(r, r->words[4], &a->room))
        return false;
    if (!read_list(r, h->names.things, h->world.things, r->words[5], "thing", &a->things) ||
        !read_list(r, h->names.players, h->world.players, r->words[6], "player", &players))
        return false;
    a->players = (uint16_t)players;
    return read_shut(r, r->words[7], &a->shut);
}

// answer TIME PLAYER CODE [MORE]
static bool read_answer(struct reader *r, const char *line)
{
    struct history *h = r->h;
    uint8_t player = 0;
    if (r->count < 4)
        return refuse(r, "expected: answer TIME PLAYER CODE");
    if (!player_named(r, r->words[2], &player))
        return false;
    if (!r->open[player])
        return refuse(r, "%s has asked nothing", r->words[2]);
    struct history_op *op = &h->ops[r->open[player] - 1];
    int code = find_word(history_codes, MODEL_CODES, r->words[3]);
    op->answer = (struct model_answer){.room = MODEL_NONE, .inside = MODEL_NONE};
    op->answer.code = (uint8_t)code;
    if (code == MODEL_REFUSED && op->request.verb >= MODEL_LOOK)
        return refuse(r, "%s is never refused", history_verbs[op->request.verb]);
    if (code == MODEL_SEEN) {
        if (!read_seen(r, &op->answer))
            return false;
    } else if (code < 0 || r->count != (code == MODEL_INSIDE ? 5U : 4U)) {
        return refuse(r, "'%s' is no answer, or has other operands", r->words[3]);
    } else if (code == MODEL_INSIDE && !read_container(r, r->words[4], &op->answer.inside)) {
        return false;
    }
    op->answered = true;
    add_event(r, HISTORY_ANSWERED, r->open[player] - 1, line);
    r->open[player] = 0;
    return true;
}

static bool read_kill(struct reader *r, const char *line)
{
    memset(r->open, 0, sizeof(r->open));
    r->h->kills++;
    add_event(r, HISTORY_KILLED, 0, line);
    return true;
}

static bool read_line(struct reader *r, const char *line)
{
    static const struct {
        const char *word;
        bool (*read)(struct reader *);
    } of_world[] = {{"room", read_room}, {"player", read_player}, {"thing", read_thing},
                    {"bag", read_thing}, {"chest", read_thing},   {"lid", read_lid},
                    {"door", read_door}, {"way", read_way}};
    if (!strcmp(r->words[0], "ask"))
        return read_ask(r, line);
    if (!strcmp(r->words[0], "answer"))
        return read_answer(r, line);
    if (!strcmp(r->words[0], "kill"))
        return read_kill(r, line);
    for (size_t i = 0; i < sizeof(of_world) / sizeof(of_world[0]); i++)
        if (!strcmp(r->words[0], of_world[i].word))
            return r->h->event_count ? refuse(r, "the world comes before what happens in it")
                                     : of_world[i].read(r);
    return refuse(r, "'%s' begins no line", r->words[0]);
}

static bool cut(struct reader *r, char *text)
{
    char *rest = NULL;
    r->count = 0;
    for (char *w = strtok_r(text, " ", &rest); w; w = strtok_r(NULL, " ", &rest)) {
        if (r->count == WORDS_MAX)
            return refuse(r, "more than %d words", WORDS_MAX);
        r->words[r->count++] = w;
    }
    return true;
}

bool history_read(struct history *h, FILE *in, char *why, size_t size)
{
    struct reader r = {.h = h, .why = why, .size = size};
    char *line = NULL, *copy;
    size_t cap = 0;
    bool right = true;
    *h = (struct history){0};
    while (right && getline(&line, &cap, in) >= 0) {
        r.line++;
        line[strcspn(line, "\n")] = 0;
        copy = strdup(line);
        if (!copy)
            abort();
        right = cut(&r, copy) && (!r.count || read_line(&r, line));
        free(copy);
    }
    if (right && ferror(in))
        right = refuse(&r, "it cannot be read: %s", strerror(errno));
    free(line);
    return right;
}

void history_fini(struct history *h)
{
    for (size_t i = 0; i < h->event_count; i++)
        free(h->events[i].line);
    free(h->ops);
    free(h->events);
    *h = (struct history){0};
}
