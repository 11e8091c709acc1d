"""Takes commands, gives the events of one worker process.

The worker lives in a session of its own, so that Ctrl-C reaches only the
parent and the parent can end the worker with everything it started.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from reportgen.errors import MissingError

Message = Mapping[str, Any]
GONE: Message = {"event": "gone"}
GRACE = 2.0
"""Seconds a process may take to end by itself."""


ATTEMPTS = 2
"""Times that a job is begun whose worker dies."""


class AnyWorker(Protocol):
    """What a pool gives jobs to, wherever it is; ``attempts`` is how often a job is begun that it loses."""

    attempts: int

    def send(self, command: Message) -> bool:
        """Give it a command; False when it is gone."""

    def silence(self) -> float:
        """Seconds since it was last heard or spoken to."""

    def exit_reason(self) -> str:
        """Why it ended, in words for a report."""

    def kill(self) -> None:
        """End it at once."""

    def ask_to_stop(self) -> None:
        """Tell it to end by itself."""

    def stop(self) -> None:
        """See to it that it ends."""


Inbox = queue.Queue[tuple[AnyWorker, Message]]
TRAINING = (sys.executable, "-P", "-m", "reportgen.training")
"""The process that trains."""


class Worker:
    """One training process with the threads and the processor it may use."""

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        *,
        threads: int,
        cpu: int | None,
        inbox: Inbox,
        more: Mapping[str, str] | None = None,
    ) -> None:
        """Start the process; ``more`` is added to its environment."""
        self.attempts = ATTEMPTS
        self.threads = threads
        self.cpu = cpu
        self.inbox = inbox
        self.heard = time.monotonic()
        self.process = self._spawn(command, log, more or {})
        threading.Thread(target=self._listen, daemon=True).start()

    def _spawn(self, command: Sequence[str], log: Path, more: Mapping[str, str]) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "KERAS_BACKEND": "tensorflow",
            "TF_CPP_MIN_LOG_LEVEL": "2",
            "PYTHONUNBUFFERED": "1",
            "REPORTGEN_THREADS": str(self.threads),
            "REPORTGEN_CPU": "" if self.cpu is None else str(self.cpu),
            "REPORTGEN_LOG": str(log),
        }
        if self.threads:
            environment["OMP_NUM_THREADS"] = str(self.threads)
        environment.update(more)
        with log.open("ab") as errors:
            return subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=environment,
                start_new_session=True,
            )

    def _listen(self) -> None:
        stream = self.process.stdout
        if stream is None:
            raise AssertionError("the worker was started with a pipe")
        with stream:
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
        """Why the process ended, in words for a report; one that only fell silent is ended here."""
        try:
            code = self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.kill()
            return "el proceso cerró su salida y no terminó"
        self._close()
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
        self._close()

    def ask_to_stop(self) -> None:
        """Tell the process to end by itself; :meth:`stop` sees to it that it does."""
        self.send({"command": "stop"})
        self._close()

    def stop(self) -> None:
        """End the process, which is idle; taking TensorFlow apart would keep the others waiting."""
        self.kill()

    def _close(self) -> None:
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):  # what it did not read any more is lost with it
                self.process.stdin.close()


def require_keras() -> None:
    """Fail before anything is started where TensorFlow or Keras is not installed."""
    from importlib.util import find_spec

    lacking = [name for name in ("tensorflow", "keras") if find_spec(name) is None]
    if lacking:
        raise MissingError(
            f"para entrenar falta instalar {' y '.join(lacking)}",
            next_step="pip install 'reportgen[train]' (con GPU de NVIDIA: 'reportgen[train,gpu]')",
        )
