// Load generator of Latchkey: simulated players over telnet, measured in equal windows. One thread
// and one epoll set, because it shares its machine with the server it measures. How to use it and
// how to read its figures: docs/benchmarks.md.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "loadgen_accounts.h"
#include "loadgen_options.h"
#include "loadgen_places.h"
#include "loadgen_report.h"
#include "loadgen_run.h"

enum exit_code { EXIT_FINE = 0, EXIT_ERRORS = 1, EXIT_USAGE = 2 };

static void raise_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static int write_json(const struct loadgen_options *o, const struct loadgen_result *r)
{
    if (strcmp(o->json, "-") == 0) {
        loadgen_report_json(stdout, o, r);
        return 0;
    }
    FILE *f = fopen(o->json, "we");
    if (!f) {
        fprintf(stderr, "loadgen: %s: %s\n", o->json, strerror(errno));
        return -1;
    }
    loadgen_report_json(f, o, r);
    return fclose(f);
}

static int run(const struct loadgen_options *o)
{
    struct loadgen_places places = {0};
    if (o->spread && !loadgen_places_load(&places, o->spread)) {
        loadgen_places_fini(&places);
        return EXIT_USAGE;
    }
    signal(SIGPIPE, SIG_IGN);
    raise_file_limit();
    struct loadgen_result *r = loadgen_run(o, &places);
    loadgen_places_fini(&places);
    loadgen_report_table(o->json && strcmp(o->json, "-") == 0 ? stderr : stdout, o, r);
    int written = o->json ? write_json(o, r) : 0;
    bool errors = r->failed + r->lost > 0 || r->tally.refused + r->tally.unexpected > 0;
    bool unmeasured = o->pid > 0 && !r->measured;
    loadgen_result_free(r);
    return errors || unmeasured || written < 0 ? EXIT_ERRORS : EXIT_FINE;
}

int main(int argc, char **argv)
{
    struct loadgen_options o;
    int code = EXIT_USAGE;
    switch (loadgen_options_parse(&o, argc, argv)) {
    case LOADGEN_OPTIONS_RUN:
        code = run(&o);
        break;
    case LOADGEN_OPTIONS_MAKE:
        code = loadgen_accounts_make(o.make_accounts, o.players, &o.permit) < 0 ? EXIT_ERRORS
                                                                                : EXIT_FINE;
        break;
    case LOADGEN_OPTIONS_HELP:
        code = EXIT_FINE;
        break;
    case LOADGEN_OPTIONS_WRONG:
        break;
    }
    loadgen_options_fini(&o);
    return code;
}
