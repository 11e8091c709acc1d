"""Takes things with a value, gives all that a report cannot show apart from the highest or the lowest.

A report shows shares with one decimal of a percent and times in tenths of a second or coarser. To call one of
two that look equal there the best is to name a winner whom no reader can see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TypeVar

Item = TypeVar("Item")
Shown = Callable[[float], object]
_ONE, _TENTH, _THOUSANDTH = Decimal(1), Decimal("0.1"), Decimal("0.001")
_MINUTE, _HOUR = 60, 3600


def share(value: float) -> Decimal:
    """A share, or a difference of shares, as far as a report shows it: a tenth of a percentage point."""
    return Decimal(str(100 * value)).quantize(_TENTH, ROUND_HALF_EVEN)


def thousandth(value: float) -> Decimal:
    """A number that is shown with three decimals."""
    return Decimal(str(value)).quantize(_THOUSANDTH, ROUND_HALF_EVEN)


def whole(value: float) -> Decimal:
    """A share that is shown as a whole percentage."""
    return Decimal(str(100 * value)).quantize(_ONE, ROUND_HALF_EVEN)


def duration(seconds: float) -> int:
    """A time as far as a report shows it, in tenths of a second: below a minute, below an hour, beyond."""
    if round(10 * seconds) < 10 * _MINUTE:
        return round(10 * seconds)
    nearest = round(seconds)
    return 10 * (nearest if nearest < _HOUR else _MINUTE * round(seconds / _MINUTE))


def highest(items: Iterable[Item], value: Callable[[Item], float], shown: Shown = share) -> tuple[Item, ...]:
    """Those whose value is shown as the highest one is; the highest first, equals in the given order.

    Args:
        items: things that have a value.
        value: of each.
        shown: what is left of a value when it is shown; by default it is a share.
    """
    ordered = sorted(items, key=lambda item: -value(item))
    return _level(ordered, value, shown)


def lowest(items: Iterable[Item], value: Callable[[Item], float], shown: Shown = share) -> tuple[Item, ...]:
    """The same of the lowest value, the lowest first."""
    ordered = sorted(items, key=value)
    return _level(ordered, value, shown)


def _level(ordered: Sequence[Item], value: Callable[[Item], float], shown: Shown) -> tuple[Item, ...]:
    return tuple(item for item in ordered if shown(value(item)) == shown(value(ordered[0])))


def exactly(value: float) -> float:
    """A number that is shown whole: a count of weights, of images, of epochs."""
    return value
