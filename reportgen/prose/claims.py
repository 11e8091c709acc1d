"""Takes a sentence that is read, gives the comparisons it states: what against what, in what, which way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reportgen.prose.names import Mention
from reportgen.prose.reading import Metric, Reading

REST, BEFORE = "rest", "before"
"""What a side may be besides names: all others of its kind, or what each was made from."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Left against right.

    Attributes:
        left, right: the names of each side.
        relation: what the right side is without names: ``rest``, ``before``, or empty.
        metric: the word for what is compared; None where it is not said.
        split: the part of the data that is named; empty where none is.
        sign: 1 where left is said to have more, or to be better; -1 the other way round; 0 for alike.
        better: whether the sign is of merit, and not of the number.
        negated: whether it is denied.
        all: whether it is said of every case.
        none: whether it is said that nothing of the left does so.
    """

    left: tuple[Mention, ...]
    right: tuple[Mention, ...]
    relation: str
    metric: Metric | None
    split: str
    sign: int
    better: bool
    negated: bool = False
    all: bool = False
    none: bool = False


_GAP_WORDS = (
    r"el|la|los|las|lo|del?|al?|que|con|usando|en|su|sus|sobre|modelos?|red(?:es)?"
    r"|version(?:es)?|optimizador(?:es)?|activacion(?:es)?|funcion(?:es)?|combinacion(?:es)?"
    r"|configuracion(?:es)?|arquitecturas?|clases?|obtenid[oa]s?|lograd[oa]s?|por"
    r"|resultados?|exactitud|accuracy|acc|perdida|loss|tiempos?|recall|f1|precision"
    r"|respectiv[oa]s?|propi[oa]s?|correspondientes?|ambas|ambos|la|cada|un|una|tod[oa]s"
    r"|entrenad[oa]s?|usar|utilizar|emplear|entrenar|hacerlo|aquell[oa]s|las?|otr[oa]"
    r"|propuest[oa]"
)
_GAP = re.compile(rf"\s*(?:(?:{_GAP_WORDS})\s+)*[«\"'“(]?")
_REST = re.compile(
    r"\s*(?:(?:a|al|que|de|del|el|la|los|las)\s+)*(?:resto|demas|otr[oa]s\b|tod[oa]s\b(?! (?:los"
    r"|las)? ?§)|cualquier(?:a)?\b)"
)
_BEFORE = re.compile(
    r"\s*(?:(?:a|al|que|de|del|el|la|los|las|su|sus|proyecto|modelo|intento|paso"
    r"|peldano|version|modelos|redes|mism[oa]s|entrenad[oa]s)\s+)*(?:anterior|previ[oa]|precedente|sin \w+)"
)
_NOT = re.compile(r"\b(?:no|nunca|jamas|tampoco)\b(?! (?:solo|solamente|obstante|unicamente))[^§#,;:]{0,24}$")
_ALL = re.compile(
    r"\b(?:tod[oa]s (?:los|las|sus)|siempre|en tod[oa]s?|cada|en ambas|en ambos"
    r"|ambas|ambos|en (?:los|las) (?:dos|tres|cuatro|cinco)|en cualquier)\b|^\W*(?:los"
    r"|las) (?:dos|tres|cuatro|cinco)\b"
)
_NONE = re.compile(r"\b(?:ningun|ninguna|ninguno|nadie|nada)\b")
_TIME_VERB = re.compile(
    r"\b(?:tard|demor|dur|requier|necesit|consum)\w*\W+(?:en entrenar(?:se)?\W+)?(?:\w+\W+)?$"
)
_GOOD_VERB = re.compile(
    r"\b(?:aciert|rind|funcion|generaliz|clasific|reconoc|predic|aprend)\w*\W+(?:\w+\W+)?$"
)
_GAP_VERB = re.compile(r"\bsobreajust\w*\W+(?:\w+\W+)?$")
_ADJECTIVES = (
    (r"rapid|velo[cz]", "seconds", -1), (r"lent|costos|largo", "seconds", 1),
    (r"precis|exact|cert|eficaz|efectiv", "accuracy", 1),
)  # fmt: skip
"""Adjective of a comparison, what it compares, which way."""
_SAID_OF_A_NUMBER = re.compile(
    r"tiempo|alt[oa]s?|baj[oa]s?|elevad[oa]s?|grandes?|pequen[oa]s?|veces"
    r"|en (?:entrenar(?:se)?|responder|predecir|inferir)"
)
_RESULT = r"(?:resultados?|desempeno|rendimiento|comportamiento|puntuacion|valores|generalizacion)"
_GRADES = r"mayor(?:es)?|menor(?:es)?|mas|menos|mejor(?:es)?|peor(?:es)?"
_AGAINST = r"que|frente al?|en comparacion con|comparad[oa]s? con|(?:con )?respecto (?:de|a)l?"
_MORE = re.compile(
    rf"\b({_GRADES})\b([^§#;:]{{0,48}}?)\b(?:{_AGAINST})\b(?! (?:se |no |le )?(?:esper|cre|pens))"
)
_INVERTED = re.compile(
    rf"\b({_GRADES})\b([^§#;:,]{{0,40}}?)(?<=[\s])(?:con |en |el |la |usando )*§+[^§#;:,]{{0,12}}?\bque\b"
)
_FRONTED = re.compile(
    rf"\W*(?:{_AGAINST.removeprefix('que|')}|entre)\s+(?:(?:el|la|los|las|modelo|red)\s+)*§+(?:[^§#;:,]{{0,12}}§+)*\s*,"
)
_FRONT_GRADE = re.compile(rf"\b({_GRADES})\b([^§#;:,.]{{0,30}})")
_PLAIN: tuple[tuple[re.Pattern[str], int, bool], ...] = tuple(
    (re.compile(pattern), sign, better)
    for pattern, sign, better in (
        ((
            r"\b(?:(?:venc|bat)(?:e|en|io|ieron|iendo)|(?:super|aventaj|gan)(?:a|an"
            r"|o|aron|ando|(?<=logra super)ar|(?<=logro super)ar|(?<=lograron super)ar"
            r"|(?<=consigue super)ar|(?<=llega a super)ar|(?<=consiguio super)ar))\b(?: [^§#;:,]{0,36}"
            r"?)? (?:a|al)\b"
        ), 1, True),
        ((
            r"\b(?:es|son|fue|fueron|queda|quedan|quedo|result[oa]|resultaron|ha sido) (?:\w+mente )?("
            r"?:superad|vencid|aventajad)[oa]s? (?:\w+mente )?por\b"
        ), -1, True),
        ((
            r"(?<!la )(?<!una )(?<!esta )(?<!de )(?<!su )\bmejor(?:a|an|o|aron|ando"
            r"|(?<=logra mejor)ar|(?<=logro mejor)ar|(?<=consigue mejor)ar|(?<=consiguio mejor)ar)\b(?"
            r": [^§#;:]{0,40}?)? ?\b(?:a|al|respecto (?:de|a)l?|con respecto al?|frente al?"
            r"|sobre|de|del)\b"
        ), 1, True),
        ((
            r"\b(?:empeor)(?:a|an|o|aron|ando)\b(?: [^§#;:]{0,40}?)? ?\b(?:a|al|respecto (?:de"
            r"|a)l?|con respecto al?|frente al?|de|del)\b"
        ), -1, True),
        (r"\bsuperior(?:es)?\b(?: [^§#;:,]{0,30}?)? (?:a|al)\b", 1, False),
        (r"\binferior(?:es)?\b(?: [^§#;:,]{0,30}?)? (?:a|al)\b", -1, False),
        (r"\bpor encima del?\b", 1, False),
        (r"\bpor debajo del?\b", -1, False),
        (r"\bpor delante del?\b", 1, True),
        (r"\b(?:por detras|detras) del?\b", -1, True),
        (r"\bpierd(?:e|en)\b [^§#;:,]{0,12}?\b(?:contra|frente a|ante)\b", -1, True),
    )
)  # fmt: skip


def comparisons(reading: Reading) -> Iterator[tuple[int, int, Comparison]]:
    """The comparisons of a sentence, each with where its connecting words stand."""
    for start, end in reading.clauses:
        if reading.supposed(start, end):
            continue
        clause = reading.skeleton[start:end]
        taken: list[tuple[int, int]] = []
        fronted = _fronted(reading, clause, start, end)
        if fronted is not None:
            yield fronted
            continue
        for hit, sign, better, metric in _connections(reading, clause, start, end):
            low, high = start + hit.start(), start + hit.end()
            if any(low < other and one < high for one, other in taken):
                continue
            found = _sided(reading, (start, end), (low, high), sign, better=better, metric=metric)
            if found is not None:
                taken.append((low, high))
                yield low, high, found


def _connections(
    reading: Reading, clause: str, start: int, end: int
) -> Iterator[tuple[re.Match[str], int, bool, Metric | None]]:
    for pattern in (_INVERTED, _MORE):
        for hit in pattern.finditer(clause):
            found = _graded(reading, clause, start, end, hit)
            if found is not None:
                yield hit, *found
    for pattern, sign, better in _PLAIN:
        for hit in pattern.finditer(clause):
            metric = reading.metric_near(start, end, start + hit.end())
            if metric is not None and metric.metric == "gap":
                metric = None
            awkward = metric is not None and metric.metric in ("seconds", "loss", "parameters", "inference")
            if better and awkward and not hit[0].startswith(("mejor", "empeor")):
                continue  # «supera en tiempo» may mean either
            yield hit, sign, better or metric is None, metric


def _fronted(reading: Reading, clause: str, start: int, end: int) -> tuple[int, int, Comparison] | None:
    """«Frente a SGD, Adam logra una exactitud mayor»: what it is compared with stands first."""
    front = _FRONTED.match(clause)
    if front is None or front[0].strip().startswith("entre"):
        return None
    middle = start + front.end()
    right, left = reading.named(start, middle), reading.named(middle, end)
    hit = _FRONT_GRADE.search(clause, front.end())
    if not left or hit is None or re.search(r"\b(?:el|la|los|las)\s*$", clause[: hit.start()]):
        return None
    found = _graded(reading, clause, start, end, hit)
    if found is None:
        return None
    sign, better, metric = found
    place = (start + hit.start(), start + hit.end())
    denied = _NOT.search(clause[front.end() : hit.start()]) is not None
    split = reading.split_in(start, end)
    return *place, Comparison(
        _nearest(left), _nearest(right), "", metric, split, sign, better, negated=denied
    )


def _graded(
    reading: Reading, clause: str, start: int, end: int, hit: re.Match[str]
) -> tuple[int, bool, Metric | None] | None:
    """«mayor exactitud que», «más rápido que», «mejor que»: sign, whether it is of merit, the metric."""
    word, middle = hit[1], hit[2].strip()
    sign = -1 if word.startswith(("menor", "menos", "peor")) else 1
    at = start + hit.start()
    inside = reading.metric_near(at, start + hit.end(), at)
    of_merit = word.startswith(("mejor", "peor"))
    for pattern, kind, way in _ADJECTIVES:
        if re.match(pattern, middle) and (inside is None or kind == "seconds"):
            return sign * way, False, reading.time_in(start, end) if kind == "seconds" else _word(kind)
    if inside is not None:
        return sign, of_merit, inside
    result = re.fullmatch(rf"(?:(?:y|los|las) )?{_RESULT}(?: \w+)?", middle) is not None
    if of_merit and (not middle or result or re.fullmatch(r"\w+mente|aun|incluso", middle)):
        metric = reading.metric_near(start, end, at)
        other = metric is not None and metric.metric in ("seconds", "gap") and not middle
        return sign, True, None if other else metric
    if middle and not _SAID_OF_A_NUMBER.fullmatch(middle):
        return None
    return _by_verb(clause[: hit.start()], sign, reading.time_in(start, end)) or _by_metric(
        reading.metric_near(start, end, at), middle, sign
    )


def _by_verb(before: str, sign: int, time: Metric) -> tuple[int, bool, Metric | None] | None:
    """«tarda más que», «acierta más que»: the verb says what."""
    if _TIME_VERB.search(before):
        return sign, False, time
    if _GOOD_VERB.search(before):
        return sign, True, None
    return (sign, False, _word("gap")) if _GAP_VERB.search(before) else None


def _by_metric(metric: Metric | None, middle: str, sign: int) -> tuple[int, bool, Metric | None] | None:
    """«la exactitud de X es más alta que»: the metric stands elsewhere."""
    lower = middle.startswith(("baj", "peque"))
    return (-sign if lower else sign, False, metric) if metric is not None else None


def _word(metric: str) -> Metric:
    return Metric(-1, -1, metric, "")


def _sided(
    reading: Reading,
    clause: tuple[int, int],
    place: tuple[int, int],
    sign: int,
    *,
    better: bool,
    metric: Metric | None,
) -> Comparison | None:
    start, end = clause
    low, high = place
    inverted = reading.named(low, high)
    left = inverted or reading.named(start, low)
    right = reading.named(high, end)
    before, behind = reading.skeleton[start:low], reading.skeleton[high:end]
    relation = ""
    if _REST.match(behind) and not (right and _GAP.fullmatch(reading.skeleton[high : right[0].start])):
        relation, right = REST, ()
    elif _BEFORE.match(behind):
        relation, right = BEFORE, ()
    elif not right or not _GAP.fullmatch(reading.skeleton[high : right[0].start]):
        return None
    none = _NONE.search(before) is not None
    neither = re.match(r"\s*ni (?:(?:la|el|los|las|con) )?§", before) is not None
    return Comparison(
        _nearest(left, reversed_=True),
        _nearest(right),
        relation,
        metric,
        reading.split_in(start, end),
        sign,
        better,
        negated=neither or (_NOT.search(before) is not None and not none),
        all=_ALL.search(reading.folded[start:end]) is not None,
        none=none,
    )


def _nearest(mentions: tuple[Mention, ...], *, reversed_: bool = False) -> tuple[Mention, ...]:
    """One mention of each axis: the one that is nearest to the connecting words."""
    found: dict[str, Mention] = {}
    for mention in reversed(mentions) if reversed_ else mentions:
        found.setdefault(mention.axis, mention)
    return tuple(found.values())


def denies_all(text: str) -> bool:
    """«No todos los modelos...»: that not all do is no claim on any of them."""
    return re.search(r"\bno (?:tod[oa]s|siempre|en tod[oa]s|cada)\b", text) is not None


@dataclass(frozen=True, slots=True)
class Overfit:
    """Whether what is named (empty: anything at all) is said to be overfitted.

    ``all`` and ``none`` are said of every model.
    """

    subject: tuple[Mention, ...]
    there: bool
    all: bool


_OVERFIT = re.compile(r"\b(?:sobreajust(?:es?|a|an|o|ado|ada)|overfitting|sobreentrenamiento)\b")
_THERE = re.compile(
    r"\b(?:hay|hubo|existe|presentan?|presento|presentaron|muestran?|mostro|mostraron"
    r"|se (?:observa|aprecia|ve|nota|observo|aprecio)|sufren?|sufrio"
    r"|tienen?|tuvo|aparece|evidencian?|evidencio|cae en|padece|incurre en|con|sin|ningun)\b[^.;:]{0,44}$"
)
_AVOIDED = re.compile(
    r"\b(?:evit|reduc|reduj|contra|para|combat|control|preven|disminu|limit|conten"
    r"|mitig|riesgo|signos? de que|si |medir|menos|mas|menor|mayor|poco|algo de"
    r"|leve|ligero|grado|causa|problema)\w*[^.;:]{0,30}$"
)


def overfits(reading: Reading) -> Iterator[Overfit]:
    """What a sentence says on overfitting."""
    for start, end in reading.clauses:
        clause = reading.folded[start:end]
        for hit in _OVERFIT.finditer(clause):
            before = clause[: hit.start()]
            verb = hit[0].endswith(("sta", "stan", "sto")) and hit[0].startswith("sobreajust")
            stated = verb or _THERE.search(before) is not None
            if (
                not stated
                or _AVOIDED.search(before)
                or reading.supposed(start, end)
                or re.match(r" (?:mas|menos|que|del|de la) ?", clause[hit.end() :])
            ):
                continue
            none = _NONE.search(clause) is not None
            absent = none or re.search(r"\b(?:no|sin|tampoco|nunca)\b[^,;:]{0,44}$", before) is not None
            subject = reading.named(start, end)
            yield Overfit(
                subject, not absent, all=bool(_ALL.search(clause)) or none or (absent and not subject)
            )
