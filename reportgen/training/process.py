"""Takes a fresh process, gives a worker: event channel, command queue, pinned, dying with its parent."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import queue
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ORPHANED = 3
"""Exit code of a worker whose parent is gone."""
PR_SET_PDEATHSIG = 1


class Channel:
    """The way events leave: one JSON object per line, on a descriptor that nothing else writes to."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def send(self, event: Mapping[str, Any]) -> None:
        """Writes one event; a reader that is gone ends the process.

        Raises:
            ValueError: the event holds NaN or infinity.
        """
        data = (json.dumps(event, ensure_ascii=False, allow_nan=False) + "\n").encode()
        try:
            while data:
                data = data[os.write(self._descriptor, data) :]
        except OSError:
            os._exit(ORPHANED)


def take_stdout() -> Channel:
    """Keeps the standard output for events and sends file descriptors 1 and 2 to ``REPORTGEN_LOG``.

    Native code of TensorFlow writes to descriptors, not to ``sys.stdout``; without a log file they
    go to where the standard error goes.
    """
    channel = Channel(os.dup(1))
    log = os.environ.get("REPORTGEN_LOG", "")
    if log:
        target = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.dup2(target, 1)
        os.dup2(target, 2)
        os.close(target)
    else:
        os.dup2(2, 1)
    return channel


def die_with_parent() -> None:
    """Asks Linux to kill this process when its parent dies; leaves Ctrl-C to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def pin() -> None:
    """Stays on the CPUs of ``REPORTGEN_CPU`` (``0`` or ``0,2``) where the system can do that."""
    wanted = os.environ.get("REPORTGEN_CPU", "")
    numbers = {int(part) for part in wanted.split(",") if part.strip().isdigit()}
    if numbers and hasattr(os, "sched_setaffinity"):
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, numbers)


def threads_wanted() -> int:
    """Threads asked for in ``REPORTGEN_THREADS``; 0 means all."""
    text = os.environ.get("REPORTGEN_THREADS", "0").strip()
    return int(text) if text.isdigit() else 0


def limit_threads() -> None:
    """Tells the libraries under NumPy and Keras how many threads they may use, before they load."""
    wanted = threads_wanted()
    if wanted:
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
            os.environ[name] = str(wanted)


def read_commands() -> queue.SimpleQueue[dict[str, Any]]:
    """Starts the thread that reads commands; the end of the input means that the parent is gone."""
    commands: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(commands,), daemon=True, name="commands").start()
    return commands


def _read(commands: queue.SimpleQueue[dict[str, Any]]) -> None:
    """Puts every line into the queue; only a ``stop`` makes the end of the input a normal end."""
    stopping = False
    buffered = os.fdopen(os.dup(0), "rb")
    for line in buffered:
        if line.strip():
            command = json.loads(line)
            stopping = stopping or command.get("command") == "stop"
            commands.put(command)
    if not stopping:
        os._exit(ORPHANED)


def resident_bytes(*, own: bool = False) -> int:
    """Memory of this process in bytes, 0 where it cannot be known; ``own``: without mapped files."""
    try:
        resident, shared = Path("/proc/self/statm").read_text(encoding="ascii").split()[1:3]
        return (int(resident) - own * int(shared)) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        pass
    return peak_bytes() or 0


def reset_peak() -> None:
    """Lets the high-water mark of memory start anew, where Linux allows it: a worker trains many runs."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_bytes() -> int | None:
    """High-water mark of the resident memory in bytes since :func:`reset_peak`, or since the start.

    A warm worker's mark includes what TensorFlow has not given back after earlier runs. Linux' own file
    comes before ``getrusage``, whose mark a process inherits from the one that started it.
    """
    with contextlib.suppress(OSError, ValueError, IndexError):
        text = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        return int(text.split("VmHWM:")[1].split()[0]) * 1024
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
