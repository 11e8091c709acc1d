"""Takes a :class:`Spec`, gives its :class:`Plan`: every run with its key, and what still waits.

Follow-up studies are resolved as soon as all runs of their parent have an
outcome; until then they are pending with the number of runs they will have.
"""

from __future__ import annotations

import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from reportgen.plan.arms import Arm, arms_of, axis_names, overridden
from reportgen.plan.key import KEY_VERSION, canonical, key_of
from reportgen.plan.layers import resolve
from reportgen.plan.model import DataPlan, PendingStudy, Plan, RunPlan
from reportgen.spec.keras_names import canonical as keras_entry
from reportgen.spec.model import Spec, Study

Scores = Mapping[str, Mapping[str, float | None]]
"""Key of a finished run -> ``validation.accuracy`` and the like; empty for a run that failed."""
Digests = Mapping[str, str]
"""Declared path of a local file or folder -> SHA-256 of what it holds."""


@dataclass(frozen=True, slots=True)
class _Expansion:
    """What is known while studies are expanded one after another."""

    spec: Spec
    data: DataPlan
    digests: Digests
    scores: Scores


def expand(spec: Spec, digests: Digests, scores: Scores) -> Plan:
    """All runs that can be named now.

    Args:
        spec: a checked configuration.
        digests: of every local path the spec names.
        scores: of the runs that have an outcome.
    """
    known = _Expansion(spec, data_plan(spec, digests), digests, scores)
    done: dict[str, tuple[tuple[Arm, RunPlan], ...]] = {}
    pending: dict[str, PendingStudy] = {}
    for name in _by_origin(spec):
        study = spec.study[name]
        parent = study.origin.study if study.origin else ""
        if parent in pending or (parent and not _finished(done[parent], scores)):
            count = _count(study, pending.get(parent), done.get(parent, ()))
            pending[name] = PendingStudy(name, parent, count)
            continue
        arms = _winners(known, study, done[parent]) if parent else arms_of(spec, study)
        done[name] = _runs(known, name, arms)
    runs = tuple(run for name in spec.study if name in done for _, run in done[name])
    return Plan((known.data,), runs, tuple(pending[name] for name in spec.study if name in pending))


def data_plan(spec: Spec, digests: Digests) -> DataPlan:
    """The data set that the spec trains on."""
    data = spec.data
    recipe: dict[str, Any] = {
        "key_version": KEY_VERSION,
        "kind": "data",
        "name": data.name,
        "digest": digests.get(data.path) if data.path else None,
        "subset": data.subset.model_dump() if data.subset else None,
        "split": data.split.model_dump(),
    }
    if data.image_size:
        recipe["image_size"] = list(data.image_size)
    text = canonical(recipe)  # class names are not in it: they change what is shown, not what is computed
    return DataPlan(key_of(text), text, data.path)


def _by_origin(spec: Spec) -> list[str]:
    """Study ids with every parent before its children; the spec has no cycles."""
    ordered: list[str] = []

    def visit(name: str) -> None:
        origin = spec.study[name].origin
        if origin is not None:
            visit(origin.study)
        if name not in ordered:
            ordered.append(name)

    for name in spec.study:
        visit(name)
    return ordered


def _finished(parents: tuple[tuple[Arm, RunPlan], ...], scores: Scores) -> bool:
    return all(run.key in scores for _, run in parents)


def _count(
    study: Study, waiting: PendingStudy | None, parents: tuple[tuple[Arm, RunPlan], ...]
) -> int:
    if waiting is not None:
        return waiting.count  # a chain keeps at most as many arms as its parent
    per = study.origin.per if study.origin else ()
    return len({_group(run, per) for _, run in parents})


def _group(run: RunPlan, axes: tuple[str, ...]) -> str:
    return canonical([run.parameters[axis] for axis in axes])


def _winners(
    known: _Expansion, study: Study, parents: tuple[tuple[Arm, RunPlan], ...]
) -> tuple[Arm, ...]:
    """One arm for each group of the parent: its best configuration by the mean over seeds."""
    origin = study.origin
    if origin is None:
        return ()
    groups: dict[str, dict[str, list[tuple[Arm, RunPlan]]]] = {}
    for arm, run in parents:
        configurations = groups.setdefault(_group(run, origin.per), {})
        configurations.setdefault(canonical(run.parameters), []).append((arm, run))
    arms: list[Arm] = []
    for configurations in groups.values():
        means = {
            key: _mean(known.scores, [run.key for _, run in members], origin.best)
            for key, members in configurations.items()
        }
        valid = {key: value for key, value in means.items() if value is not None}
        if not valid:
            continue  # every run of the group failed; the parent's table shows it
        pick = min if origin.best.endswith("loss") else max
        best = pick(valid, key=lambda key: valid[key])
        arm, run = configurations[best][0]
        changed = overridden(arm, study).changed(study.set)
        arms.append(replace(changed, parent=run.key, model=study.model or changed.model))
    return tuple(arms)


def _mean(scores: Scores, keys: list[str], metric: str) -> float | None:
    values = [scores[key].get(metric) for key in keys]
    finite = [value for value in values if value is not None]
    return statistics.fmean(finite) if finite else None


def _runs(known: _Expansion, study: str, arms: tuple[Arm, ...]) -> tuple[tuple[Arm, RunPlan], ...]:
    many_seeds = any(len(arm.seeds) > 1 for arm in arms)
    slugs = [_slug(" ".join(arm.labels.values())) or "unica" for arm in arms]
    repeated = Counter(slugs)
    found: list[tuple[Arm, RunPlan]] = []
    for index, (arm, slug) in enumerate(zip(arms, slugs, strict=True)):
        unique = slug if repeated[slug] == 1 else f"{slug}-{index + 1}"
        for seed in arm.seeds:
            name = f"{unique}-s{seed}" if many_seeds else unique
            found.append((arm, _run(known, study, arm, name, seed)))
    return tuple(found)


def _run(known: _Expansion, study: str, arm: Arm, name: str, seed: int) -> RunPlan:
    text = canonical(recipe_of(known.spec, known.data, known.digests, arm, seed))
    files = {known.digests[path]: path for path in known.digests if path != known.data.location}
    return RunPlan(
        key=key_of(text),
        recipe=text,
        data=known.data.key,
        study=study,
        id=name,
        label=_shown(axis_names(known.spec, study), arm) or known.spec.study[study].title or study,
        parameters=arm.parameters,
        labels=arm.labels,
        seed=seed,
        parent=arm.parent,
        weights_files={digest: path for digest, path in files.items() if digest in text},
    )


def _shown(names: Mapping[str, str], arm: Arm) -> str:
    """The run's label: a bare number is told by the name of its axis."""
    parts = [
        f"{names.get(axis, axis).lower()}: {label}" if _is_number(label) else label
        for axis, label in arm.labels.items()
    ]
    return " · ".join(parts)


def _is_number(label: str) -> bool:
    return re.fullmatch(r"[\d.,eE+-]+", label) is not None


def recipe_of(spec: Spec, data: DataPlan, digests: Digests, arm: Arm, seed: int) -> dict[str, Any]:
    """Everything that changes the numbers of one run, with all defaults filled in."""
    model = spec.model[arm.model]
    settings = arm.settings
    return {
        "key_version": KEY_VERSION,
        "kind": "run",
        "data": data.key,
        "model": resolve(model, {**model.parameters, **arm.values}, settings["weights"], digests),
        "training": {
            "optimizer": keras_entry("optimizers", settings["optimizer"]),
            "loss": settings["loss"],
            "epochs": settings["epochs"],
            "batch_size": settings["batch_size"],
            "precision": settings["precision"],
            "callbacks": [keras_entry("callbacks", item) for item in settings["callbacks"]],
            "augmentation": [keras_entry("layers", item) for item in settings["augmentation"]],
        },
        "seed": seed,
        "fold": None,
        "backend": "tensorflow",
    }


def _slug(text: str) -> str:
    """``text`` as a file name and anchor: lower case, no accents, words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60]
