// The function that every schedule point calls, set by the explorer; NULL: none.
#include "runtime/schedule_point.h"

#include <stddef.h>

_Atomic(schedule_point_fn) schedule_point_hook;
