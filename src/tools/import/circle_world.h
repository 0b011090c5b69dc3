// A CircleMUD world in memory: the contents of its files, before they become zone files.
// Threads: one owner at a time.  Locks: none.
// Ownership: everything lives in the world's arena and is freed with it.
#ifndef TOOLS_IMPORT_CIRCLE_WORLD_H
#define TOOLS_IMPORT_CIRCLE_WORLD_H

#include "tools/import/circle_dialect.h"
#include "tools/import/circle_report.h"
#include "util/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CIRCLE_DIRECTIONS = 10, CIRCLE_VALUES = 16 };

// A bit vector: bit 32 * i + b of four words, or of one when `words` is 1.
struct circle_bits {
    uint64_t word[4];
    int words;
};

struct circle_dice {
    int64_t number, size, plus;
};

struct circle_zone;

// What every record begins with.
struct circle_record {
    int64_t vnum;
    struct circle_at at;
    struct circle_zone *zone;           // NULL until circle_world_settle
    struct circle_record *next_in_zone; // of its kind, by number
};

struct circle_extra {
    struct circle_extra *next;
    struct circle_at at;
    const char *keywords, *text;
};

struct circle_number { // of a trigger, …
    struct circle_number *next;
    struct circle_at at;
    int64_t value;
};

struct circle_extras {
    struct circle_extra *first, *last;
};

struct circle_numbers {
    struct circle_number *first, *last;
};

struct circle_exit {
    struct circle_at at;
    const char *description, *keywords;
    int64_t flags, key, to;
    // Used by the export.
    int64_t state; // state that its D reset sets: 0 open, 1 closed, 2 locked; -1 none
    bool carried;  // a door represents it, so that D resets find the door
    bool done;     // its door has been written
};

struct circle_room {
    struct circle_record record; // first
    const char *name, *description;
    struct circle_bits flags;
    int64_t sector;
    struct circle_exit *exits[CIRCLE_DIRECTIONS];
    size_t replaced; // exits that were replaced by a later one of the same direction
    size_t replaced_doors;
    struct circle_extras extras;
    struct circle_numbers triggers;
    bool no_numbers; // the line of flags and sector is missing
};

struct circle_mobile {
    struct circle_record record; // first
    const char *aliases, *name, *presence, *description;
    struct circle_bits flags, affects;
    int64_t alignment, level, thac0, armour;
    struct circle_dice hit, damage;
    int64_t gold, experience, position, usual_position, sex;
    struct circle_extras traits; // from the E section: keyword and value
    bool no_flags, no_level, no_health, no_damage, no_defence;
    struct circle_numbers triggers;
};

struct circle_affect {
    struct circle_affect *next;
    int64_t location, amount;
};

struct circle_affects {
    struct circle_affect *first, *last;
};

struct circle_object {
    struct circle_record record; // first
    const char *aliases, *name, *presence, *action;
    int64_t type;
    struct circle_bits extra, wear, affects;
    uint64_t values[CIRCLE_VALUES];
    bool negative[CIRCLE_VALUES];
    size_t value_count;
    int64_t weight, cost, rent, level, timer;
    size_t weight_count; // how many of those five numbers the file has
    struct circle_extras extras;
    struct circle_affects applies;
    struct circle_numbers triggers;
    bool no_flags, no_values, no_weight;
    bool filled; // a reset puts things into it
    int worn_at; // flag of the slot in which the first reset puts it on; 0: none
};

struct circle_command {
    struct circle_at at;
    char letter;
    int64_t depends; // the if-flag
    int64_t args[4];
    size_t count;
    const char *text; // for V: the variable's name and value
};

struct circle_members {
    struct circle_record *first, *last;
};

struct circle_zone {
    struct circle_record record; // first; its own zone is itself
    struct circle_members rooms, mobiles, objects, shops, triggers, quests; // once settled
    const char *name, *builder;
    int64_t bottom, top; // bottom -1: unknown
    int64_t lifespan, mode, least_level, most_level;
    struct circle_bits flags;
    bool made;       // made by the import: no file has it
    bool no_numbers; // the line of lifespan and mode is missing
    struct circle_command *commands;
    size_t command_count, command_cap;
};

struct circle_shop {
    struct circle_record record; // first
    struct circle_numbers products, rooms;
    struct circle_extras types; // keywords: the type; text: the words it must have
    double buy, sell;
    const char *messages[7];
    int64_t temper, bits, keeper, refuses;
    int64_t hours[4];
};

struct circle_trigger {
    struct circle_record record; // first
    const char *name, *types, *words, *commands;
    int64_t attach, number;
};

struct circle_quest {
    struct circle_record record; // first
    const char *texts[5];        // name, description, information, ending, quitting
    int64_t type, master, target, previous, next, prerequisite;
    struct circle_bits flags;
    int64_t values[7];
    int64_t gold, experience, object;
};

struct circle_list {
    struct circle_record **items;
    size_t count, cap;
};

struct circle_world {
    struct arena arena;
    struct circle_report *report;
    struct circle_dialect dialect; // decided before the first record is parsed
    struct circle_list rooms, mobiles, objects, zones, shops, triggers, quests;
    size_t zones_made; // zones made for records that no zone holds
};

void circle_world_init(struct circle_world *w, struct circle_report *report);
void circle_world_fini(struct circle_world *w);

void *circle_world_take(struct circle_world *w, size_t size); // zeroed, from the arena
void circle_world_add(struct circle_list *list, struct circle_record *record);

// To be called when all is read: sorts by number, drops duplicates, finds the zone of every record
// and makes zones for those that have none.
void circle_world_settle(struct circle_world *w);

// Borrowed, after circle_world_settle; NULL when there is none.
struct circle_room *circle_world_room(const struct circle_world *w, int64_t vnum);
struct circle_mobile *circle_world_mobile(const struct circle_world *w, int64_t vnum);
struct circle_object *circle_world_object(const struct circle_world *w, int64_t vnum);
struct circle_trigger *circle_world_trigger(const struct circle_world *w, int64_t vnum);

bool circle_world_bit(const struct circle_bits *bits, int bit);

#endif
