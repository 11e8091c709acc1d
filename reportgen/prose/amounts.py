"""Takes a sentence that is read and the results, gives its numbers with what each is said to be of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reportgen.prose import lexicon
from reportgen.prose.facts import CLASS, Config, Knowledge, Measure
from reportgen.prose.names import Mention
from reportgen.prose.numbers import Quantity
from reportgen.prose.ranking import domains
from reportgen.prose.reading import Metric, Reading, Scope, constraints
from reportgen.prose.superlatives import Superlative

_BREAK = re.compile(
    r"[,;()]|\b(?:y|e|mientras|frente al?|contra|vs|versus|pero|aunque|tras|luego|despues|ni)\b|→|->|—|–"
    r"|\ba(?:l)?(?=\s+(?:un |el |los |las |casi )?#)"
)
_BETWEEN = re.compile(r"\bentre\s+(?:el |la |un )?#+[^#;.]{0,12}\by\s+(?:el |la |un )?#+")
_FROM_TO = re.compile(
    r"\b(?:de|desde)\s+(?:un |una |el |la |los )?#+[^#;.]{0,40}?\b(?:a|hasta)\s+(?:un "
    r"|el |la |los |las |casi )?#+"
)
_MORE = re.compile(
    r"\s*(?:mas|menos|mayor|menor|mejor|peor|superior|inferior|de (?:mejora|aumento|diferencia|ventaja))\b"
)
_TOLD = re.compile(
    rf"(?:\b(?:{lexicon.OBTAINED}|{lexicon.COPULA}|termin\w+|(?:se )?consig\w+"
    rf"|conseguimos|obten\w+|alcanzamos|llegamos|logramos|sub\w+|baj\w+"
    r"|cay\w+|cae\w*|pas[aoe]\w*|estanc\w+|clasific\w+|aciert\w+|con un[oa]?|con"
    r"|frente a|tras|y|e|a)\b|[:=→(–—|]|§\W*$)[^:=→|]{0,60}$"
)
_EVERY = re.compile(r"\b(?:cada|por|una) (?:epoca|paso|imagen|lote)\b")
_DURING = re.compile(
    r"\b(?:durante el entrenamiento|a lo largo del? |al (?:principio|inicio|comienzo)"
    r"|(?:primer|ultim)[oa]s? \w* ?epocas?"
    r"|epocas? #|por epoca|epoca (?:a epoca|tras epoca))"
)
_NAMES_ONLY = re.compile(r"(?:\s*(?:(?:con|de|la|el|en|y|e)\s+)*§+)+[\s.)]*")
_OWN_NUMBER = re.compile(r"\s*(?:(?:de|del|con|un|el|la)\s+)*#")
_EACH = re.compile(r"\s*(?:por|/|cada) ?(?:epoca|imagen|paso|lote)")
_CHANGE = re.compile(lexicon.CHANGE)
_ALL = re.compile(r"\btod[oa]s (?:los|las|l[oa]s demas)\b")
_NONE = re.compile(r"\b(?:ningun|ninguna|ninguno|nadie)\b")
_FIXED = {
    "seconds": "seconds", "epochs": "epochs", "parameters": "parameters", "megabytes": "memory",
    "milliseconds": "inference",
}  # fmt: skip
_NO_SHARES = ("seconds", "parameters", "loss", "inference")
_PER_IMAGE = re.compile(r"\s*(?:por|/|cada) ?imagen")
_LARGE = 5
"""Digits from which a whole number is not one of ordinary use."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a number is judged on.

    Attributes:
        knowledge: the results of one data set.
        scope: what the file is about.
        superlatives: those of the sentence: «el mejor modelo llega a 0,66» names a configuration too.
        above: the names in the heading that it stands under.
    """

    knowledge: Knowledge
    scope: Scope
    superlatives: Sequence[Superlative] = ()
    above: Sequence[Mention] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A number with what it is said to be of.

    Attributes:
        quantity: the number.
        measures: what it may measure, the likeliest first.
        configs: of which configurations.
        stated: whether the text says what it measures.
        named: whether the text says of which.
        change: whether it is a difference, not a value.
        none, all: whether it is said of none or all of them.
        before: the folded clause up to it.
        told: whether the words before it are those that give a result: «obtuvo», a colon, a parenthesis.
        here: whether the sentence itself names of which, not only its file or heading.
    """

    quantity: Quantity
    measures: tuple[Measure, ...]
    configs: tuple[Config, ...]
    stated: bool
    named: bool
    change: bool = False
    none: bool = False
    all: bool = False
    before: str = ""
    told: bool = True
    here: bool = True


def asked(reading: Reading, ground: Ground) -> Iterator[Asked]:
    """The numbers of a sentence that may be results, in order."""
    ranges = [hit.span() for hit in _BETWEEN.finditer(reading.skeleton)]
    steps = [hit.span() for hit in _FROM_TO.finditer(reading.skeleton)]
    shares = _shared_out(reading)
    for at, quantity in enumerate(reading.numbers):
        clause = reading.clause_of(quantity.start)
        if quantity.unit in ("other", "layers") or not quantity.amounts or reading.supposed(*clause):
            continue
        if _inside(quantity, ranges) or not _of_a_run(reading, quantity):
            continue
        found = _asked(reading, quantity, ground, shares.get(at, {}), step=_inside(quantity, steps))
        if found is not None:
            yield found


def _of_a_run(reading: Reading, quantity: Quantity) -> bool:
    """Whether a number may be one of a whole run: not of each epoch; milliseconds only of an answer."""
    behind = reading.folded[quantity.end :]
    if quantity.unit == "milliseconds":
        return _PER_IMAGE.match(behind) is not None or (
            not _EACH.match(behind) and _answers(reading, quantity)
        )
    return not _EACH.match(behind)


def _answers(reading: Reading, quantity: Quantity) -> bool:
    """Whether the words about a time say that it is that of an answer."""
    return reading.time_in(*reading.clause_of(quantity.start)).metric == "inference"


def _inside(quantity: Quantity, spans: Sequence[tuple[int, int]]) -> bool:
    return any(low <= quantity.start < high for low, high in spans)


def _asked(
    reading: Reading, quantity: Quantity, ground: Ground, share: Mapping[str, frozenset[str]], *, step: bool
) -> Asked | None:
    metric, stated = _metric_of(reading, quantity)
    start, end = reading.clause_of(quantity.start)
    before = reading.folded[start : quantity.start]
    change = quantity.unit == "points" or (_CHANGE.search(before) is not None and not step)
    change = change or (
        quantity.unit == "percent" and _MORE.match(reading.folded[quantity.end :]) is not None
    )
    if quantity.unit == "seconds" and _EVERY.search(before):
        return None
    if quantity.unit in ("", "percent") and _DURING.search(reading.skeleton[start:end]):
        return None  # of one epoch, not of what came of it
    if change:
        named = constraints([m for m in reading.named(start, end) if m.known])
    else:
        named = {**bound_names(reading, quantity), **share}
    labels = named.pop(CLASS, frozenset())
    measured = _measured(reading, quantity, metric, labels)
    if not measured:
        return None
    configs, specific, here = _of_whom(reading, quantity, named, ground)
    if step and len(configs) == 1:  # «de 0,62 a 0,70»: from what it was made from
        parent = ground.knowledge.parent(configs[0])
        configs = (*configs, parent) if parent is not None else configs
    none, every = _NONE.search(before) is not None, _ALL.search(before) is not None
    if (none or every) and not specific:
        configs, specific = ground.knowledge.configs, True
    told = _TOLD.search(reading.skeleton[start : quantity.start]) is not None
    return Asked(
        quantity, measured, configs, stated, specific or bool(labels), change, none=none, all=every,
        before=before, told=told, here=here or bool(labels),
    )  # fmt: skip


def segment(reading: Reading, at: int) -> tuple[int, int]:
    """The stretch of a sentence about a number, up to the next comma or «y».

    It goes on over further names that have no number of their own: «0,60 con Adam y 3 capas», but not into
    «0,60 y SGD, de 0,58».
    """
    skeleton = reading.skeleton
    start, stops = 0, []
    for stop in _BREAK.finditer(skeleton):
        if stop.end() <= at:
            start = stop.end()
        elif stop.start() >= at:
            stops.append(stop)
    ends = [*(stop.start() for stop in stops), len(skeleton)]
    for number, stop in enumerate(stops):
        following = skeleton[stop.end() : ends[number + 1]]
        further = stops[number + 1 : number + 2]
        told = any(item[0] == "," and _OWN_NUMBER.match(skeleton, item.end()) for item in further)
        if stop[0] not in (",", "y", "e") or not _NAMES_ONLY.fullmatch(following) or told:
            return start, stop.start()
    return start, ends[-1]


def _shared_out(reading: Reading) -> dict[int, dict[str, frozenset[str]]]:
    """«SGD y Adam obtuvieron 0,58 y 0,60»: as many numbers as names, in the same order."""
    found: dict[int, dict[str, frozenset[str]]] = {}
    for low, high in reading.clauses:
        inside = [
            at for at, q in enumerate(reading.numbers)
            if low <= q.start < high and q.unit not in ("other", "layers")
        ]  # fmt: skip
        for mention in reading.named(low, high):
            for unit in {reading.numbers[at].unit for at in inside}:
                these = [at for at in inside if reading.numbers[at].unit == unit]
                if 1 < len(mention.labels) == len(these):
                    for at, label in zip(these, mention.labels, strict=True):
                        found.setdefault(at, {})[mention.axis] = frozenset((label,))
    return found


def bound_names(reading: Reading, quantity: Quantity) -> dict[str, frozenset[str]]:
    """The names that a number goes with: those about it, else of each axis the last before it."""
    low, high = segment(reading, quantity.start)
    own = sorted(
        (m for m in reading.mentions if low <= m.start < high),
        key=lambda m: quantity.start - m.end if m.end <= quantity.start else m.start - quantity.end,
    )
    inside = re.match(r"\s*\(\s*(?:con |de )?(?=§)", reading.skeleton[quantity.end :])
    follow = quantity.end + inside.end() if inside else -1
    behind = [m for m in reading.mentions if m.start == follow]
    before = [m for m in reversed(reading.mentions) if m.end <= low]
    found: dict[str, frozenset[str]] = {}
    for mention in (*own, *behind, *before):
        if mention.known:
            found.setdefault(mention.axis, frozenset(mention.labels))
    if not found:
        for mention in reading.mentions:
            if mention.start >= quantity.end and mention.known:
                found.setdefault(mention.axis, frozenset(mention.labels))
    return found


def _metric_of(reading: Reading, quantity: Quantity) -> tuple[Metric | None, bool]:
    """The metric a number is of, and whether the text says so."""
    if quantity.unit == "seconds" and _answers(reading, quantity):
        return Metric(-1, -1, "inference", ""), True
    if quantity.unit in _FIXED:
        return Metric(-1, -1, _FIXED[quantity.unit], ""), True
    start, end = reading.clause_of(quantity.start)
    for begin, stop in (
        segment(reading, quantity.start),
        (start, quantity.start),
        (start, end),
        (0, quantity.start),
    ):
        inside = [
            item for item in reading.metrics
            if begin <= item.start and item.end <= stop and item.metric != "gap"
            and not (quantity.unit in ("percent", "points") and item.metric in _NO_SHARES)
        ]  # fmt: skip
        if inside:
            return min(inside, key=lambda item: _distance(quantity, item)), True
    return None, False


def _distance(quantity: Quantity, metric: Metric) -> tuple[int, bool]:
    return max(quantity.start - metric.end, metric.start - quantity.end), metric.start > quantity.start


def _measured(
    reading: Reading, quantity: Quantity, metric: Metric | None, labels: frozenset[str]
) -> tuple[Measure, ...]:
    """What the number may measure; nothing for a small whole number in ordinary use."""
    whole = quantity.unit == "" and all(item.step >= 1 for item in quantity.amounts)
    counted = metric is not None and metric.metric in ("seconds", "parameters", "inference")
    if whole and (metric is None or (quantity.digits < _LARGE and not counted)):
        return ()
    split = (metric.split if metric else "") or _split_of(reading, quantity)
    names = tuple(sorted(labels)) or ("",)
    if metric is not None:
        either = metric.metric == "precision" and not labels  # often said of the accuracy
        return (
            (Measure("accuracy", split), Measure("precision"))
            if either
            else tuple(Measure(metric.metric, split, label) for label in names)
        )
    kinds = ("recall", "f1", "precision") if labels else ("accuracy", "loss")
    return tuple(
        Measure(kind, "" if labels else split, label)
        for kind in kinds
        for label in names
        if kind != "loss" or quantity.unit == ""
    )


def _split_of(reading: Reading, quantity: Quantity) -> str:
    """The part of the data that is named about a number, before it, or in all of its clause."""
    start, end = reading.clause_of(quantity.start)
    return (
        reading.split_in(*segment(reading, quantity.start))
        or reading.split_in(start, quantity.start)
        or reading.split_in(start, end)
    )


def _of_whom(
    reading: Reading, quantity: Quantity, named: Mapping[str, frozenset[str]], ground: Ground
) -> tuple[tuple[Config, ...], bool, bool]:
    """The configurations that a number may be of; whether the text names them, whether its sentence does."""
    knowledge, scope = ground.knowledge, ground.scope
    clause = reading.clause_of(quantity.start)
    for claim in ground.superlatives:
        if claim.clause == clause and not claim.subject and claim.category in ("config", "result", ""):
            return _extremes(claim, knowledge, scope), True, True
    if named:
        return knowledge.select(scope.around(named), scope.study), True, True
    heading = [mention for mention in ground.above if mention.known and mention.axis != CLASS]
    if heading:
        found = knowledge.select(scope.around(constraints(heading)), scope.study)
        if found:
            return found, True, False
    if scope.study or scope.facets:
        return knowledge.select(scope.around({}), scope.study), True, False
    return (), False, False


def _extremes(claim: Superlative, knowledge: Knowledge, scope: Scope) -> tuple[Config, ...]:
    """The first of each domain that a superlative may range over, by each part of the data."""
    found: dict[int, Config] = {}
    measure = Measure(claim.metric.metric if claim.metric else "accuracy", claim.split)
    sign = claim.sign * (-1 if claim.better and measure.lower else 1)
    grids = [study.id for study in knowledge.collected.studies if study.shape == "grid" and not scope.study]
    own = [tuple(c for c in knowledge.configs if c.study.id == name) for name in grids]
    for domain in (*domains(claim, knowledge, scope), *own):
        for split in (measure.split,) if measure.split else ("", "validation", "train"):
            asked_for = Measure(measure.metric, split)
            values = [(v, c) for c in domain if (v := knowledge.point(c, asked_for)) is not None]
            if values:
                best = max(values, key=lambda item: sign * item[0])[1]
                found[id(best)] = best
    return tuple(found.values())
