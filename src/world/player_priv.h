// The player attribute as player.c and inventory.c (the audience) see it.
#ifndef WORLD_PLAYER_PRIV_H
#define WORLD_PLAYER_PRIV_H

#include <stddef.h>
#include <stdint.h>

struct player_alias {
    char *name, *text;
};

struct player {
    uint32_t outbox;
    uint32_t audience_slot; // index in the audience of the location
    uint64_t commands;
    int64_t breathless; // ms; before that time the player is out of breath
    char *name;
    char *permissions;
    char *account; // the player's account; NULL: unknown
    char *prompt;  // NULL: the default
    struct player_alias *aliases;
    size_t alias_count, alias_cap;
};

#endif
