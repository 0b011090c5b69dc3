"""scripts/bench --one: how long one player alone waits, for a look and for a change that must be durable first."""

from bench_report import cpu, median_of, number, print_cells, ratio
from bench_run import FLOOR, errors_of, rounds, run_once

PAUSE_MS = 0.1  # between commands, or the rate would be the server's limit of 10,000 a second for one player


def p50(result):
    return result["latency_us"]["p50"]


def measure(opts, variants):
    """{workload: rounds}. The floor answers a change like anything else: it has no disk."""
    def run(workload):
        more = ["--workload", workload, "--items", "pebble", "--think", str(PAUSE_MS)]
        return rounds(opts, variants, lambda v: run_once(opts, 1, v, more))
    return {workload: run(workload) for workload in ("look", "change")}


def summarise(variants, results):
    rows = []
    for v in variants:
        row = {"variant": v.name, "failed": 0, "errors": 0}
        for workload, found in results.items():
            runs = [r[v.name] for r in found]
            row["failed"] += runs.count(None)
            row["errors"] += sum(errors_of(r) for r in runs if r)
            row[workload] = {"p50_us": median_of(runs, p50), "p99_us": median_of(runs, lambda r: r["latency_us"]["p99"]),
                             "times_floor": ratio(found, v.name, FLOOR.name, p50),
                             "cpu_ms_per_1000": median_of(runs, cpu)}
        rows.append(row)
    return rows


def print_table(opts, rows):
    pins = "server on one core, generator on another" if opts.pin else "cores shared"
    print(f"one player, {pins}, medians of {opts.rounds} interleaved rounds of {opts.seconds:g} s")
    titles, table = ["variant"], [[r["variant"]] for r in rows]
    for workload in ("look", "change"):
        titles += [f"{workload} p50", "x floor", "p99", "CPU"]
        for r, cells in zip(rows, table):
            w = r[workload]
            cells += [number(w["p50_us"], 1), number(w["times_floor"], 2), number(w["p99_us"], 1),
                      number(w["cpu_ms_per_1000"], 1)]
    print_cells(opts, titles + ["errors"], [c + [str(r["errors"] + r["failed"])] for r, c in zip(rows, table)])
    print("p50, p99: us. look: the location; change: get and drop in turn. CPU: ms per 1,000 commands")
