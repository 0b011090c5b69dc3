"""The small world, the server and the players of the harnesses beside this file.

The things of the world are all different, so each can be followed. A bot notes every command that was
answered and the one that was under way when its connection died. Traffic stays on 127.0.0.1; only
processes started here are stopped.
"""

import collections
import json
import os
import random
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import reports
from reports import Lost

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HOST = "127.0.0.1"
START_LIMIT = 120  # seconds for a server to begin listening
REPLY_LIMIT = 60  # seconds for a reply
STOP_LIMIT = 60
REPLAY_LIMIT = 600
PASSWORD = "crash-password"
LOOPS = "TEST_LOOPS"  # in the environment: the numbers of loops of a server's starts, by turns
LOOP_TURNS = ["1", "2", "4"]
PROMPT = re.compile(r"#(\d+)>")
PROMPTS = re.compile(r"(?:^|#\d+>) ")  # what others do follows one, in the same line

ROOMS = ["Granary", "Bakery", "Dyeworks", "Smithy"]  # a ring
WAYS = [{"east": 1, "south": 3}, {"south": 2, "west": 0}, {"west": 3, "north": 1},
        {"north": 0, "east": 2}]
COLOURS = ["red", "blue", "green", "white", "black", "brown", "grey", "pink", "purple", "orange",
           "yellow", "silver", "golden", "scarlet", "violet", "amber", "ivory", "copper", "olive",
           "azure"]
BAGS = ["leather", "canvas", "silk"]
NAMES = ["Anna", "Bertold", "Clara", "Dorian", "Emil", "Frida", "Gustav", "Hilda", "Ivan", "Jolanda",
         "Konrad", "Ludmila", "Moritz", "Nikola", "Oskar", "Paula", "Quirin", "Rosalind", "Sigrid",
         "Theodor", "Ursula", "Viktor", "Wilma", "Xaver"]
THINGS = [f"{c} token" for c in COLOURS] + [f"{b} bag" for b in BAGS]
A_THING = r"an? ((?:%s) token|(?:%s) bag)" % ("|".join(COLOURS), "|".join(BAGS))
DEEDS = re.compile(r"^(\w+) (takes|drops|puts|gives) " + A_THING + r"\b(?! says)(.*)$", re.M)
VERBS = {"take": "takes", "drop": "drops", "put": "puts", "give": "gives"}


class Differed(Lost):
    """A replay that did something else."""


class Died(Exception):
    """The connection is over."""


def article(name):
    return ("an " if name[0] in "aeiou" else "a ") + name


def make_world(folder, reset="2s"):
    """Four rooms, things that are all different, and beside them what makes events by itself."""
    locations, things = {}, {}
    for i, name in enumerate(ROOMS):
        locations[name.lower()] = {"name": f"The {name}", "description": "A room of the ring.",
                                   "exits": {d: ROOMS[to].lower() for d, to in WAYS[i].items()}}
    locations["granary"]["start"] = True
    locations["granary"]["exits"]["up"] = "loft"
    locations["loft"] = {"name": "The Loft", "description": "Dust.", "exits": {"down": "granary"}}
    for i, name in enumerate(THINGS):
        kind = name.split()[1]
        # Unique things of a player who leaves go home: if all players left for a minute, nothing could be done.
        things[name.replace(" ", "-")] = {
            "name": article(name), "aliases": [kind, "+" + name.split()[0]],
            "description": "One of a kind.", "in": ROOMS[i % len(ROOMS)].lower(),
            "reset": {"after": "1s"}}
        if kind == "bag":
            things[name.replace(" ", "-")]["inventory"] = True
    things["trapdoor"] = {
        "name": "a trapdoor", "aliases": ["trapdoor"], "description": "Oak.", "narrative": True,
        "in": "granary", "door": {"exit": "up", "open": False, "close_after": "1s"}}
    things["apple"] = {
        "name": "an apple", "aliases": ["apple"], "description": "Red cheeks.", "in": "bakery",
        "reset": {"after": "1s", "spawn": True}}
    things["cat"] = {
        "name": "the cat", "aliases": ["cat"], "mobile": True, "description": "It purrs.",
        "on_action": {"after": "1s", "jitter": "1s", "do": ["emote yawns.", "say Miaow."]},
        "replies": [{"keywords": ["milk"], "do": ["say Where?", "emote looks up."]}]}
    zone = {"zone": {"ref": "ring", "name": "The Ring",
                     "reset": {"mode": "always", "every": reset}},
            "locations": locations, "things": things,
            "resets": [{"place": "cat", "in": "dyeworks", "limit": 1}]}
    os.mkdir(folder)
    with open(os.path.join(folder, "ring.json"), "w") as f:
        json.dump(zone, f, indent=1)


class Server:
    """One data folder, and the process that serves it, if any. Its starts have 1, 2 and 4 loops by turns; with
    which a server begins depends on the test's name and on how many servers the test had before."""

    made = 0

    def __init__(self, opts, folder, environment=None):
        self.opts, self.folder = opts, folder
        self.environment = dict(os.environ, **(environment or {}))
        self.data = os.path.join(folder, "data")
        self.zones = os.path.join(folder, "zones")
        self.log = os.path.join(folder, "server.log")
        self.player = shutil.copy(os.path.join(SOURCE, "data", "player.json"), folder)
        self.process = self.port = None
        self.logged_before = 0  # bytes in the log when it was launched
        self.snapshots = "200ms"  # so that some are always under way
        self.options = shlex.split(getattr(opts, "server_args", ""))  # more of them
        self.loops, self.starts = self.loops_by_turns(), 0

    def launch(self):
        # It takes a port that is free then; one chosen here could be somebody else's by that time.
        self.port = None
        self.logged_before = os.path.getsize(self.log) if os.path.exists(self.log) else 0
        command = [self.opts.server, "serve", "--port", "0", "--data", self.data,
                   "--zones", self.zones, "--player", self.player,
                   "--workers", str(self.opts.workers), "--durability", self.opts.durability]
        for setting in ("limits.connections_per_address=1000", "limits.players=1000",
                        "limits.connections_before_login=1000", "limits.commands_per_second=10000",
                        "limits.commands_burst=10000", "login.attempts_per_address=10000",
                        "limits.output=1MiB", "account.new_per_address=100000",
                        "account.new_in_all=100000", "password.memory=8KiB", "password.passes=1",
                        "journal.snapshot=" + self.snapshots, "server.loops=" + self.next_loops()):
            command += ["--set", setting]
        command += self.options
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=subprocess.STDOUT, env=self.environment)

    @classmethod
    def loops_by_turns(cls):
        if LOOPS in os.environ:
            return os.environ[LOOPS].split(",")
        first = (sum(os.path.basename(sys.argv[0]).encode()) + cls.made) % len(LOOP_TURNS)
        cls.made += 1
        return LOOP_TURNS[first:] + LOOP_TURNS[:first]

    def next_loops(self):
        self.starts += 1
        return self.loops[(self.starts - 1) % len(self.loops)]

    def start(self):
        self.launch()
        limit = time.monotonic() + START_LIMIT
        while time.monotonic() < limit:
            if self.process.poll() is not None:
                self.check_output()
                raise Lost(f"the server did not start: exit status {self.process.returncode}\n"
                           + self.tail())
            found = re.search(r" listening .*\bport=(\d+)\n", self.logged())
            if found:
                self.port = int(found.group(1))
                return
            time.sleep(0.01)
        raise Lost("the server does not listen\n" + self.tail())

    def wait(self, limit=None):
        """Its exit status. Whatever that is, it may not have reported anything."""
        status = self.process.wait(limit)
        self.check_output()
        return status

    def check_output(self):
        with open(self.log, errors="replace") as f:
            reports.check(f.read(), "the server")

    def kill(self):
        if self.process.poll() is not None:
            self.check_output()
            raise Lost(f"the server ended by itself: {self.process.returncode}\n" + self.tail())
        self.process.send_signal(signal.SIGKILL)
        self.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        if self.wait(STOP_LIMIT):
            raise Lost(f"stopped with exit status {self.process.returncode}\n" + self.tail())

    def replay(self):
        """Every event must say what it said, and the world be one: from the newest snapshot and from
        the beginning, on any number of workers, and at every snapshot on the way."""
        said = []
        for options in (["--workers", "1"], ["--workers", "2", "--full"]):
            command = [self.opts.server, "replay", "--data", self.data, "--zones", self.zones,
                       "--player", self.player] + options
            done = reports.run(command, REPLAY_LIMIT)
            if done.returncode:
                raise Differed(f"replay {options}: exit status {done.returncode}: {done.stdout}")
            said.append(" / ".join(done.stdout.strip().splitlines()))
        if len({re.search(r"world ([0-9a-f]{16})", text)[1] for text in said}) != 1:
            raise Differed("replay: the world depends on the way to it: " + "; ".join(said))
        return said[-1]

    def counters(self):
        """How often the running process has taken each of the rare paths (docs/reached.md)."""
        done = reports.run([self.opts.server, "console", "--data", self.data, "counters"], START_LIMIT)
        if done.returncode:
            raise Lost(f"the console tells no counters: {done.stdout}\n" + self.tail())
        return collections.Counter({k: int(n) for k, n in re.findall(r"(\w+) (\d+)", done.stdout)})

    def logged(self):
        """What the log has of this process."""
        with open(self.log, "rb") as f:
            f.seek(self.logged_before)
            return f.read().decode(errors="replace")

    def tail(self):
        """Of its log, and what a sanitizer said before; and with which loops its starts can be repeated."""
        with open(self.log, errors="replace") as f:
            lines = f.readlines()
        return f"({LOOPS}={','.join(self.loops)}, start {self.starts})\n" + (reports.find_anywhere("".join(lines[:-8])) or "") + "\n" + "".join(lines[-8:])


class Bot:
    """A character, its connection, and what it knows for certain of itself."""

    def __init__(self, name, visitor=False):
        self.name, self.visitor = name, visitor
        self.socket = None
        self.room = 0
        self.new_period()

    def new_period(self):
        self.moved = []        # (thing, from, to) of answered commands
        self.under_way = None  # (thing, from, to) or ("room", from, to)
        self.deeds = collections.Counter()  # of its own, as messages to others show them
        self.heard = collections.Counter()  # of others'
        self.pending_deed = None
        self.answered = 0
        self.trouble = None

    # The wire.

    def connect(self, port):
        self.close()
        self.text = ""
        self.bytes = b""
        self.socket = socket.create_connection((HOST, port), timeout=REPLY_LIMIT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self):
        if self.socket:
            self.socket.close()
        self.socket = None

    def send(self, line):
        try:
            self.socket.sendall(line.encode() + b"\r\n")
        except OSError:
            raise Died from None

    def receive(self):
        try:
            got = self.socket.recv(65536)
        except BlockingIOError:
            raise
        except socket.timeout:
            raise Lost(f"{self.name} waits for a reply; had {self.text[-300:]!r}") from None
        except OSError:
            raise Died from None
        if not got:
            raise Died
        self.bytes += got
        keep = b""
        cut = re.search(rb"\xff([\xfb-\xfe]?|\xfa[^\xff]*)$", self.bytes)
        if cut:
            self.bytes, keep = self.bytes[:cut.start()], cut.group()
        plain = re.sub(rb"\xff(?:[\xfb-\xfe].|\xfa.*?\xff\xf0|.)", b"", self.bytes, flags=re.S)
        self.bytes = keep
        text = plain.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
        self.text += re.sub(r"\x1b\[[0-9;]*m", "", text)

    def wait(self, pattern):
        """What came up to and with the pattern."""
        while True:
            found = re.search(pattern, self.text)
            if found:
                before, self.text = self.text[:found.end()], self.text[found.end():]
                return before, found
            self.receive()

    def reply(self):
        """All that came until the prompt that counts this command."""
        self.count += 1
        seen = ""
        while True:
            before, found = self.wait(PROMPT)
            seen += before
            if int(found.group(1)) >= self.count:
                return PROMPTS.sub("\n", seen)

    def ask(self, line):
        self.send(line)
        return self.reply()

    # Coming and going.

    def register(self, port):
        self.connect(port)
        self.send("new")  # who types is not kept waiting for what the client can do
        for expected, line in (("for your account:", self.name.lower()),
                               ("password for it:", PASSWORD), ("again:", PASSWORD),
                               ("Choice:", "n"), ("your character:", self.name),
                               ("You see exits", None)):
            self.wait(expected)
            if line:
                self.send(line)
        self.set_prompt()

    def log_in(self, port):
        self.connect(port)
        self.send(self.name.lower())
        for expected, line in (("Password:", PASSWORD), ("Choice:", "1")):
            self.wait(expected)
            self.send(line)
        self.set_prompt()

    def set_prompt(self):
        self.send("prompt #%n>")
        self.wait("Your prompt is changed.")
        self.count = int(self.wait(PROMPT)[1].group(1))

    # Playing.

    def listen(self, text):
        for who, verb, thing, _ in DEEDS.findall(text):
            self.heard[(who, verb, thing)] += 1

    def try_move(self, thing, source, target, line, verb):
        """A command that brings a thing from one place to another, if it can."""
        self.under_way = (thing, source, target)
        self.pending_deed = (self.name, VERBS[verb], thing)
        self.send(line)
        text = self.reply()
        self.settle_move(text, verb)
        self.listen(text)

    def settle_move(self, text, verb):
        thing = self.under_way[0]
        if re.search(rf"^You {verb} an? {thing}\b", text, re.M):
            self.moved.append(self.under_way)
            self.deeds[self.pending_deed] += 1
        self.under_way = self.pending_deed = None

    def try_walk(self, way, to):
        self.under_way = ("room", self.room, to)
        self.send(way)
        text = self.reply()
        if f"The {ROOMS[to]}\n" in text:
            self.room = to
        self.under_way = None
        self.listen(text)

    def leave_and_come_back(self):
        self.send("quit")
        self.wait("Choice:")
        self.send("1")
        self.set_prompt()

    def died(self):
        """What had come of the last reply before the connection ended was shown, so it counts."""
        text, what = PROMPTS.sub("\n", self.text), self.under_way
        self.listen(text)
        if not what:
            return
        if what[0] == "room":
            if f"The {ROOMS[what[2]]}\n" in text:
                self.room, self.under_way = what[2], None
        else:
            verbs = {v: k for k, v in VERBS.items()}
            verb = verbs[self.pending_deed[1]]
            if re.search(rf"^You {verb} an? {what[0]}\b.*\n", text, re.M):
                self.settle_move(text, verb)


class World:
    """What is where, as far as the bots know; only to choose sensible commands by."""

    def __init__(self):
        self.lock = threading.Lock()
        self.place = {}
        self.rooms = {}

    def note(self, bot):
        with self.lock:
            self.rooms[bot.name] = bot.room
            if bot.moved:
                thing, _, to = bot.moved[-1]
                self.place[thing] = to

    def look(self, bot):
        with self.lock:
            here, me = f"room {bot.room}", f"bot {bot.name}"
            carried = [t for t, p in self.place.items() if p == me]
            lying = [t for t, p in self.place.items() if p == here]
            bags = [t for t in carried + lying if t.endswith("bag")]
            inside = [(t, b) for b in bags for t, p in self.place.items() if p == f"in {b}"]
            others = [n for n, r in self.rooms.items() if r == bot.room and n != bot.name]
        return carried, lying, bags, inside, others


def act(bot, world, rng, visitors):
    """One command of a player."""
    carried, lying, bags, inside, others = world.look(bot)
    others = [n for n in others if n not in visitors]
    me, here = f"bot {bot.name}", f"room {bot.room}"
    tokens = [t for t in carried if t.endswith("token")]
    chance = rng.random()
    if chance < 0.15:
        way, to = rng.choice(sorted(WAYS[bot.room].items()))
        bot.try_walk(way, to)
    elif chance < 0.25:
        bot.listen(bot.ask(rng.choice(["say milk", "say hello", "look", "inventory", "open trapdoor",
                                       "get apple", "junk apple", "who"])))
    elif bot.visitor:
        if chance < 0.35:
            bot.leave_and_come_back()
        else:
            bot.listen(bot.ask(f"say {rng.randrange(1000)}"))
    elif chance < 0.50 and lying:
        thing = rng.choice(lying)
        bot.try_move(thing, here, me, f"get {thing}", "take")
    elif chance < 0.60 and carried:
        thing = rng.choice(carried)
        bot.try_move(thing, me, here, f"drop {thing}", "drop")
    elif chance < 0.75 and tokens and bags:
        thing, bag = rng.choice(tokens), rng.choice(bags)
        bot.try_move(thing, me, f"in {bag}", f"put {thing} in {bag}", "put")
    elif chance < 0.88 and inside:
        thing, bag = rng.choice(inside)
        bot.try_move(thing, f"in {bag}", me, f"get {thing} from {bag}", "take")
    elif carried and others:
        thing, who = rng.choice(carried), rng.choice(others)
        bot.try_move(thing, me, f"bot {who}", f"give {thing} to {who}", "give")
    elif lying:
        thing = rng.choice(lying)
        bot.try_move(thing, here, me, f"get {thing}", "take")
    else:
        way, to = rng.choice(sorted(WAYS[bot.room].items()))
        bot.try_walk(way, to)


def play(bot, world, seed, visitors):
    """A thread: one command after the other until the server is dead."""
    rng = random.Random(seed)
    try:
        while True:
            act(bot, world, rng, visitors)
            bot.answered += 1
            world.note(bot)
    except Died:
        bot.died()
    except Exception as e:  # reported by the main thread
        bot.trouble = f"{bot.name}: {type(e).__name__}: {e}"


def names_in(text, pattern):
    """What the one group of a pattern finds; "(2)" at the end of a line stands for two of them."""
    if not pattern.endswith("$"):
        return re.findall(pattern, text, re.M)
    found = re.finditer(pattern[:-1] + r"(?: \((\d+)\))?$", text, re.M)
    return [m.group(1) for m in found for _ in range(int(m.group(m.re.groups) or 1))]


def room_of(text, bot):
    found = names_in(text, r"^The (%s)$" % "|".join(ROOMS))
    if not found:
        raise Lost(f"{bot.name} is nowhere: {text!r}")
    return ROOMS.index(found[-1])


def census(bots, inspector):
    """{thing: [every place where it was seen]}, with everybody quiet."""
    seen = collections.defaultdict(list)
    bags = {}

    def look_into(bot, bag):
        text = bot.ask(f"look in {bag}")
        for thing in names_in(text, rf"^  {A_THING}$"):
            seen[thing].append(f"in {bag}")

    for bot in bots + [inspector]:
        text = bot.ask("inventory")
        for thing in names_in(text, rf"^  {A_THING}$"):
            seen[thing].append(f"bot {bot.name}")
            if thing.endswith("bag"):
                look_into(bot, thing)
    for way in (WAYS[i] for i in range(len(ROOMS))):
        del way  # the inspector walks by room, below
        text = inspector.ask("look")
        room = room_of(text, inspector)
        for thing in names_in(text, rf"^You see {A_THING} here\.$"):
            seen[thing].append(f"room {room}")
            if thing.endswith("bag"):
                look_into(inspector, thing)
        onward = next(d for d, to in WAYS[room].items() if to == (room + 1) % len(ROOMS))
        inspector.ask(onward)
    return seen


class Witness(Bot):
    """Notes how long the tape was when a change was answered: what it needs is before that."""

    def __init__(self, name, recording):
        super().__init__(name)
        self.recording = recording
        self.acknowledged = []  # (length of the tape, line)

    def try_move(self, thing, source, target, line, verb):
        self.line = line
        super().try_move(thing, source, target, line, verb)

    def settle_move(self, text, verb):
        before = len(self.moved)
        super().settle_move(text, verb)
        if len(self.moved) > before:
            self.acknowledged.append((os.path.getsize(self.recording), self.line))


def find_acknowledged(opts, data, bots):
    """[(length of the tape, event that must be there)], ascending in both."""
    command = [opts.server, "journal", "show", "--data", data, "--kind", "line", "--json"]
    done = reports.run(command, REPLAY_LIMIT, subprocess.PIPE)
    if done.returncode:
        raise Lost(f"journal show: exit status {done.returncode}: {done.stderr}")
    shown = done.stdout
    of_player = collections.defaultdict(list)
    for event in map(json.loads, shown.splitlines()):
        of_player[event["player"]].append((event["number"], event["line"]))
    needed = []
    for bot in bots:
        events = iter(of_player[bot.name])
        for length, line in bot.acknowledged:
            number = next((n for n, text in events if text == line), None)
            if number is None:
                raise Lost(f"{bot.name}: {line!r} was answered and is not in the journal")
            needed.append((length, number))
    highest, ascending = 0, []
    for length, number in sorted(needed):
        highest = max(highest, number)
        ascending.append((length, highest))
    return ascending


def preloaded(iotape, folder):
    """The environment in which a server's files are watched: `tape` and `faults` are in the folder."""
    sanitizer = os.environ.get("ASAN_OPTIONS", "").split(":") + ["verify_asan_link_order=0"]
    return {"LD_PRELOAD": iotape, "ASAN_OPTIONS": ":".join(filter(None, sanitizer)),
            "IOTAPE_FOLDER": os.path.join(folder, "data"),
            "IOTAPE_TAPE": os.path.join(folder, "tape"),
            "IOTAPE_FAULTS": os.path.join(folder, "faults")}


def change_zones(folder):
    """Another description: the next start begins a new epoch."""
    path = os.path.join(folder, "ring.json")
    with open(path) as f:
        zone = json.load(f)
    zone["locations"]["loft"]["description"] = "Dust and cobwebs."
    with open(path, "w") as f:
        json.dump(zone, f)
