// DUMP: the lists of an inventory, or one thing, with references; for players who are permitted it.
#include "command/context.h"
#include "command/report.h"
#include "verb/commands.h"
#include "world/inventory.h"

#include <string.h>

static enum command_result dump_run(struct context *c)
{
    struct thing *t = c->where;
    if (c->words.count > 1) {
        t = NULL;
        const char *word = words_at(&c->words, 1);
        inventory_foreach (item, c->where, INVENTORY_THINGS)
            if (!t && strstr(thing_refname(item), word))
                t = item;
        if (!t) {
            report_actor(c, "No thing here has a ref with \"%s\" in it.", word);
            return COMMAND_DONE;
        }
    }
    struct tref ref = thing_ref(t);
    report_actor(c, "#%ug%u %s \"%s\"", ref.index, ref.generation & 0xff, thing_refname(t),
                 thing_label(t));
    static const char *const lists[] = {"players", "things", "narrative", "disabled"};
    for (int list = 0; inventory_has(t) && list < INVENTORY_LISTS; list++)
        inventory_foreach (item, t, (enum inventory_list)list) {
            ref = thing_ref(item);
            report_actor(c, "  %s #%ug%u %s \"%s\"", lists[list], ref.index, ref.generation & 0xff,
                         thing_refname(item), thing_label(item));
        }
    return COMMAND_DONE;
}

const struct command command_dump = {
    .name = "dump",
    .usage = "dump [REF]",
    .summary = "show the insides of a location or a thing here",
    .flags = COMMAND_PERMISSION | COMMAND_READS,
    .run = dump_run,
};
