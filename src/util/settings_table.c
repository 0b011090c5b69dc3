// Every setting with its kind, range, default and meaning. Adding one takes a row here and a field
// in struct settings; data/latchkey.conf is written from this table and a test compares the two.
#include "util/settings_table.h"

#include "util/settings.h"

#define KIB INT64_C(1024)
#define MIB (1024 * KIB)
#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

#define AT(section, name) #section, #name, .at = offsetof(struct settings, section##_##name)
#define INT(s, n, d, lo, hi, u, h)                                                                 \
    {                                                                                              \
        AT(s, n), .kind = SETTING_INT, .standard = d, .min = lo, .max = hi, .unit = u, .help = h   \
    }
#define BOOL(s, n, d, h)                                                                           \
    {                                                                                              \
        AT(s, n), .kind = SETTING_BOOL, .standard = d, .help = h                                   \
    }
#define TEXT(s, n, d, c, h)                                                                        \
    {                                                                                              \
        AT(s, n), .kind = SETTING_STRING, .standard = d, .choices = c, .help = h                   \
    }
#define SPAN(s, n, d, lo, hi, h)                                                                   \
    {                                                                                              \
        AT(s, n), .kind = SETTING_DURATION, .standard = d, .min = lo, .max = hi, .help = h         \
    }
#define SIZE(s, n, d, lo, hi, h)                                                                   \
    {                                                                                              \
        AT(s, n), .kind = SETTING_SIZE, .standard = d, .min = lo, .max = hi, .help = h             \
    }

const struct settings_section settings_sections[] = {
    {"server", "Where the server listens and how many threads work for it."},
    {"folder", "Where things are. Relative names start at the folder the server is started in."},
    {"journal", "What has happened, so that nothing a player has seen is lost."},
    {"limits", "What one peer may take. Beyond a limit input is refused or the peer dropped."},
    {"login", "What happens before somebody is known, and guessing of passwords."},
    {"session", "Players who are silent or whose connection broke."},
    {"account", "What an account may look like and hold."},
    {"password", "Lengths, and the cost of a guess (argon2id)."},
    {"world", "The running world."},
    {"log", "One line an event."},
    {NULL, NULL},
};

const struct setting settings_table[] = {
    TEXT(server, address, "127.0.0.1", NULL,
         "Address to listen on; 0.0.0.0 or :: for every one of the machine's."),
    INT(server, port, "4000", 0, 65535, NULL, "TCP port; 0 takes any free one and logs it."),
    INT(server, loops, "1", 1, 16, "threads",
        "Threads that read from connections and write to them; players are divided among them."),
    INT(server, workers, "0", 0, 64, "threads",
        "Threads that run commands; 0 for as many as there are processors."),
    INT(server, turn_tasks, "500", 0, 100000, "commands",
        "Most commands that the network's thread runs itself in one turn, in which it hears and "
        "answers nobody; the rest go to the workers. 0: it runs none."),
    SPAN(server, turn_time, "5ms", 0, SECOND,
         "It begins no further command of a turn when it has run some for this long. 0: it runs "
         "none."),
    SPAN(server, keepalive, "60s", 0, DAY,
         "A connection silent for this long is probed, so that routers keep it and a dead one is "
         "noticed; 0 for never."),

    TEXT(folder, data, "latchkey-data", NULL,
         "Accounts, characters and the journal; the only folder the server writes to."),
    TEXT(folder, zones, "data/zones", NULL, "Zone files of the world."),
    TEXT(folder, text, "data/text", NULL, "Greeting, help and other texts."),

    TEXT(journal, durability, "always", "always|interval|off",
         "always: a reply leaves when its event is on the disk; interval: at once, the disk "
         "follows; "
         "off: nothing is written, after a crash the world begins as its files make it."),
    SPAN(journal, interval, "100ms", 1, MINUTE,
         "With durability = interval: how long the disk may lag behind."),
    SIZE(journal, reserve, "64MiB", 0, 1024 * MIB,
         "With less room than this on the disk players can look and talk but change nothing."),
    SPAN(journal, snapshot, "10m", 0, 24 * HOUR,
         "Between snapshots of the world, which make starts quick; 0: only when the server stops."),

    INT(limits, players, "1024", 1, 100000, "players",
        "Most players in the world at a time. Who is still in it without a connection can always "
        "come back."),
    INT(limits, connections_per_address, "10", 1, 100000, "connections",
        "Most connections from one address (of IPv6, from one /64) at a time; more are refused."),
    INT(limits, connections_before_login, "100", 1, 100000, "connections",
        "Most connections that have not logged in yet. For a newcomer beyond it one is closed that "
        "comes from where most come from (a /24 of IPv4, a /48 of IPv6)."),
    INT(limits, early_drop_from, "30", 0, 100000, "connections",
        "From so many on, the same happens now and then, if that neighbourhood has more than its "
        "even share."),
    INT(limits, early_drop_rate, "30", 0, 100, "percent",
        "How often at first; at connections_before_login it is always."),
    SIZE(limits, input_before_login, "4KiB", 512, MIB,
         "What is read in a second from a connection that has not logged in; the rest waits."),
    SIZE(limits, input, "64KiB", 4 * KIB, 64 * MIB, "The same for one that has logged in."),
    SIZE(limits, line, "4096", 80, 32 * KIB,
         "Longest line of input; a longer one is dropped whole. Who sends 16 times as much without "
         "ending a line is disconnected."),
    INT(limits, lines_queued, "32", 1, 1000, "lines",
        "Most lines of one player that wait for their turn, beside those that commands_burst lets "
        "through at once."),
    INT(limits, commands_per_second, "30", 1, 10000, "commands",
        "How fast the commands of one player are taken, in the long run."),
    INT(limits, commands_burst, "60", 1, 10000, "commands",
        "How many may come at once before that rate holds them back."),
    SIZE(limits, subnegotiation, "8KiB", 256, 32 * KIB,
         "Longest telnet subnegotiation; who sends more is disconnected."),
    SIZE(limits, output_before_login, "4KiB", KIB, MIB,
         "Most output waiting for a reader who has not logged in."),
    SIZE(limits, output, "256KiB", 4 * KIB, 64 * MIB,
         "Most output waiting for a player who reads slowly; beyond it messages are left out, and "
         "a message says how many."),
    SPAN(limits, output_wait, "60s", SECOND, HOUR,
         "Who reads nothing at all for so long while output waits is disconnected."),
    INT(limits, aliases, "64", 0, 1000, "aliases",
        "Most abbreviations a player may keep for commands."),

    SPAN(login, grace, "60s", SECOND, HOUR,
         "Time for the next answer at the login; each answer that is not empty begins it again."),
    SPAN(login, total, "10m", SECOND, DAY,
         "Time from connecting to having logged in or made an account, in all."),
    INT(login, attempts_per_connection, "5", 1, 100, "attempts",
        "Wrong passwords before a connection is closed."),
    INT(login, attempts_per_address, "10", 1, 10000, "attempts",
        "Attempts from one address in a minute, over all its connections, that need not wait. An "
        "address is an IPv4 address, or the first 64 bits of an IPv6 one."),
    INT(login, attempts_per_account, "5", 1, 10000, "attempts",
        "Wrong passwords for one account in account_window before the next has to wait. From where "
        "its owner has logged in before only what comes from there counts."),
    SPAN(login, account_window, "5m", SECOND, DAY, "See attempts_per_account."),
    SPAN(login, delay, "8s", 0, MINUTE,
         "The longest that an attempt has to wait. Nobody is locked out: the right password gets "
         "in."),

    SPAN(session, idle, "15m", 0, 7 * DAY,
         "The connection of a player silent for this long is closed; 0 for never."),
    SPAN(session, menu_idle, "5m", 10 * SECOND, DAY,
         "Who has logged in and plays nobody may be silent for so long at the menu."),
    SPAN(session, linkdead, "5m", 0, DAY,
         "How long a player whose connection broke stays in the world."),

    INT(account, name_min, "3", 1, 32, "characters", "Shortest account name."),
    INT(account, name_max, "32", 1, 32, "characters", "Longest account name."),
    INT(account, characters, "6", 1, 100, "characters", "Most characters of one account."),
    INT(account, connections, "8", 1, 1000, "connections",
        "Most connections of one account; the one that has been longest at the menu makes room."),
    INT(account, new_per_address, "20", 1, 100000, "accounts",
        "Accounts that one address may make in an hour; more are refused, with how long to wait."),
    INT(account, new_in_all, "200", 1, 1000000, "accounts",
        "Accounts made in an hour, by everybody."),
    BOOL(account, create, "yes", "Whether strangers may make an account."),

    INT(password, min, "8", 1, 128, "characters", "Shortest password."),
    INT(password, max, "128", 8, 1024, "bytes", "Longest password."),
    SIZE(password, memory, "19MiB", 8 * KIB, 1024 * MIB,
         "Memory that hashing a password takes. When it rises, each password is hashed "
         "again when its owner logs in."),
    INT(password, passes, "2", 1, 100, "passes", "Passes over that memory."),
    INT(password, at_once, "2", 1, 64, "hashes", "Most passwords hashed at a time."),

    INT(world, crowd, "10", 2, 10000, "players",
        "With more a place is crowded: LOOK names ten of them, mobiles keep quiet, nobody begins a "
        "fight. With a hundred times as many, comings and goings are not shown."),
    SPAN(world, autosave, "5m", 10 * SECOND, DAY, "How often each player is saved."),
    INT(world, lock_retries, "32", 1, 10000, "times",
        "How often a command starts again for locks before it waits for its turn."),

    TEXT(log, level, "info", "debug|info|warning|error", "The least that is logged."),
    TEXT(log, format, "text", "text|json", "Lines of key=value, or JSON objects."),
    TEXT(log, file, "", NULL,
         "File to append to, opened again on SIGHUP and SIGUSR1; none for standard error."),
};

const size_t settings_table_count = sizeof(settings_table) / sizeof(settings_table[0]);

_Static_assert(sizeof(settings_table) / sizeof(settings_table[0]) <= SETTINGS_MOST,
               "SETTINGS_MOST is too small");
