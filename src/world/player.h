// What makes a thing a player: its outbox and the settings that go with the character.
// Locks: the outermost inventory of the player.
#ifndef WORLD_PLAYER_H
#define WORLD_PLAYER_H

#include "util/site.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct thing;

enum { PLAYER_ALIAS_NAME = 32, PLAYER_ALIAS_TEXT = 256, PLAYER_PROMPT = 100 };

// Makes a thing in limbo a player. `permissions` are names of commands, separated by spaces.
void player_give(struct thing *t, const char *name, const char *permissions);

const char *player_name_at(struct thing *t, const struct site *at);
uint32_t player_outbox_at(struct thing *t, const struct site *at); // 0: linkdead
void player_set_outbox_at(struct thing *t, uint32_t outbox, const struct site *at);
bool player_may_at(struct thing *t, const char *command, const struct site *at); // permission
void player_set_permissions_at(struct thing *t, const char *permissions, const struct site *at);
// The account of the player; never NULL, "" for players from before accounts were recorded.
const char *player_account_at(struct thing *t, const struct site *at);
void player_set_account_at(struct thing *t, const char *account, const struct site *at);

const char *player_permissions_at(struct thing *t, const struct site *at); // never NULL
const char *player_prompt_at(struct thing *t, const struct site *at);      // format; never NULL
void player_set_prompt_at(struct thing *t, const char *format, const struct site *at);
uint64_t player_count_command_at(struct thing *t, const struct site *at); // counts one more
uint64_t player_commands_at(struct thing *t, const struct site *at);
// The time (ms) until which the player is out of breath. Like the count of commands it is in no
// journal, because only messages depend on it; it is set when the loud command has ended.
int64_t player_breathless_at(struct thing *t, const struct site *at);
void player_set_breathless_at(struct thing *t, int64_t until, const struct site *at);

// For erasing a person, while nothing runs and the checker is off: renames the player to `to`,
// clears the account, and replaces alias texts by what `texts` returns, alias names by what `names`
// returns, and the prompt by what `prompts` returns. Results are owned and cut where they are too
// long.
void player_rename(struct thing *t, const char *to);
void player_reword(struct thing *t, char *(*texts)(void *arg, const char *text),
                   char *(*names)(void *arg, const char *text),
                   char *(*prompts)(void *arg, const char *text), void *arg);
const char *player_alias_text(const struct thing *t, const char *name); // NULL: none

// Aliases of commands, in order of name.
size_t player_aliases_at(struct thing *t, const struct site *at);
void player_alias_peek_at(struct thing *t, size_t n, const char **name, const char **text,
                          const struct site *at);
const char *player_alias_find_at(struct thing *t, const char *name, const struct site *at);
// Sets an alias, or with text NULL removes it. False when there was none to remove, or when there
// are `most` already.
bool player_alias_set_at(struct thing *t, const char *name, const char *text, size_t most,
                         const struct site *at);

#define player_name(t) player_name_at((t), SITE)
#define player_outbox(t) player_outbox_at((t), SITE)
#define player_set_outbox(t, outbox) player_set_outbox_at((t), (outbox), SITE)
#define player_may(t, command) player_may_at((t), (command), SITE)
#define player_set_permissions(t, p) player_set_permissions_at((t), (p), SITE)
#define player_account(t) player_account_at((t), SITE)
#define player_set_account(t, account) player_set_account_at((t), (account), SITE)
#define player_permissions(t) player_permissions_at((t), SITE)
#define player_prompt(t) player_prompt_at((t), SITE)
#define player_set_prompt(t, format) player_set_prompt_at((t), (format), SITE)
#define player_count_command(t) player_count_command_at((t), SITE)
#define player_commands(t) player_commands_at((t), SITE)
#define player_breathless(t) player_breathless_at((t), SITE)
#define player_set_breathless(t, until) player_set_breathless_at((t), (until), SITE)
#define player_aliases(t) player_aliases_at((t), SITE)
#define player_alias_peek(t, n, name, text) player_alias_peek_at((t), (n), (name), (text), SITE)
#define player_alias_find(t, name) player_alias_find_at((t), (name), SITE)
#define player_alias_set(t, name, text, most) player_alias_set_at((t), (name), (text), (most), SITE)

#endif
