"""Commits an entry again and again, killed at its 1st, 2nd, 3rd ... file operation until it is not.

Takes a scratch folder and a scenario; after every kill looks at what a reader would see, and ends with
code 1 and the reason when that is wrong. Prints at how many places it was killed.
"""

from __future__ import annotations

import builtins
import io
import os
import shutil
import signal
import sys
from itertools import count
from pathlib import Path

from reportgen.store import Store

KEY = "ab" * 32
OLD, NEW = {"result.json": b"old"}, {"result.json": b"new", "labels.npy": b"0" * 5000}

TOUCHING = (
    "fsync", "rename", "replace", "link", "symlink", "mkdir", "open", "write", "sendfile", "truncate",
    "chmod", "utime", "unlink", "rmdir", "scandir",
)  # fmt: skip


def fault_at(number):
    """Patches everything through which a file is touched; the call with this number never returns."""
    left = iter(range(number - 1, -1, -1))

    def killing(function):
        def call(*arguments, **named):
            if next(left, 1) == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*arguments, **named)

        return call

    for name in TOUCHING:
        setattr(os, name, killing(getattr(os, name)))
    io.open = builtins.open = killing(io.open)


def before(store, scenario):
    if scenario == "fresh":
        return
    store.put("runs", KEY, OLD)
    if scenario == "damaged":
        (store.folder("runs", KEY) / "result.json").write_bytes(b"xxx")


def seen(store):
    entry = store.get("runs", KEY)
    return None if entry is None else dict(entry.files)


ALLOWED = {
    "fresh": (None, NEW),
    "kept": (OLD,),
    "damaged": (None, NEW),
    "replaced": (None, OLD, NEW),
}
"""What a reader may see after a kill anywhere."""


def attempt(root, scenario, number):
    """Whether the commit came to its end."""
    store = Store(root)
    before(store, scenario)
    child = os.fork()
    if child == 0:
        fault_at(number)
        store.put("runs", KEY, NEW, replace=scenario == "replaced")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    corrupt = len(list((root / "corrupt").glob("*")))
    found = seen(store)
    if found not in ALLOWED[scenario]:
        sys.exit(f"{scenario}, killed at operation {number}: a reader sees {found}")
    if scenario != "damaged" and len(list((root / "corrupt").glob("*"))) != corrupt:
        sys.exit(f"{scenario}, killed at operation {number}: an incomplete entry was visible")
    store.sweep()
    if list((root / "tmp").glob("*")):
        sys.exit(f"{scenario}, killed at operation {number}: the sweep left something in tmp")
    store.put("runs", KEY, NEW)
    if seen(store) not in (OLD, NEW):
        sys.exit(f"{scenario}, killed at operation {number}: the next commit does not work")
    return os.WIFEXITED(status)


def main():
    scratch, scenario = Path(sys.argv[1]), sys.argv[2]
    for number in count(1):
        root = scratch / str(number)
        if attempt(root, scenario, number):
            sys.stdout.write(f"{number - 1}\n")
            return
        shutil.rmtree(root)


if __name__ == "__main__":
    main()
