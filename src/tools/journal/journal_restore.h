// The side of `latchkey journal character` that knows documents and files of characters.
// Threads: the one of main.
#ifndef TOOLS_JOURNAL_JOURNAL_RESTORE_H
#define TOOLS_JOURNAL_JOURNAL_RESTORE_H

#include <stdbool.h>

// Each returns an exit status; what went wrong has been told.
int journal_restore_print(const char *text); // a character as the journal holds it
int journal_restore_print_saved(const char *data, const char *name);
int journal_restore(const char *data, const char *name, const char *text);
bool journal_restore_saved(const char *data, const char *name); // whether there is a file

#endif
