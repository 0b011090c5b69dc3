// The one word that says whether somebody controls the schedule. Who does is set by the explorer.
#include "runtime/schedule_point.h"

#include <stddef.h>

_Atomic(schedule_point_fn) schedule_point_hook;
