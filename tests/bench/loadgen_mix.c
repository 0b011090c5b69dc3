// The mix of commands. Shares are of commands sent: look 40 %, steps 30 % (half of them out, half
// back, always in pairs), say 15 %, inventory 10 %, who and score 5 %. As a pair is one choice and
// two commands, the weights below add up to 85. Players without a step that can be undone look
// instead.
#include "loadgen_mix.h"

#include <stdio.h>
#include <string.h>

#include "loadgen_accounts.h"
#include "loadgen_dialogue.h"

enum mix_weight {
    WEIGHT_LOOK = 40,
    WEIGHT_SAY = 15,
    WEIGHT_INVENTORY = 10,
    WEIGHT_WHO = 5,
    WEIGHT_STEPS = 15,
    WEIGHT_ALL = WEIGHT_LOOK + WEIGHT_SAY + WEIGHT_INVENTORY + WEIGHT_WHO + WEIGHT_STEPS,
};

#define LINE(text) text "\r\n", sizeof(text "\r\n") - 1

static bool send_step(struct loadgen_player *p, enum loadgen_command kind, enum loadgen_direction d,
                      uint64_t began)
{
    char line[24];
    const char *name = loadgen_wire_direction(d);
    size_t n = strlen(name);
    memcpy(line, name, n);
    memcpy(line + n, "\r\n", 2);
    return loadgen_player_command(p, kind, line, n + 2, began);
}

static bool send_say(struct loadgen_player *p, uint64_t began, struct loadgen_tally *tally)
{
    static const char say[] = DIALOGUE_SAY;
    char line[48];
    char *end = line + sizeof(line);
    char *at = end;
    *--at = '\n';
    *--at = '\r';
    uint64_t n = p->want + 1;
    do {
        *--at = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    at -= sizeof(say) - 1;
    memcpy(at, say, sizeof(say) - 1);
    tally->said++;
    return loadgen_player_command(p, COMMAND_SAY, at, (size_t)(end - at), began);
}

static const char *any_word(struct loadgen_player *p, const struct loadgen_words *w)
{
    return w->word[loadgen_player_below(p, w->count)];
}

static const char *any_thing(struct loadgen_player *p, const struct loadgen_options *o)
{
    unsigned n = loadgen_player_below(p, o->items.count + o->containers.count);
    return n < o->items.count ? o->items.word[n] : o->containers.word[n - o->items.count];
}

static bool send_item(struct loadgen_player *p, const struct loadgen_options *o, uint64_t began)
{
    char line[160];
    int n = 0;
    const char *thing = any_thing(p, o);
    switch (loadgen_player_below(p, 4)) {
    case 0:
        n = snprintf(line, sizeof(line), DIALOGUE_GET "\r\n", thing);
        break;
    case 1:
        n = snprintf(line, sizeof(line), DIALOGUE_DROP "\r\n", thing);
        break;
    case 2:
        n = snprintf(line, sizeof(line), DIALOGUE_PUT "\r\n", thing, any_word(p, &o->containers));
        break;
    default:
        n = snprintf(line, sizeof(line), DIALOGUE_TAKE_OUT "\r\n", thing,
                     any_word(p, &o->containers));
        break;
    }
    if (n >= (int)sizeof(line)) {
        return loadgen_player_command(p, COMMAND_INVENTORY, LINE(DIALOGUE_INVENTORY), began);
    }
    return loadgen_player_command(p, COMMAND_ITEM, line, (size_t)n, began);
}

static bool send_items(struct loadgen_player *p, const struct loadgen_options *o, uint64_t began)
{
    // Four commands on things for each step, so that what is carried does change rooms.
    if (p->way != DIRECTION_NONE && loadgen_player_below(p, 5) == 0) {
        return p->away ? send_step(p, COMMAND_BACK, loadgen_wire_opposite(p->way), began)
                       : send_step(p, COMMAND_OUT, p->way, began);
    }
    return send_item(p, o, began);
}

// A player of this run, or one of those who leave and come back, mostly if there are any.
static void any_person(struct loadgen_player *p, const struct loadgen_options *o, char *name,
                       size_t size)
{
    unsigned number = o->first + loadgen_player_below(p, o->players);
    if (o->leavers > 0 && loadgen_player_below(p, 4) > 0) {
        number = o->first + o->players + o->deaf + o->flood + loadgen_player_below(p, o->leavers);
    }
    loadgen_accounts_character(number, name, size);
}

static bool send_far(struct loadgen_player *p, const struct loadgen_options *o, uint64_t began)
{
    char line[160], name[32];
    const char *place = any_word(p, &o->places);
    int n = 0;
    any_person(p, o, name, sizeof(name));
    switch (loadgen_player_below(p, 6)) {
    case 0:
        n = snprintf(line, sizeof(line), DIALOGUE_GOTO "\r\n", place);
        break;
    case 1:
        n = snprintf(line, sizeof(line), DIALOGUE_GOTO "\r\n", name);
        break;
    case 2:
        n = snprintf(line, sizeof(line), DIALOGUE_TELEPORT "\r\n", name);
        break;
    default:
        n = snprintf(line, sizeof(line), DIALOGUE_TELEPORT_TO "\r\n", name, place);
        break;
    }
    if (n >= (int)sizeof(line)) {
        return loadgen_player_command(p, COMMAND_LOOK, LINE(DIALOGUE_LOOK), began);
    }
    return loadgen_player_command(p, COMMAND_FAR, line, (size_t)n, began);
}

static bool send_door(struct loadgen_player *p, const struct loadgen_options *o, uint64_t began)
{
    char line[160];
    const char *door = any_word(p, &o->doors);
    int n = loadgen_player_below(p, 2) ? snprintf(line, sizeof(line), DIALOGUE_OPEN "\r\n", door)
                                       : snprintf(line, sizeof(line), DIALOGUE_CLOSE "\r\n", door);
    if (n >= (int)sizeof(line)) {
        return loadgen_player_command(p, COMMAND_LOOK, LINE(DIALOGUE_LOOK), began);
    }
    return loadgen_player_command(p, COMMAND_DOOR, line, (size_t)n, began);
}

// All meet in few places, and who waits for the lock of one is often sent to another meanwhile.
static bool send_chase(struct loadgen_player *p, const struct loadgen_options *o, uint64_t began)
{
    unsigned n = loadgen_player_below(p, 10);
    if (n < 6) {
        return send_far(p, o, began);
    }
    if (n < 7) {
        return send_door(p, o, began);
    }
    return n < 9 ? send_item(p, o, began)
                 : loadgen_player_command(p, COMMAND_LOOK, LINE(DIALOGUE_LOOK), began);
}

static bool send_change(struct loadgen_player *p, const struct loadgen_options *o, uint64_t began)
{
    char line[160];
    bool get = p->want % 2 == 0;
    int n = get ? snprintf(line, sizeof(line), DIALOGUE_GET "\r\n", o->items.word[0])
                : snprintf(line, sizeof(line), DIALOGUE_DROP "\r\n", o->items.word[0]);
    if (n >= (int)sizeof(line)) {
        return loadgen_player_command(p, COMMAND_LOOK, LINE(DIALOGUE_LOOK), began);
    }
    return loadgen_player_command(p, get ? COMMAND_GET : COMMAND_DROP, line, (size_t)n, began);
}

static bool send_mix(struct loadgen_player *p, uint64_t began, struct loadgen_tally *tally)
{
    if (p->away) {
        return send_step(p, COMMAND_BACK, loadgen_wire_opposite(p->way), began);
    }
    unsigned n = loadgen_player_below(p, WEIGHT_ALL);
    if (n < WEIGHT_STEPS && p->way != DIRECTION_NONE) {
        return send_step(p, COMMAND_OUT, p->way, began);
    }
    if (n < WEIGHT_STEPS + WEIGHT_LOOK) {
        return loadgen_player_command(p, COMMAND_LOOK, LINE(DIALOGUE_LOOK), began);
    }
    n -= WEIGHT_STEPS + WEIGHT_LOOK;
    if (n < WEIGHT_SAY) {
        return send_say(p, began, tally);
    }
    n -= WEIGHT_SAY;
    if (n < WEIGHT_INVENTORY) {
        return loadgen_player_command(p, COMMAND_INVENTORY, LINE(DIALOGUE_INVENTORY), began);
    }
    n -= WEIGHT_INVENTORY;
    return n % 2 == 0 ? loadgen_player_command(p, COMMAND_WHO, LINE(DIALOGUE_WHO), began)
                      : loadgen_player_command(p, COMMAND_WHO, LINE(DIALOGUE_SCORE), began);
}

bool loadgen_mix_send(struct loadgen_player *p, const struct loadgen_options *o, uint64_t began,
                      struct loadgen_tally *tally)
{
    switch (o->workload) {
    case LOADGEN_ITEMS:
        return send_items(p, o, began);
    case LOADGEN_LOOK:
        return loadgen_player_command(p, COMMAND_LOOK, LINE(DIALOGUE_LOOK), began);
    case LOADGEN_CHANGE:
        return send_change(p, o, began);
    case LOADGEN_CHASE:
        return send_chase(p, o, began);
    case LOADGEN_MIX:
        break;
    }
    return send_mix(p, began, tally);
}
