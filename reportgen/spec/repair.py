"""Takes a configuration that its schema refuses, gives the mistakes that the schema cannot see.

One wrong field must not hide the others: what is wrong is taken out, what is missing stands in, and
the rest is checked. Nothing is said of parts that cannot be judged without what was taken out.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from reportgen.spec import model
from reportgen.spec.check import check
from reportgen.spec.check_values import Complaint
from reportgen.spec.keras_names import close
from reportgen.spec.positions import Path
from reportgen.spec.sides import said_of, side_of
from reportgen.spec.translate import place_of

ROUNDS = 4
"""Taking out a required field makes it missing, and then it gets a stand-in."""
ITEM = 2
"""Parts of the path of one model or study."""
_STAND_INS: dict[str, Any] = {
    "report": {"title": ""}, "data": {"name": "digits"}, "model": {}, "title": "", "name": "digits",
    "layers": ["Flatten"], "rows": "", "path": "",
}  # fmt: skip
_STRUCTURAL = (
    "grid", "variant", "from", "model", "set", "labels", "table", "layers", "parameters", "extends",
)  # fmt: skip
"""Fields without which the rest of a model or study says little."""


def repaired(
    document: dict[str, Any], details: Sequence[ErrorDetails], as_json: Callable[[dict[str, Any]], str]
) -> Iterator[Complaint]:
    """Complaints about what is left of ``document`` without the places of ``details``."""
    document = copy.deepcopy(document)
    places: set[Path] = set()
    for _ in range(ROUNDS):
        here = {place_of(item, document): item["type"] for item in details}
        places |= set(here)
        for place in sorted(here, key=len, reverse=True):
            _mend(document, place, missing=here[place] == "missing")
        try:
            spec = model.Spec.model_validate_json(as_json(document))
        except ValidationError as error:
            details = error.errors(include_url=False)
            continue
        unknown = _unknown(spec, places)
        yield from (item for item in check(spec) if item[0][:ITEM] not in unknown)
        return


def _mend(document: dict[str, Any], place: Path, *, missing: bool) -> None:
    node: Any = document
    for part in place[:-1]:
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            return
    name = place[-1] if place else ""
    if missing and isinstance(node, dict) and name in _STAND_INS:
        node[str(name)] = copy.deepcopy(_STAND_INS[str(name)])
    elif isinstance(node, dict):
        node.pop(str(name), None)
        if place[0] == "data" and close(str(name), ("name", "python")):
            node.setdefault("name", _STAND_INS["name"])  # it was said which images, if wrongly
    elif isinstance(node, list) and isinstance(name, int) and name < len(node):
        del node[name]


def _unknown(spec: model.Spec, places: set[Path]) -> set[Path]:
    """Models and studies of which nothing can be said, with all that builds on them."""
    unknown: set[Path] = {place[:ITEM] for place in places if len(place) <= ITEM or _structural(place)}
    before = -1
    while before < len(unknown):
        before = len(unknown)
        for name, study in spec.study.items():
            models = [study.model, *(variant.model for variant in study.variant.values())]
            needs: list[Path] = [("model", used) for used in models]
            if study.origin is not None:
                needs.append(("study", study.origin.study))
            if unknown & set(needs):
                unknown.add(("study", name))
    return unknown | {("claim", name) for name in spec.claim if unknown & set(_homes(spec, name))}


def _homes(spec: model.Spec, name: str) -> list[Path]:
    """The studies that a claim is about, as far as they can be told."""
    claim = spec.claim[name]
    sides = [side_of(spec, claim, said) for said in said_of(claim).values()]
    return [("study", study) for study in (claim.study, *(side.study for side in sides if side is not None))]


def _structural(place: Path) -> bool:
    """Whether one of those fields is concerned, or was meant."""
    parts = [str(part) for part in place[ITEM:]]
    return bool(set(parts) & set(_STRUCTURAL)) or bool(close(parts[-1], _STRUCTURAL))
