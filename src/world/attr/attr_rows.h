// The rows of the attribute table, each defined in its attribute's own file. For attr.c.
#ifndef WORLD_ATTR_ATTR_ROWS_H
#define WORLD_ATTR_ATTR_ROWS_H

#include "world/attr.h"

extern const struct attr_kind name_attr;
extern const struct attr_kind aliases_attr;
extern const struct attr_kind description_attr;
extern const struct attr_kind presence_attr;
extern const struct attr_kind details_attr;
extern const struct attr_kind inventory_attr;
extern const struct attr_kind exits_attr;
extern const struct attr_kind door_attr;
extern const struct attr_kind writing_attr;
extern const struct attr_kind vetoes_attr;
extern const struct attr_kind barrier_attr;
extern const struct attr_kind gender_attr;
extern const struct attr_kind health_attr;
extern const struct attr_kind player_attr;
extern const struct attr_kind mobile_attr;
extern const struct attr_kind replies_attr;
extern const struct attr_kind on_action_attr;
extern const struct attr_kind on_reset_attr;
extern const struct attr_kind on_cleanup_attr;
extern const struct attr_kind reset_attr;
extern const struct attr_kind cleanup_attr;
extern const struct attr_kind holdable_attr;
extern const struct attr_kind wearable_attr;
extern const struct attr_kind wieldable_attr;
extern const struct attr_kind body_attr;
extern const struct attr_kind worn_attr;
extern const struct attr_kind agenda_attr;
extern const struct attr_kind fight_attr;
extern const struct attr_kind marks_attr;
extern const struct attr_kind deeds_attr;

#endif
