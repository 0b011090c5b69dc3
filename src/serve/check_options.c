// Options, files and exit status of checked runs. Knows nothing of what is run.
#include "serve/check_options.h"

#include "check/check_data.h"
#include "check/check_report.h"
#include "trace/recorder.h"
#include "util/buf.h"
#include "util/clock.h"
#include "world/attr.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static bool check_options_take_level(void *into, const struct options_entry *e, const char *value,
                                     struct buf *why)
{
    struct check_options *c = into;
    (void)e;
    if (check_parse_level(value ? value : "flow", &c->level, &c->sample))
        return true;
    buf_adds(why, "expected rules, flow, sample=1/N or off");
    if (!strcmp(value, "explore") || !strcmp(value, "replay"))
        buf_adds(why, "; to explore or replay schedules: latchkey explore --help");
    return false;
}

const struct options_entry check_options_entries[] = {
    {"debug-locks", "[=LEVEL]",
     "check every lock and access against the locking rules; LEVEL is rules, flow (the default: "
     "keeps every step), sample=1/N or off",
     .take = check_options_take_level},
    {"trace", "FILE", "keep the steps in FILE, for latchkey locks (survives kill -9)",
     OPTIONS_INTO(struct check_options, trace)},
    {"locks-json", "FILE", "each violation as a line of JSON",
     OPTIONS_INTO(struct check_options, json)},
    {"locks-sarif", "FILE", "what was found, for machines, written at the end",
     OPTIONS_INTO(struct check_options, sarif)},
    {"locks-junit", "FILE", "the same in the format of JUnit",
     OPTIONS_INTO(struct check_options, junit)},
    {"locks-suppress", "FILE", "violations that somebody answers for until a date",
     OPTIONS_INTO(struct check_options, suppress)},
    {"locks-max", "N", "violations that are put up with (default 0)",
     OPTIONS_INTO(struct check_options, most)},
    {0}};

static int check_options_cannot(const char *path)
{
    fprintf(stderr, "latchkey: %s: %s\n", path, strerror(errno));
    return EX_CANTCREAT;
}

// Checks the files that are written at the end only: an error is better reported before hours of
// work than after.
static bool can_write(const char *path)
{
    FILE *f = path ? fopen(path, "w") : NULL;
    return !path || (f && !fclose(f));
}

int check_options_begin(struct check_options *c)
{
    assert(c && !c->json_file);
    char today[CLOCK_ISO_SIZE];
    clock_iso(clock_wall_ms(), today);
    today[10] = '\0';
    if (c->suppress && check_report_suppressions(c->suppress, today, stderr))
        return EX_CONFIG;
    if (c->json && !(c->json_file = fopen(c->json, "w")))
        return check_options_cannot(c->json);
    if (!can_write(c->sarif))
        return check_options_cannot(c->sarif);
    if (!can_write(c->junit))
        return check_options_cannot(c->junit);
    if (c->trace && trace_open(c->trace))
        return check_options_cannot(c->trace);
    check_report_set_json(c->json_file);
    check_report_set_again("run it again with --debug-locks=flow --trace FILE");
    check_set_names(attr_name, ATTR_COUNT);
    check_data_guard_loop();
    if (c->sample)
        check_set_sample(c->sample);
    if (c->level >= CHECK_SAMPLE || c->trace)
        trace_name_attributes(attr_name, ATTR_COUNT);
    check_set_level(c->level);
    return 0;
}

static int bad_suppressions(const struct check_options *c)
{
    return c->suppress && check_report_suppressions_bad(NULL) ? CHECK_REPORT_FOUND : 0;
}

int check_options_end(struct check_options *c, int status)
{
    bool checked = c->level != CHECK_OFF || check_on() || check_violations();
    check_set_level(CHECK_OFF);
    if (checked) {
        check_summary(NULL);
        if (c->sarif && check_report_sarif(c->sarif) && !status)
            status = check_options_cannot(c->sarif);
        if (c->junit && check_report_junit(c->junit) && !status)
            status = check_options_cannot(c->junit);
        int bad = bad_suppressions(c), found = check_report_status(c->most);
        if (!status)
            status = found ? found : bad;
    }
    check_report_set_json(NULL);
    bool bad_json = c->json_file && ferror(c->json_file);
    if (c->json_file && (fclose(c->json_file) || bad_json) && !status)
        status = check_options_cannot(c->json);
    trace_close();
    return status;
}
