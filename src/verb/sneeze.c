// SNEEZE: is heard one and two moves away.
#include "command/context.h"
#include "command/nearby.h"
#include "command/report.h"
#include "game/breath.h"
#include "verb/commands.h"
#include "world/attr/name.h"
#include "world/inventory.h"

#include <assert.h>

static enum command_result sneeze_run(struct context *c)
{
    struct nearby n;
    if (!nearby_gather(c, 2, &n))
        return COMMAND_AGAIN;
    if (breath_is_short(c))
        return COMMAND_DONE;
    assert(n.ring_end[0] <= n.ring_end[1] && n.ring_end[1] <= n.count);
    report_actor(c, "A tickle, a deep breath, and out it comes: you sneeze.");
    report_here(c, "%s screws up both eyes and sneezes.", name_get(c->actor));
    for (size_t i = n.ring_end[0]; i < n.count; i++)
        if (inventory_count(n.list[i], INVENTORY_PLAYERS))
            report_observers(c, n.list[i],
                             i < n.ring_end[1] ? "A sneeze rings out next door."
                                               : "From further off comes the sound of a sneeze.");
    return COMMAND_DONE;
}

const struct command command_sneeze = {
    .name = "sneeze",
    .usage = "sneeze",
    .summary = "sneeze",
    .most = 1,
    .flags = COMMAND_MOBILE | COMMAND_READS,
    .run = sneeze_run,
};
