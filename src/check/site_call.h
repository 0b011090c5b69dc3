// Makes the site of a call that passes none, from its return address.
//
// Threads: any. Takes a mutex, and reads the debug information of the program: only for reports.
#ifndef CHECK_SITE_CALL_H
#define CHECK_SITE_CALL_H

#include "util/site.h"

// With the frame of the called function, helpers of util/ between are passed over. NULL without an
// address, or when there are too many sites. The line is 0 if the program has no debug information.
const struct site *site_of_call(const void *from, const void *frame);
#define SITE_CALLER() site_of_call(__builtin_return_address(0), __builtin_frame_address(0))

#endif
