"""The generated worlds of scripts/bench: a grid of locations, each of one text, with a way to every neighbour.
The broadcast floor (tests/bench/broadcast.c) has the same grid, and gets the text as the server folds it."""

import json
import os
import textwrap

WIDTH, HEIGHT = 11, 10
COLUMNS = 80  # of a client that has not said how many it has
TEXT = ("Four lanes meet here between workshops with open doors. Brass filings glitter in the cracks of the "
        "paving, and a row of keys too large for any door hangs from a rail above the corner. Somebody is "
        "sawing iron nearby, slowly, with pauses. The wall opposite has been painted with the opening hours "
        "of a shop that is not there any more.")
WAYS = {"north": (0, -1), "east": (1, 0), "south": (0, 1), "west": (-1, 0)}


def write_grid(folder, pebble=False):
    """A zones folder with the grid; its start is the corner 0-0. `pebble`: there is a thing to get there."""
    locations = {}
    for y in range(HEIGHT):
        for x in range(WIDTH):
            exits = {way: f"c{x + dx}y{y + dy}" for way, (dx, dy) in WAYS.items()
                     if 0 <= x + dx < WIDTH and 0 <= y + dy < HEIGHT}
            locations[f"c{x}y{y}"] = {"name": f"Crossing {x}-{y}", "description": TEXT, "exits": exits}
    locations["c0y0"]["start"] = True
    zone = {"zone": {"ref": "grid", "name": "Grid", "author": "scripts/bench", "about": "Crossings, all alike."},
            "locations": locations, "things": {}, "resets": []}
    if pebble:
        zone["things"]["pebble"] = {"name": "a pebble", "aliases": ["pebble"], "in": "c0y0"}
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "grid.json"), "w") as f:
        json.dump(zone, f)


def broadcast_command(floor, port):
    text = "".join(line + "\r\n" for line in textwrap.wrap(TEXT, COLUMNS))
    return [floor, "--port", str(port), "--grid", f"{WIDTH}x{HEIGHT}", "--text", text]
