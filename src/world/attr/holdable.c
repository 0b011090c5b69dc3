// HOLDABLE: the body slots a thing takes when it is used so.
#include "world/attr/attr_rows.h"
#include "world/attr/slots.h"
#include "world/attr/wordlist.h"

SLOTS_ATTRIBUTE(holdable);
