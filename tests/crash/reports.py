"""Finds what sanitizers and the lock checker have reported of the programs that the harnesses start.

A program that has reported something may end in order, or be killed before it can tell by its status.
Reports are looked for in what it said and in the files of a sanitizer's `log_path`; those that were there
before are not ours.
"""

import glob
import os
import re
import subprocess

REPORT = re.compile(
    r"(?:ERROR|WARNING|FATAL|SUMMARY): \w*Sanitizer\b|Sanitizer:DEADLYSIGNAL|: runtime error: "
    # Reports of long waits and holds, stale decisions and lost steps are no failure.
    r"|^L(?!024|025|036|038)\d{3} [a-z-]+  |^lock checker: (?!0 )\d+ violations", re.M)
TOLD_MAX = 12  # lines of a report


class Lost(Exception):
    """What must not be."""


def find(text):
    """The first report in it, or None."""
    found = REPORT.search(text)
    if not found:
        return None
    return "\n".join(text[text.rfind("\n", 0, found.start()) + 1:].splitlines()[:TOLD_MAX])


def logs():
    """The files of every sanitizer's log_path."""
    files = set()
    for name, value in os.environ.items():
        if re.fullmatch(r"\w*SAN_OPTIONS", name):
            for path in re.findall(r"(?:^|[:, ])log_path=[\"']?([^:,\"' ]+)", value):
                files.update(glob.glob(glob.escape(path) + ".*"))
    return files


OTHERS = logs()


def find_anywhere(text):
    """The first report in what a program said or in a log, and where it stands; or None."""
    report = find(text)
    if report:
        return report
    for path in sorted(logs() - OTHERS):
        with open(path, errors="replace") as f:
            report = find(f.read())
        if report:
            return f"{path}: {report}"
    return None


def check(text, whose, expected=None):
    """`expected`: the code of a report that has to be there; its lines are no others."""
    if expected:
        if not re.search(rf"^{expected} ", text, re.M):
            raise Lost(f"{whose} has no report {expected}: {text}")
        text = re.sub(rf"^{expected} .*$", "", text, flags=re.M)
    report = find_anywhere(text)
    if report:
        raise Lost(f"{whose} has a report: {report}")


def run(command, timeout, stderr=subprocess.STDOUT, expected=None):
    """A program to its end. Its output, with the errors if they are not wanted apart, may hold no report but
    one that is expected."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=stderr, text=True, errors="replace",
                          timeout=timeout)
    check(done.stdout + (done.stderr or ""), " ".join(command[1:3]), expected)
    return done
