// Options, files and exit status of checked runs. Knows nothing of what is run.
#include "serve/checked.h"

#include "lock/lockdata.h"
#include "lock/lockreport.h"
#include "lock/trace.h"
#include "util/clock.h"
#include "world/attr.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { OPT_LEVEL = CHECKED_FIRST, OPT_TRACE, OPT_JSON, OPT_SARIF, OPT_JUNIT, OPT_SUPPRESS, OPT_MAX };

const char checked_usage[] =
    "  --debug-locks[=LEVEL] check every lock and access against the locking rules; LEVEL is\n"
    "                        rules, flow (the default: keeps every step), sample=1/N or off\n"
    "  --trace FILE          keep the steps in FILE, for latchkey locks (survives kill -9)\n"
    "  --locks-json FILE     each violation as a line of JSON\n"
    "  --locks-sarif FILE --locks-junit FILE\n"
    "                        what was found, for machines, written at the end\n"
    "  --locks-suppress FILE violations that somebody answers for until a date\n"
    "  --locks-max N         violations that are put up with (default 0)\n";

void checked_options(struct option *list)
{
    static const struct option options[CHECKED_OPTIONS] = {
        {"debug-locks", optional_argument, NULL, OPT_LEVEL},
        {"trace", required_argument, NULL, OPT_TRACE},
        {"locks-json", required_argument, NULL, OPT_JSON},
        {"locks-sarif", required_argument, NULL, OPT_SARIF},
        {"locks-junit", required_argument, NULL, OPT_JUNIT},
        {"locks-suppress", required_argument, NULL, OPT_SUPPRESS},
        {"locks-max", required_argument, NULL, OPT_MAX},
        {NULL, 0, NULL, 0}};
    memcpy(list, options, sizeof(options));
}

bool checked_option(struct checked *c, int value, const char *argument)
{
    char *end;
    switch (value) {
    case OPT_LEVEL:
        if (lockcheck_parse_level(argument ? argument : "flow", &c->level, &c->sample))
            return true;
        fprintf(stderr, "latchkey: --debug-locks=%s: expected rules, flow, sample=1/N or off%s\n",
                argument,
                !strcmp(argument, "explore") || !strcmp(argument, "replay")
                    ? "; to explore or replay schedules: latchkey explore --help"
                    : "");
        return false;
    case OPT_TRACE:
        c->trace = argument;
        return true;
    case OPT_JSON:
        c->json = argument;
        return true;
    case OPT_SARIF:
        c->sarif = argument;
        return true;
    case OPT_JUNIT:
        c->junit = argument;
        return true;
    case OPT_SUPPRESS:
        c->suppress = argument;
        return true;
    case OPT_MAX:
        c->most = strtoull(argument, &end, 10);
        if (*argument && !*end)
            return true;
        fprintf(stderr, "latchkey: --locks-max %s: expected a number\n", argument);
        return false;
    default:
        return false;
    }
}

static int cannot(const char *path)
{
    fprintf(stderr, "latchkey: %s: %s\n", path, strerror(errno));
    return EX_CANTCREAT;
}

// What is written at the end only; better told before hours of work than after.
static bool can_write(const char *path)
{
    FILE *f = path ? fopen(path, "w") : NULL;
    return !path || (f && !fclose(f));
}

int checked_begin(struct checked *c)
{
    char today[CLOCK_ISO_SIZE];
    clock_iso(clock_wall_ms(), today);
    today[10] = '\0';
    if (c->suppress && lockreport_suppressions(c->suppress, today, stderr))
        return EX_CONFIG;
    if (c->json && !(c->json_file = fopen(c->json, "w")))
        return cannot(c->json);
    if (!can_write(c->sarif))
        return cannot(c->sarif);
    if (!can_write(c->junit))
        return cannot(c->junit);
    if (c->trace && trace_open(c->trace))
        return cannot(c->trace);
    lockreport_set_json(c->json_file);
    lockreport_set_again("run it again with --debug-locks=flow --trace FILE");
    lockcheck_set_names(attr_name);
    lockdata_guard_loop();
    if (c->sample)
        lockcheck_set_sample(c->sample);
    if (c->level >= LOCKCHECK_SAMPLE || c->trace)
        trace_name_attributes(attr_name, ATTR_COUNT);
    lockcheck_set_level(c->level);
    return 0;
}

static int bad_suppressions(const struct checked *c)
{
    return c->suppress && lockreport_suppressions_bad(NULL) ? LOCKREPORT_FOUND : 0;
}

int checked_end(struct checked *c, int status)
{
    bool checked = c->level != LOCKCHECK_OFF || lockcheck_on() || lockcheck_violations();
    lockcheck_set_level(LOCKCHECK_OFF);
    if (checked) {
        lockcheck_summary(NULL);
        if (c->sarif && lockreport_sarif(c->sarif) && !status)
            status = cannot(c->sarif);
        if (c->junit && lockreport_junit(c->junit) && !status)
            status = cannot(c->junit);
        int bad = bad_suppressions(c), found = lockreport_status(c->most);
        if (!status)
            status = found ? found : bad;
    }
    lockreport_set_json(NULL);
    bool bad_json = c->json_file && ferror(c->json_file);
    if (c->json_file && (fclose(c->json_file) || bad_json) && !status)
        status = cannot(c->json);
    trace_close();
    return status;
}
