// A data folder as a server leaves it: a small world in which Ann and Bob have played, its journal,
// and their accounts and characters. Paths are the defaults of the subcommands.
#ifndef TESTS_UNIT_TOOLS_PLAYED_KIT_H
#define TESTS_UNIT_TOOLS_PLAYED_KIT_H

#include "tool_kit.h"

#include "../engine/replay/checkpoint_kit.h"

#include "serve/world_files.h"

// The zone files that the epoch says it is of, and has kept; Ann and Bob play in those in
// data/zones.
static const char *played_zones = "data/zones";

static inline void played_put_world(void)
{
    kit_put("data/player.json", "{\"name\":\"a player\",\"body\":{\"hand\":2}}");
    kit_put(
        "data/zones/z.json",
        "{\"zone\":{\"ref\":\"z\",\"name\":\"Z\"},\"locations\":{"
        "\"yard\":{\"name\":\"The yard\",\"description\":\"Earth.\",\"start\":true,"
        "\"exits\":{\"north\":\"lane\"}},"
        "\"lane\":{\"name\":\"The lane\",\"description\":\"Mud.\",\"exits\":{\"south\":\"yard\"}}},"
        "\"things\":{\"ring\":{\"name\":\"a ring\",\"aliases\":[\"ring\"],\"description\":\"Thin.\","
        "\"in\":\"yard\"},"
        "\"miller\":{\"name\":\"a miller\",\"aliases\":[\"miller\"],\"description\":\"Dusty.\","
        "\"mobile\":true,\"in\":\"yard\"}}}");
}

static inline void played_account(const char *name, const char *characters)
{
    char *path = mem_printf("latchkey-data/accounts/%s.json", name);
    char *text =
        mem_printf("{\"format\": 1, \"name\": \"%s\", \"hash\": \"x\", \"created\": \"now\", "
                   "\"characters\": [%s], \"permissions\": []}",
                   name, characters);
    kit_put(path, text);
    free(text);
    free(path);
}

static inline void played_character(const char *file, const char *name, const char *account,
                                    const char *player)
{
    char *path = mem_printf("latchkey-data/characters/%s.json", file);
    char *text =
        mem_printf("{\"name\": \"%s\", \"account\": \"%s\", \"location\": \"z:yard\", \"thing\": "
                   "{\"name\": \"%s\", \"player\": {%s}}}",
                   name, account, name, player);
    kit_put(path, text);
    free(text);
    free(path);
}

static inline void played_line(struct visitor *v, const char *line)
{
    v->answered = 0;
    v->left = 0;
    dispatch_line(v->actor, line);
    while (!v->answered)
        turn();
}

// They come, ten commands, and Ann leaves; with a snapshot of the end, as after a stop in order.
static inline void played_journal(void)
{
    ck_assert_int_eq(setenv("LATCHKEY_SOURCE", kit_folder, 1), 0);
    snprintf(folder, sizeof(folder), "latchkey-data");
    log_open("/dev/null");
    zone_files = world_files_digest(played_zones, "data/player.json");
    check_set_level(CHECK_OFF);
    ck_assert_int_eq(file_mkdirs("latchkey-data", 0700), 0);
    start_server(0, 0);
    ck_assert_int_eq(world_files_keep(played_zones, "data/player.json",
                                      journal_path(server.journal), zone_files),
                     0);
    enter("Ann", &visitors[0]);
    enter("Bob", &visitors[1]);
    played_line(&visitors[0], "get ring");
    played_line(&visitors[0], "alias hi = say the miller said mulberry");
    played_line(&visitors[1], "hit ann");
    played_line(&visitors[1], "tell ann give me the ring");
    played_line(&visitors[0], "north");
    played_line(&visitors[0], "drop ring");
    played_line(&visitors[1], "north");
    played_line(&visitors[1], "get ring");
    played_line(&visitors[1], "south");
    dispatch_leave(visitors[0].actor);
    while (dispatch_players(server.dispatch) > 1)
        turn();
    dispatch_stop(server.dispatch);
    dispatch_journal_stop(server.dispatch);
    dispatch_free(server.dispatch);
    journal_close(server.journal);
    outboxes_free(server.outboxes);
    world_free(server.world);
    server = (struct server){0};
    log_close();
}

static inline void played(void)
{
    kit_begin();
    played_put_world();
    played_account("annika", "\"Ann\"");
    played_account("bobby", "\"Bob\"");
    played_character("ann", "Ann", "annika", "");
    played_character("bob", "Bob", "bobby", "\"aliases\": {\"hi\": \"tell ann hello\"}");
    played_journal();
}

#endif
