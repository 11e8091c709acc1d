"""Takes the claims of a configuration, gives everything in them that cannot be decided by any results."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reportgen.spec import keras_names
from reportgen.spec.check_values import Complaint, same
from reportgen.spec.model import Claim, Origin, Spec
from reportgen.spec.positions import Path
from reportgen.spec.references import axes_of, metrics_of, values_of
from reportgen.spec.sides import BESIDE, VARIANT, Side, labels_of, matched, said_of, shared_axes, side_of

FORMS = "better = ..., than = ...; o bien of = ..., con above o below"
PARTS = ("test", "validation", "train")
FACTS = ("seconds", "parameters")
"""What may be claimed of a run beside its metrics."""
BEST = str(Origin.model_fields["best"].default)
"""How a side is told to name one configuration: the one that validation picks."""


def claim_complaints(spec: Spec) -> Iterator[Complaint]:
    """Every mistake in every claim, in no special order."""
    for name, claim in spec.claim.items():
        path: Path = ("claim", name)
        yield from _form(claim, path)
        yield from _study(spec, claim, path)
        sides = {}
        for field, said in said_of(claim).items():
            side = side_of(spec, claim, said)
            wrong = list(_side(spec, claim, side, (*path, field)))
            yield from wrong
            if side is not None and not wrong:
                sides[field] = side
        yield from _metric(spec, claim, tuple(sides.values()), path)
        if {"better", "than"} <= set(sides):
            yield from _against(spec, sides["better"], sides["than"], path)


def _form(claim: Claim, path: Path) -> Iterator[Complaint]:
    """One side against another, or one against one bound."""
    said = said_of(claim)
    bounds = [name for name in ("above", "below") if getattr(claim, name) is not None]
    if not said:
        yield path, "no dice qué se compara", FORMS
    elif "of" in said and len(said) > 1:
        yield (*path, "of"), "`of` no va con `better` y `than`", FORMS
    elif "of" in said and len(bounds) != 1:
        what = "`of` necesita un límite" if not bounds else "`above` y `below` no van juntos: dos hipótesis"
        yield (*path, bounds[1] if bounds else "of"), what, "above = 0.6, o below = 0.6"
    elif "of" not in said:
        lacking = next((name for name in ("better", "than") if name not in said), "")
        if lacking:
            yield (*path, lacking), "falta este campo", FORMS
        if bounds:
            yield (*path, bounds[0]), f"`{bounds[0]}` va con `of`", "by = 0.01 dice por cuánto al menos"
    if "of" in said and claim.by is not None:
        yield (*path, "by"), "`by` va con `better` y `than`", "el límite ya lo dicen above y below"


def _study(spec: Spec, claim: Claim, path: Path) -> Iterator[Complaint]:
    if claim.study and claim.study not in spec.study:
        yield (*path, "study"), *_no_study(spec, claim.study)


def _no_study(spec: Spec, name: str) -> tuple[str, str]:
    return f"no hay ningún estudio «{name}»", keras_names.nearest(name, tuple(spec.study))


def _side(spec: Spec, claim: Claim, side: Side | None, path: Path) -> Iterator[Complaint]:
    """What is wrong with one side."""
    said = getattr(claim, str(path[-1]))
    if side is None:
        if claim.study and claim.study not in spec.study:
            return  # told of the study
        yield (
            path,
            f"«{said}» no es una variante ni un estudio",
            keras_names.nearest(said, _names(spec, claim)),
        )
        return
    table = isinstance(said, Mapping)
    if not side.study:
        yield path, "no dice de qué estudio", f"study = ...; estudios: {', '.join(spec.study)}"
    elif side.study not in spec.study:
        if table and "study" in said:
            yield (*path, "study"), *_no_study(spec, side.study)
    elif not spec.study[side.study].results:  # what a table of results has is told where it is read
        yield from _axes(spec, side, path if table else path[:-1])
    if side.best and not re.fullmatch(r"validation\.[a-z0-9_]+", side.best):
        yield (*path, "best"), "no es una medida de validación", f'best = "{BEST}"'


def _names(spec: Spec, claim: Claim) -> tuple[str, ...]:
    """All that a text may name on a side."""
    home = spec.study.get(claim.study)
    own = [
        text for name, item in (home.variant if home else {}).items() for text in (name, item.title) if text
    ]
    others = [f"{study}.{name}" for study in spec.study for name in spec.study[study].variant]
    return tuple(dict.fromkeys([*own, *spec.study, *others]))


def _axes(spec: Spec, side: Side, path: Path) -> Iterator[Complaint]:
    axes = axes_of(spec, side.study)
    for axis, value in side.where.items():
        here = (*path, *axis.split(".", 1))
        if axis not in axes:
            nearest = keras_names.nearest(axis, (*axes, *BESIDE)) if axes else "no tiene ejes"
            yield here, f"«{axis}» no es un eje del estudio «{side.study}»", nearest
            continue
        values = values_of(spec, side.study, axis)
        if values and not any(same(value, item) for item in values):
            what = f"el eje «{axis}» del estudio «{side.study}» no tiene el valor {_json(value)}"
            yield here, what, _values(spec, side.study, axis, value, values)


def _values(spec: Spec, study: str, axis: str, value: Any, values: Sequence[Any]) -> str:  # noqa: ANN401
    """The value that was nearly written, else all of them."""
    texts = [item for item in values if isinstance(item, str)]
    titles = (
        [item.title for item in spec.study[study].variant.values() if item.title] if axis == VARIANT else []
    )
    allowed = (*texts, *titles, *labels_of(spec, study, axis))
    meant = keras_names.close(value, allowed) if isinstance(value, str) else ()
    return f"¿quisiste decir «{meant[0]}»?" if meant else f"valores: {', '.join(map(_json, values))}"


def _json(value: Any) -> str:  # noqa: ANN401 - plain TOML
    return json.dumps(value, ensure_ascii=False)


def _metric(spec: Spec, claim: Claim, sides: Sequence[Side], path: Path) -> Iterator[Complaint]:
    known = [_metrics(spec, side.study) for side in sides]
    if claim.metric:
        for side, allowed in zip(sides, known, strict=True):
            if claim.metric not in allowed:
                what = f"«{side.study}» no mide «{claim.metric}»"
                yield (*path, "metric"), what, keras_names.nearest(claim.metric, allowed)
                break
    if not claim.metric or claim.metric.endswith("accuracy"):
        for name in ("above", "below", "by"):
            bound = getattr(claim, name)
            if bound is not None and not 0 < bound < 1:
                told = "un número entre 0 y 1: 0.6 es el 60 %"
                yield (*path, name), f"una exactitud no llega a {bound:g}", told


def _metrics(spec: Spec, study: str) -> tuple[str, ...]:
    measured = metrics_of(spec, study)
    return (*(f"{part}.{metric}" for part in PARTS for metric in measured), *FACTS)


def _against(spec: Spec, better: Side, than: Side, path: Path) -> Iterator[Complaint]:
    """Whether it is clear which configuration is compared with which."""
    if better == than:
        yield (*path, "than"), "los dos lados son el mismo", "otro valor, otra variante u otro estudio"
        return
    if any(spec.study[side.study].results for side in (better, than)):
        return  # the axes are those of its table
    pairs = matched(better, than, shared_axes(spec, better.study, than.study))
    loose = [_loose(spec, side, pairs) for side in (better, than)]
    if all(loose):
        what = "los dos lados reúnen varias configuraciones y no se sabe cuál se compara con cuál"
        axes = ", ".join(dict.fromkeys(axis for side in loose for axis in side))
        yield path, what, f'di en un lado el valor de: {axes}; o que cuente la elegida: best = "{BEST}"'


def _loose(spec: Spec, side: Side, pairs: Sequence[str]) -> tuple[str, ...]:
    """Axes on which a side has several values that nothing pairs."""
    if side.best:
        return ()
    return tuple(
        axis
        for axis in axes_of(spec, side.study)
        if axis not in pairs and axis not in side.where and len(values_of(spec, side.study, axis)) != 1
    )
