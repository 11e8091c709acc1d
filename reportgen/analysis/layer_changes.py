"""Takes two lists of Keras entries, gives what was added, removed, replaced or changed between them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

Entry = Mapping[str, Any]
Opcodes = Sequence[tuple[str, int, int, int, int]]
NAMES = ("layer", "backbone", "python", "callback", "name")
"""Fields that carry the name of an entry, the first that it has."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument in which two entries differ; None where an entry leaves it as Keras has it."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, in all the places of the earlier list where it occurs.

    Attributes:
        kind: ``added``, ``removed``, ``replaced`` or ``changed``.
        before: entries of the earlier list that are gone or changed; empty for ``added``.
        after: entries of the later list that stand there now; empty for ``removed``.
        places: (first, last) positions in the earlier list, 1-based; for ``added`` the position of the
            entry it comes after, 0 at the start.
        arguments: what differs, for ``changed``.
    """

    kind: str
    before: tuple[Entry, ...]
    after: tuple[Entry, ...]
    places: tuple[tuple[int, int], ...]
    arguments: tuple[Argument, ...] = ()


def name_of(entry: Entry) -> str:
    """What an entry is called: the layer, architecture, function, callback or optimizer."""
    return next((str(entry[field]) for field in NAMES if field in entry), "")


def arguments_of(entry: Entry) -> dict[str, Any]:
    """The arguments of an entry, its name left out."""
    field = next((field for field in NAMES if field in entry), "")
    return {key: value for key, value in entry.items() if key != field}


def changes(before: Sequence[Entry], after: Sequence[Entry]) -> tuple[Change, ...]:
    """What turns ``before`` into ``after``, in order; equal changes in several places are one.

    Of two alignments, by whole entries and by names only, the one that tells less is taken.
    """
    whole, names = _aligned(before, after, _token), _aligned(before, after, name_of)
    found = min(
        (tuple(_told(before, after, opcodes)) for opcodes in (whole, names)),
        key=lambda items: sum(_cost(item) for item in items),
    )
    return _merged(found)


def _token(entry: Entry) -> str:
    return json.dumps(entry, sort_keys=True, ensure_ascii=False)


def _aligned(before: Sequence[Entry], after: Sequence[Entry], mark: Any) -> Opcodes:  # noqa: ANN401 - a key
    matcher = SequenceMatcher(None, [mark(item) for item in before], [mark(item) for item in after], False)
    return matcher.get_opcodes()


def _cost(change: Change) -> float:
    """How much there is to tell: whole entries count more than arguments."""
    if change.kind == "changed":
        return 0.25 * (1 + len(change.arguments))
    return len(change.before) + len(change.after)


def _told(before: Sequence[Entry], after: Sequence[Entry], opcodes: Opcodes) -> Iterator[Change]:
    for tag, start, end, first, last in opcodes:
        if tag == "equal":
            yield from _pairs(before[start:end], after[first:last], start)
        elif tag == "replace":
            yield from _replaced(before[start:end], after[first:last], start)
        else:
            yield from _moved(before[start:end], after[first:last], start)


def _pairs(before: Sequence[Entry], after: Sequence[Entry], offset: int) -> Iterator[Change]:
    """Entries of the same name, one against one."""
    for at, (one, other) in enumerate(zip(before, after, strict=True), start=offset + 1):
        arguments = differing(one, other)
        if arguments:
            yield Change("changed", (one,), (other,), ((at, at),), arguments)


def differing(before: Entry, after: Entry) -> tuple[Argument, ...]:
    """Arguments in which two entries of the same name differ, in the order of the earlier one."""
    one, other = arguments_of(before), arguments_of(after)
    names = dict.fromkeys((*one, *other))
    return tuple(
        Argument(name, one.get(name), other.get(name))
        for name in names
        if _token({"": one.get(name)}) != _token({"": other.get(name)})
    )


def _replaced(before: Sequence[Entry], after: Sequence[Entry], offset: int) -> Iterator[Change]:
    """A stretch that became another: entries of the same name are compared, the rest told as a whole."""
    for tag, start, end, first, last in _aligned(before, after, name_of):
        if tag == "equal":
            yield from _pairs(before[start:end], after[first:last], offset + start)
        else:
            yield from _moved(before[start:end], after[first:last], offset + start)


def _moved(before: Sequence[Entry], after: Sequence[Entry], offset: int) -> Iterator[Change]:
    """A stretch that is new, gone, or gone with another in its place."""
    kind = "replaced" if before and after else "removed" if before else "added"
    place = (offset + 1, offset + len(before)) if before else (offset, offset)
    yield Change(kind, tuple(before), tuple(after), (place,))


def _merged(found: Sequence[Change]) -> tuple[Change, ...]:
    """Equal changes told once, with all their places, where the first of them stood."""
    kept: dict[str, Change] = {}
    for change in found:
        parts: Sequence[object] = (change.before, change.after)
        if change.kind == "changed":
            parts = (name_of(change.before[0]), [(a.name, a.before, a.after) for a in change.arguments])
        token = json.dumps([change.kind, *parts], sort_keys=True, ensure_ascii=False)
        same = kept.get(token)
        kept[token] = change if same is None else replace(same, places=(*same.places, *change.places))
    return tuple(kept.values())
