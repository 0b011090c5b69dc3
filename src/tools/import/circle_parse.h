// Parses the files of each kind, record by record, into a world.
// Threads: one owner at a time.  Locks: none.
// The functions for one record return false when it does not make sense as it stands; the reader
// then goes back and has it read once more in repair (see circle_read.h).
#ifndef TOOLS_IMPORT_CIRCLE_PARSE_H
#define TOOLS_IMPORT_CIRCLE_PARSE_H

#include "tools/import/circle_read.h"
#include "tools/import/circle_world.h"

enum circle_file {
    CIRCLE_WLD,
    CIRCLE_MOB,
    CIRCLE_OBJ,
    CIRCLE_ZON,
    CIRCLE_SHP,
    CIRCLE_TRG,
    CIRCLE_QST,
    CIRCLE_FILES
};

// "wld", …: the name of the folder and the ending of the files in it.
const char *circle_parse_suffix(enum circle_file kind);

// Parses one whole file. `name` is for messages. If the world's dialect is decided, the text must
// be UTF-8 with '\n' line ends; else it may have any encoding, and its dialect follows from this
// file alone. The text need not outlive the call.
void circle_parse(struct circle_world *w, enum circle_file kind, const char *name,
                  const char *bytes, size_t n);

bool circle_parse_room(struct circle_reader *r, struct circle_world *w, struct circle_record id);
bool circle_parse_mobile(struct circle_reader *r, struct circle_world *w, struct circle_record id);
bool circle_parse_object(struct circle_reader *r, struct circle_world *w, struct circle_record id);
bool circle_parse_zone(struct circle_reader *r, struct circle_world *w, struct circle_record id);
bool circle_parse_shop(struct circle_reader *r, struct circle_world *w, struct circle_record id);
bool circle_parse_trigger(struct circle_reader *r, struct circle_world *w, struct circle_record id);
bool circle_parse_quest(struct circle_reader *r, struct circle_world *w, struct circle_record id);

// Parts that several kinds have.
// A line of numbers: as many as there are, up to `most`; the rest of the line is left in it.
size_t circle_parse_ints(struct circle_line *l, int64_t *values, size_t most);
// The next `words` words as one bit vector; false when one of them is none.
bool circle_parse_bits(struct circle_line *l, int words, struct circle_bits *out);
bool circle_parse_dice(struct circle_line *l, struct circle_dice *out);
// Reports the rest of a line.
void circle_parse_rest(struct circle_reader *r, const struct circle_line *l, const char *after);
// Skips the texts that records of this world have in addition to the usual four: after the name
// (its grammatical forms), or after the last text.
void circle_parse_more_texts(struct circle_reader *r, struct circle_world *w,
                             enum circle_texts kind, bool after_name);
// A section "E": keywords and text, added at the end of *list.
void circle_parse_extra(struct circle_reader *r, struct circle_world *w, struct circle_at at,
                        struct circle_extras *list);
// Parses "T NUMBER", added at the end of *list. False when the line is something else.
bool circle_parse_attached(struct circle_world *w, const struct circle_line *l, struct circle_at at,
                           struct circle_numbers *list);
void circle_parse_number(struct circle_world *w, struct circle_numbers *list, struct circle_at at,
                         int64_t value); // appends
void circle_parse_add_extra(struct circle_extras *list, struct circle_extra *e);
// The "T" lines after the end of a record.
void circle_parse_attached_all(struct circle_reader *r, struct circle_world *w,
                               struct circle_numbers *list);
// A mobile of "Key: value" lines, from its first line on.
bool circle_parse_is_keyed(const struct circle_line *l);
bool circle_parse_keyed(struct circle_reader *r, struct circle_world *w, struct circle_mobile *m);
// Does the line begin like a reset command of a zone?
bool circle_parse_is_command(const struct circle_line *l);
// Handles a line that does not belong there. In repair it is reported and skipped: true.
bool circle_parse_stray(struct circle_reader *r, const struct circle_line *l, const char *where);

#endif
