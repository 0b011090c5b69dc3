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
    uint32_t audience_slot; // in the inventory it stands in
    uint64_t commands;
    int64_t breathless; // ms: not to be loud before
    char *name;
    char *permissions;
    char *account; // that it belongs to; NULL: unknown
    char *prompt;  // NULL: the default
    struct player_alias *aliases;
    size_t alias_count, alias_cap;
};

#endif
