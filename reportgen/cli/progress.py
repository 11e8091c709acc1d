"""Takes events, gives a progress display: bars on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from reportgen.runner.events import Event

_STATUS = {
    "ok": "lista",
    "failed": "fallida",
    "diverged": "divergente",
    "timeout": "tiempo agotado",
    "unavailable": "no disponible",
}
_SENTENCES = {
    "lane": "Entrenando {event.total} ({event.label})",
    "preparing": "Preparando los datos «{event.label}»",
    "waiting": "Otra orden usa este almacén; esperando a que termine",
    "rendering": "Escribiendo el informe",
    "probing": "Probando unos segundos {event.total} redes, para prever el tiempo",
    "fetching": "Trayendo los pesos de {event.label}",
    "connecting": "Conectando con el clúster Ray ({event.label})",
    "crowded": "El clúster no tiene sitio libre; esperando a que lo haya",
    "sharing": "Calculando una sola vez lo que da {event.label}, congelada, para {runs}",
    "unshared": "No se guarda lo que da {event.label}, congelada ({event.reason}): se entrena entera",
}
_SHOWN_IN_SECONDS = 90
_SHOWN_IN_MINUTES = 90 * 60


@contextmanager
def progress() -> Iterator[Display]:
    """A listener that shows what happens, on the standard error stream."""
    console = Console(stderr=True, highlight=False)
    if console.is_terminal:
        with _bars(console) as bars:
            yield _Bars(bars)
    else:
        yield _Lines()


class Display(Protocol):
    """What listens, and can step aside while a question is asked."""

    def __call__(self, event: Event) -> None:
        """Show what happened."""

    def pause(self) -> None:
        """Leave the terminal to others."""

    def go_on(self) -> None:
        """Take it back."""


def _bars(console: Console) -> Progress:
    """Bars whose texts are the author's and no markup: a label may hold brackets."""
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.total:.0f}"),
        TextColumn("{task.fields[note]}", markup=False),
        TimeElapsedColumn(),
        console=console,
    )


class _Clock:
    """Counts runs and tells the time that is left, from the pace so far."""

    def __init__(self) -> None:
        self.done = 0
        self.total = 0
        self.began = time.monotonic()

    def queued(self, ahead: int) -> None:
        self.total = self.done + ahead

    def left(self) -> str:
        """Rough: runs of different sizes take different times."""
        if not self.done or self.total <= self.done:
            return ""
        seconds = (time.monotonic() - self.began) / self.done * (self.total - self.done)
        return f"quedan unos {_span(seconds)}"


def _span(seconds: float) -> str:
    if seconds < _SHOWN_IN_SECONDS:
        return f"{seconds:.0f} s"
    if seconds < _SHOWN_IN_MINUTES:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h".replace(".", ",")


def _measure(event: Event) -> str:
    value = event.metrics.get("val_accuracy")
    if value is None:
        value = event.metrics.get("accuracy")
    return "" if value is None else f"exactitud {value:.3f}".replace(".", ",")


class _Bars:
    def __init__(self, bars: Progress) -> None:
        self.bars = bars
        self.clock = _Clock()
        self.all: TaskID | None = None
        self.runs: dict[str, TaskID] = {}

    def pause(self) -> None:
        self.bars.stop()

    def go_on(self) -> None:
        self.bars.start()

    def __call__(self, event: Event) -> None:
        match event.kind:
            case "queued":
                self.clock.queued(event.total)
                if self.all is None:
                    self.all = self.bars.add_task("Ejecuciones", total=self.clock.total, note="")
                self.bars.update(self.all, total=self.clock.total)
            case "started":
                name = f"{event.study} · {event.label}"
                if event.key in self.runs:  # its worker was lost, and it begins anew
                    self.bars.remove_task(self.runs[event.key])
                self.runs[event.key] = self.bars.add_task(name, total=event.epochs, note="")
            case "epoch" if event.key in self.runs:
                self.bars.update(self.runs[event.key], completed=event.epoch, note=_measure(event))
            case "finished":
                self._finished(event)
            case kind if kind in _SENTENCES:
                self.bars.console.print(_sentence(event), markup=False)

    def _finished(self, event: Event) -> None:
        self.clock.done += 1
        task = self.runs.pop(event.key, None)
        if task is not None:
            self.bars.remove_task(task)
        if self.all is not None:
            self.bars.update(self.all, completed=self.clock.done, note=self.clock.left())
        if event.status != "ok":
            self.bars.console.print(_finish(event), markup=False)


class _Lines:
    def __init__(self) -> None:
        self.clock = _Clock()

    def pause(self) -> None:
        """Lines stand in nobody's way."""

    def go_on(self) -> None:
        """Likewise."""

    def __call__(self, event: Event) -> None:
        match event.kind:
            case "queued":
                self.clock.queued(event.total)
                self._say(f"{event.total} ejecuciones por entrenar")
            case "finished":
                self.clock.done += 1
                left = self.clock.left()
                count = f"[{self.clock.done}/{self.clock.total}]"
                self._say(f"{count} {_finish(event)}{'; ' + left if left else ''}")
            case kind if kind in _SENTENCES:
                self._say(_sentence(event))

    def _say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)


def _sentence(event: Event) -> str:
    return _SENTENCES[event.kind].format(event=event, runs=_runs(event.total))


def _runs(count: int) -> str:
    return f"{count} ejecución" if count == 1 else f"{count} ejecuciones"


def _finish(event: Event) -> str:
    reason = f" ({event.reason})" if event.reason else ""
    return f"{event.study} · {event.label}: {_STATUS.get(event.status, event.status)}{reason}"
