"""Takes repetitions of runs, gives the file that keeps them beside the reports, and back.

``verificacion.json`` holds, for each run that was trained again, what :class:`Repetition` says and::

    {
        "schema": 1,
        "seed": 0,  # of the draw
        "stored": 51,  # runs that could have been drawn
        "runs": [
            {
                "study": "rejilla",
                "run": "sgd",
                "label": "SGD",
                "key": "<sha256>",
                "entry": "<sha256>",  # of the stored entry's manifest: what was held against the repetition
                "sameness": "identical" | "equivalent" | "different",
                "reason": "",  # why the new training did not end well
                "images": 360,
                "changed": 0,
                "half_width": 0.02,
                "probability": 0.0,
                "accuracy": 0.0,
                "loss": 0.0,  # largest difference; new minus stored
                "epochs": [5, 5],
                "parted": null,  # first epoch that differs, from 1
                "environment": {"threads": ["2", "1"]},  # stored and new, where not the same
                "published": true,  # whether results.json says what is stored; null where it has no such run
            }
        ],
    }

Of a run that was trained anew since, or that the configuration no longer has, it says nothing any more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from reportgen.analysis.repetition import Repetition, Sameness
from reportgen.api.files import to_json, write
from reportgen.api.inputs import VERIFICATION
from reportgen.records.codec import finite
from reportgen.store import Store

SCHEMA = 1
NUMBERS = ("probability", "accuracy", "loss")


@dataclass(frozen=True, slots=True)
class Repeated:
    """One run with what came of training it again.

    Attributes:
        study, run, label, key: of the run.
        entry: SHA-256 of the manifest of its stored entry.
        found: how far the new training is from it.
        published: whether ``results.json`` has the stored numbers; None where it has no such run.
    """

    study: str
    run: str
    label: str
    key: str
    entry: str
    found: Repetition
    published: bool | None


def keep(folder: Path, repeated: Iterable[Repeated], *, seed: int, stored: int) -> Path:
    """Write the file into the folder of the reports, in the place of an earlier one."""
    runs = [_facts(item) for item in repeated]
    content = {"schema": SCHEMA, "seed": seed, "stored": stored, "runs": runs}
    return write(folder / VERIFICATION, f"{to_json(content)}\n".encode())


def _facts(item: Repeated) -> dict[str, Any]:
    facts = asdict(item)
    found = facts.pop("found")
    numbers = {name: finite(found[name]) for name in NUMBERS}
    return {**facts, **found, **numbers, "epochs": list(item.found.epochs)}


def verification(folder: Path, store: Store) -> dict[str, Repetition]:
    """Key -> repetition, of runs whose stored entry is still what was repeated; empty without a file."""
    try:
        content = json.loads((folder / VERIFICATION).read_bytes())
        if content["schema"] != SCHEMA:
            return {}
        found = {item["key"]: (item["entry"], _repetition(item)) for item in content["runs"]}
    except (OSError, ValueError, KeyError, TypeError):  # none, or that of another release
        return {}
    return {key: told for key, (entry, told) in found.items() if store.manifest("runs", key) == entry}


def _repetition(item: Mapping[str, Any]) -> Repetition:
    before, after = item["epochs"]
    return Repetition(
        sameness=Sameness(item["sameness"]),
        reason=item["reason"],
        images=item["images"],
        changed=item["changed"],
        half_width=item["half_width"],
        probability=item["probability"],
        accuracy=item["accuracy"],
        loss=item["loss"],
        epochs=(before, after),
        parted=item["parted"],
        environment={name: (one, other) for name, (one, other) in item["environment"].items()},
    )
