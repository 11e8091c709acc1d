"""Takes the results of a study that were made elsewhere, gives them as runs with keys; nothing to train.

The recipe of such a run is everything that its files say of it, so that an edited cell is another run; of how
it was trained it says nothing, and what reads recipes finds no layers and no settings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reportgen.plan.arms import axis_names
from reportgen.plan.key import KEY_VERSION, canonical, key_of
from reportgen.plan.model import DataPlan, Plan, RunPlan
from reportgen.plan.naming import shown, slug_of, unique
from reportgen.sources.imported import ImportedRun, ImportedStudy
from reportgen.spec.model import Spec, Study
from reportgen.spec.references import data_of

KIND = "imported"
UNKNOWN: Mapping[str, Any] = {
    "model": {"layers": [], "output": "", "rescale": False},
    "training": {"callbacks": [], "augmentation": []},
}
"""What is known of the training of a run that was imported, in the places where a recipe has it."""


def imported_runs(spec: Spec, name: str, made: ImportedStudy, data: DataPlan) -> Iterator[RunPlan]:
    """The runs of a study in the order of its files."""
    study = spec.study[name]
    levels = _levels(study, made)
    headers = {axis: told for axis, told in made.axes.items() if told}
    axes = {**headers, **axis_names(spec, name)}
    labels = [{axis: levels[axis][text] for axis, text in run.labels.items()} for run in made.runs]
    told = [run.label or shown(axes, found) for run, found in zip(made.runs, labels, strict=True)]
    arms = _arms(made.runs, labels)
    many = len(set(arms)) < len(arms)
    for run, label, found, arm in zip(made.runs, told, labels, arms, strict=True):
        text = canonical(_recipe(run, data, label, headers))
        yield RunPlan(
            key=key_of(text),
            recipe=text,
            data=data.key,
            study=name,
            id=f"{arm}-s{run.seed}" if many else arm,
            label=label,
            parameters=run.parameters,
            labels=found,
            seed=run.seed or 0,
            arm=arm,
            imported=True,
        )


def _levels(study: Study, made: ImportedStudy) -> dict[str, dict[str, str]]:
    """Axis -> value as the file has it -> as the report shows it: the author's label, where one is given."""
    found = {}
    for axis in made.axes:
        first: dict[str, str] = {}
        for run in made.runs:  # of one value written in two ways, the first is shown
            first.setdefault(canonical(run.parameters[axis]), run.labels[axis])
        given = study.labels[axis].values if axis in study.labels else ()
        named = dict(zip(first, given or first.values(), strict=True))
        found[axis] = {run.labels[axis]: named[canonical(run.parameters[axis])] for run in made.runs}
    return found


def _arms(runs: tuple[ImportedRun, ...], labels: list[dict[str, str]]) -> list[str]:
    """The slug of each run's configuration: runs that only differ in the seed share it."""
    places = [canonical(dict(run.parameters)) for run in runs]
    texts = {place: " ".join(found.values()) for place, found in zip(places, labels, strict=True)}
    slugs = dict(zip(texts, unique([slug_of(text) or "unica" for text in texts.values()]), strict=True))
    return [slugs[place] for place in places]


def _recipe(run: ImportedRun, data: DataPlan, label: str, names: dict[str, str]) -> dict[str, Any]:
    told = run.predictions
    further = {} if run.inference is None else {"inference": run.inference}
    return {
        "key_version": KEY_VERSION,
        "kind": KIND,
        "data": data.key,
        "label": label,
        "axes": names,
        "parameters": dict(run.parameters),
        "seed": run.seed,
        "metrics": {split: dict(values) for split, values in run.metrics.items()},
        "history": {column: list(values) for column, values in run.history.items()},
        "seconds": run.seconds,
        "epochs": run.epochs,
        "parameter_count": run.parameters_count,
        "images": run.images,
        "predictions": told.digest if told else None,
        "classes": list(told.classes) if told else [],
        **further,
        **UNKNOWN,
    }


def to_train(spec: Spec, plan: Plan) -> Plan:
    """The part of a plan that somebody has to train, with the data sets that it needs."""
    runs = tuple(run for run in plan.runs if not run.imported)
    needed = {data_of(spec, name) for name, study in spec.study.items() if not study.results}
    return Plan(tuple(data for data in plan.data if data.id in needed), runs, plan.pending)
