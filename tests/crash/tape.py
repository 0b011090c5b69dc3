"""What iotape.so wrote down, and the folders that a crash could have left.

A disk keeps, of each file, what was written before its last completed sync, and of what came later
any part, sector by sector: so it does not matter in which order that would have been written. A name in a folder is kept for certain when that folder was
synced after it was made. Nothing more is taken for granted: not that a synced file has its name.
"""

import collections
import contextlib
import ctypes
import mmap
import os
import random
import struct

OPEN, WRITE, TRUNCATE, SYNC, RENAME, LINK, UNLINK, MKDIR = range(1, 9)
FAIL_WRITE, FAIL_SYNC, FAIL_RENAME, FAIL_SYNCED_WRITE, DIE, FULL, DIE_EARLY, SLOW, STOP, DIE_BEFORE = (
    1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
FOR_EVER = 0xffffffff
SECTOR = 512
HEAD = struct.Struct("<IIIIQQ")

Operation = collections.namedtuple("Operation", "kind synced path other offset data length begin end")


def read_tape(path):
    """All operations; `begin` and `end` are how long the tape was before and after it."""
    with open(path, "rb") as f:
        tape = f.read()
    operations, at = [], 0
    while at + HEAD.size <= len(tape):
        kind, synced, path_length, other_length, offset, length = HEAD.unpack_from(tape, at)
        begin = at
        at += HEAD.size
        name = tape[at:at + path_length].decode()
        at += path_length
        other = tape[at:at + other_length].decode()
        at += other_length
        data = b""
        if kind == WRITE:
            data = tape[at:at + length]
            at += length
        operations.append(Operation(kind, bool(synced), name, other, offset, data, length, begin, at))
    return operations


class Faults:
    """The page that iotape.so reads before every operation: struct faults of iotape.c."""

    FORM = struct.Struct("<IIIII44s")

    def __init__(self, path):
        self.path = path
        with open(path, "wb") as f:
            f.write(bytes(self.FORM.size))
        with open(path, "r+b") as f:
            self.page = mmap.mmap(f.fileno(), self.FORM.size)

    def set(self, what, error, skip=0, times=1, name=""):
        """`what` goes in last, as the server may be running."""
        self.clear()
        self.page[4:self.FORM.size] = self.FORM.pack(0, error, skip, times, 0, name.encode())[4:]
        ctypes.c_uint32.from_buffer(self.page).value = what

    def clear(self):
        ctypes.c_uint32.from_buffer(self.page).value = 0

    def made(self):
        return self.FORM.unpack(self.page[:])[4]


class File:
    """What is on the disk for certain, and what may be."""

    def __init__(self):
        self.safe = bytearray()
        self.pending = []  # (offset, bytes), or (length, None) for a new length

    def apply(self, content, change):
        offset, data = change
        if data is None:
            del content[offset:]
            content.extend(bytes(offset - len(content)))
            return
        content.extend(bytes(max(0, offset + len(data) - len(content))))
        content[offset:offset + len(data)] = data

    def sync(self):
        for change in self.pending:
            self.apply(self.safe, change)
        self.pending = []


class Folder:
    def __init__(self):
        self.safe = {}     # name: File or Folder
        self.now = {}
        self.pending = []  # (name, what it stands for or None), in order; a rename is two that
                           # belong together: [(name, None), (name, what)]

    def sync(self):
        self.safe = dict(self.now)
        self.pending = []


class Disk:
    """The folder under test, operation by operation."""

    def __init__(self):
        self.root = Folder()

    def find(self, path):
        at = self.root
        for part in path.split("/") if path not in ("", ".") else []:
            at = at.now.get(part) if isinstance(at, Folder) else None
        return at

    def place(self, path):
        folder, _, name = path.rpartition("/")
        return self.find(folder), name

    def change(self, path, what):
        folder, name = self.place(path)
        if what is None:
            folder.now.pop(name, None)
        else:
            folder.now[name] = what
        return folder, name

    def do(self, operation):
        """The operation, as one that is over."""
        kind, path = operation.kind, operation.path
        if kind in (OPEN, MKDIR) and not self.find(path):
            what = File() if kind == OPEN else Folder()
            folder, name = self.change(path, what)
            folder.pending.append([(name, what)])
        elif kind == WRITE:
            change = (operation.offset, operation.data)
            self.find(path).pending.append(change)
            if operation.synced:
                self.write_through(self.find(path))
        elif kind == TRUNCATE:
            self.find(path).pending.append((operation.length, None))
        elif kind == SYNC:
            self.find(path).sync()
        elif kind == UNLINK:
            folder, name = self.change(path, None)
            folder.pending.append([(name, None)])
        elif kind == LINK:
            what = self.find(path)
            folder, name = self.change(operation.other, what)
            folder.pending.append([(name, what)])
        elif kind == RENAME:
            self.rename(path, operation.other)

    @contextlib.contextmanager
    def under_way(self, operation):
        """A synced write that is not over may be there in part. Others add nothing by that."""
        waiting = self.find(operation.path).pending if operation.synced else []
        waiting.append((operation.offset, operation.data))
        yield
        waiting.pop()

    def write_through(self, file):
        """A synced write brings itself to the disk, and what it overlaps; not what else waits."""
        last = file.pending.pop()
        start, end = last[0], last[0] + len(last[1])
        file.apply(file.safe, last)
        file.pending = [c for c in file.pending
                        if c[1] is None or c[0] >= end or c[0] + len(c[1]) <= start]

    def rename(self, path, other):
        what = self.find(path)
        folder, name = self.change(path, None)
        to, new = self.change(other, what)
        if to is not folder:
            raise ValueError(f"{path} to {other}: from one folder to another is not modelled")
        folder.pending.append([(name, None), (new, what)])


class Choice:
    """How much of what was pending a crash lets through."""

    def __init__(self, rng, names, data):
        self.rng, self.names, self.data = rng, names, data

    def keep_names(self, pending):
        """Names of one folder: none, all, the first few, or some."""
        if self.names == "none":
            return []
        if self.names == "all":
            return pending
        if self.names == "first":
            return pending[:self.rng.randrange(len(pending) + 1)]
        return [p for p in pending if self.rng.random() < 0.5]

    def keep_data(self, pending):
        rng, how = self.rng, self.data
        if not pending or how == "none":
            return []
        if how == "all":
            return pending
        if how == "one":
            return [rng.choice(pending)]
        if how == "all but one":
            left_out = rng.randrange(len(pending))
            return pending[:left_out] + pending[left_out + 1:]
        if how == "first":
            return pending[:rng.randrange(len(pending) + 1)]
        if how == "some":
            return [p for p in pending if rng.random() < 0.5]
        if how == "one torn":
            at = rng.randrange(len(pending))
            return [c for i, p in enumerate(pending) for c in (tear(rng, p) if i == at else [p])]
        if how == "last torn":
            return pending[:-1] + tear(rng, pending[-1])
        return [c for p in pending for c in tear(rng, p)]  # "all torn"

    def keep_length(self, file):
        """A file may have become as long as it was to be, with zeros where nothing arrived."""
        lengths = [c[0] + len(c[1]) for c in file.pending if c[1] is not None]
        return max(lengths, default=0) if self.rng.random() < 0.3 else 0


HOW_NAMES = ["none", "all", "all", "first", "some"]
HOW_DATA = ["none", "all", "one", "all but one", "first", "some", "one torn", "last torn",
            "all torn"]


def tear(rng, change):
    """A write of which only some sectors have arrived."""
    offset, data = change
    if data is None or not data:
        return [change]
    cuts = [0] + [c for c in range(SECTOR - offset % SECTOR, len(data), SECTOR)] + [len(data)]
    sectors = [(offset + a, data[a:b]) for a, b in zip(cuts, cuts[1:])]
    if len(sectors) == 1:
        return sectors if rng.random() < 0.5 else []
    how = rng.randrange(3)
    if how == 0:  # only the first
        return sectors[:rng.randrange(len(sectors))]
    if how == 1:  # the middle is missing
        first = rng.randrange(len(sectors))
        last = rng.randrange(first + 1, len(sectors) + 1)
        return sectors[:first] + sectors[last:]
    return [s for s in sectors if rng.random() < 0.5]


def make_image(folder, choice, target):
    """The folder as a crash may have left it, on the real disk below `target`."""
    names = dict(folder.safe)
    for group in choice.keep_names(folder.pending):
        for name, what in group:
            names.pop(name, None)
            if what is not None:
                names[name] = what
    os.makedirs(target, exist_ok=True)
    for name, what in names.items():
        path = os.path.join(target, name)
        if isinstance(what, Folder):
            make_image(what, choice, path)
            continue
        content = bytearray(what.safe)
        for change in choice.keep_data(what.pending):
            what.apply(content, change)
        content.extend(bytes(max(0, choice.keep_length(what) - len(content))))
        with open(path, "wb") as f:
            f.write(content)


def random_choice(rng):
    return Choice(random.Random(rng.random()), rng.choice(HOW_NAMES), rng.choice(HOW_DATA))
