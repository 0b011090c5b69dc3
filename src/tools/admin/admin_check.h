// latchkey admin check: accounts and characters held against each other. Changes nothing; also while a
// server runs.
#ifndef TOOLS_ADMIN_ADMIN_CHECK_H
#define TOOLS_ADMIN_ADMIN_CHECK_H

int admin_check(const char *data); // prints what is wrong; an exit status

#endif
