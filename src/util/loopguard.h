// Who may call libuv: the one thread that runs the loop. Calls from another thread while it runs are
// told to whoever listens.
// Threads: any.
#ifndef UTIL_LOOPGUARD_H
#define UTIL_LOOPGUARD_H

#include <stdbool.h>

void loopguard_enter(void); // this thread runs the loop now
void loopguard_leave(void);
// Before a call that only the loop's thread may make.
void loopguard_check(const char *call);
// `report` is called on the thread that broke the rule; NULL: nobody listens.
void loopguard_listen(void (*report)(const char *call));
// Is this thread at work for somebody who is not the loop, though it may run it? NULL: never.
void loopguard_ask(bool (*elsewhere)(void));

#endif
