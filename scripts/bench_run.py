"""Starts one server and one run of the load generator for scripts/bench, each fresh and on an empty data folder.
Traffic stays on 127.0.0.1, and only processes started here are stopped."""

import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import namedtuple

import bench_world

HOST = "127.0.0.1"
START_LIMIT = 60  # seconds for a server to begin listening
STOP_LIMIT = 30  # seconds between SIGTERM and SIGKILL
SPARE_ACCOUNTS = 100  # for the deaf and the flooding, when the generator brings any
SERVER_CORE, GENERATOR_CORE = 0, 1

# What is measured. `kind`: "server", "floor" or "broadcast"; `args` and `binary` are a server's.
Variant = namedtuple("Variant", "name kind args binary")
FLOOR = Variant("floor", "floor", (), None)
BROADCAST = Variant("broadcast floor", "broadcast", (), None)


def server_command(opts, port, data, variant):
    """The one place that knows how the server is started."""
    command = [variant.binary or opts.server, "serve", "--port", str(port), "--data", data]
    if opts.zones:
        command += ["--zones", opts.zones]
    if "--workers" not in variant.args and opts.workers:
        command += ["--workers", str(opts.workers)]
    # What bounds a stranger would bound the load too; hashes are made as cheap as the accounts'.
    for setting in ("limits.connections_per_address=100000", "limits.players=100000",
                    "limits.connections_before_login=100000", "limits.commands_per_second=10000",
                    "limits.commands_burst=10000", "limits.output=1MiB",
                    "login.attempts_per_address=10000", "password.memory=8KiB",
                    "password.passes=1", "log.level=warning"):
        command += ["--set", setting]
    return command + shlex.split(opts.server_args) + list(variant.args)


def command_of(opts, port, data, variant):
    if variant.kind == "floor":
        return [opts.floor_server, "--port", str(port)]
    if variant.kind == "broadcast":
        return bench_world.broadcast_command(opts.broadcast_server, port)
    return server_command(opts, port, data, variant)


def free_port():
    with socket.socket() as s:
        s.bind((HOST, 0))
        return s.getsockname()[1]


def on_cores(cores):
    return (lambda: os.sched_setaffinity(0, cores)) if cores else None


def wait_until_listening(process, port):
    limit = time.monotonic() + START_LIMIT
    while time.monotonic() < limit:
        if process.poll() is not None:
            return False
        with socket.socket() as s:
            if s.connect_ex((HOST, port)) == 0:
                return True
        time.sleep(0.02)
    return False


def stop(process):
    """Stops one process of ours and returns how it ended."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return process.returncode


def generator_command(opts, players, process, port, label, more):
    command = [opts.loadgen, "--port", str(port), "--players", str(players),
               "--pid", str(process.pid), "--seed", str(opts.seed), "--label", label,
               "--duration", str(opts.seconds), "--warmup", str(opts.warmup), "--json", "-"]
    if opts.crowd or opts.one:
        command.append("--crowd")
    elif opts.grid:
        command += ["--grid", f"{bench_world.WIDTH}x{bench_world.HEIGHT}"]
    if opts.broadcast:
        command.append("--count-heard")
    if opts.rate:
        command += ["--rate", str(opts.rate)]
    return command + list(more) + shlex.split(opts.loadgen_args)


def generate(commands, cores):
    """What each generator measured, and what they complained about. None where it is not JSON."""
    running = [subprocess.Popen(c, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=on_cores(cores))
               for c in commands]
    results, complaints = [], ""
    for process in running:
        out, err = process.communicate()
        complaints += err
        try:
            results.append(json.loads(out))
            results[-1]["generator_exit"] = process.returncode
        except ValueError:
            results.append(None)
    return results, complaints


def joined(results):
    """Several generators that loaded one server at the same time, as one. Each saw the server's whole CPU time."""
    if None in results or len(results) == 1:
        return None if None in results else results[0]
    whole = dict(results[0])
    rates = [r["commands_per_s"] for r in results]
    for key in ("commands_per_s", "said", "heard"):
        whole[key] = sum(r[key] for r in results)
    for key in ("server_cpu_ms_per_1000", "server_user_ms_per_1000", "server_system_ms_per_1000"):
        whole[key] = sum(r[key] * rate for r, rate in zip(results, rates)) / len(results) / sum(rates)
    whole["threads"] = {kind: {"count": t["count"], "cpu_ms_per_1000": sum(
        r["threads"][kind]["cpu_ms_per_1000"] * rate for r, rate in zip(results, rates)) / len(results) / sum(rates)}
        for kind, t in whole["threads"].items()}
    whole["errors"] = {key: sum(r["errors"][key] for r in results) for key in whole["errors"]}
    whole["generator_exit"] = max(r["generator_exit"] for r in results)
    return whole


def log_tail(path):
    with open(path, errors="replace") as f:
        return "".join(f.readlines()[-15:])


def run_once(opts, players, variant, more=(), server_cores=None, generator_cores=None, generators=1):
    """One fresh server, one run of the generator. None when it could not be measured."""
    if opts.pin:
        server_cores, generator_cores = {SERVER_CORE}, {GENERATOR_CORE}
    data = tempfile.mkdtemp(prefix="latchkey-bench-", dir=opts.temporary)
    process = None
    try:
        port = free_port()
        if variant.kind == "server":
            subprocess.run([opts.loadgen, "--make-accounts", data, str(players + SPARE_ACCOUNTS)], check=True)
        command = command_of(opts, port, data, variant)
        log_path = os.path.join(data, "bench-server.log")
        with open(log_path, "wb") as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                                       preexec_fn=on_cores(server_cores))
        if not wait_until_listening(process, port):
            print(f"bench: {variant.name} did not start: {shlex.join(command)}\n{log_tail(log_path)}", file=sys.stderr)
            return None
        shares = [players * (i + 1) // generators - players * i // generators for i in range(generators)]
        results, complaints = generate(
            [generator_command(opts, share, process, port, variant.name, ["--first", str(sum(shares[:i])), *more])
             for i, share in enumerate(shares)], generator_cores)
        result = joined(results)
        code = stop(process)
        # A floor has no orderly end; the server must have one.
        code = 0 if variant.kind != "server" and code == -signal.SIGTERM else code
        if result is None or result["generator_exit"] != 0 or code != 0:
            print(f"bench: {variant.name} ended with {code}", file=sys.stderr)
            print(f"bench: {variant.name}: {complaints}{log_tail(log_path)}", file=sys.stderr)
        if result is not None:
            result["server_exit"] = code
        return result
    finally:
        if process:
            stop(process)
        shutil.rmtree(data, ignore_errors=True)


def errors_of(result):
    e = result["errors"]
    return (e["not_placed"] + e["lost"] + e["refused"] + e["unexpected"]
            + (result["server_exit"] != 0))


def rounds(opts, variants, measure):
    """[{variant name: what `measure` returns for it}] of each round: every round runs them all, beginning with another."""
    found = []
    for i in range(opts.rounds):
        turn = i % len(variants)
        found.append({v.name: measure(v) for v in variants[turn:] + variants[:turn]})
        said = ", ".join(f"{v.name} {short(found[-1][v.name])}" for v in variants)
        print(f"  round {i + 1}: {said}", file=sys.stderr)
    return found


def short(result):
    if result is None:
        return "failed"
    return f"{result['commands_per_s']:.0f}/s"
