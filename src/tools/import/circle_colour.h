// Colour codes in the texts of CircleMUD worlds. They differ between code bases and no file
// announces them: which ones a world uses follows from how they occur in all of its texts, above
// all from the code that ends a colour. Those are removed; what merely looks like a code of another
// kind stays and is counted. Threads: any.  Locks: none.
#ifndef TOOLS_IMPORT_CIRCLE_COLOUR_H
#define TOOLS_IMPORT_CIRCLE_COLOUR_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

enum circle_lead {
    CIRCLE_LEAD_AT,        // @r … @n
    CIRCLE_LEAD_AMPERSAND, // &r … &n
    CIRCLE_LEAD_CARET,     // ^r … ^n
    CIRCLE_LEAD_BRACE,     // {r … {x
    CIRCLE_LEAD_BACKTICK,  // `r … `n
    CIRCLE_LEAD_BAR,       // |r … |n
    CIRCLE_LEAD_SLASH,     // /cr … /c0
    CIRCLE_LEAD_TAB,       // a tab and a letter … a tab and n
    CIRCLE_LEAD_BACKSLASH, // \tr … \tn
    CIRCLE_LEAD_HASH,      // #r … #n
    CIRCLE_LEADS
};

// How often each kind of code occurs in the surveyed texts. The caller sets all to zero first.
struct circle_colours {
    size_t starts[CIRCLE_LEADS]; // codes that may begin a colour
    size_t ends[CIRCLE_LEADS];   // codes that end a colour
    bool used[CIRCLE_LEADS];     // does the world use this kind? Set by circle_colour_decide
};

struct circle_stripped {
    size_t removed;
    size_t kept; // places that look like codes of a kind which the world does not use
};

void circle_colour_survey(struct circle_colours *c, const char *s, size_t n);
void circle_colour_decide(struct circle_colours *c);

// Appends s without the colour codes of the world (those of s alone, where `c` is NULL), ANSI
// sequences, \c00 codes and control characters; tabs are expanded, blanks at the ends of lines
// dropped.
struct circle_stripped circle_colour_strip(struct buf *out, const struct circle_colours *c,
                                           const char *s);

#endif
