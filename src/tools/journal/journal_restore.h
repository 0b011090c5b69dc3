// The part of `latchkey journal character` that handles documents and files of characters.
// Threads: the one of main.
#ifndef TOOLS_JOURNAL_JOURNAL_RESTORE_H
#define TOOLS_JOURNAL_JOURNAL_RESTORE_H

#include <stdbool.h>

// Each returns an exit status; errors have been printed.
int journal_restore_print(const char *text); // a character as the journal holds it
int journal_restore_print_saved(const char *data, const char *name);
int journal_restore(const char *data, const char *name, const char *text);
bool journal_restore_saved(const char *data, const char *name); // is there a saved file?

#endif
