// What became of everything that an import read: counts by kind, and every warning by file and
// line.
// Threads: one owner at a time.  Locks: none.
// Ownership: file names in positions are borrowed for as long as the report lives.
#ifndef TOOLS_IMPORT_CIRCLE_REPORT_H
#define TOOLS_IMPORT_CIRCLE_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

enum circle_kind {
    CIRCLE_ROOM,
    CIRCLE_EXIT,
    CIRCLE_DOOR, // one side of a door
    CIRCLE_EXTRA,
    CIRCLE_MOBILE,
    CIRCLE_OBJECT,
    CIRCLE_ZONE,
    CIRCLE_RESET_M,
    CIRCLE_RESET_O,
    CIRCLE_RESET_G,
    CIRCLE_RESET_E,
    CIRCLE_RESET_P,
    CIRCLE_RESET_D,
    CIRCLE_RESET_R,
    CIRCLE_RESET_T,
    CIRCLE_RESET_V,
    CIRCLE_RESET_OTHER,
    CIRCLE_SHOP,
    CIRCLE_TRIGGER,
    CIRCLE_QUEST,
    CIRCLE_KINDS
};

struct circle_at {
    const char *file;
    uint32_t line; // 1-based
};

// read == written + data + lost once everything is exported.
struct circle_count {
    size_t read;
    size_t written;
    size_t data; // carried, and not acted on
    size_t lost; // not carried; each named in the list
    size_t part; // written records of which some lines could not be read
};

// Values that a record may have besides its texts.
enum circle_field {
    CIRCLE_HAS_SECTOR, // rooms: flags and sector
    CIRCLE_HAS_LEVEL,  // mobiles
    CIRCLE_HAS_HEALTH, // hit points
    CIRCLE_HAS_DAMAGE,
    CIRCLE_HAS_DEFENCE, // thac0 and armour
    CIRCLE_HAS_FLAGS,   // objects: type and flags
    CIRCLE_HAS_VALUES,
    CIRCLE_HAS_WEIGHT,   // and cost
    CIRCLE_HAS_TAKE,     // no part of the format, but most things of a world can be taken
    CIRCLE_HAS_LIFESPAN, // zones: lifespan and mode
    CIRCLE_FIELDS
};

struct circle_field_count {
    size_t of, have;
};

// Small differences that are counted, not listed one by one.
enum circle_minor { CIRCLE_MINOR_KEY, CIRCLE_MINOR_CONDITION, CIRCLE_MINORS };

struct circle_complaint {
    struct circle_at at;
    bool bad;   // a whole record was lost, not only a part or a detail
    bool minor; // listed only where all warnings are requested
    // the format string it was made with: warnings with the same one are listed together
    const char *kind;
    char *text;
};

// Beyond so many, warnings are counted and no longer kept.
#define CIRCLE_REPORT_MOST 200000

struct circle_report {
    struct circle_complaint *list;
    size_t count, cap;
    size_t dropped; // how many warnings came beyond CIRCLE_REPORT_MOST
    size_t bad;
    struct circle_count counts[CIRCLE_KINDS];
    struct circle_field_count fields[CIRCLE_FIELDS];
    size_t minor[CIRCLE_MINORS];
    size_t colours;      // colour codes removed
    size_t colours_kept; // what looks like codes, of kinds that this world does not use
    bool all;            // list every warning, not only the first of each kind
};

#define CIRCLE_REPORT_INIT                                                                         \
    {                                                                                              \
        .list = NULL                                                                               \
    }

void circle_report_fini(struct circle_report *r);

// Reports something of that kind that is not carried over.
__attribute__((format(printf, 4, 5))) void circle_report_lost(struct circle_report *r,
                                                              enum circle_kind kind,
                                                              struct circle_at at, const char *fmt,
                                                              ...);
// Reports something unusual that the import could handle.
__attribute__((format(printf, 3, 4))) void
circle_report_note(struct circle_report *r, struct circle_at at, const char *fmt, ...);
// Counts a small difference; it is listed only where all warnings are requested.
__attribute__((format(printf, 4, 5))) void circle_report_minor(struct circle_report *r,
                                                               enum circle_minor what,
                                                               struct circle_at at, const char *fmt,
                                                               ...);
// Reports a record or file that could not be read.
__attribute__((format(printf, 3, 4))) void
circle_report_bad(struct circle_report *r, struct circle_at at, const char *fmt, ...);

// For a second attempt at the same text: forgets the warnings and colour codes since the mark.
struct circle_mark {
    size_t count, dropped, bad, colours, colours_kept;
};
struct circle_mark circle_report_mark(const struct circle_report *r);
void circle_report_rewind(struct circle_report *r, struct circle_mark mark);

enum circle_kind circle_report_reset_kind(char letter);
size_t circle_report_lost_count(const struct circle_report *r); // sum over all kinds

// For a record that is written: whether it has that value.
void circle_report_field(struct circle_report *r, enum circle_field field, bool has);
void circle_report_part(struct circle_report *r, enum circle_kind kind);

// Lists "file:line: warning: text", one a line, by file and line. Unless all are requested, kind by
// kind, of each kind only the first few, and how many more there are; in a long list errors first.
void circle_report_list(struct circle_report *r, struct buf *out);
void circle_report_table(const struct circle_report *r, struct buf *out);
// Writes one line for each reason to doubt that the files are of the kind they were read as;
// returns whether one of them means that the import has failed.
bool circle_report_doubts(const struct circle_report *r, struct buf *out);

#endif
