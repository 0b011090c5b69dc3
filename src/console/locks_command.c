// The table of the operator's words, and those that are not about a lock: violations, level, all.
#include "console/locks_command.h"

#include "check/check_report_priv.h"
#include "check/interpose.h"
#include "console/locks_view.h"
#include "console/watchdog_priv.h"
#include "util/buf.h"
#include "util/clock.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool locks_command_violations(struct buf *out, const char *rest, int64_t now)
{
    assert(rest);
    (void)now;
    int code = *rest == 'L' || *rest == 'l' ? atoi(rest + 1) : atoi(rest);
    size_t n, told = 0;
    if (*rest && !check_report_title((enum check_code)code)) {
        buf_adds(out, "There is no such code: @locks viol L003\n");
        return false;
    }
    const struct problem *list = check_report_problems(&n);
    for (size_t i = 0; i < n; i++) {
        if (code && (int)list[i].code != code)
            continue;
        buf_addf(out, "%llu times%s\n%s", (unsigned long long)list[i].count,
                 list[i].suppression >= 0 ? " (suppressed)" : "", list[i].text ? list[i].text : "");
        told++;
    }
    if (!told)
        buf_addf(out, "No violations%s.\n", check_on() ? "" : ", but the checker is off");
    return true;
}

static bool locks_command_level(struct buf *out, const char *rest, int64_t now)
{
    (void)now;
    enum check_level level;
    uint32_t sample = 0;
    if (*rest && !check_parse_level(rest, &level, &sample)) {
        buf_adds(out, "Levels are off, rules, flow and sample=1/N.\n");
        return false;
    }
    if (*rest) {
        if (sample)
            check_set_sample(sample);
        check_set_level(level);
    }
    buf_addf(out, "The lock checker's level is %s", check_level_name(check_level()));
    if (check_level() == CHECK_SAMPLE)
        buf_addf(out, "=1/%u", check_sample());
    buf_adds(out, ".\n");
    return true;
}

static bool locks_command_dump(struct buf *out, const char *rest, int64_t now)
{
    locks_view_held(out, rest, now);
    locks_view_wait(out, rest, now);
    locks_view_limbo(out, rest, now);
    locks_command_violations(out, "", now);
    if (trace_path())
        buf_addf(out, "The trace is in %s; %llu events overwritten, %llu lost.\n", trace_path(),
                 (unsigned long long)trace_overwritten(), (unsigned long long)trace_lost());
    return true;
}

static const struct {
    const char *word, *help;
    bool (*say)(struct buf *out, const char *rest, int64_t now);
} commands[] = {
    {"held", "what is held now, by whom, since when, and who waits (also without a word)",
     locks_view_held},
    {"top", "the locks that tasks waited for most", locks_view_top},
    {"wait", "who waits longest; looks for circles", locks_view_wait},
    {"hold", "what is held longest", locks_view_hold},
    {"thing", "N: where it is, and its last accesses", locks_view_thing},
    {"task", "N: its last steps", locks_view_task},
    {"limbo", "everything out of play, its owner and age", locks_view_limbo},
    {"graph", "who holds what while waiting for what", locks_view_graph},
    {"viol", "[CODE]: violations found", locks_command_violations},
    {"level", "[off|rules|flow|sample=1/N]: show or change what is checked", locks_command_level},
    {"dump", "all of it", locks_command_dump},
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

bool locks_command(const char *line, struct buf *out)
{
    assert(line && out);
    interpose_own(1); // also inside a command: what is printed here is not the world's
    int64_t now_ms = clock_mono_ms();
    interpose_own(-1);
    line += strspn(line, " ");
    size_t n = strcspn(line, " ");
    const char *rest = line + n + strspn(line + n, " ");
    for (size_t i = 0; i < COMMANDS; i++) {
        if (n && (strlen(commands[i].word) < n || strncasecmp(commands[i].word, line, n)))
            continue;
        watchdog_enter(now_ms);
        bool good = commands[i].say(out, rest, now_ms);
        watchdog_leave();
        return good;
    }
    for (size_t i = 0; i < COMMANDS; i++)
        buf_addf(out, "@locks %-6s %s\n", commands[i].word, commands[i].help);
    return n == 4 && !strncasecmp(line, "help", n);
}
