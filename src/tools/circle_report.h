// What became of everything that an import read: counts by kind, and every complaint by file and
// line.
// Threads: one owner at a time.  Locks: none.
// Ownership: file names in positions are borrowed for as long as the report lives.
#ifndef TOOLS_CIRCLE_REPORT_H
#define TOOLS_CIRCLE_REPORT_H

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
};

struct circle_complaint {
    struct circle_at at;
    bool bad; // a record lost as a whole, not only a part or a detail
    char *text;
};

// Beyond so many, complaints are counted and no longer kept.
#define CIRCLE_REPORT_MOST 200000

struct circle_report {
    struct circle_complaint *list;
    size_t count, cap;
    size_t dropped; // complaints beyond CIRCLE_REPORT_MOST
    size_t bad;
    struct circle_count counts[CIRCLE_KINDS];
    size_t colours; // colour codes removed
};

#define CIRCLE_REPORT_INIT                                                                         \
    {                                                                                              \
        .list = NULL                                                                               \
    }

void circle_report_fini(struct circle_report *r);

// Something of that kind is not carried over.
__attribute__((format(printf, 4, 5))) void circle_report_lost(struct circle_report *r,
                                                              enum circle_kind kind,
                                                              struct circle_at at, const char *fmt,
                                                              ...);
// Odd, and dealt with.
__attribute__((format(printf, 3, 4))) void
circle_report_note(struct circle_report *r, struct circle_at at, const char *fmt, ...);
// A record or file that could not be read.
__attribute__((format(printf, 3, 4))) void
circle_report_bad(struct circle_report *r, struct circle_at at, const char *fmt, ...);

// For a second attempt at the same text: forgets the complaints and colour codes since the mark.
struct circle_mark {
    size_t count, dropped, bad, colours;
};
struct circle_mark circle_report_mark(const struct circle_report *r);
void circle_report_rewind(struct circle_report *r, struct circle_mark mark);

enum circle_kind circle_report_reset_kind(char letter);
size_t circle_report_lost_count(const struct circle_report *r); // over all kinds
// "file:line: warning: text", one a line, by file and line.
void circle_report_list(struct circle_report *r, struct buf *out);
void circle_report_table(const struct circle_report *r, struct buf *out);

#endif
