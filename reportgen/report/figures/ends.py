"""Takes values with their names, gives the ends of them as a description tells them, with all that tie."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from reportgen.report.figures.model import Words

TOLD = 3
"""Names that a description tells of several that are shown as equal."""


def level(
    known: Sequence[tuple[float, str]], end: Callable[[Iterable[float]], float], show: Callable[[float], str]
) -> tuple[str, tuple[str, ...]]:
    """The highest or lowest value as shown, and the names of all that are shown as it is.

    Args:
        known: values with their names, at least one.
        end: ``max`` or ``min``.
        show: writes a value.
    """
    shown = show(end(value for value, _ in known))
    return shown, tuple(name for value, name in known if show(value) == shown)


def listed(names: Sequence[str], words: Words) -> str:
    """The first few of some names, and how many more there are."""
    told = ", ".join(names[:TOLD])
    rest = len(names) - TOLD
    return f"{told} {words('alt.tied_more').format(count=words.integer(rest))}" if rest > 0 else told


def both_ends(
    known: Sequence[tuple[float, str]], show: Callable[[float], str], words: Words
) -> dict[str, str]:
    """Fields of a description: ``high``, ``high_label``, ``low`` and ``low_label``."""
    high, highest = level(known, max, show)
    low, lowest = level(known, min, show)
    return {
        "high": high,
        "high_label": listed(highest, words),
        "low": low,
        "low_label": listed(lowest, words),
    }
