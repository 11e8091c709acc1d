"""Takes numbers with what they are said to be of, gives what is wrong: nothing, typed again, not so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from statistics import fmean

from reportgen.prose import lexicon
from reportgen.prose.amounts import Asked, Ground, asked
from reportgen.prose.facts import Config, Fact, Knowledge, Measure
from reportgen.prose.judge import Verdict, lost
from reportgen.prose.model import Kind
from reportgen.prose.numbers import Amount, Quantity
from reportgen.prose.reading import Reading
from reportgen.prose.wording import number, of_metric, offered, origin

_BOUND = r"\s*(?:el |la |los |las |un |una |del |de |al |a )*$"
_ABOVE, _BELOW, _ABOUT = (
    re.compile(rf"(?<!\w){words}{_BOUND}") for words in (lexicon.ABOVE, lexicon.BELOW, lexicon.ABOUT)
)
_REACHES = re.compile(
    r"\b(?:llega(?:n)?|llego|llegaron|alcanza(?:n)?|alcanzo|alcanzaron) (?:a |al |el |ni )*$"
)
_ONLY = re.compile(r"\b(?:solo|unicamente|solamente)\b")
_RATIOS = ("accuracy", "precision", "recall", "f1", "gap")
_PERCENT = 100.0
_TELLING = 3
"""Digits from which a number that names nothing is taken for a result that it equals."""
_FEW = 3
"""Configurations up to which a number that does not say what it measures is held against them."""
_LEEWAY: Mapping[str, float] = {
    "seconds": 0.2, "parameters": 0.1, "memory": 0.1, "epochs": 0.15, "inference": 0.2,
}  # fmt: skip
"""Share of a value within which «casi» is right; of a ratio it is ``_NEAR``."""
_NEAR = 0.02
_FINE = 0.1
Known = tuple[Measure, Config, Fact]


def numbers(reading: Reading, ground: Ground) -> Iterator[tuple[Quantity, Verdict | None]]:
    """Each number that may be a result, with what is wrong with it; None where nothing is."""
    for item in asked(reading, ground):
        yield item.quantity, _judged(item, ground.knowledge)


def _judged(item: Asked, knowledge: Knowledge) -> Verdict | None:
    if item.named and item.configs and not any(config.arm.ok() for config in item.configs):
        return lost(item.configs)
    if item.change:
        return _difference(item, knowledge)
    for pattern, sign in ((_BELOW, -1), (_ABOVE, 1)):
        if pattern.search(item.before):
            return _limited(item, knowledge, sign, strict=True)
    if item.none and _REACHES.search(item.before):
        return _limited(item, knowledge, 1, strict=False)
    facts = known_facts(item.measures, item.configs, knowledge)
    return _about(item, facts) if _ABOUT.search(item.before) else plain(item, facts, knowledge)


def known_facts(measures: Sequence[Measure], configs: Sequence[Config], knowledge: Knowledge) -> list[Known]:
    """The numbers of configurations; for memory also the size of the weights, for epochs those planned."""
    found = [(m, config, fact) for m in measures for config in configs for fact in knowledge.facts(config, m)]
    for measure in measures:
        for config in configs:
            if measure.metric == "memory":
                sizes = knowledge.facts(config, Measure("parameters"))
                found += [(measure, config, Fact(4 * size.value, size.run, "parameters")) for size in sizes]
            if measure.metric == "epochs":
                planned = {r.planned_epochs for r in config.arm.results if not r.imported}
                found += [(measure, config, Fact(float(epochs), "", "epochs")) for epochs in planned]
    return found


def scaled(quantity: Quantity, measure: Measure) -> list[Amount]:
    """What the number may mean in the unit of the measure: ratios 0 to 1, (milli)seconds, bytes, counts."""
    if measure.metric == "inference" and quantity.unit == "seconds":
        return [Amount(1000 * item.value, 1000 * item.step) for item in quantity.amounts]
    if measure.metric == "memory":
        return [Amount(a.value * size, a.step * size) for a in quantity.amounts for size in (2.0**20, 1e6)]
    if measure.metric in _RATIOS:
        return [
            Amount(item.value / _PERCENT, item.step / _PERCENT)
            if quantity.unit in ("percent", "points") or abs(item.value) > 1
            else item
            for item in quantity.amounts
        ]
    return list(quantity.amounts)


def _matches(quantity: Quantity, measure: Measure, value: float) -> bool:
    for amount in scaled(quantity, measure):
        if amount.is_of(value):
            return True
        if (
            measure.metric == "seconds"
            and amount.step > 1
            and amount.value <= value < amount.value + amount.step
        ):
            return True  # minutes are often cut off, not rounded
    return False


def plain(item: Asked, facts: Sequence[Known], knowledge: Knowledge) -> Verdict | None:
    """A number as it stands: equal to a result, or not the one it is said to be."""
    same = _equal(item, facts)
    if same:
        return _again(item, same, knowledge)
    if not item.named:
        return _anywhere(item, knowledge)
    if not facts or not _is_meant(item, facts) or _is_a_mean(item, facts):
        return None
    return Verdict(Kind.CONTRADICTED, _closest(item, facts))


def _equal(item: Asked, facts: Sequence[Known]) -> list[Known]:
    return [known for known in facts if _matches(item.quantity, known[0], known[2].value)]


def _again(item: Asked, same: Sequence[Known], knowledge: Knowledge) -> Verdict | None:
    """A result typed by hand; nothing where the number is a setting, a mean, or may be anything."""
    if any(not fact.run and measure.metric == "epochs" for measure, _, fact in same):
        return None
    found = min(same, key=lambda known: (known[0] != item.measures[0], not known[2].run))
    least = _TELLING if len(item.configs) > _FEW else _TELLING - 1
    if item.quantity.digits < least or not (item.stated or item.told) or not found[2].run:
        return None
    return _retyped(item, found, knowledge)


def _retyped(item: Asked, found: Known, knowledge: Knowledge) -> Verdict:
    """A number typed by hand, with the results that it may be; none where it is cut off, not rounded."""
    same = _candidates(item, knowledge)
    exact = all(
        any(amount.is_of(fact.value) for amount in scaled(item.quantity, measure))
        for measure, _, fact in same
    )
    origins = dict(reversed([origin(known) for known in same])) if exact else {}
    return Verdict(Kind.RETYPED, _shown(found), (item.quantity.start, item.quantity.end), origins)


def _candidates(item: Asked, knowledge: Knowledge) -> list[Known]:
    """The results that a number equals: of the one configuration that its sentence names, else of all.

    Where the part of the data is not said, that of any part is one.
    """
    splits = ("test", "validation", "train")
    measures = [
        replace(m, split=split) for m in item.measures for split in ((m.split,) if m.split else splits)
    ]
    if item.named and item.here and len(item.configs) == 1:
        return _equal(item, known_facts(measures, item.configs, knowledge))
    return [
        known
        for part in knowledge.beside
        for known in _equal(item, known_facts(measures, part.configs, part))
    ]


def _anywhere(item: Asked, knowledge: Knowledge) -> Verdict | None:
    """A number that names nothing, and is that of some result."""
    if item.quantity.digits < _TELLING or not item.stated:
        return None
    same = _equal(item, known_facts(item.measures, knowledge.configs, knowledge))
    found = next((known for known in same if known[2].run), None)
    return _retyped(item, found, knowledge) if found else None


def _is_a_mean(item: Asked, facts: Sequence[Known]) -> bool:
    """Whether it is the mean of all that it may be of."""
    columns: dict[tuple[Measure, str], list[float]] = {}
    for measure, _, fact in facts:
        columns.setdefault((measure, fact.column), []).append(fact.value)
    return any(_matches(item.quantity, m, fmean(values)) for (m, _), values in columns.items())


def _is_meant(item: Asked, facts: Sequence[Known]) -> bool:
    """Whether a number that equals none of the facts is surely meant for one of them."""
    if item.stated:
        return True
    if not item.told or not item.here:
        return False
    fine = item.quantity.unit == "percent" or any(amount.step < _FINE for amount in item.quantity.amounts)
    return fine and len({id(config) for _, config, _ in facts}) <= _FEW


def _closest(item: Asked, facts: Sequence[Known]) -> str:
    def distance(known: Known) -> float:
        return min(abs(amount.value - known[2].value) for amount in scaled(item.quantity, known[0]))

    said = [known for known in facts if known[0].metric == item.measures[0].metric] or list(facts)
    first = [known for known in said if known[2].column == said[0][2].column]  # of the test part, if any
    return _shown(min(first, key=distance), percent=item.quantity.unit == "percent")


def _shown(known: Known, *, percent: bool = False) -> str:
    measure, config, fact = known
    split = fact.column.partition(".")[0] if "." in fact.column else ""
    ratio = measure.metric in _RATIOS and percent
    value = number(fact.value, measure.metric, percent=ratio)
    text = f"{of_metric(measure, split)} de «{config.name}»: {value}"
    return text if measure.label else text + offered(fact)


def _about(item: Asked, facts: Sequence[Known]) -> Verdict | None:
    """«casi 2 horas»: wrong where nothing is anywhere near."""
    if not facts or not item.named or not _is_meant(item, facts):
        return None
    for measure, _, fact in facts:
        leeway = _LEEWAY.get(measure.metric, 0.0) * abs(fact.value) or _NEAR
        for amount in scaled(item.quantity, measure):
            if abs(amount.value - fact.value) <= max(leeway, amount.step / 2):
                return None
    return Verdict(Kind.CONTRADICTED, _closest(item, facts))


def _limited(item: Asked, knowledge: Knowledge, sign: int, *, strict: bool) -> Verdict | None:
    """«supera el 60 %», «ninguno llega al 70 %»: a bound that the numbers keep or break."""
    measure = item.measures[0]
    limit = scaled(item.quantity, measure)[0].value
    if not item.named or not (item.stated or item.quantity.unit == "percent"):
        return None
    points = [(c, v) for c in item.configs if (v := knowledge.point(c, measure)) is not None]
    if not points:
        return None

    def keeps(value: float) -> bool:
        return sign * (value - limit) > 0 or (not strict and value == limit)

    if item.none:
        wrong = any(keeps(value) for _, value in points)
    elif item.all:
        wrong = not all(keeps(value) for _, value in points)
    else:
        said = (
            [measure] if measure.split else [replace(measure, split=part) for part in ("test", "validation")]
        )
        facts = known_facts(said, item.configs, knowledge)
        wrong = not any(keeps(fact.value) for _, _, fact in facts)
        if not wrong and _ONLY.search(item.before):
            others = [c for c in knowledge.configs if c not in item.configs and c.study.shape != "follow_up"]
            points = [(c, v) for c in others if (v := knowledge.point(c, measure)) is not None]
            wrong = any(keeps(value) for _, value in points)
    if not wrong:
        return None
    shown = max(points, key=lambda point: (-1 if item.all else 1) * sign * point[1])
    percent = item.quantity.unit == "percent" and measure.metric in _RATIOS
    value = number(shown[1], measure.metric, percent=percent)
    return Verdict(Kind.REFUTED, f"{of_metric(measure, 'test')} de «{shown[0].name}»: {value}")


def _difference(item: Asked, knowledge: Knowledge) -> Verdict | None:
    """A gain or a loss: wrong where the two that are named differ by something else."""
    configs = list(item.configs)
    if len(configs) == 1 and (parent := knowledge.parent(configs[0])) is not None:
        configs.append(parent)
    if len(configs) != 2 or not item.named:  # noqa: PLR2004 - a difference is of two
        return None
    measure = item.measures[0]
    known: list[float] = []
    for split in (measure.split,) if measure.split else ("", "validation", "train"):
        one, other = (knowledge.point(config, replace(measure, split=split)) for config in configs)
        if one is None or other is None:
            continue
        known.append(abs(one - other))
        if item.quantity.unit == "percent":
            known += [abs(one - other) / value for value in (one, other) if value]
    ratio = Measure("accuracy") if item.quantity.unit == "percent" else measure
    amounts = [Amount(abs(amount.value), amount.step) for amount in scaled(item.quantity, ratio)]
    if not known or any(amount.is_of(value) for amount in amounts for value in known):
        return None
    value = number(known[0], measure.metric, percent=measure.metric in _RATIOS)
    names = " y ".join(f"«{config.name}»" for config in configs)
    return Verdict(Kind.CONTRADICTED, f"diferencia de {of_metric(measure, 'test')} entre {names}: {value}")
