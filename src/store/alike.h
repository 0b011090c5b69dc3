// Which names of a folder of records look alike: an index, so that a new name need not be held
// against every file. Made from the folder at the first question; kept up by record.c, and files
// that were removed by hand are noticed when somebody asks for their names. Threads: any, one at a
// time for each folder (record.c holds its lock).  Blocking.
#ifndef STORE_ALIKE_H
#define STORE_ALIKE_H

#include "store/name_rules.h"

// SAVEFILE_TAKEN, and in `who` the name that is there and looks like this one; SAVEFILE_OK when
// none does; negative errno when the folder cannot be read.
int alike_find(const char *folder, const char *name, char who[NAME_SIZE]);
void alike_add(const char *folder, const char *name);

#endif
