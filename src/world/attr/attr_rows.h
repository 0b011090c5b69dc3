// The rows of the attribute table, name_attr and so on, each defined in its attribute's own file.
// For attr.c and those.
#ifndef WORLD_ATTR_ATTR_ROWS_H
#define WORLD_ATTR_ATTR_ROWS_H

#include "world/attr.h"

#define ATTRIBUTE(upper, lower, number, flags) extern const struct attr_kind lower##_attr;
#include "world/attr/attributes.def"
#undef ATTRIBUTE

#endif
