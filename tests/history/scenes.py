"""The small worlds of the histories: what is in them, their zone, and how a reply is understood.

Every thing, container, door and player has a name of one word that nothing else has, so a list tells
exactly what is there.
"""

import collections
import json
import os
import re

from reports import Lost

PLAYERS = ["Anna", "Bertold", "Clara", "Dorian", "Emil", "Frida", "Gustav", "Hilda", "Ivan", "Jolanda",
           "Konrad", "Ludmila", "Moritz", "Nikola", "Oskar", "Paula"]
THINGS = ["anchor", "lantern", "hammer", "pitcher", "bucket", "shovel"]
ROOMS = ["Mill", "Barn", "Yard"]
BACK = {"east": "west", "west": "east"}

# Rooms stand in a row. `doors` has, for each way to the next, (door, key) or None; `chests` (name, room, key).
Scene = collections.namedtuple("Scene", "title players rooms things bags chests doors keys")

SCENES = {
    "room": Scene("one room", 4, 1, 3, [], [], [], []),
    "rooms": Scene("two rooms", 8, 2, 5, [], [], [None], []),
    "containers": Scene("containers", 8, 2, 4, ["satchel", "pouch"], [("coffer", 0, "passkey")], [None],
                        ["passkey"]),
    "doors": Scene("doors", 16, 3, 5, ["satchel"], [("coffer", 1, None)],
                   [("gate", "latchkey"), ("hatch", None)], ["latchkey"]),
    "disk": Scene("a failing disk", 8, 2, 4, ["satchel"], [("coffer", 1, None)], [("gate", "latchkey")],
                  ["latchkey"]),
    "kills": Scene("kills", 12, 3, 5, ["satchel", "pouch"], [("coffer", 1, "passkey")],
                   [("gate", "passkey"), None], ["passkey"]),
}


def article(name):
    return ("an " if name[0] in "aeiou" else "a ") + name


class Ground:
    """One scene, with everything in it by name."""

    def __init__(self, scene):
        self.scene = scene
        self.players = PLAYERS[:scene.players]
        self.rooms = ROOMS[:scene.rooms]
        self.first = {}  # of everything that can be taken: where it is
        for i, name in enumerate(THINGS[:scene.things] + scene.keys + scene.bags):
            self.first[name] = self.rooms[i % scene.rooms]
        self.chests = {name: self.rooms[at] for name, at, _ in scene.chests}
        self.containers = scene.bags + list(self.chests)
        self.simple = [t for t in self.first if t not in scene.bags]  # goes into containers
        self.key_of = {d[0]: d[1] for d in scene.doors if d and d[1]}
        self.key_of.update({name: key for name, _, key in scene.chests if key})
        self.doors = [d[0] for d in scene.doors if d] + list(self.chests)
        self.ways = {r: {} for r in self.rooms}
        for i in range(scene.rooms - 1):
            self.ways[self.rooms[i]]["east"] = self.rooms[i + 1]
            self.ways[self.rooms[i + 1]]["west"] = self.rooms[i]
        self.sides = {d[0]: self.rooms[i:i + 2] for i, d in enumerate(scene.doors) if d}

    def make_zone(self, folder):
        locations, things = {}, {}
        for name in self.rooms:
            locations[name.lower()] = {
                "name": f"The {name}", "description": "Bare walls.",
                "exits": {d: to.lower() for d, to in self.ways[name].items()}}
        locations[self.rooms[0].lower()]["start"] = True
        for name, room in self.first.items():
            things[name] = {"name": article(name), "aliases": [name], "description": "Iron.",
                            "in": room.lower()}
            if name in self.scene.bags:
                things[name]["inventory"] = True
        for name, at, key in self.scene.chests:
            things[name] = {"name": article(name), "aliases": [name], "description": "Oak.",
                            "narrative": True, "inventory": True, "in": self.rooms[at].lower(),
                            "door": dict({"open": True}, **({"key": key} if key else {}))}
        for i, door in enumerate(self.scene.doors):
            if door:
                name, key = door
                things[name] = {"name": article(name), "aliases": [name], "description": "Oak.",
                                "narrative": True, "in": self.rooms[i].lower(),
                                "door": dict({"exit": "east", "open": True}, **({"key": key} if key else {}))}
        zone = {"zone": {"ref": "ground", "name": "The Ground", "reset": {"mode": "never"}},
                "locations": locations, "things": things}
        os.mkdir(folder)
        with open(os.path.join(folder, "ground.json"), "w") as f:
            json.dump(zone, f, indent=1)

    def header(self):
        """What the judge has to know of it."""
        lines = [f"room {r}" for r in self.rooms]
        for name, room in self.first.items():
            lines.append(f"{'bag' if name in self.scene.bags else 'thing'} {name} {room}")
        for name, at, key in self.scene.chests:
            lines += [f"chest {name} {self.rooms[at]}", f"lid {name} open {key or ''}".rstrip()]
        for i, door in enumerate(self.scene.doors):
            a, b = self.rooms[i:i + 2]
            if door:
                lines.append(f"door {door[0]} open {door[1] or ''}".rstrip())
            by = " " + door[0] if door else ""
            lines += [f"way {a} east {b}{by}", f"way {b} west {a}{by}"]
        return lines + [f"player {p} {self.rooms[0]}" for p in self.players]


def understand(ground, request, text):
    """The answer in the words of the recording."""
    verb = request[0]
    found = []
    if verb in ("look", "go"):
        found += see_room(ground, text)
    if verb == "inventory":
        found += see_list(text, r"^You are not carrying anything\.$", r"^You are carrying:$")
    if verb == "peek":
        b = request[1]
        found += see_list(text, rf"^An? {b} is empty\.$", rf"^In an? {b} you see:$")
    for pattern, answer in ANSWERS[verb]:
        what, whom = (request + ["", ""])[1:3]
        match = re.search("^" + pattern.format(what=what, whom=whom) + "$", text, re.M)
        if match:
            found.append(" ".join([answer] + [g.lower() for g in match.groups()]))
    if len(found) != 1:
        raise Lost(f"{' '.join(request)!r} has {len(found)} answers in {text!r}")
    return found[0]


AWAY = (r"You see no '{whom}' here\.", "away")
SHUT = (r"An? {whom} is closed\.", "shut")
ELSEWHERE = (r"You see no '{what}' here\.", "absent")
ANSWERS = {
    "take": [(r"You take an? {what}\.", "ok"), (r"You have an? {what} already\.", "have"),
             (r"An? {what} is in an? (\w+)\.", "inside"), ELSEWHERE],
    "drop": [(r"You drop an? {what}\.", "ok"), (r"You see no '{what}' among your things\.", "absent")],
    "put": [(r"You put an? {what} into an? {whom}\.", "ok"), AWAY, SHUT,
            (r"You see no '{what}' among your things\.", "absent")],
    "get": [(r"You take an? {what} out of an? {whom}\.", "ok"), AWAY, SHUT,
            (r"You see no '{what}' in there\.", "absent")],
    "give": [(r"You give an? {what} to {whom}\.", "ok"), AWAY,
             (r"You see no '{what}' among your things\.", "absent")],
    "go": [(r"You cannot go {what}, an? \w+ is blocking your way\.", "shut"),
           (r"You cannot go {what} from here\.", "absent")],
    "open": [(r"You open an? {what}\.", "ok"), (r"An? {what} is open already\.", "already"),
             (r"An? {what} is locked\.", "locked"), ELSEWHERE],
    "close": [(r"You close an? {what}\.", "ok"), (r"An? {what} is closed already\.", "already"), ELSEWHERE],
    "lock": [(r"You lock an? {what}\.", "ok"), (r"An? {what} is locked already\.", "already"),
             (r"An? {what} is open; close it first\.", "opened"),
             (r"You do not have the key to lock an? {what}\.", "keyless"), ELSEWHERE],
    "unlock": [(r"You unlock an? {what}\.", "ok"), (r"An? {what} is not locked\.", "already"),
               (r"You do not have the key to unlock an? {what}\.", "keyless"), ELSEWHERE],
    "look": [], "inventory": [],
    "peek": [(r"An? {what} is closed\.", "shut"), (r"You see no '{what}' here\.", "away")],
}
# While the disk takes no more; looking goes on.
REFUSED = (r"The server's disk takes no more, so nothing can change just now\.[^\n]*", "refused")
CHANGING = [verb for verb in ANSWERS if verb not in ("look", "inventory", "peek")]
for _verb in CHANGING:
    ANSWERS[_verb].append(REFUSED)


def listed(names):
    return ",".join(names) or "-"


def see_room(ground, text):
    titles = re.findall(r"^The (%s)$" % "|".join(ground.rooms), text, re.M)
    if not titles:
        return []
    seen = text[text.index(f"The {titles[0]}\n"):]
    exits = re.findall(r"^You see exits: (.*)\.$", seen, re.M)
    if len(titles) != 1 or len(exits) != 1:
        raise Lost(f"not one look in {text!r}")
    things = re.findall(r"^You see an? (\w+) here\.$", seen, re.M)
    players = re.findall(r"^(\w+) is here\.$", seen, re.M)
    shut = re.findall(r"(\w+) \(closed\)", exits[0])
    return [f"seen {titles[0]} {listed(things)} {listed(players)} {listed(shut)}"]


def see_list(text, nothing, begin):
    if re.search(nothing, text, re.M):
        return ["seen - - - -"]
    begun = re.search(begin, text, re.M)
    if not begun:
        return []
    names = re.findall(r"^  an? (\w+)$", text[begun.end():], re.M)
    return [f"seen - {listed(names)} - -"]
