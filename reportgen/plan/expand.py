"""Takes a :class:`Spec`, gives its :class:`Plan`: every run with its key, and what still waits.

Follow-up studies are resolved as soon as all runs of their parent have an
outcome; until then they are pending with the number of runs they will have.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from reportgen.errors import MissingError
from reportgen.plan.arms import Arm, arms_of, axis_names, followed
from reportgen.plan.imported import imported_runs
from reportgen.plan.key import KEY_VERSION, canonical, key_of
from reportgen.plan.layers import plugin, resolve
from reportgen.plan.model import DataPlan, PendingStudy, Plan, RunPlan
from reportgen.plan.naming import shown, slug_of, unique
from reportgen.sources.imported import ImportedStudy
from reportgen.spec.keras_names import canonical as keras_entry
from reportgen.spec.keras_names import less_is_better
from reportgen.spec.model import RUN_WEIGHTS, Data, Origin, Spec, Study
from reportgen.spec.references import all_parents, data_of, local_weights, sources_of

Scores = Mapping[str, Mapping[str, float | None]]
"""Key of a finished run -> ``validation.accuracy`` and the like; empty for a run that failed."""
Digests = Mapping[str, str]
"""Declared path of a local file or folder, or ``python:MODULE`` -> SHA-256 of what it holds."""


Trained = tuple[tuple[Arm, tuple[RunPlan, ...]], ...]
"""Every arm of a study with its runs, one for each seed and fold."""


@dataclass(frozen=True, slots=True)
class _Expansion:
    """What is known while studies are expanded one after another; ``done`` grows.

    ``files`` maps digests of weight files to their paths; ``wanted`` are the (study, arm) whose weights
    other runs start from.
    """

    spec: Spec
    data: Mapping[str, DataPlan]
    digests: Digests
    scores: Scores
    files: Mapping[str, str]
    wanted: frozenset[tuple[str, str]]
    done: dict[str, Trained]


def expand(
    spec: Spec, digests: Digests, scores: Scores, made: Mapping[str, ImportedStudy] = MappingProxyType({})
) -> Plan:
    """All runs that can be named now.

    Args:
        spec: a checked configuration.
        digests: of every local path and Python source that the spec names.
        scores: of the runs that have an outcome.
        made: study -> its results, for the studies that tell results made elsewhere.
    """
    wanted = frozenset(pair for name in spec.study for pair in sources_of(spec, name))
    files = {digests[path]: path for path in local_weights(spec) if path in digests}
    known = _Expansion(spec, data_plans(spec, digests), digests, scores, files, wanted, {})
    guessed: dict[str, tuple[Arm, ...]] = {}
    waits: dict[str, str] = {}
    parents = all_parents(spec)
    for name in _by_origin(parents):
        study = spec.study[name]
        if study.results:
            continue
        parent = study.origin.study if study.origin else ""
        unnamed = [item for item in parents[name] if item not in known.done]
        if study.origin and not unnamed and not _finished(known.done[parent], scores):
            unnamed = [parent]
        if unnamed:
            waits[name] = unnamed[0]
            guessed[name] = _guess(known, guessed, study)
        elif study.origin:
            known.done[name] = _runs(known, name, _winners(known, study, study.origin))
        else:
            known.done[name] = _runs(known, name, arms_of(spec, study))
    runs = tuple(run for name in spec.study for run in _runs_of(known, name, made))
    pending = tuple(_pending(name, waits[name], guessed[name]) for name in spec.study if name in guessed)
    used = {known.data[data_of(spec, name)].key: known.data[data_of(spec, name)] for name in spec.study}
    return Plan(tuple(used.values()), runs, pending)


def _runs_of(known: _Expansion, name: str, made: Mapping[str, ImportedStudy]) -> Iterator[RunPlan]:
    """The runs of one study that can be named: to be trained, or told by its files."""
    if name in made:
        yield from imported_runs(known.spec, name, made[name], known.data[data_of(known.spec, name)])
    else:
        yield from (run for _, found in known.done.get(name, ()) for run in found)


def data_plans(spec: Spec, digests: Digests) -> dict[str, DataPlan]:
    """Id -> data set, for all that the spec declares."""
    return {name: _data_plan(name, data, digests) for name, data in spec.data_sets.items()}


def _data_plan(name: str, data: Data, digests: Digests) -> DataPlan:
    recipe: dict[str, Any] = {
        "key_version": KEY_VERSION,
        "kind": "data",
        "name": data.kind,
        "digest": digests.get(data.path) if data.path else None,
        "subset": data.subset.model_dump() if data.subset else None,
        "split": data.split.model_dump(),
    }
    if data.image_size:
        recipe["image_size"] = list(data.image_size)
    if data.select:
        recipe["select"] = list(data.select)
    if data.python:
        recipe["python"] = {"function": data.python, "source": digests.get(plugin(data.python), "")}
    text = canonical(recipe)  # class names are not in it: they change what is shown, not what is computed
    modules = (data.python.partition(":")[0],) if data.python else ()
    return DataPlan(key_of(text), text, data.path, name, data.classes, modules)


def _by_origin(parents: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Study ids with every parent before its children; the spec has no cycles."""
    ordered: dict[str, None] = {}
    for name in parents:
        ahead = [name]
        while ahead:
            lacking = next((item for item in parents[ahead[-1]] if item not in ordered), "")
            if lacking:
                ahead.append(lacking)
            else:
                ordered[ahead.pop()] = None
    return tuple(ordered)


def _finished(parents: Trained, scores: Scores) -> bool:
    return all(run.key in scores for _, runs in parents for run in runs)


def _pending(name: str, waits_for: str, arms: tuple[Arm, ...]) -> PendingStudy:
    count = sum(len(tuple(arm.runs())) for arm in arms)
    return PendingStudy(name, waits_for, count)


def _grouped(arms: Iterable[Arm], axes: tuple[str, ...]) -> Iterable[list[int]]:
    """Positions of arms that agree on ``axes``, in declared order."""
    groups: dict[str, list[int]] = {}
    for index, arm in enumerate(arms):
        groups.setdefault(canonical([arm.parameters[axis] for axis in axes]), []).append(index)
    return groups.values()


def _guess(known: _Expansion, guessed: Mapping[str, tuple[Arm, ...]], study: Study) -> tuple[Arm, ...]:
    """Stand-ins for the arms of a study that cannot be named yet: as many, not which."""
    if study.origin is None:
        return arms_of(known.spec, study)
    name = study.origin.study
    parents = tuple(arm for arm, _ in known.done[name]) if name in known.done else guessed[name]
    groups = _grouped(parents, study.origin.per)
    return tuple(arm for group in groups for arm in followed(study, parents[group[0]], {}))


def _winners(known: _Expansion, study: Study, origin: Origin) -> tuple[Arm, ...]:
    """The arms made of each group's best configuration by the mean over seeds and folds.

    Equal accuracies are decided by the lower loss, and equal losses by the higher accuracy; of what is
    still equal the first declared wins. A group in which every run failed has no winner.
    """
    parents = known.done[origin.study]
    metrics = (origin.best, *(name for name in _DECIDING if name != origin.best))
    arms: list[Arm] = []
    for group in _grouped((arm for arm, _ in parents), origin.per):
        ranks = [
            (*_rank(known.scores, [run.key for run in parents[index][1]], metrics), -index) for index in group
        ]
        valid = [rank for rank in ranks if rank[0] > -math.inf]
        if valid:
            best, runs = parents[-int(max(valid)[-1])]
            arms += followed(study, best, {(run.seed, run.fold): run.key for run in runs})
    return tuple(arms)


_DECIDING = ("validation.accuracy", "validation.loss")
"""What decides between equals, in this order."""


def _rank(scores: Scores, keys: list[str], metrics: tuple[str, ...]) -> tuple[float, ...]:
    """Means of the metrics, higher is better, unknown is worst."""
    means = ((name, _mean(scores, keys, name)) for name in metrics)
    return tuple(
        -math.inf if mean is None else (-mean if less_is_better(name) else mean) for name, mean in means
    )


def _mean(scores: Scores, keys: list[str], metric: str) -> float | None:
    values = [scores[key].get(metric) for key in keys]
    finite = [value for value in values if value is not None]
    return statistics.fmean(finite) if finite else None


def _runs(known: _Expansion, study: str, arms: tuple[Arm, ...]) -> Trained:
    many_seeds = any(len(arm.seeds) > 1 for arm in arms)
    names = unique([slug_of(" ".join(arm.labels.values())) or "unica" for arm in arms])
    axes = axis_names(known.spec, study)
    pairs = sources_of(known.spec, study)
    kept = known.spec.training.keep_weights
    found: list[tuple[Arm, tuple[RunPlan, ...]]] = []
    for arm, name in zip(arms, names, strict=True):
        label = shown(axes, arm.labels) or known.spec.study[study].title or study
        slug = str(arm.parameters.get("variant") or name)
        bare = RunPlan(
            "", "", known.data[arm.data].key, study, name, label, arm.parameters, arm.labels, 0,
            arm=name, folds=arm.folds,
            keep_weights=kept or bool(known.wanted & {(study, slug), (study, "")}),
        )  # fmt: skip
        found.append((arm, tuple(_named(known, bare, arm, pairs, many_seeds=many_seeds))))
    return tuple(found)


def _named(
    known: _Expansion, bare: RunPlan, arm: Arm, pairs: Sequence[tuple[str, str]], *, many_seeds: bool
) -> Iterator[RunPlan]:
    """The runs of one arm: one for each seed and fold, with an id of its own.

    ``pairs`` are the (study, arm) whose weights it may start from.
    """
    for seed, fold in arm.runs():
        ending = (f"-s{seed}" if many_seeds else "") + ("" if fold is None else f"-p{fold + 1}")
        others = {
            text: RUN_WEIGHTS + run.key for text, run in _others(known, bare.study, pairs, (seed, fold))
        }
        digests = {**known.digests, **others} if others else known.digests
        recipe = recipe_of(known.spec, known.data[arm.data], digests, arm, seed=seed, fold=fold)
        text = canonical(recipe)
        python = [str(item["python"]) for item in recipe["model"]["layers"] if "python" in item]
        yield replace(
            bare,
            key=key_of(text),
            recipe=text,
            id=f"{bare.id}{ending}",
            seed=seed,
            fold=fold,
            parent=_parent(arm, seed, fold),
            weights_files={digest: path for digest, path in known.files.items() if digest in text},
            plugins=tuple(dict.fromkeys(name.partition(":")[0] for name in python)),
            needs=tuple(value.removeprefix(RUN_WEIGHTS) for value in others.values() if value in text),
        )


def _parent(arm: Arm, seed: int, fold: int | None) -> str:
    """The run of the winner with the same seed and fold, else one with the same images to train on."""
    alike = (key for (_, other), key in arm.parents.items() if other == fold)
    return arm.parents.get((seed, fold)) or next(alike, "")


def _others(
    known: _Expansion, study: str, pairs: Sequence[tuple[str, str]], place: tuple[int, int | None]
) -> Iterator[tuple[str, RunPlan]]:
    """The runs whose weights a run starts from, under what refers to them: same seed and fold if any.

    Raises:
        MissingError: when a study has no such arm.
    """
    for name, arm in pairs:
        there = [run for _, items in known.done[name] for run in items]
        runs = [run for run in there if arm in ("", _arm_of(run))]
        if not runs:
            raise MissingError(
                f"el estudio «{name}» no tiene ninguna ejecución «{arm}» de la que tomar los pesos",
                where=f"study.{study}",
                next_step=f"hay: {', '.join(dict.fromkeys(map(_arm_of, there))) or 'ninguna'}",
            )
        chosen = next((run for run in runs if (run.seed, run.fold) == place), runs[0])
        yield RUN_WEIGHTS + (f"{name}.{arm}" if arm else name), chosen


def _arm_of(run: RunPlan) -> str:
    """What a reference to another run calls its arm: the variant, else the slug of its labels."""
    return str(run.parameters.get("variant") or run.arm)


def recipe_of(
    spec: Spec, data: DataPlan, digests: Digests, arm: Arm, *, seed: int, fold: int | None
) -> dict[str, Any]:
    """Everything that changes the numbers of one run, with all defaults filled in."""
    model = spec.model[arm.model]
    settings = arm.settings
    training: dict[str, Any] = {
        "optimizer": keras_entry("optimizers", settings["optimizer"]),
        "loss": settings["loss"],
        "epochs": settings["epochs"],
        "batch_size": settings["batch_size"],
        "precision": settings["precision"],
        "callbacks": [keras_entry("callbacks", item) for item in settings["callbacks"]],
        "augmentation": [keras_entry("layers", item) for item in settings["augmentation"]],
    }
    if settings["metrics"]:
        training["metrics"] = [keras_entry("metrics", item) for item in settings["metrics"]]
    if settings["class_weight"] != "none":
        training["class_weight"] = _class_weight(settings["class_weight"], data.classes or ())
    return {
        "key_version": KEY_VERSION,
        "kind": "run",
        "data": data.key,
        "model": resolve(model, {**model.parameters, **arm.values}, settings["weights"], digests),
        "training": training,
        "seed": seed,
        "fold": None if fold is None else _fold(arm, fold, spec.data_sets[arm.data].split.seed),
        "backend": "tensorflow",
    }


def _class_weight(given: str | Mapping[str, float], classes: tuple[str, ...]) -> str | dict[str, float]:
    """Weights by the names of the data, or by number where the author has given the classes other names."""
    if isinstance(given, str):
        return given
    return {str(classes.index(key)) if key in classes else key: float(value) for key, value in given.items()}


def _fold(arm: Arm, fold: int, seed: int) -> dict[str, int]:
    """The same folds for every arm and seed: they follow from the seed of the split alone."""
    repeat, index = divmod(fold, arm.folds)
    return {"folds": arm.folds, "index": index, "repeat": repeat, "seed": seed}
