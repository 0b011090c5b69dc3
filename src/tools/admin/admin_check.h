// latchkey admin check: compares accounts and characters with each other. Changes nothing; may run
// beside a server.
#ifndef TOOLS_ADMIN_ADMIN_CHECK_H
#define TOOLS_ADMIN_ADMIN_CHECK_H

int admin_check(const char *data); // prints each fault; returns an exit status

#endif
