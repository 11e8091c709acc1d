"""Takes two recipes, gives the fields in which they differ: why a stored run no longer serves."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a recipe, as ``training.epochs``; ``None`` where a recipe does not have it."""

    field: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.field}: {_told(self.before)} → {_told(self.after)}"


_ABSENT = object()
DATA = "data"
"""Where a recipe has its data set, or the key of it."""
_SILENT = ("key_version", "kind")
_LONGEST = 60


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Every field that differs, in the order of the recipe."""
    return tuple(_differ("", before, after))


def _differ(path: str, before: Any, after: Any) -> Iterator[Change]:  # noqa: ANN401 - plain JSON
    if all(value is None or value is _ABSENT for value in (before, after)):
        return  # to have nothing and not to have the field is the same
    if before is not _ABSENT and after is not _ABSENT and _equal(before, after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping) and _alike(path, before, after):
        for name in dict.fromkeys([*before, *after]):
            if name not in _SILENT:
                inner = f"{path}.{name}" if path else name
                yield from _differ(inner, before.get(name, _ABSENT), after.get(name, _ABSENT))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _differ(f"{path}[{index}]", one, other)
    else:
        yield Change(path, *(None if value is _ABSENT else value for value in (before, after)))


def _equal(before: Any, after: Any) -> bool:  # noqa: ANN401 - plain JSON
    return json.dumps(before, sort_keys=True) == json.dumps(after, sort_keys=True)


def _alike(path: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether the fields of two tables can be told one by one; those of a data set always."""
    return path == DATA or _kind(before) == _kind(after)


def _kind(entry: Mapping[str, Any]) -> Any:  # noqa: ANN401 - plain JSON
    """What a Keras object is: two of different names are told whole, not argument by argument."""
    return next(
        (entry[name] for name in ("layer", "backbone", "callback", "python", "name") if name in entry), ""
    )


def _told(value: Any) -> str:  # noqa: ANN401 - plain JSON
    if value is None:
        return "nada"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
