"""Takes commands, gives the events of one worker process.

The worker lives in a session of its own, so that Ctrl-C reaches only the
parent and the parent can end the worker with everything it started.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reportgen.errors import MissingError

Message = Mapping[str, Any]
GONE: Message = {"event": "gone"}


class Worker:
    """One training process with the threads and the processor it may use."""

    def __init__(self, log: Path, *, threads: int, cpu: int | None, inbox: queue.Queue[tuple[Worker, Message]]):
        self.threads = threads
        self.cpu = cpu
        self.log = log
        self.inbox = inbox
        self.heard = time.monotonic()
        self.process = self._spawn()
        threading.Thread(target=self._listen, daemon=True).start()

    def _spawn(self) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "KERAS_BACKEND": "tensorflow",
            "TF_CPP_MIN_LOG_LEVEL": "2",
            "PYTHONUNBUFFERED": "1",
            "REPORTGEN_THREADS": str(self.threads),
            "REPORTGEN_CPU": "" if self.cpu is None else str(self.cpu),
            "REPORTGEN_LOG": str(self.log),
        }
        if self.threads:
            environment["OMP_NUM_THREADS"] = str(self.threads)
        return subprocess.Popen(  # noqa: S603 - our own module, no shell
            [sys.executable, "-m", "reportgen.training"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log.open("ab"),
            env=environment,
            start_new_session=True,
        )

    def _listen(self) -> None:
        stream = self.process.stdout
        if stream is None:
            raise AssertionError("the worker was started with a pipe")
        for line in stream:
            self.heard = time.monotonic()
            try:
                message = json.loads(line)
            except ValueError:
                continue  # a library that writes to the old stdout is no event
            self.inbox.put((self, message))
        self.inbox.put((self, GONE))

    def send(self, command: Message) -> bool:
        """Give the worker a command; False when it is gone."""
        stream = self.process.stdin
        if stream is None:
            raise AssertionError("the worker was started with a pipe")
        try:
            stream.write(json.dumps(command).encode() + b"\n")
            stream.flush()
        except (BrokenPipeError, ValueError, OSError):
            return False
        self.heard = time.monotonic()
        return True

    def silence(self) -> float:
        """Seconds since it was last heard or spoken to."""
        return time.monotonic() - self.heard

    def exit_reason(self) -> str:
        """Why the process ended, in words for a report."""
        code = self.process.wait()
        if code == -signal.SIGKILL:
            return "el sistema terminó el proceso (probablemente por falta de memoria)"
        if code < 0:
            return f"el proceso murió por la señal {signal.Signals(-code).name}"
        return f"el proceso terminó sin resultado (código {code})"

    def kill(self) -> None:
        """End the process and everything it started, at once."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            self.process.kill()
        except AttributeError:  # no process groups on Windows
            self.process.kill()
        self.process.wait()

    def stop(self, grace: float = 2.0) -> None:
        """Ask the process to end; end it when it does not."""
        self.send({"command": "stop"})
        try:
            self.process.wait(grace)
        except subprocess.TimeoutExpired:
            self.kill()


def require_keras() -> None:
    """Fail before anything is started where TensorFlow or Keras is not installed."""
    from importlib.util import find_spec

    lacking = [name for name in ("tensorflow", "keras") if find_spec(name) is None]
    if lacking:
        raise MissingError(
            f"para entrenar falta instalar {' y '.join(lacking)}",
            next_step="pip install 'reportgen[train]' (con GPU de NVIDIA: 'reportgen[train,gpu]')",
        )
