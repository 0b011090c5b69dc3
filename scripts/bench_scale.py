"""scripts/bench --scale: the server with 1, 2, 4 ... loops and workers on as many cores, beside a stated model.

The model (docs/benchmarks.md, "The model"): on N cores rate = 1 / max(S, T / N). T is the CPU time of a command, all
threads. S is its serial part, of which only one thing can go on at a time on any number of cores:
  committer   its one thread, waiting included, in batches of 1,000 events (bench_committer)
  sequencer   the hand-over of one outcome into the one order, and the router's work (bench_sequencer)
  locks       the share of commands that need the busiest location, times how long a command holds it, which is
              at most the CPU that the threads that run commands use for it in user mode
  loop        all CPU of the loop, while the server has only one"""

import os
import re
import subprocess
import sys
import tempfile

import bench_world
from bench_report import cpu, median_of, number, print_cells
from bench_run import Variant, errors_of, rounds, run_once

GOAL_CORES, GOAL = 16, 500000
EVENTS = 0.30  # of the commands of the mix change something: the steps
# Locations that a command of the mix locks: its own; a step also the other (0.30); a word also up to four (0.15).
LOCKS = 1 + 0.30 + 0.15 * 4


def knows_loops(opts):
    asked = subprocess.run([opts.server, "serve", "--print-config", "--set", "server.loops=1"],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return asked.returncode == 0


def counts(cores):
    """1, 2, 4 ... and the number of cores itself."""
    found = [1]
    while found[-1] * 2 <= cores:
        found.append(found[-1] * 2)
    return found if found[-1] == cores else found + [cores]


def variants(opts, cores):
    loops = knows_loops(opts)
    return {Variant(f"loops {n}" if loops else f"workers {n}", "server",
                    ("--workers", str(n), *(("--set", f"server.loops={n}") if loops else ())), None): n
            for n in counts(cores)}


def cores_for(n, cores, generators):
    """The first n cores for the server, and others for the generators where there are enough."""
    server = set(range(n))
    rest = set(range(n, cores))
    return server, rest if len(rest) >= generators else set(range(cores))


def measure(opts, players, cores):
    generators = opts.generators or max(1, cores // 4)
    found = variants(opts, cores)

    def run(v):
        server, rest = cores_for(found[v], cores, generators)
        return run_once(opts, players, v, server_cores=server, generator_cores=rest, generators=generators)
    return found, rounds(opts, list(found), run)


def thread(kind):
    return lambda r: r["threads"][kind]["cpu_ms_per_1000"]  # ms per 1,000 is us for each


def bench_sequencer(opts, workers):
    """us an outcome: its number and place, with so many threads at it, and the router, which one thread at a time runs."""
    out = subprocess.run([opts.bench_sequencer, str(workers)], stdout=subprocess.PIPE, text=True, check=True).stdout
    number, router = re.findall(r"workers: +([\d.]+) ns", out)[-1], re.search(r"router, .*: +([\d.]+) ns", out).group(1)
    return (float(number) + float(router)) / 1e3


def bench_committer(opts):
    """us an event in batches of 1,000, on the disk that the journals of the runs were on: the thread waits for the disk,
    and no other does its work meanwhile. The best of three, as other programs use the disk too."""
    batches, rates = max(20, min(1000, int(opts.seconds * 100))), []
    for _ in range(3):
        with tempfile.TemporaryDirectory(prefix="latchkey-bench-", dir=opts.temporary) as folder:
            out = subprocess.run([opts.bench_committer, "--size", "1000", str(batches), os.path.join(folder, "journal")],
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout
        rates.append(float(re.search(r"1000 events a batch: +(\d+) events/s", out).group(1)))
    return 1e6 / max(rates)


def busiest(opts):
    """The share of the commands that lock the busiest location."""
    return 1.0 if opts.crowd else min(1.0, LOCKS / (bench_world.WIDTH * bench_world.HEIGHT))


def serial_parts(opts, runs, sequencer, event, loops):
    """{part: us a command} from the runs of one variant."""
    user = median_of(runs, lambda r: r["server_user_ms_per_1000"])
    workers = median_of(runs, thread("worker"))
    parts = {"committer": EVENTS * event, "sequencer": sequencer,
             # Where the workers do little, the loops run commands, and most of their time in user mode is that.
             "locks": busiest(opts) * min(user, workers if workers > user / 2 else user)}
    if not loops:
        parts["loop"] = median_of(runs, thread("loop"))
    return parts


def rate(parts, total, cores):
    return 1e6 / max(sum(parts.values()), total / cores)


def summarise(opts, found, results, sequencer, event, loops):
    rows = []
    for v, n in found.items():
        runs = [r[v.name] for r in results]
        row = {"variant": v.name, "cores": n, "failed": runs.count(None),
               "errors": sum(errors_of(r) for r in runs if r)}
        if any(runs):
            row.update({"commands_per_s": median_of(runs, lambda r: r["commands_per_s"]),
                        "cpu_ms_per_1000": median_of(runs, cpu),
                        "threads": {k: median_of(runs, thread(k)) for k in ("loop", "worker", "committer", "other")},
                        "serial_us": serial_parts(opts, runs, sequencer, event, loops)})
            row["model_per_s"] = rate(row["serial_us"], row["cpu_ms_per_1000"], n)
        rows.append(row)
    return rows


def print_table(opts, players, rows):
    print(f"scale, {'crowd' if opts.crowd else 'grid'}, {players} players, medians of {opts.rounds} interleaved rounds "
          f"of {opts.seconds:g} s")
    table = []
    for r in rows:
        cells = [r["variant"], str(r["cores"])]
        if "threads" in r:
            cells += [number(r["commands_per_s"]), number(r["model_per_s"]),
                      number(r["commands_per_s"] / r["model_per_s"], 2), number(r["cpu_ms_per_1000"], 2)]
            cells += [number(us, 2) for us in r["threads"].values()]
        table.append(cells + ["failed"] * (10 - len(cells)) + [str(r["errors"])])
    print_cells(opts, ["variant", "cores", "cmd/s", "model", "of model", "CPU", "loop", "worker", "committer", "other",
                       "errors"], table)
    print("CPU, loop, worker, committer, other: us of a command, on the threads of that kind")


def print_model(row, loops):
    parts, total = row["serial_us"], row["cpu_ms_per_1000"]
    serial = sum(parts.values())
    said = ", ".join(f"{name} {us:.2f}" for name, us in parts.items())
    print(f"committer: {row['threads']['committer']:.2f} us of CPU in batches as large as at this rate, "
          f"{parts['committer']:.2f} with its waiting in batches of 1,000 events, as at the goal")
    print(f"model, from {row['variant']}: a command takes {total:.2f} us of CPU, of which serial {serial:.2f} us: {said}")
    if not loops:
        print("  this server does not know server.loops: its one loop is a serial part")
        several = {k: v for k, v in parts.items() if k != "loop"}
        print(f"  without the loop the serial part is {sum(several.values()):.2f} us: "
              f"{number(rate(several, total, GOAL_CORES))} commands/s on {GOAL_CORES} cores, if loops cost nothing")
    limit = "the serial part" if serial > total / GOAL_CORES else "CPU time"
    found = rate(parts, total, GOAL_CORES)
    print(f"  {GOAL_CORES} cores: {number(found)} commands/s, limited by {limit}; goal {number(GOAL)}: "
          f"{'reached' if found >= GOAL else 'NOT reached'}")
    return found


def run(opts):
    """Returns (rows for JSON, whether all went well)."""
    cores = opts.cores or os.cpu_count() or 1
    loops = knows_loops(opts)
    if not loops:
        print("bench: this server does not know the setting server.loops: it runs with one loop, and only the number of "
              "workers changes", file=sys.stderr)
    sequencer, event = bench_sequencer(opts, max(1, min(cores, 64))), bench_committer(opts)
    table = []
    for players in opts.players:
        found, results = measure(opts, players, cores)
        rows = summarise(opts, found, results, sequencer, event, loops)
        print_table(opts, players, rows)
        if "threads" in rows[-1]:
            rows[-1]["model_16_cores_per_s"] = print_model(rows[-1], loops)
        table += [{"players": players, **r} for r in rows]
    return table, {}
