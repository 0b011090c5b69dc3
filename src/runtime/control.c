// The one word that says whether somebody controls the schedule. Who does is set by the explorer.
#include "runtime/control.h"

#include <stddef.h>

_Atomic(control_fn) control_hook;
