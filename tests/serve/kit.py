"""For tests of a real server: starts one on a free port of 127.0.0.1 with a data folder of its own, and talks
to it. Only processes started here are stopped. Nothing waits for a fixed time: conditions are polled."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

LIMIT = 60  # seconds for what takes a moment on an idle machine
PASSWORD = b"zebra-crossing-9"
LOOPS = "TEST_LOOPS"  # in the environment: the numbers of loops of the servers, by turns
LOOP_TURNS = os.environ.get(LOOPS, "1,2,4").split(",")


class Wrong(Exception):
    pass


def want(condition, what):
    if not condition:
        raise Wrong(what)


def wait_for(what, condition, limit=LIMIT):
    end = time.monotonic() + limit
    while True:
        found = condition()
        if found:
            return found
        want(time.monotonic() < end, f"waited in vain for {what}")
        time.sleep(0.01)


class Server:
    """They have 1, 2 and 4 loops by turns; with which a case begins depends on its number."""

    made = 0

    def __init__(self, server, *options, prefix=(), stderr=None, **popen):
        self.loops = LOOP_TURNS[Server.made % len(LOOP_TURNS)]
        Server.made += 1
        self.folder = tempfile.mkdtemp(prefix="latchkey-serve-")
        self.log_name = os.path.join(self.folder, "log")
        self.out = open(self.log_name, "wb")
        self.process = subprocess.Popen(
            [*prefix, server, "serve", "--port", "0", "--data", os.path.join(self.folder, "data"),
             "--set", "password.memory=8KiB", "--set", "password.passes=1",
             "--set", "server.loops=" + self.loops, *options],
            stdout=subprocess.DEVNULL, stderr=stderr or self.out, **popen)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.out.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self):
        with open(self.log_name, encoding="utf-8", errors="replace") as f:
            return f.read()

    def listening(self):
        def look():
            want(self.process.poll() is None, f"ended with {self.process.returncode}: {self.log()}")
            return re.search(r"net listening .*port=(\d+)", self.log())
        self.port = int(wait_for("a server that listens", look).group(1))
        return self

    def logged(self, pattern):
        return wait_for(f"a log line {pattern} in\n{self.log()[-2000:]}", lambda: re.search(pattern, self.log()))

    def ends(self, status=0):
        got = self.process.wait(LIMIT)
        want(got == status, f"exit status {got}, not {status}: {self.log()}")
        return self.log()

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.ends(0)


class Peer:
    def __init__(self, server, source="127.0.0.1", receive=0):
        self.socket = socket.socket()
        if receive:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
        self.socket.bind((source, 0))
        self.socket.connect(("127.0.0.1", server.port))
        self.seen = b""
        self.closed = False

    def look(self, seconds=0.05, most=65536):
        self.socket.settimeout(seconds)
        try:
            got = self.socket.recv(most)
            self.closed = not got
            self.seen += got
        except TimeoutError:
            pass
        except OSError:
            self.closed = True
        return self.seen

    def until(self, text):
        def look():
            return self.look() and text in self.seen or self.closed
        wait_for(text, look)
        want(text in self.seen, f"closed after {self.seen[-300:]}, not {text}")
        seen, self.seen = self.seen, b""
        return seen

    def type(self, line, answer):
        self.seen = b""
        self.socket.sendall(line + b"\r\n")
        return self.until(answer)

    def ends(self):
        wait_for("an end of the connection", lambda: self.look() is None or self.closed)
        return self.seen

    def make_account(self, name):
        self.until(b"NEW: ")
        self.type(b"new", b"account: ")
        self.type(name, b"for it: ")
        self.type(PASSWORD, b"again: ")
        self.type(PASSWORD, b"Choice: ")
        return self

    def play(self, name):
        self.make_account(name)
        self.type(b"n", b"character: ")
        self.type(name, b"> ")
        return self

    def close(self):
        self.socket.close()


def run(cases):
    server = os.path.abspath(sys.argv[1])
    failed = 0
    for number, case in enumerate(cases):
        if len(sys.argv) > 2 and case.__name__ not in sys.argv[2:]:
            continue
        Server.made = number  # so that a case by itself has the loops that it has among all
        try:
            case(server)
            print(f"ok      {case.__name__}", flush=True)
        except (Wrong, AssertionError, subprocess.TimeoutExpired) as e:
            failed += 1
            print(f"FAILED  {case.__name__}, loops {','.join(LOOP_TURNS)} from number {number} on: {e}", flush=True)
    sys.exit(failed > 0)
