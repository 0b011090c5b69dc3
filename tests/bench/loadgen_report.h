// The figures of a run as a table for people and as JSON for scripts.
// Threads: any.  Locks: none.
#ifndef BENCH_LOADGEN_REPORT_H
#define BENCH_LOADGEN_REPORT_H

#include <stdio.h>

#include "loadgen_options.h"
#include "loadgen_run.h"

void loadgen_report_table(FILE *out, const struct loadgen_options *o,
                          const struct loadgen_result *r);
void loadgen_report_json(FILE *out, const struct loadgen_options *o,
                         const struct loadgen_result *r);

#endif
