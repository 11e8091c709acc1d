"""What runs on this machine, told by /proc."""

from __future__ import annotations

import time
from pathlib import Path


def children(pid):
    """Living processes that a process started."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found


def gone(pids, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            return True
        time.sleep(0.02)
    return False


def descendants(pid):
    """Living processes that a process started, and those that these started."""
    found = children(pid)
    for child in list(found):
        found += descendants(child)
    return found


def running(text, variable=""):
    """Processes whose command line holds a text, and whose environment another."""
    return [pid for pid in _all() if text in _read(pid, "cmdline") and variable in _read(pid, "environ")]


def _all():
    return [int(path.name) for path in Path("/proc").glob("[0-9]*")]


def _read(pid, name):
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def listening(pids):
    """Addresses, as the kernel writes them, at which processes wait for connections."""
    inodes = set()
    for pid in pids:
        for link in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                inodes.add(str(link.readlink()))
            except OSError:
                continue
    rows = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
    ]
    return {row[1].split(":")[0] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in inodes}
