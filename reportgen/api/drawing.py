"""Takes info values, gives their figures: those of an earlier report, or drawn by a process for each core."""

from __future__ import annotations

import base64
import json
import os
import pickle
import queue
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, cast

from reportgen.api.cache import Cache
from reportgen.api.inputs import PACKAGE
from reportgen.errors import RenderError
from reportgen.log import logger
from reportgen.report.figure import Figure
from reportgen.report.figure_key import figure_key

if TYPE_CHECKING:
    from reportgen.report.figures import Info
    from reportgen.report.locale import Locale

FOLDER = "figures"
LIMIT = 256 * 2**20
"""Bytes of figures that are kept beyond those of the last report."""
PATIENCE = 300.0
"""Seconds after which a figure that others draw is no longer waited for."""
COMMAND = (sys.executable, "-P", "-m", "reportgen.report.figures")
_LOG = logger("drawing")


class Pool:
    """Draws what it is called with, unless it is known; the processes are started when they are needed.

    Args:
        cache: where figures are kept.
        program: stands for everything that draws: see :mod:`reportgen.api.inputs`.
        workers: processes at a time; with one, figures are drawn in this process.
    """

    def __init__(self, cache: Cache, program: str, workers: int) -> None:
        self._cache = cache
        self._program = program
        self._workers = workers
        self._threads = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="drawing")
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        self._started: list[_Worker] = []
        self._asked: dict[str, Callable[[], Figure]] = {}

    def __enter__(self) -> Self:
        """Where no figure is known, the processes start at once: what comes before drawing takes as long."""
        if self._workers > 1 and not self._cache.any(FOLDER):
            with suppress(OSError):  # there are those that could be started
                for _ in range(self._workers):
                    self._idle.put(self._start())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the processes, which hold nothing; when all went well, also bound the figures that are kept."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._started:
            worker.kill()
        self._threads.shutdown()
        for worker in self._started:
            worker.close()
        if kind is None:
            self._cache.sweep(FOLDER, {_name(key) for key in self._asked}, LIMIT)

    def __call__(self, info: Info, locale: Locale) -> Callable[[], Figure]:
        """Begin to draw."""
        key = figure_key(info, locale, self._program)
        if key not in self._asked:
            known = self._known(key)
            self._asked[key] = (lambda: known) if known is not None else self._begin(key, info, locale)
        return self._asked[key]

    def _known(self, key: str) -> Figure | None:
        content = self._cache.get(_name(key))
        return None if content is None else _decoded(content)

    def _begin(self, key: str, info: Info, locale: Locale) -> Callable[[], Figure]:
        """One drawn elsewhere is waited for; where that went wrong, it is drawn here, which says why."""
        if self._workers == 1:
            figure = self._kept(key, _here(info, locale))
            return lambda: figure
        future = self._threads.submit(self._elsewhere, info, locale)

        @cache
        def wait() -> Figure:
            try:
                figure = future.result(PATIENCE)
            except TimeoutError:
                figure = None
            return self._kept(key, figure or _here(info, locale))

        return wait

    def _kept(self, key: str, figure: Figure) -> Figure:
        self._cache.put(_name(key), _encoded(figure))
        return figure

    def _elsewhere(self, info: Info, locale: Locale) -> Figure | None:
        """By a process that is idle, or a new one; there are never more of them than threads."""
        try:
            worker = self._idle.get_nowait()
        except queue.Empty:
            try:
                worker = self._start()
            except OSError as error:
                _LOG.info("no se pudo empezar un proceso que dibuja: %s", error)
                return None
        figure = worker.draw(info, locale)
        if figure is not None:
            self._idle.put(worker)
        return figure

    def _start(self) -> _Worker:
        worker = _Worker()
        self._started.append(worker)
        return worker


class _Worker:
    """A process that draws, one figure after the other."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )

    def draw(self, info: Info, locale: Locale) -> Figure | None:
        """The figure; None when the process could not draw it, for whatever reason."""
        source, target = self._process.stdout, self._process.stdin
        if source is None or target is None:
            raise AssertionError("the process was started with pipes")
        try:
            pickle.dump((info, locale), target)
            target.flush()
            return cast("Figure", pickle.load(source))  # noqa: S301 - from our own child
        except (OSError, EOFError, pickle.PickleError, AttributeError, ImportError, TypeError) as error:
            _LOG.info("un proceso que dibuja terminó: %s", error)
            self.close()
            return None

    def kill(self) -> None:
        """Let go of the figure it draws."""
        self._process.kill()

    def close(self) -> None:
        """Have it end, and wait for that."""
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()
        self._process.wait()


def _environment() -> dict[str, str]:
    """The child is this very program, wherever it was taken from."""
    known = os.environ.get("PYTHONPATH", "")
    places = [str(PACKAGE.parent), *([known] if known else [])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(places)}


def _here(info: Info, locale: Locale) -> Figure:
    """Drawn by this process.

    Raises:
        RenderError: naming the kind of figure; it may be asked for by a template, which is not to blame.
    """
    from reportgen.report.figures import draw

    try:
        return draw(info, locale)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise RenderError(f"no se pudo dibujar una figura: {error}", where=type(info).__name__) from error


def _name(key: str) -> str:
    return f"{FOLDER}/{key}"


def _encoded(figure: Figure) -> bytes:
    facts = {**asdict(figure), "data": base64.b64encode(figure.data).decode()}
    return json.dumps(facts, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _decoded(content: bytes) -> Figure:
    facts: dict[str, Any] = json.loads(content.decode("utf-8", "surrogatepass"))
    return Figure(**{**facts, "data": base64.b64decode(facts["data"])})
