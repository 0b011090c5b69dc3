// Tables only. Numbers that a code base added for itself have no name here and are carried as
// numbers.
#include "tools/import/circle_names.h"

#include <assert.h>
#include <stddef.h>

static const char *const room_flags[] = {
    "dark",        "death",    "no_mobiles", "indoors", "peaceful", "soundproof",
    "no_track",    "no_magic", "tunnel",     "private", "gods",     "house",
    "house_crash", "atrium",   "olc",        "marked",  "worldmap", NULL,
};

static const char *const sectors[] = {
    "inside",     "city",         "field",  "forest",     "hills", "mountain",
    "water_swim", "water_noswim", "flying", "underwater", NULL,
};

static const char *const mobile_flags[] = {
    "special",
    "sentinel",
    "scavenger",
    "npc",
    "aware",
    "aggressive",
    "stay_zone",
    "wimpy",
    "aggressive_to_evil",
    "aggressive_to_good",
    "aggressive_to_neutral",
    "memory",
    "helper",
    "no_charm",
    "no_summon",
    "no_sleep",
    "no_bash",
    "no_blind",
    "no_kill",
    "not_dead_yet",
    NULL,
};

static const char *const affects[] = {
    "blind",
    "invisible",
    "detect_alignment",
    "detect_invisible",
    "detect_magic",
    "sense_life",
    "water_walk",
    "sanctuary",
    "group",
    "curse",
    "infravision",
    "poison",
    "protect_evil",
    "protect_good",
    "sleep",
    "no_track",
    "flying",
    "scuba",
    "sneak",
    "hide",
    "unused_20",
    "charm",
    NULL,
};

static const char *const object_types[] = {
    "undefined", "light",           "scroll", "wand", "staff", "weapon", "furniture", "missile",
    "treasure",  "armour",          "potion", "worn", "other", "trash",  "trap",      "container",
    "note",      "drink_container", "key",    "food", "money", "pen",    "boat",      "fountain",
    NULL,
};

static const char *const object_flags[] = {
    "glow",         "hum",          "no_rent",   "no_donate",   "no_invisible",
    "invisible",    "magic",        "no_drop",   "bless",       "anti_good",
    "anti_evil",    "anti_neutral", "anti_mage", "anti_cleric", "anti_thief",
    "anti_warrior", "no_sell",      "quest",     NULL,
};

// The slots have the names of docs/zones.md.
static const char *const wear_flags[] = {
    "take", "finger", "neck",  "body",  "head",  "legs",  "feet", "hands",
    "arms", "shield", "about", "waist", "wrist", "wield", "hold", NULL,
};

static const char *const applies[] = {
    "none",
    "strength",
    "dexterity",
    "intelligence",
    "wisdom",
    "constitution",
    "charisma",
    "class",
    "level",
    "age",
    "weight",
    "height",
    "mana",
    "health",
    "movement",
    "gold",
    "experience",
    "armour",
    "hit_roll",
    "damage_roll",
    "save_paralysis",
    "save_rod",
    "save_petrification",
    "save_breath",
    "save_spell",
    NULL,
};

static const char *const positions[] = {
    "dead",    "mortally_wounded", "incapacitated", "stunned",  "sleeping",
    "resting", "sitting",          "fighting",      "standing", NULL,
};

static const char *const zone_flags[] = {
    "closed", "no_immortals", "quest", "grid", "no_build", "no_astral", "worldmap", NULL,
};

static const char *const trigger_places[] = {"mobile", "object", "room", NULL};

static const char *const *const tables[CIRCLE_NAME_TABLES] = {
    [CIRCLE_ROOM_FLAGS] = room_flags,         [CIRCLE_SECTORS] = sectors,
    [CIRCLE_MOBILE_FLAGS] = mobile_flags,     [CIRCLE_AFFECTS] = affects,
    [CIRCLE_OBJECT_TYPES] = object_types,     [CIRCLE_OBJECT_FLAGS] = object_flags,
    [CIRCLE_WEAR_FLAGS] = wear_flags,         [CIRCLE_APPLIES] = applies,
    [CIRCLE_POSITIONS] = positions,           [CIRCLE_ZONE_FLAGS] = zone_flags,
    [CIRCLE_TRIGGER_PLACES] = trigger_places,
};

const char *circle_names_get(enum circle_names table, int64_t number)
{
    assert(table < CIRCLE_NAME_TABLES);
    for (int64_t i = 0; number >= 0 && tables[table][i]; i++)
        if (i == number)
            return tables[table][i];
    return NULL;
}

const char *circle_names_bit(enum circle_names table, const struct circle_bits *bits, int bit)
{
    if (table == CIRCLE_AFFECTS && bits->words > 1)
        bit--;
    return circle_names_get(table, bit);
}

const char *circle_names_direction(int direction)
{
    assert(direction >= 0 && direction < CIRCLE_DIRECTIONS);
    static const char *const names[CIRCLE_DIRECTIONS] = {
        "north", "east",      "south",     "west",      "up",
        "down",  "northwest", "northeast", "southeast", "southwest",
    };
    return names[direction];
}

int circle_names_opposite(int direction)
{
    assert(direction >= 0 && direction < CIRCLE_DIRECTIONS);
    static const int opposites[CIRCLE_DIRECTIONS] = {2, 3, 0, 1, 5, 4, 8, 9, 6, 7};
    return opposites[direction];
}
