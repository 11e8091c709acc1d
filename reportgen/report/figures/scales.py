"""Takes the values of an axis, gives its limits, its ticks and their labels in the language of the report."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from reportgen.report.figures import style
from reportgen.report.figures.labels import text_width
from reportgen.report.figures.model import Words

_PLAIN = frozenset({"loss"})
_ROUND = 1e-6  # below this a number is whole
_LOGARITHMIC = 20  # times from the shortest to the longest from which time is logarithmic
_TICKS = 7  # of a linear axis of time, at most
_UNITS = ((86400, "units.day"), (3600, "units.hour"), (60, "units.minute"))
_SPANS = (
    *(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30),
    *(60, 120, 300, 600, 1200, 1800),
    *(3600, 7200, 18000, 36000, 86400, 172800, 432000, 864000),
)


@dataclass(frozen=True, slots=True)
class Scale:
    """One axis: limits, ticks and labels."""

    low: float
    high: float
    ticks: tuple[float, ...]
    labels: tuple[str, ...]


def initial(term: str) -> str:
    """``term`` with a capital, as a title or a label begins."""
    return term[:1].upper() + term[1:]


def metric_name(metric: str, split: str, words: Words) -> str:
    """What an axis measures: the metric and the split it was measured on."""
    return f"{initial(words(f'metrics.{metric}'))} ({words(f'splits.{split}')})"


def metric_text(value: float, metric: str, words: Words, digits: int = 1) -> str:
    """A value of ``metric``: a loss is a plain number, everything else a proportion shown as percentage."""
    if metric in _PLAIN:
        return words.number(value, digits + 2)
    return words.percent(value, digits)


def metric_scale(
    values: Iterable[float | None], metric: str, words: Words, *, count: int = 6, pad: float = 0.07
) -> Scale:
    """An axis that holds ``values`` with a margin, with round ticks; no tick lies where the metric cannot."""
    known = [value for value in values if value is not None]
    if not known:
        return Scale(0.0, 1.0, (), ())
    unit = 1.0 if metric in _PLAIN else 100.0
    spread = max(max(known) - min(known), 0.01)
    middle = (max(known) + min(known)) / 2
    low, high = middle - spread * (0.5 + pad), middle + spread * (0.5 + pad)
    raw = MaxNLocator(count, steps=[1, 2, 5, 10]).tick_values(low * unit, high * unit)
    step = float(raw[1] - raw[0])
    digits = next((d for d in range(6) if abs(step * 10**d - round(step * 10**d)) < _ROUND), 6)
    ticks = [round(float(tick), digits) / unit for tick in raw]
    top = math.inf if metric in _PLAIN else 1.0
    kept = tuple(tick for tick in ticks if low <= tick <= high and 0 <= tick <= top)
    show = words.number if metric in _PLAIN else words.percent
    return Scale(low, high, kept, tuple(show(tick, digits) for tick in kept))


def epoch_scale(epochs: int, words: Words, *, count: int = 6) -> Scale:
    """Whole epochs: the first, then round ones."""
    steps = (base * 10**power for power in range(8) for base in (1, 2, 5))
    step = next(step for step in steps if epochs / step <= count)
    ticks = (1, *(tick for tick in range(step, epochs + 1, step) if tick - 1 >= step * 0.75))
    pad = max(0.04 * (epochs - 1), 0.5 if epochs <= 1 else 0.15)
    shown = tuple(words.integer(tick) for tick in ticks)
    return Scale(1 - pad, max(epochs, 1) + pad, tuple(float(tick) for tick in ticks), shown)


def duration_scale(seconds: Sequence[float], words: Words, room: float) -> tuple[Scale, bool]:
    """An axis of time ``room`` inches wide, and whether it is logarithmic (a range over 20 times)."""
    low, high = min(seconds), max(seconds)
    if low > 0 and high / low > _LOGARITHMIC:
        left, right = low / (high / low) ** 0.06, high * (high / low) ** 0.06
        marks = [(float(span), _span(span, span, words)) for span in _SPANS if left <= span <= right]
        return _thinned(left, right, marks, room=room, logarithmic=True), True
    spread = max(high - low, 0.5 * high, 1e-3)
    left, right = max(0.0, (low + high - spread * 1.16) / 2), (low + high + spread * 1.16) / 2
    step = next((span for span in _SPANS if (right - left) / span <= _TICKS), _SPANS[-1])
    ticks = [float(step * number) for number in range(math.ceil(left / step), int(right / step) + 1)]
    marks = [(tick, _span(tick, step, words)) for tick in ticks]
    return _thinned(left, right, marks, room=room, logarithmic=False), False


def _span(seconds: float, step: float, words: Words) -> str:
    """A round time in the largest unit that divides ``step``: every tick of an axis has the same."""
    for size, unit in _UNITS:
        if step % size == 0:
            return f"{words.number(seconds / size, 0)}\N{NO-BREAK SPACE}{words(unit)}"
    digits = max(0, -math.floor(math.log10(step)))
    return f"{words.number(seconds, digits)}\N{NO-BREAK SPACE}{words('units.second')}"


def _thinned(
    low: float, high: float, marks: Sequence[tuple[float, str]], *, room: float, logarithmic: bool
) -> Scale:
    """The marks whose labels, from the left, keep clear of the last one kept."""
    kept: list[tuple[float, str]] = []
    edge = -math.inf
    for tick, label in marks:
        share = math.log(tick / low) / math.log(high / low) if logarithmic else (tick - low) / (high - low)
        half = text_width(label, style.SMALL) / 2
        if share * room - half > edge:
            kept.append((tick, label))
            edge = share * room + half + 0.12
    return Scale(low, high, tuple(tick for tick, _ in kept), tuple(label for _, label in kept))


def set_x(axes: Axes, scale: Scale) -> None:
    """Give ``axes`` this horizontal scale."""
    axes.set_xlim(scale.low, scale.high)
    axes.set_xticks(list(scale.ticks), list(scale.labels))
    axes.minorticks_off()


def set_y(axes: Axes, scale: Scale) -> None:
    """Give ``axes`` this vertical scale."""
    axes.set_ylim(scale.low, scale.high)
    axes.set_yticks(list(scale.ticks), list(scale.labels))
