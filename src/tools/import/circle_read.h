// Reading the lines of a CircleMUD file: records, texts that end in '~', lines of numbers.
// Threads: one owner at a time.  Locks: none.
// Ownership: texts that are returned live in the arena; lines are borrowed from the reader.
// Every record is read strictly first. Should it not make sense that way, a terminator is most
// likely missing: the caller rewinds and reads it again with `repair` set, where texts also end
// before what looks like the lines that must follow them.
// Format: doc/building.txt of CircleMUD 3.1 and the world files of tbaMUD.
#ifndef TOOLS_IMPORT_CIRCLE_READ_H
#define TOOLS_IMPORT_CIRCLE_READ_H

#include "tools/import/circle_report.h"
#include "util/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct circle_colours;

struct circle_reader {
    struct circle_report *report;
    struct arena *arena;
    const char *file;                     // in the arena
    struct buf text;                      // decoded, '\n' line ends
    bool borrowed;                        // the text belongs to the caller
    const struct circle_colours *colours; // of the world; NULL: each text is surveyed by itself
    const char *fault;                    // what is wrong with the present record; NULL: nothing
    size_t at;
    uint32_t line; // number of the line at `at`, 1-based
    bool repair;
    bool modern; // shops have lists of any length
};

struct circle_line {
    const char *text; // not NUL-terminated: see length
    size_t length;    // without blanks at the end
    uint32_t line;
};

void circle_read_init(struct circle_reader *r, struct circle_report *report, struct arena *arena,
                      const char *file, const char *bytes, size_t n);
// The same for text that is UTF-8 with '\n' line ends already and outlives the reader; arena and
// file are for the caller to set.
void circle_read_borrow(struct circle_reader *r, struct circle_report *report, const char *text,
                        size_t n);
void circle_read_fini(struct circle_reader *r);

struct circle_at circle_read_at(const struct circle_reader *r); // position of the next line

// Reads the next line, of any kind. Peeking does not advance. False at the end of the file.
bool circle_read_peek(const struct circle_reader *r, struct circle_line *out);
bool circle_read_line(struct circle_reader *r, struct circle_line *out);
// Reads the next line that is neither empty nor a comment ('*'). If a new record or the end of the
// file's records ("$") comes first: false, and that line is the next.
bool circle_read_peek_data(struct circle_reader *r, struct circle_line *out);
bool circle_read_data(struct circle_reader *r, struct circle_line *out);

// Moves to the next "#NUMBER" line and past it. False at the end of the records. Skipped lines are
// reported.
bool circle_read_record(struct circle_reader *r, int64_t *vnum, struct circle_at *at);

enum circle_text_kind {
    CIRCLE_NAME, // as a rule one line: a name, keywords
    CIRCLE_TEXT, // any number of lines
    CIRCLE_CODE, // any number of lines, kept to the letter
};
// Reads a text up to the '~' that ends a line; colour codes are removed, except for CIRCLE_CODE.
const char *circle_read_text(struct circle_reader *r, enum circle_text_kind kind);

// Skips a text. False when the record ends first.
bool circle_read_skip(struct circle_reader *r);

// Notes the first fault of the present record: what was expected of line `l`, or, when `l` is NULL,
// of the end of the record. Always returns false, for the caller to return.
bool circle_read_fault(struct circle_reader *r, const struct circle_line *l, const char *expected);

// Words of a line, one after the other: a cursor into it. False when there is none left.
bool circle_read_word(struct circle_line *l, const char **word, size_t *n);
// A whole number, clamped to ±2^53. False, with nothing taken, when the next word is not a number.
bool circle_read_int(struct circle_line *l, int64_t *value);
// The same; of a number with decimals its whole part is taken.
bool circle_read_whole(struct circle_line *l, int64_t *value);
size_t circle_read_words(const struct circle_line *l);              // how many words are left
bool circle_read_is(const struct circle_line *l, const char *word); // is this word all of the line?
bool circle_read_opens(const struct circle_line *l, const char *word); // is it the first word?

// Bits by letters ("abd": a-z are 0-25, A-Z 26-51) or by number. False when it is neither. Where
// each letter is followed by the number of its plane ("a0b0c1"), those of the first two count, 30
// bits each.
bool circle_read_bits(const char *word, size_t n, uint64_t *bits);

// copies it into the arena
char *circle_read_keep(struct circle_reader *r, const char *s, size_t n);
// the same, without colour codes
const char *circle_read_clean(struct circle_reader *r, const char *s, size_t n);

#endif
