"""Players that ask one thing after the other, and the recording of what all of them asked and saw.

One thread serves all connections. A request is recorded before it is sent and an answer after it has
come, so of two lines of the recording the upper one was earlier.
"""

import selectors
import time

from bots import REPLY_LIMIT, PROMPT, PROMPTS, Bot, Died
from reports import Lost
from scenes import understand

MIX = [("look", 22), ("inventory", 8), ("go", 14), ("take", 18), ("drop", 10), ("put", 8), ("get", 8),
       ("give", 6), ("peek", 8), ("door", 9)]


class Recording:
    def __init__(self, path, ground):
        self.file = open(path, "w")
        self.path, self.ground = path, ground
        self.began = time.monotonic()
        self.place = dict(ground.first)  # as far as the answers tell; to choose sensible requests by
        self.room = {p: ground.rooms[0] for p in ground.players}
        self.door = {d: "open" for d in ground.doors}
        self.file.write("\n".join(ground.header()) + "\n")

    def note(self, *words):
        now = int((time.monotonic() - self.began) * 1e6)
        self.file.write(" ".join([words[0], str(now)] + list(words[1:])) + "\n")

    def learn(self, player, request, answer):
        verb = request[0]
        if verb in ("look", "go") and answer.startswith("seen "):
            _, room, things, *_ = answer.split()
            self.room[player] = room
            for t in things.split(",") if things != "-" else []:
                self.place[t] = room
        elif verb == "inventory":
            things = answer.split()[2]
            for t in things.split(",") if things != "-" else []:
                self.place[t] = player
        elif answer == "ok" and verb in ("take", "drop", "put", "get", "give"):
            self.place[request[1]] = {"take": player, "get": player, "drop": self.room[player]}.get(
                verb, request[-1])
        elif answer == "ok":
            self.door[request[1]] = {"open": "open", "lock": "locked"}.get(verb, "closed")

    def close(self):
        self.file.close()


class Player(Bot):
    def __init__(self, name, recording, rng):
        super().__init__(name)
        self.recording, self.ground, self.rng = recording, recording.ground, rng
        self.request = None
        self.first = []  # what is asked before anything by chance

    def ask_next(self):
        self.request = self.first.pop(0) if self.first else self.choose()
        self.recording.note("ask", self.name, *self.request)
        self.count += 1
        self.seen = ""
        self.asked = time.monotonic()
        verb, *rest = self.request
        self.send({"peek": "look in {}", "put": "put {} in {}", "get": "get {} from {}",
                   "give": "give {} to {}", "go": "{}"}.get(verb, " ".join(self.request)).format(*rest))

    def take_what_came(self):
        """True when the answer is whole."""
        self.receive()
        while self.request:
            found = PROMPT.search(self.text)
            if not found:
                return False
            self.seen += self.text[:found.end()]
            self.text = self.text[found.end():]
            if int(found.group(1)) >= self.count:
                answer = understand(self.ground, self.request, PROMPTS.sub("\n", self.seen))
                self.recording.note("answer", self.name, answer)
                self.recording.learn(self.name, self.request, answer)
                self.request = None
        return True

    # What to ask.

    def some(self, likely, all_of_them):
        return self.rng.choice(likely if likely and self.rng.random() < 0.8 else all_of_them)

    def things_in(self, *places):
        return [t for t in self.ground.first if self.recording.place[t] in places]

    def choose(self):
        ground = self.ground
        verbs = [(v, n) for v, n in MIX if not (
            (v in ("put", "get", "peek") and not ground.containers) or (v == "door" and not ground.doors)
            or (v == "go" and len(ground.rooms) < 2))]
        verb = self.rng.choices([v for v, _ in verbs], [n for _, n in verbs])[0]
        room, name = self.recording.room[self.name], self.name
        if self.rng.random() < 0.2 and any(self.recording.place[k] == name for k in ground.key_of.values()):
            verb = "door"
        everything = list(ground.first)
        if verb in ("look", "inventory"):
            return [verb]
        if verb == "go":
            return [verb, self.some(list(ground.ways[room]), ["east", "west"])]
        if verb == "take":
            return [verb, self.some(self.things_in(room), everything)]
        if verb == "drop":
            return [verb, self.some(self.things_in(name), everything)]
        if verb == "give":
            near = [p for p in ground.players if self.recording.room[p] == room and p != name]
            return [verb, self.some(self.things_in(name), everything),
                    self.some(near, [p for p in ground.players if p != name])]
        if verb == "door":
            return self.choose_door(room)
        return self.choose_container(verb, room)

    def choose_door(self, room):
        near = [d for d in self.ground.doors if room in self.ground.sides.get(d, [self.ground.chests.get(d)])]
        door = self.some(near, self.ground.doors)
        if door not in self.ground.key_of:
            return [self.rng.choice(["open", "open", "close"]), door]
        # Who has the key does what can be done; others do not know.
        if self.recording.place[self.ground.key_of[door]] == self.name and self.rng.random() < 0.8:
            state = self.recording.door[door]
            return [{"open": "close", "locked": "unlock"}.get(state, self.rng.choice(["lock", "open"])), door]
        return [self.rng.choice(["open", "open", "close", "lock", "unlock"]), door]

    def choose_container(self, verb, room):
        near = [b for b in self.ground.containers
                if self.recording.place.get(b, self.ground.chests.get(b)) in (room, self.name)]
        container = self.some(near, self.ground.containers)
        if verb == "peek":
            return [verb, container]
        likely = self.things_in(self.name if verb == "put" else container)
        return [verb, self.some([t for t in likely if t in self.ground.simple], self.ground.simple),
                container]


def play(players, until):
    """All of them until that time; then what is under way is left so."""
    with selectors.DefaultSelector() as selector:
        for p in players:
            selector.register(p.socket, selectors.EVENT_READ, p)
            if not p.request:  # else it waits for what it asked before
                p.ask_next()
        while time.monotonic() < until:
            ready = selector.select(0.05)
            done = [key.data for key, _ in ready if key.data.take_what_came()]
            for p in done:
                p.ask_next()
            late = [p for p in players if time.monotonic() - p.asked > REPLY_LIMIT]
            if late:
                raise Lost(f"{late[0].name} waits for a reply to {late[0].request}; had "
                           f"{late[0].text[-300:]!r}")


def finish(players):
    """Each gets the answer to what it asked last."""
    for p in players:
        while p.request:
            p.take_what_came()


def drain(players):
    """What a dead server had sent was shown, so it counts."""
    for p in players:
        try:
            while True:
                p.take_what_came()
        except Died:
            pass
        p.request = None
