// The server's settings. Each has a default and may be set, the later winning, in a file, in
// files NAME.conf of the folder FILE.d, in the environment (LATCHKEY_SECTION_NAME), and by the
// option --set section.name=value. One table in settings_table.c says all that is to know of each.
// Threads: written at the start on one thread, read by all afterwards.  Locks: none.
// Errors: all that is wrong is gathered in a problem list, as file:line:column where there is one.
#ifndef UTIL_SETTINGS_H
#define UTIL_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct buf;
struct doc_problems;

#define SETTINGS_MOST 80 // entries of the table, checked when compiling

// Fields are named section_name. Durations are in milliseconds, sizes in bytes.
struct settings {
    char *server_address; // to listen on
    int64_t server_port;
    int64_t server_loops;
    int64_t server_workers;    // 0: as many as there are processors
    int64_t server_turn_tasks; // 0: none
    int64_t server_turn_time;
    int64_t server_keepalive;
    char *folder_data; // accounts, characters, journal: written
    char *folder_zones;
    char *folder_text;
    char *journal_durability; // always, off, or interval with journal_interval
    int64_t journal_interval;
    int64_t journal_reserve;
    int64_t journal_snapshot;
    int64_t limits_players;
    int64_t limits_connections_per_address;
    int64_t limits_connections_before_login;
    int64_t limits_early_drop_from, limits_early_drop_rate;
    int64_t limits_input_before_login, limits_input; // bytes a second
    int64_t limits_line;
    int64_t limits_lines_queued;
    int64_t limits_commands_per_second;
    int64_t limits_commands_burst;
    int64_t limits_subnegotiation;
    int64_t limits_output_before_login;
    int64_t limits_output;
    int64_t limits_output_wait;
    int64_t limits_aliases;
    int64_t login_grace, login_total;
    int64_t login_attempts_per_connection;
    int64_t login_attempts_per_address; // a minute
    int64_t login_attempts_per_account; // in login_account_window
    int64_t login_account_window;
    int64_t login_delay; // the longest
    int64_t session_idle;
    int64_t session_menu_idle;
    int64_t session_linkdead;
    int64_t account_name_min, account_name_max;
    int64_t account_characters;
    int64_t account_connections;
    int64_t account_new_per_address, account_new_in_all; // an hour
    bool account_create;                                 // strangers may make accounts
    int64_t password_min, password_max;
    int64_t password_memory;
    int64_t password_passes;
    int64_t password_at_once;
    int64_t world_crowd;
    int64_t world_autosave;
    int64_t world_lock_retries;
    char *log_level;
    char *log_format;
    char *log_file;
    char *origins[SETTINGS_MOST]; // in table order; NULL: the default
};

void settings_init(struct settings *s); // every default
void settings_fini(struct settings *s);

// Each source applies over what is there and returns false when it added an error to `p`.
bool settings_read_text(struct settings *s, const char *file, const char *text, size_t n,
                        struct doc_problems *p);
bool settings_read_file(struct settings *s, const char *path, struct doc_problems *p);
bool settings_read_environment(struct settings *s, char *const *environment,
                               struct doc_problems *p);
// "section.name=value"; `origin` names where that stood, "--set" on the command line.
bool settings_set(struct settings *s, const char *assignment, const char *origin,
                  struct doc_problems *p);
// What one entry alone cannot tell, as a least above a most.
bool settings_check(const struct settings *s, struct doc_problems *p);

// "section.name=value", and what names it in complaints: "--set", or the option that stands for it.
struct settings_assignment {
    const char *text, *origin;
};

// All of them in order, over the defaults: `path` and the files of `path`.d when path is not NULL,
// the environment, `n` assignments; then settings_check.
bool settings_load(struct settings *s, const char *path, char *const *environment,
                   const struct settings_assignment *assignments, size_t n, struct doc_problems *p);

void settings_print(FILE *out, const struct settings *s); // as a file, each with its origin
void settings_template(struct buf *out); // as a file: every setting explained, all commented out

#endif
