"""Takes a :class:`Spec`, gives its :class:`Plan`: every run with its key, and what still waits.

Follow-up studies are resolved as soon as all runs of their parent have an
outcome; until then they are pending with the number of runs they will have.
"""

from __future__ import annotations

import math
import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from reportgen.plan.arms import Arm, arms_of, axis_names, overridden
from reportgen.plan.key import KEY_VERSION, canonical, key_of
from reportgen.plan.layers import resolve
from reportgen.plan.model import DataPlan, PendingStudy, Plan, RunPlan
from reportgen.spec.keras_names import canonical as keras_entry
from reportgen.spec.model import Origin, Spec, Study

Scores = Mapping[str, Mapping[str, float | None]]
"""Key of a finished run -> ``validation.accuracy`` and the like; empty for a run that failed."""
Digests = Mapping[str, str]
"""Declared path of a local file or folder -> SHA-256 of what it holds."""


Trained = tuple[tuple[Arm, tuple[RunPlan, ...]], ...]
"""Every arm of a study with its runs, one for each seed."""


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
    done: dict[str, Trained] = {}
    guessed: dict[str, tuple[Arm, ...]] = {}
    for name in _by_origin(spec):
        study = spec.study[name]
        if study.origin is None:
            done[name] = _runs(known, name, arms_of(spec, study))
        elif study.origin.study in done and _finished(done[study.origin.study], scores):
            done[name] = _runs(known, name, _winners(known, study, study.origin, done[study.origin.study]))
        else:
            guessed[name] = _guess(study, study.origin, _arms(done, guessed, study.origin.study))
    runs = tuple(run for name in spec.study if name in done for _, runs in done[name] for run in runs)
    pending = (_pending(spec, name, guessed[name]) for name in spec.study if name in guessed)
    return Plan((known.data,), runs, tuple(pending))


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


def _finished(parents: Trained, scores: Scores) -> bool:
    return all(run.key in scores for _, runs in parents for run in runs)


def _arms(done: Mapping[str, Trained], guessed: Mapping[str, tuple[Arm, ...]], name: str) -> tuple[Arm, ...]:
    return tuple(arm for arm, _ in done[name]) if name in done else guessed[name]


def _pending(spec: Spec, name: str, arms: tuple[Arm, ...]) -> PendingStudy:
    origin = spec.study[name].origin
    return PendingStudy(name, origin.study if origin else "", sum(len(arm.seeds) for arm in arms))


def _grouped(arms: Iterable[Arm], axes: tuple[str, ...]) -> dict[str, list[Arm]]:
    """Arms that agree on ``axes``, in declared order."""
    groups: dict[str, list[Arm]] = {}
    for arm in arms:
        groups.setdefault(canonical([arm.parameters[axis] for axis in axes]), []).append(arm)
    return groups


def _guess(study: Study, origin: Origin, parents: tuple[Arm, ...]) -> tuple[Arm, ...]:
    """Stand-ins for the winners of a study that has not finished: as many, not which."""
    return tuple(_follow(study, group[0], {}) for group in _grouped(parents, origin.per).values())


def _winners(known: _Expansion, study: Study, origin: Origin, parents: Trained) -> tuple[Arm, ...]:
    """One arm for each group of the parent: its best configuration by the mean over seeds.

    Equal accuracies are decided by the lower loss, and equal losses by the higher accuracy; of what is
    still equal the first declared wins. A group in which every run failed has no winner.
    """
    runs = {canonical(arm.parameters): found for arm, found in parents}
    metrics = (origin.best, *(name for name in _SIGNS if name != origin.best))
    arms: list[Arm] = []
    for group in _grouped((arm for arm, _ in parents), origin.per).values():
        ranks = [
            (*_rank(known.scores, [run.key for run in runs[canonical(arm.parameters)]], metrics), -index)
            for index, arm in enumerate(group)
        ]
        valid = [rank for rank in ranks if rank[0] > -math.inf]
        if valid:
            best = group[-int(max(valid)[-1])]
            keys = {run.seed: run.key for run in runs[canonical(best.parameters)]}
            arms.append(_follow(study, best, keys))
    return tuple(arms)


_SIGNS = {"validation.accuracy": 1, "validation.loss": -1}
"""Metrics that may decide, and whether more of it is better."""


def _rank(scores: Scores, keys: list[str], metrics: tuple[str, ...]) -> tuple[float, ...]:
    """Means of the metrics, higher is better, unknown is worst."""
    means = ((name, _mean(scores, keys, name)) for name in metrics)
    return tuple(-math.inf if mean is None else _SIGNS[name] * mean for name, mean in means)


def _follow(study: Study, arm: Arm, keys: Mapping[int, str]) -> Arm:
    """The arm that a follow-up study makes of a winner."""
    changed = overridden(arm, study).changed(study.set)
    return replace(changed, parents=keys, model=study.model or changed.model)


def _mean(scores: Scores, keys: list[str], metric: str) -> float | None:
    values = [scores[key].get(metric) for key in keys]
    finite = [value for value in values if value is not None]
    return statistics.fmean(finite) if finite else None


def _runs(known: _Expansion, study: str, arms: tuple[Arm, ...]) -> Trained:
    many_seeds = any(len(arm.seeds) > 1 for arm in arms)
    names = _unique([_slug(" ".join(arm.labels.values())) or "unica" for arm in arms])
    axes = axis_names(known.spec, study)
    files = {known.digests[path]: path for path in known.digests if path != known.data.location}
    found: list[tuple[Arm, tuple[RunPlan, ...]]] = []
    for arm, name in zip(arms, names, strict=True):
        label = _shown(axes, arm) or known.spec.study[study].title or study
        bare = RunPlan("", "", known.data.key, study, name, label, arm.parameters, arm.labels, 0)
        runs = (_run(known, bare, arm, seed, files) for seed in arm.seeds)
        if many_seeds:
            runs = (replace(run, id=f"{name}-s{run.seed}") for run in runs)
        found.append((arm, tuple(runs)))
    return tuple(found)


def _unique(slugs: list[str]) -> list[str]:
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


def _run(known: _Expansion, bare: RunPlan, arm: Arm, seed: int, files: Mapping[str, str]) -> RunPlan:
    """The run of one arm with one seed; ``files`` are digests of local weights -> their paths."""
    text = canonical(recipe_of(known.spec, known.data, known.digests, arm, seed))
    return replace(
        bare,
        key=key_of(text),
        recipe=text,
        seed=seed,
        parent=arm.parents.get(seed) or next(iter(arm.parents.values()), ""),
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
