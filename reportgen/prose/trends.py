"""Takes a sentence that is read, gives what it says that layers or a change did, judged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from reportgen.analysis.depth import depth_axis, depth_of
from reportgen.prose import lexicon
from reportgen.prose.claims import denies_all
from reportgen.prose.facts import CLASS, Config, Knowledge, Measure
from reportgen.prose.judge import Verdict
from reportgen.prose.model import Kind
from reportgen.prose.names import Mention
from reportgen.prose.reading import Metric, Reading, Scope, constraints, measures
from reportgen.prose.wording import listed, number, of_metric

_METRIC = "|".join(f"(?:{pattern})" for pattern, _, _ in lexicon.METRICS)
_RESULT = r"(?:resultados?|desempeno|rendimiento)"
_UP = (
    r"aument(?:a|an|o|aron|ando)|increment(?:a|an|o|aron)|sub(?:e|en|io|ieron)|crec(?:e"
    r"|en|io|ieron)|elev(?:a|an|o|aron)"
)
_DOWN = (
    r"redu(?:ce|cen|jo|jeron)|disminu(?:ye|yen|yo|yeron)|baj(?:a|an|o|aron)|ca(?:e"
    r"|en|yo|yeron)|dec(?:ae|aen|ayo)"
)
_GOOD = r"(?:(?:logr|consig)\w+ )?mejor(?:a|an|o|aron)|(?:logr|consig)\w+ (?:mejorar|aumentar|subir)"
_BAD = r"empeor(?:a|an|o|aron)|perjudic(?:a|an|o|aron)"
_VERB = (
    rf"(?<!el )(?<!un )(?<!del )(?<!la )(?<!una )(?<!de )(?<!su )(?<!mas )\b(?P<verb>{_UP}"
    rf"|{_DOWN}|{_GOOD}|{_BAD})\b(?! de datos)"
)
_LAYERS = r"(?:capas(?: ocultas)?|profundidad|profund[oa]s?)"
_MANY = r"(?P<many>mas|menos|mayor(?:es)?|menor(?:es)?)(?: (?:numero|cantidad) de)?"
_GROW = r"(?P<grow>aument|increment|anad|agreg|sub|reduc|disminu|quit|baj)\w*"
_TRENDS = tuple(
    re.compile(pattern)
    for pattern in (
        (
            rf"\b(?:a|cuant[oa]s?|con) {_MANY} (?:es la |son las |de )?{_LAYERS}\b[^;:§#]{{0,40}}?\b(?P"
            rf"<grade>mayor|menor|mejor|peor|mas|menos)(?:es)? (?:(?:es|son) )?(?:la "
            rf"|el |los )?(?P<what>{_METRIC}|{_RESULT})"
        ),
        (
            rf"(?:\b(?:al|cuando se|si se) |^\W*){_GROW} (?:el (?:numero|cantidad) de "
            rf"|la |mas |de )*{_LAYERS}\b[^;:#]{{0,40}}?{_VERB}"
        ),
        (
            rf"(?P<what>{_METRIC}) (?:siempre |no )?{_VERB} (?:siempre )?(?:con|(?:al"
            rf"|conforme|a medida que(?: se)?) (?:aument|increment|anad|agreg|sub|crec)\w*) (?:el numer"
            rf"o de |la |mas )*{_LAYERS}\b"
        ),
        rf"(?<!con )\b{_MANY} {_LAYERS} (?:siempre )?{_VERB}",
        (
            rf"\b{_MANY} {_LAYERS} (?:siempre )?(?:implican?|significan?|dan|producen?"
            rf"|suponen|conllevan) (?:una |un |la )?(?P<grade>mayor|menor|mejor|peor"
            rf"|mas|menos)(?:es)? (?P<what>{_METRIC}|{_RESULT})"
        ),
        rf"\bla profundidad (?:siempre )?{_VERB}",
        rf"{_VERB} (?:con|por) cada (?:nueva )?capa\b",
    )
)
_NONE = re.compile(r"\b(?:ningun|ninguna|ninguno|nadie)\b")
_ALWAYS = re.compile(r"\b(?:siempre|en tod[oa]s|cada|en cualquier)\b")
_NOT = re.compile(r"\b(?:no|nunca|ni|tampoco)\b")
_FROM_TO = re.compile(
    rf"{_VERB}[^#;]{{0,60}}?\b(?:de|desde)(?: un| una| el| la| los)?\s+(?P<first>#+)[^#;]{{0,24}}?"
    rf"\b(?:a|hasta)(?: un| una| el| la| los| las)?\s+(?P<second>#+)"
)
_DONE = re.compile(
    rf"(?P<who>§+|\b(?:las mejoras|los cambios|las modificaciones|los ajustes)\b)[^§#;:]{{0,60}}?"
    rf"{_VERB}(?P<more>[^§#;:]{{0,60}})"
)
_DONE_TO = re.compile(
    rf"(?P<what>{_METRIC})[^§#;:,]{{0,30}}?{_VERB}[^§#;:]{{0,30}}?\b(?:en|con|al usar"
    rf"|al anadir|tras|gracias a(?:l)?)\b[^§#;:]{{0,24}}(?P<who>§+)"
)
_LED = re.compile(rf"\bde(?:l)? (?:la )?(?P<one>§+) a(?:l)? (?:la )?(?P<other>§+)[^#;:]{{0,60}}?{_VERB}")
_MOSTLY = re.compile(r"\b(?:mayoria|casi tod[oa]s|casi siempre|mayor parte|en general|promedio|media)\b")
_EQUAL = 1e-12
_RATIO = 100


@dataclass(frozen=True, slots=True)
class _Way:
    sign: int
    better: bool


def _way(verb: str) -> _Way:
    if re.fullmatch(_GOOD, verb):
        return _Way(1, better=True)
    if re.fullmatch(_BAD, verb):
        return _Way(-1, better=True)
    return _Way(1 if re.fullmatch(_UP, verb) else -1, better=False)


def trends(reading: Reading, knowledge: Knowledge, scope: Scope) -> Iterator[Verdict | None]:
    """What is said of more layers, judged: over the combinations of everything else."""
    for start, end in reading.clauses:
        clause = reading.skeleton[start:end]
        if reading.supposed(start, end) or denies_all(reading.folded):
            continue
        for pattern in _TRENDS:
            hit = pattern.search(clause)
            if hit is None:
                continue
            found = _trend(reading, (start, end), hit, knowledge, scope)
            if found is not None:
                yield found
            break


def _trend(
    reading: Reading, clause: tuple[int, int], hit: re.Match[str], knowledge: Knowledge, scope: Scope
) -> Verdict | None:
    parts = hit.groupdict()
    deeper = (
        -1
        if (parts.get("many") or "").startswith(("menos", "menor"))
        or (parts.get("grow") or "").startswith(("redu", "dismi", "quit", "baj"))
        else 1
    )
    grade = parts.get("grade") or ""
    way = (
        _way(parts["verb"])
        if parts.get("verb")
        else _Way(-1 if grade in ("menor", "peor", "menos") else 1, better=grade in ("mejor", "peor"))
    )
    low, high = clause
    metric = reading.metric_near(low, high, low + hit.end())
    if metric is None and not way.better and not re.fullmatch(_RESULT, parts.get("what") or ""):
        return None
    if _NOT.search(hit[0]):
        return None
    named = [item for item in reading.named(low, high) if item.axis != CLASS]
    measure = measures(metric, reading.split_in(low, high))[0]
    rows = _rows(named, measure, knowledge, scope)
    if not rows:
        return None
    sign = deeper * way.sign * (-1 if way.better and measure.lower else 1)
    always = _ALWAYS.search(reading.folded[low:high]) is not None
    means = [fmean(column) for column in zip(*(values for _, values in rows), strict=True)]
    holds = all(_grows(values, sign) for _, values in rows) if always else _grows(means, sign)
    if holds:
        return None
    labels, shown = rows[0][0], means
    if always and len(rows) > 1:
        labels, shown = next(item for item in rows if not _grows(item[1], sign))
    average = " de media" if len(rows) > 1 and not always else ""
    return Verdict(
        Kind.REFUTED,
        f"{of_metric(measure, 'test')}{average}: {listed(zip(labels, shown, strict=True), measure.metric)}",
    )


def _grows(values: Sequence[float], sign: int) -> bool:
    return all(sign * (b - a) > _EQUAL for a, b in pairwise(values))


def _rows(
    named: Sequence[Mention], measure: Measure, knowledge: Knowledge, scope: Scope
) -> list[tuple[tuple[str, ...], list[float]]]:
    """For each combination of the rest, what every depth has of it, from shallow to deep."""
    configs = knowledge.select(constraints(named), scope.study) if named else knowledge.configs
    rows: dict[tuple[str, ...], dict[int, tuple[str, float]]] = {}
    counts: set[int] = set()
    for config in configs:
        axis = depth_axis(config.study) if config.study.crossed else ""
        value = knowledge.point(config, measure)
        if not axis:
            continue
        depth = depth_of(config.arm.results[0], axis)
        counts.add(depth)
        if value is not None:
            rest = tuple(label for name, label in config.facets.items() if name != axis)
            rows.setdefault(rest, {})[depth] = (config.facets[axis], value)
    if len(counts) <= 1:
        return []
    order = sorted(counts)
    return [
        (
            tuple(f"{found[d][0]} capas" if found[d][0] != "1" else "1 capa" for d in order),
            [found[d][1] for d in order],
        )
        for found in rows.values()
        if set(found) == counts
    ]


def changes(
    reading: Reading, knowledge: Knowledge, scope: Scope, taken: Sequence[tuple[int, int]]
) -> Iterator[Verdict | None]:
    """What is said that a change did, judged by what was trained with it and without it."""
    for start, end in reading.clauses:
        clause = reading.skeleton[start:end]
        if reading.supposed(start, end) or denies_all(reading.folded):
            continue
        yield from _written_ways(reading, start, clause)
        for pattern in (_LED, _DONE_TO, _DONE):
            hit = pattern.search(clause)
            if hit is None or any(
                start + hit.start("verb") < high and low < start + hit.end("verb") for low, high in taken
            ):
                continue
            found = _change(reading, (start, end), hit, knowledge, scope)
            if found is not None:
                yield found
                break


def _written_ways(reading: Reading, start: int, clause: str) -> Iterator[Verdict]:
    """«disminuyó de 16:41 a 57:07»: the numbers themselves go the other way."""
    for hit in _FROM_TO.finditer(clause):
        way = _way(hit["verb"])
        places = [start + hit.start("first"), start + hit.start("second")]
        pair = [next((q for q in reading.numbers if q.start <= at < q.end), None) for at in places]
        if pair[0] is None or pair[1] is None or not pair[0].amounts or not pair[1].amounts:
            continue
        values = [q.amounts[0].value / (_RATIO if q.unit == "percent" else 1) for q in pair if q is not None]
        metric = reading.metric_near(*reading.clause_of(start + hit.start()), start + hit.start())
        if pair[0].unit == pair[1].unit == "seconds":
            metric = Metric(-1, -1, "seconds", "")
        elif pair[1].unit == "milliseconds":
            metric = Metric(-1, -1, "inference", "")
        elif pair[0].unit == "" and pair[1].unit == "seconds":
            values[0] *= pair[1].amounts[0].step
        sign = way.sign * (-1 if way.better and metric is not None and Measure(metric.metric).lower else 1)
        if sign * (values[1] - values[0]) < 0:
            word = "mayor" if values[1] > values[0] else "menor"
            yield Verdict(Kind.REFUTED, f"la segunda cifra es {word} que la primera")


def _change(
    reading: Reading, clause: tuple[int, int], hit: re.Match[str], knowledge: Knowledge, scope: Scope
) -> Verdict | None:
    low, high = clause
    way = _way(hit["verb"])
    parts = hit.groupdict()
    said = parts.get("what") or parts.get("more") or ""
    at = low + hit.end("verb")
    metric = reading.metric_near(low + hit.start(), high, at)
    if not way.better and metric is None:
        return None
    if parts.get("more") is not None and metric is not None and not way.better:
        direct = re.match((
            r"\s*(?:\w+mente |siempre |un poco |mucho |tambien )?(?:la |el |los |las "
            r"|su |sus )(?:\w+ )?$"
        ),
                          reading.skeleton[at : metric.start]) if metric.start >= at else None  # fmt: skip
        if direct is None:
            return None
    if (
        way.better
        and metric is None
        and parts.get("more") is not None
        and re.search(r"\w", said)
        and not re.match(
            rf"\s*(?:\w+mente|nada|mucho|siempre|en |el {_RESULT}|los {_RESULT}|con |de forma|$)", said
        )
    ):
        return None
    negated = _NOT.search(reading.skeleton[low + hit.start() : low + hit.start("verb")]) is not None
    negated = (
        negated or re.search(r"\bni?o?\s*$", reading.skeleton[low : low + hit.start("verb")]) is not None
    )
    measure = measures(metric, reading.split_in(low, high))[0]
    pairs = (
        _led(reading, low, hit, knowledge, scope)
        if "one" in parts
        else _treated(reading, low, hit, knowledge, scope)
    )
    return _judged(reading.folded[low:high], pairs, way, measure, knowledge, negated=negated)


Pairs = list[tuple[Config, Config]]


def _led(reading: Reading, low: int, hit: re.Match[str], knowledge: Knowledge, scope: Scope) -> Pairs:
    sides = [
        knowledge.select(
            scope.around(constraints([m for m in reading.mentions if m.start == low + hit.start(name)])),
            scope.study,
        )
        for name in ("other", "one")
    ]
    return [(sides[0][0], sides[1][0])] if all(len(side) == 1 for side in sides) else []


def _treated(reading: Reading, low: int, hit: re.Match[str], knowledge: Knowledge, scope: Scope) -> Pairs:
    """What was trained with the change that is named, each with what it was made from."""
    at = low + hit.start("who")
    if hit["who"].startswith("§"):
        around = [
            m
            for m in reading.mentions
            if m.axis != CLASS and reading.clause_of(m.start) == reading.clause_of(at)
        ]
        configs = knowledge.select(scope.around(constraints(around)), scope.study)
    else:
        configs = (
            knowledge.select(scope.around({}), scope.study)
            if scope.facets or scope.study
            else knowledge.configs
        )
        configs = tuple(config for config in configs if config.base)
    return [(config, parent) for config in configs if (parent := knowledge.parent(config)) is not None]


def _judged(
    text: str, pairs: Pairs, way: _Way, measure: Measure, knowledge: Knowledge, *, negated: bool
) -> Verdict | None:
    sign = way.sign * (-1 if way.better and measure.lower else 1)
    values = [
        (a, b, x, y)
        for a, b in pairs
        if (x := knowledge.point(a, measure)) is not None and (y := knowledge.point(b, measure)) is not None
    ]
    if not values:
        return None
    moves = [sign * (x - y) for _, _, x, y in values]
    none = _NONE.search(text) is not None
    if re.search(
        r"\b(?:tod[oa]s|siempre|cada|amb[oa]s|(?:los|las) (?:dos|tres|cuatro|cinco))\b", text
    ) and not _MOSTLY.search(text):
        holds = all(move > _EQUAL for move in moves)
    elif _MOSTLY.search(text):
        holds = fmean(moves) > _EQUAL or sum(move > _EQUAL for move in moves) * 2 > len(moves)
    else:
        holds = fmean(moves) > _EQUAL
    wrong = holds and fmean(moves) > knowledge.collected.rope if negated else not holds
    wrong = any(move > _EQUAL for move in moves) if none else wrong
    if not wrong:
        return None
    worst = min(range(len(moves)), key=lambda at: moves[at] if not negated else -moves[at])
    one, other, x, y = values[worst]
    shown = (
        f"{of_metric(measure, 'test')}: de {number(y, measure.metric)} («{other.name}») a "
        f"{number(x, measure.metric)} («{one.name}»)"
    )
    agree = sum(move > _EQUAL for move in moves)
    return Verdict(
        Kind.REFUTED, shown if len(moves) == 1 else f"ocurre en {agree} de {len(moves)} casos; {shown}"
    )
