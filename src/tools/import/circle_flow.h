// Wrapped text of a fixed width made into paragraphs that can be folded to any width.
// Threads: any.  Locks: none.
#ifndef TOOLS_IMPORT_CIRCLE_FLOW_H
#define TOOLS_IMPORT_CIRCLE_FLOW_H

struct buf;

// Appends `s` as docs/zones.md wants descriptions: wrapped lines joined to paragraphs, lines that
// were broken on purpose still broken, and pictures and maps line by line behind a space. No line
// break at the end.
void circle_flow(struct buf *out, const char *s);

#endif
