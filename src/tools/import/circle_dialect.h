// Which of CircleMUD's descendants wrote a world. Their files look alike and differ in how many
// numbers a line has and what each means; no file says so. A survey of all files before the first
// is parsed counts how the lines look, and what most of them agree on holds for the whole world.
// Threads: one owner at a time.  Locks: none.
#ifndef TOOLS_IMPORT_CIRCLE_DIALECT_H
#define TOOLS_IMPORT_CIRCLE_DIALECT_H

#include "tools/import/circle_colour.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct circle_reader;

// The line of numbers in the head of a zone.
enum circle_zone_form {
    CIRCLE_ZONE_RANGE, // bottom top lifespan mode …; two names before it are builder and zone
    CIRCLE_ZONE_TOP,   // top lifespan mode …; two names before it are zone and builder
    CIRCLE_ZONE_FORMS
};

// The line of type and flags of an object: how many words each part has.
struct circle_object_form {
    int skip, extra, wear, affects; // skip: words after the type that belong to none of these
};

enum {
    CIRCLE_OBJECT_WORDS = 16, // of that line, at the most
    CIRCLE_OBJECT_FORMS = 6,
    CIRCLE_TEXTS = 12, // of one record, at the most
};

enum circle_texts { CIRCLE_MOBILE_TEXTS, CIRCLE_OBJECT_TEXTS, CIRCLE_TEXT_KINDS };

struct circle_dialect {
    bool decided;
    size_t zones[CIRCLE_ZONE_FORMS];
    size_t flagged, flagless; // reset commands with and without an if-flag
    // How many objects could be read in that form.
    size_t takes[CIRCLE_OBJECT_WORDS + 1][CIRCLE_OBJECT_FORMS];
    size_t lines[CIRCLE_OBJECT_WORDS + 1];
    // how many records have so many texts before the numbers
    size_t texts[CIRCLE_TEXT_KINDS][CIRCLE_TEXTS + 1];
    size_t forms[CIRCLE_TEXT_KINDS]; // how many of those have forms of the name
    struct circle_colours colours;
};

// One file of zones, mobiles, objects or rooms (enum circle_file), UTF-8.
void circle_dialect_survey(struct circle_dialect *d, int kind, const char *text, size_t n);
void circle_dialect_decide(struct circle_dialect *d);

// Do the first numbers of a line fit that form?
bool circle_dialect_fits(enum circle_zone_form form, const int64_t *values, size_t count);
enum circle_zone_form circle_dialect_zone(const struct circle_dialect *d);
bool circle_dialect_flagless(const struct circle_dialect *d);
// The form for a line with so many words, the type included.
struct circle_object_form circle_dialect_object(const struct circle_dialect *d, size_t words);
// How many texts most records have beyond the four of CircleMUD. They are forms of the name by
// grammatical case, which stand after the name, or something else, after the last of the four.
size_t circle_dialect_more(const struct circle_dialect *d, enum circle_texts kind,
                           bool *forms_of_name);

#endif
