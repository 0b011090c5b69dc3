// The rows of the kinds in many_attributes.def: all of them are texts.
#include "world/attr/attr_rows.h"
#include "world/attr/text.h"

#define ATTRIBUTE(upper, lower, number, flags) TEXT_ATTRIBUTE(lower);
#include ATTRIBUTES_MORE
#undef ATTRIBUTE
