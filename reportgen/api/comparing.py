"""Takes two places with results, gives what changed from one to the other.

A place is a ``results.json``, the folder of a report or a build folder. Beside the file its ``findings.json``
and, in a build folder, its store are looked at: predictions tell more than how many images are right.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from reportgen.analysis.changes_between import Changes, Pair, changes_between, needs_predictions
from reportgen.analysis.snapshot import PublishedFinding, PublishedRun, Snapshot
from reportgen.api.planning import stored_recipe
from reportgen.errors import UsageError, os_reason
from reportgen.plan.differences import differences
from reportgen.records.codec import decode_run
from reportgen.report.outputs import SCHEMA
from reportgen.store import Store

RESULTS, FINDINGS = "results.json", "findings.json"
STORE = "store"
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class Side:
    """What was compared: the file, its runs, whether it has findings and how many runs had predictions."""

    path: Path
    runs: int
    findings: bool
    predictions: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed between two sides; ``fields`` tells by the later key what a recipe has otherwise."""

    before: Side
    after: Side
    changes: Changes
    fields: Mapping[str, tuple[str, ...]]


def diff(before: Path, after: Path) -> Difference:
    """What changed from one report to another.

    Raises:
        UsageError: when a place has no results, or results of another version.
    """
    paths = located(before), located(after)
    sides = [read(path) for path in paths]
    pairs = needs_predictions(sides[0].runs, sides[1].runs)
    wanted = [pair.before for pair in pairs], [pair.after for pair in pairs]
    first, second = (
        Snapshot(side.runs, side.findings, _correct(path, runs))
        for side, path, runs in zip(sides, paths, wanted, strict=True)
    )
    changes = changes_between(first, second)
    return Difference(
        _side(paths[0], first),
        _side(paths[1], second),
        changes,
        dict(_fields(changes.recipes, _store(paths[0]), _store(paths[1]))),
    )


def _side(path: Path, snapshot: Snapshot) -> Side:
    return Side(path, len(snapshot.runs), snapshot.findings is not None, len(snapshot.correct))


def located(place: Path) -> Path:
    """The ``results.json`` of a place.

    Raises:
        UsageError: when there is none.
    """
    if place.is_file():
        return place
    for path in (place / RESULTS, place / "report" / RESULTS):
        if path.is_file():
            return path
    raise UsageError(
        f"no hay ningún {RESULTS}" if place.is_dir() else "no existe",
        where=str(place),
        next_step=f"indica un {RESULTS}, la carpeta de un informe o la de un proyecto (build)",
    )


def read(path: Path) -> Snapshot:
    """What a ``results.json`` and the findings beside it tell.

    Raises:
        UsageError: when they cannot be read, or are of another version.
    """
    runs = _parsed(path, _runs)
    found = sorted(path.parent.glob(f"*{FINDINGS}")) if path.name == RESULTS else []
    if not found:
        return Snapshot(runs)
    return Snapshot(runs, tuple(chain(*(_parsed(file, partial(_findings, file.name)) for file in found))))


def _parsed(path: Path, parse: Callable[[Any], _Read]) -> _Read:
    try:
        return parse(json.loads(path.read_bytes()))
    except OSError as error:
        raise UsageError(f"no se puede leer: {os_reason(error)}", where=str(path)) from error
    except _VersionError as error:
        raise UsageError(
            f"es de la versión {error} del formato, y este reportgen lee la {SCHEMA}",
            where=str(path),
            next_step="escribe de nuevo ese informe con este reportgen: `reportgen render`",
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            "no es un archivo que escriba reportgen, o está dañado",
            where=str(path),
            next_step="escribe de nuevo ese informe: `reportgen render`",
        ) from error


class _VersionError(Exception):
    """The version of a file that is not ours."""


def _runs(content: Mapping[str, Any]) -> tuple[PublishedRun, ...]:
    if content["schema"] != SCHEMA:
        raise _VersionError(content["schema"])
    return tuple(_run(item) for item in content["runs"])


def _run(item: Mapping[str, Any]) -> PublishedRun:
    """A run; files that were written earlier do not tell its id, its images or their number."""
    seed, fold = int(item["seed"]), item["fold"]
    return PublishedRun(
        key=str(item["key"]),
        study=str(item["study"]),
        id=str(item.get("id") or item["arm"]),
        arm=str(item["arm"]),
        label=str(item["label"]),
        seed=seed,
        fold=None if fold is None else int(fold),
        folds=int(item["folds"]),
        data=str(item.get("data_key") or ""),
        status=str(item["status"]),
        metrics={split: dict(values) for split, values in item["metrics"].items()},
        images=item.get("test_images"),
    )


def _findings(name: str, content: object) -> tuple[PublishedFinding, ...]:
    """Those of one file, which is called after its report where there are several."""
    if not isinstance(content, list):
        raise TypeError(f"{name} holds no list")
    report = name.removesuffix(FINDINGS).removesuffix(".")
    return tuple(_finding(report, item) for item in content)


def _finding(report: str, item: Mapping[str, Any]) -> PublishedFinding:
    return PublishedFinding(
        report=report,
        code=str(item["code"]),
        data=str(item["data"]),
        study=str(item["study"]),
        verdict=str(item["verdict"]),
        text=str(item["text"]),
        names=item.get("names"),
        role=str(item.get("role") or ""),
    )


# --- the store of a build folder -------------------------------------------------------------------


def _store(results: Path) -> Store | None:
    root = results.resolve().parent.parent / STORE
    return Store(root) if root.is_dir() else None


def _correct(results: Path, runs: Iterable[PublishedRun]) -> dict[str, npt.NDArray[np.bool_]]:
    """Key -> which test images are right, of runs whose stored predictions are those that were published."""
    store = _store(results)
    found: dict[str, npt.NDArray[np.bool_]] = {}
    for run in runs:
        correct = _stored(store, run.key) if store else None
        accuracy = run.metric("test", "accuracy")
        if correct is None or accuracy is None:
            continue
        if int(correct.sum()) == round(accuracy * correct.size):
            found[run.key] = correct
    return found


def _stored(store: Store, key: str) -> npt.NDArray[np.bool_] | None:
    entry = store.get("runs", key) if store.has("runs", key) else None
    if entry is None:
        return None
    try:
        record = decode_run(entry.files)
    except (ValueError, KeyError, TypeError):
        return None
    if record.labels is None or record.probabilities is None:
        return None
    return np.asarray(record.probabilities.argmax(axis=1) == record.labels)


def _fields(
    pairs: Iterable[Pair], before: Store | None, after: Store | None
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What recipes have otherwise, where both are stored."""
    if before is None or after is None:
        return
    for pair in pairs:
        one, other = _recipe(before, pair.before.key), _recipe(after, pair.after.key)
        if one and other:
            yield pair.after.key, tuple(str(change) for change in differences(one, other))


def _recipe(store: Store, key: str) -> Mapping[str, Any] | None:
    """The recipe of a run with that of its data set in the place of its key."""
    for kind in ("runs", "failed"):
        recipe = stored_recipe(store, kind, key)
        if recipe:
            data = str(recipe["data"])
            return {**recipe, "data": stored_recipe(store, "data", data) or data}
    return None
