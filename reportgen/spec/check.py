"""Takes a validated configuration, gives everything in it that cannot work.

What a schema cannot see: names that refer to nothing, axes that are neither a
training setting nor a parameter, cycles, Keras names and their arguments, and
more runs than anybody wants.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from reportgen.spec import keras_names
from reportgen.spec.check_claims import claim_complaints
from reportgen.spec.check_model import model_complaints
from reportgen.spec.check_study import settings_complaints, study_complaints
from reportgen.spec.check_values import Complaint
from reportgen.spec.model import RUN_WEIGHTS, DataPatch, Mute, ReportPatch, Settings, Spec
from reportgen.spec.references import (
    all_parents,
    ancestors,
    axes_of,
    backbones_of,
    chain_of,
    data_of,
    lineage,
    models_of,
    source,
    weights_of,
)

MAX_RUNS = 2000
"""Runs of one file, unless `--max-runs` says otherwise: a slip of the pen makes more."""

MAX_CHAIN = 32
"""Studies that derive from each other, one after the other."""


def check(spec: Spec, max_runs: int = MAX_RUNS) -> Iterator[Complaint]:
    """Every mistake in ``spec``, in no special order."""
    deep = next((name for name in spec.study if len(lineage(spec, name)) > MAX_CHAIN), "")
    if deep:
        what = f"más de {MAX_CHAIN} estudios que derivan uno de otro"
        yield ("study", deep, "from"), what, "acorta la cadena"
        return
    yield from settings_complaints(spec.training, ("training",), ())
    for name, model in spec.model.items():
        yield from model_complaints(name, model)
    for name in spec.study:
        yield from study_complaints(spec, name)
        if not spec.study[name].results:
            yield from _weights(spec, name)
    yield from claim_complaints(spec)
    yield from _reports(spec)
    yield from _data(spec)
    yield from _cycles(spec)
    yield from _size(spec, max_runs)


def _reports(spec: Spec) -> Iterator[Complaint]:
    patches = spec.report.named or {"": ReportPatch()}
    for name, patch in patches.items():
        path = ("report", name) if name else ("report",)
        if not (spec.report.title if patch.title is None else patch.title):
            yield (*path, "title"), "falta este campo", ""
        yield from _named(spec, (*path, "studies"), patch.studies or ())
        yield from _muted(spec, (*path, "mute"), patch.mute or ())
    yield from _named(spec, ("report", "studies"), spec.report.studies or ())
    yield from _muted(spec, ("report", "mute"), spec.report.mute)


def _named(spec: Spec, path: tuple[str, ...], studies: Iterable[str]) -> Iterator[Complaint]:
    for at, study in enumerate(studies):
        if study not in spec.study:
            allowed = keras_names.nearest(study, tuple(spec.study))
            yield (*path, at), f"no hay ningún estudio «{study}»", allowed


def _muted(spec: Spec, path: tuple[str, ...], muted: Iterable[Mute]) -> Iterator[Complaint]:
    for at, item in enumerate(muted):
        if item.study and item.study not in spec.study:
            allowed = keras_names.nearest(item.study, tuple(spec.study))
            yield (*path, at, "study"), f"no hay ningún estudio «{item.study}»", allowed


def _data(spec: Spec) -> Iterator[Complaint]:
    own: list[tuple[tuple[str, ...], str, DataPatch]] = [(("data",), "", spec.data)]
    own += [(("data", name), name, patch) for name, patch in spec.data.named.items()]
    for path, name, patch in own:
        data = spec.data_sets.get(name)
        if patch.name and patch.python:
            yield (*path, "python"), "un conjunto de datos tiene `name` o `python`, no los dos", "quita uno"
        elif data is None:
            continue
        elif not (data.name or data.python):
            yield (*path, "name"), "falta este campo", 'name = "digits", o python = "módulo:función"'
        elif data.name in ("folder", "npz") and not data.path:
            what = f'name = "{data.name}" necesita `path`: la carpeta o el archivo con las imágenes'
            yield (*path, "path"), what, ""
        if data is not None and data.select and data.classes and len(data.select) != len(data.classes):
            what = f"{len(data.classes)} nombres para las {len(data.select)} clases de `select`"
            yield (*path, "classes"), what, "un nombre por clase"
    if "" not in spec.data_sets:
        for name in spec.study:
            if not data_of(spec, name) and spec.study[name].origin is None:
                told = ", ".join(spec.data.named) or 'declara [data] con name = "..."'
                yield ("study", name, "data"), "falta `data`: [data] no dice de qué imágenes", told


def _weights(spec: Spec, name: str) -> Iterator[Complaint]:
    """References to other runs that lead nowhere, or to several."""
    for text in sorted(item for item in weights_of(spec, name) if item.startswith(RUN_WEIGHTS)):
        study, arm = source(text)
        path = ("study", name)
        if study not in spec.study:
            allowed = keras_names.nearest(study, tuple(spec.study))
            yield path, f"los pesos «{text}» son de un estudio que no hay: «{study}»", allowed
        elif spec.study[study].results:
            what = f"los pesos «{text}» son de un estudio de resultados hechos fuera, que no tiene redes"
            yield path, what, "de un estudio que se entrene en este archivo"
        elif spec.study[study].variant and arm not in spec.study[study].variant:
            variants = ", ".join(f"{RUN_WEIGHTS}{study}.{key}" for key in spec.study[study].variant)
            yield path, f"los pesos «{text}» no dicen de qué variante", f"se admite: {variants}"
        elif not arm and axes_of(spec, study):
            what = f"los pesos «{text}» no dicen de cuál de las redes del estudio"
            yield path, what, f"{RUN_WEIGHTS}{study}.ID, con el ID que muestra `reportgen plan`"
        elif not _has_backbone(spec, study):
            what = f"los pesos «{text}» son de una red que no parte de ninguna de keras.applications"
            yield path, what, "de otra ejecución se toman los pesos de su `backbone`"


def _has_backbone(spec: Spec, study: str) -> bool:
    models = models_of(spec, study)
    return any(name not in spec.model or backbones_of(spec.model[name]) for name in models)


def _cycles(spec: Spec) -> Iterator[Complaint]:
    parents = all_parents(spec)
    for name in spec.study:
        chain = [name]
        origin = spec.study[name].origin
        while origin is not None and origin.study in spec.study and origin.study not in chain:
            chain.append(origin.study)
            origin = spec.study[origin.study].origin
        if origin is not None and origin.study == name:
            text = " → ".join([*chain, name])
            yield ("study", name, "from"), f"el estudio deriva de sí mismo: {text}", "rompe el ciclo"
        elif name in ancestors(parents, name):
            yield ("study", name), "el estudio parte de pesos que dependen de él mismo", "rompe el ciclo"


def _size(spec: Spec, max_runs: int) -> Iterator[Complaint]:
    """More runs than allowed, counted without making them."""
    advice = "quita valores de algún eje, o di --max-runs"
    total = 0
    for name, study in spec.study.items():
        combinations = math.prod(len(values) for values in study.grid.values())
        if combinations > max_runs:
            yield ("study", name, "grid"), f"la rejilla tiene más de {max_runs} combinaciones", advice
            return
        total += runs_of(spec, name)
        if total > max_runs:
            what = f"con este estudio hay {total} ejecuciones, más de {max_runs}"
            yield ("study", name), what, advice
            return


def runs_of(spec: Spec, name: str) -> int:
    """At most how many runs a study trains: exclusions are not counted off."""
    study = spec.study[name]
    if study.results:
        return 0
    each = [len(seeds) * max(1, folds * repeats) for seeds, folds, repeats in _repetitions(spec, name)]
    if study.variant:
        return sum(each)
    arms = math.prod(len(values) for values in study.grid.values())
    arms *= max((len(values) for values in study.zip.values()), default=1)
    if study.origin is not None:
        ancestry = [spec.study[item] for item in lineage(spec, name)[1:]]
        sizes = {axis: len(values) for item in ancestry for axis, values in item.axes.items()}
        sizes["variant"] = max([1, *(len(item.variant) for item in ancestry)])
        arms *= math.prod(sizes.get(axis, 1) for axis in study.origin.per)
    return arms * max(each)


def _repetitions(spec: Spec, name: str) -> list[tuple[tuple[int, ...], int, int]]:
    """Seeds, folds and repetitions: of each variant, or those that any other arm may have."""
    found = [(spec.training.seeds, spec.training.folds, spec.training.repeats)]
    for study in (spec.study[item] for item in reversed(lineage(spec, name))):
        found = [_repeated(item, study) for item in found]
        variants = []
        for key in study.variant:
            arm = found[0]
            for link in reversed(chain_of(study, key)):
                arm = _repeated(arm, link)
            variants.append(arm)
        found = variants or found
    return found


def _repeated(before: tuple[tuple[int, ...], int, int], said: Settings) -> tuple[tuple[int, ...], int, int]:
    seeds, folds, repeats = before
    return said.seeds or seeds, folds if said.folds is None else said.folds, said.repeats or repeats
