"""Tables and JSON of scripts/bench: medians over the rounds, and ratios taken within one round."""

import json
import os
import platform
import statistics
import subprocess
import sys
import time

from bench_run import BROADCAST, FLOOR, errors_of

CPU = "server_cpu_ms_per_1000"
ALIKE = 0.10  # bytes and words heard of the broadcast floor may differ from the server's by so much


def median_of(runs, pick):
    values = [pick(r) for r in runs if r]
    return statistics.median(values) if values else None


def ratio(rounds, name, base, pick):
    """The median of the ratios within a round; None when they are not both there."""
    pairs = [(r[name], r[base]) for r in rounds if r.get(name) and r.get(base)]
    ratios = [pick(a) / pick(b) for a, b in pairs if pick(b) > 0]
    return statistics.median(ratios) if ratios else None


def cpu(result):
    return result.get(CPU, 0)


def rate(result):
    return result["commands_per_s"]


def heard_by(result):
    return result["heard"] / max(result["said"], 1)


def differs(times, ours, theirs):
    """More than ALIKE, and more than chance does when things were counted so often."""
    chance = 4 * (1 / max(ours, 1) + 1 / max(theirs, 1)) ** 0.5
    return abs(times - 1) > max(ALIKE, chance)


def unlike(rounds, name):
    """What the broadcast floor sends otherwise than this server, in words; None when it is a fair limit."""
    for what, pick, count in (("bytes a command", lambda r: r["bytes_per_command"], "said"),
                              ("hearers of a word", heard_by, "heard")):
        times = ratio(rounds, BROADCAST.name, name, pick)
        ours, theirs = (sum(r[n][count] for r in rounds if r.get(n)) for n in (name, BROADCAST.name))
        if times is not None and differs(times, ours, theirs):
            return f"the broadcast floor has {times:.2f} x the {what} of {name}"
    return None


def summarise(opts, variants, results):
    rows = []
    for players, rounds in results.items():
        for v in variants:
            runs = [r[v.name] for r in rounds]
            good = [r for r in runs if r]
            rates = [rate(r) for r in good] or [0]
            rows.append({
                "players": players, "variant": v.name, "runs": len(good), "failed": len(runs) - len(good),
                "commands_per_s": median_of(runs, rate), "least_per_s": min(rates), "most_per_s": max(rates),
                "p50_us": median_of(runs, lambda r: r["latency_us"]["p50"]),
                "p99_us": median_of(runs, lambda r: r["latency_us"]["p99"]),
                "p99_9_us": median_of(runs, lambda r: r["latency_us"]["p99_9"]),
                "cpu_ms_per_1000": median_of(runs, cpu),
                "times_floor": ratio(rounds, v.name, FLOOR.name, cpu),
                "times_broadcast": ratio(rounds, v.name, BROADCAST.name, cpu),
                "cpu_against": ratio(rounds, v.name, opts.against, cpu),
                "rate_against": ratio(rounds, v.name, opts.against, rate),
                "bytes_per_command": median_of(runs, lambda r: r["bytes_per_command"]),
                "kb_per_player": median_of(runs, lambda r: r.get("memory_kb", {}).get("per_player", 0)),
                "generator_percent": median_of(runs, lambda r: r["generator_busy_percent"]),
                "heard_by": median_of(runs, heard_by),
                "turns_not_taken": median_of(runs, lambda r: r["backlog"]),
                "errors": sum(errors_of(r) for r in good),
                "unlike": unlike(rounds, v.name) if v.kind == "server" else None,
                "other": v.binary is not None,
            })
    return rows


COLUMNS = [  # title, key, decimals; a column in which nothing was measured is left out
    ("cmd/s", "commands_per_s", 0), ("least", "least_per_s", 0), ("most", "most_per_s", 0), ("p50 us", "p50_us", 0),
    ("p99 us", "p99_us", 0), ("p99.9", "p99_9_us", 0), ("CPU", "cpu_ms_per_1000", 2), ("x floor", "times_floor", 2),
    ("x broadcast", "times_broadcast", 2), ("CPU x", "cpu_against", 2), ("rate x", "rate_against", 2),
    ("B/cmd", "bytes_per_command", 0), ("heard by", "heard_by", 1), ("kB each", "kb_per_player", 1),
    ("gen %", "generator_percent", 0), ("not taken", "turns_not_taken", 0), ("errors", "errors", 0),
]

BY_EYE = ("least_per_s", "most_per_s", "p99_9_us", "generator_percent")  # columns that a page of docs/ does without


def number(value, decimals=0):
    return "-" if value is None else f"{value:,.{decimals}f}"


def print_cells(opts, titles, table):
    """A table of texts: for the eye, or for a page of docs/ with --markdown."""
    if opts.markdown:
        for cells in [titles, ["---"] * len(titles), *table]:
            print("| " + " | ".join(cells) + " |")
        return
    widths = [max(len(cells[i]) for cells in [titles, *table]) for i in range(len(titles))]
    for cells in [titles, *table]:
        print("  ".join(c.ljust(w) if titles[i] == "variant" else c.rjust(w) for i, (c, w) in enumerate(zip(cells, widths))).rstrip())


def print_rows(opts, rows):
    shown = [c for c in COLUMNS if any(r[c[1]] for r in rows) or c[1] == "errors"]
    shown = [c for c in shown if not opts.markdown or c[1] not in BY_EYE]
    print_cells(opts, ["players", "variant"] + [title for title, _, _ in shown],
                [[str(r["players"]), r["variant"]] + [number(r[key], decimals) for _, key, decimals in shown] for r in rows])


def print_table(opts, rows):
    place = "crowd" if opts.crowd else "grid" if opts.grid else "spread"
    pins = "server on one core, generator on another" if opts.pin else "cores shared"
    loop = f"open loop, {opts.rate:g} commands/s" if opts.rate else "closed loop"
    print(f"{place}, {loop}, {pins}, medians of {opts.rounds} interleaved rounds of {opts.seconds:g} s")
    print_rows(opts, rows)
    print("CPU: server milliseconds, user and system, all threads, per 1,000 commands")
    if opts.against:
        print(f"CPU x, rate x: beside {opts.against} in the same round")
    for r in rows:
        if r["failed"]:
            print(f"FAILED at {r['players']} players: {r['failed']} runs of {r['variant']}")
        if r["unlike"]:
            print(f"NOT ALIKE at {r['players']} players: {r['unlike']}; so it is no limit for it")


def machine(source):
    model = "unknown"
    with open("/proc/cpuinfo") as f:
        for line in f:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    commit = subprocess.run(["git", "-C", source, "rev-parse", "--short", "HEAD"],
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return {"cpu": model, "cores": os.cpu_count(), "kernel": platform.release(),
            "commit": commit.stdout.strip(), "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}


def write_json(opts, source, rows, results):
    runs = [{"players": players, "variant": name, "round": i + 1, "result": result}
            for players, rounds in results.items() for i, r in enumerate(rounds) for name, result in r.items()]
    with open(opts.json, "w") as f:
        json.dump({"machine": machine(source), "arguments": sys.argv[1:], "rows": rows, "runs": runs}, f, indent=1)
        f.write("\n")


def failed(rows):
    """Another binary may say other things than this tree's broadcast floor does."""
    return any(r["failed"] or r["errors"] or r.get("unlike") and not r["other"] for r in rows)
