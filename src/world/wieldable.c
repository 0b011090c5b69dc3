// WIELDABLE: the body slots a thing takes when it is used so.
#include "world/attr_rows.h"
#include "world/slots.h"
#include "world/wordlist.h"

SLOTS_ATTRIBUTE(wieldable);
