"""Takes what tells the configurations of a study apart, gives their labels and slugs."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping

from reportgen.plan.arms import OPTIMIZER


def unique(slugs: list[str]) -> list[str]:
    """The slugs, with numbers behind those that would stand for two things."""
    taken = Counter(slugs)
    found: list[str] = []
    for index, slug in enumerate(slugs, start=1):
        name, number = slug, index
        while taken[slug] > 1 and name in taken:
            name, number = f"{slug}-{number}", number + len(slugs)
        if name != slug:
            taken[name] = 1
        found.append(name)
    return found


def shown(names: Mapping[str, str], labels: Mapping[str, str]) -> str:
    """The label of a run: a bare number is told by the name of its axis."""
    parts = [
        f"{names.get(axis, axis.removeprefix(OPTIMIZER)).lower()}: {label}" if _is_number(label) else label
        for axis, label in labels.items()
    ]
    return " · ".join(parts)


def _is_number(label: str) -> bool:
    return re.fullmatch(r"[\d.,eE+-]+", label) is not None


def slug_of(text: str) -> str:
    """``text`` as a file name and anchor: lower case, no accents, words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60]
