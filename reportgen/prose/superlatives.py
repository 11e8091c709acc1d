"""Takes a sentence that is read, gives its superlatives: who is said to be first, of what, in what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reportgen.prose import lexicon
from reportgen.prose.facts import CLASS, DATA, STUDY
from reportgen.prose.names import Mention
from reportgen.prose.reading import Metric, Reading


@dataclass(frozen=True, slots=True)
class Superlative:
    """Somebody is said to be first.

    Attributes:
        subject: who; empty where only a number is said of the first.
        scope: names that limit among whom.
        category: what it ranges over: ``config``, ``class``, ``depth``, an axis; empty where not said.
        metric: the word for what is ranked by; None where it is not said.
        split: the part of the data that is named; empty where none is.
        sign: 1 for the most or the best, -1 for the least or the worst.
        better: whether the sign is of merit, and not of the number.
        negated: whether it is denied.
        start, end: where the words stand.
        clause: its bounds.
    """

    subject: tuple[Mention, ...]
    scope: tuple[Mention, ...]
    category: str
    metric: Metric | None
    split: str
    sign: int
    better: bool
    negated: bool
    start: int
    end: int
    clause: tuple[int, int]


_NOUN = "|".join(f"(?:{pattern})" for pattern, _ in lexicon.CATEGORIES)
_METRIC = "|".join(f"(?:{pattern})" for pattern, _, _ in lexicon.METRICS)
_ADJECTIVE = r"mejor(?:es)?|peor(?:es)?|mayor(?:es)?|menor(?:es)?|maxim[oa]s?|minim[oa]s?"
_GRADE = (
    r"(?:mas|menos) (?:alt[oa]s?|baj[oa]s?|elevad[oa]s?|rapid[oa]s?|lent[oa]s?"
    r"|precis[oa]s?|exact[oa]s?|efectiv[oa]s?|eficaz|eficaces|certer[oa]s?|dificil(?:es)?"
    r"|facil(?:es)?|debil(?:es)?"
    r"|costos[oa]s?)|ganador(?:a|es)?|maxim[oa]s?|minim[oa]s?|(?:mejor|peor) (?:clasificad"
    r"|reconocid|identificad)[oa]s?"
)
_VERB = (
    r"(?:se )?(?:funcion|rind|comport|tard|demor|aciert|clasific|reconoc|generaliz"
    r"|aprend|result|desempen|identific|entren)\w*"
)
_BY_NUMBER = re.compile(
    rf"\b({_ADJECTIVE})\s+(?:valor(?:es)? (?:de )?|nivel de |promedio de )?({_METRIC})(?!\w)"
)
_BY_NOUN = re.compile(rf"\b({_ADJECTIVE})\s+({_NOUN})(?!\w)(?! de aprendizaje)")
_GRADED = re.compile(
    rf"(?:\b({_NOUN}|{_METRIC})\s+(?:de \w+ )?)?(?:(?:con )?(?:el|la|los|las)\s+)?\b({_GRADE})(?!\w)"
)
_WHO = re.compile(rf"(?:\b({_NOUN})\s+)?\b(?:el |la |los |las )?que\s+(mejor|peor|mas|menos)\s+({_VERB})")
_WHOSE = re.compile(
    rf"(?:\b({_NOUN})\s+)?\bque\s+(?:{lexicon.OBTAINED}\s+)?(?:los |las |la |el )?(mejor(?:es)?"
    rf"|peor(?:es)?|mayor(?:es)?|menor(?:es)?)\s+(?:resultados?|desempeno|rendimiento"
    rf"|({_METRIC}))(?!\w)"
)
_TITLE = re.compile(
    r"^\W*(?:ganador(?:a|es)?(?: absolut[oa])?|medalla de oro|campeona?|primer lugar)(?=\s*[:=→–—-])"
)
_RESTRICTED = re.compile(
    r"(?:^| de (?:los|las) \w+)\s+(?:convolucional|clasic|propi|liger|profund"
    r"|dens|preentrenad|congelad|simple|sencill|pequen|grand|anterior"
    r"|previ|siguiente|nuev)\w*"
)
_PLACE = re.compile(r"\b(?:el |en |en el )?(primer|ultim)\w* (?:lugar|puesto|posicion)\b")
_CONTEST = re.compile(r"\b(?:es|fue|result[oa]|gana|rinde|funciona) (mejor|peor)(?=\s+(?:el |la )?§)")
_BARE = re.compile(
    r"\b(?:el|la|los|las)\s+(mejor|peor)(?:es)?(?=\s*(?:$|[.,;:)]|de (?:tod|los"
    r"|las|la|el)|en\b|con\b|entre\b|por\b|fue|es\b|§|y\b))"
)
_WITH = re.compile(
    rf"\b({_NOUN})(?! de)(?:\s+§+)?\s+(?:con|que (?:{lexicon.OBTAINED}|tarda|demora))\s+(?:el "
    rf"|la |los |las )?$"
)
_MOST = re.compile(rf"\b({_NOUN})\s+(?:con|que (?:tiene|usa|necesita))\s+(mas|menos)\s+({_METRIC})(?!\w)")
_ARTICLE = re.compile(
    rf"(?:\bque {lexicon.OBTAINED}|^|[^\w\s,¤§#]|\b(?:el|la|los|las|su|con|cuya"
    rf"|y|nuestr[oa]|del|al|como|de)|^\W*(?:el|la))\s*$"
)
_LINK = re.compile(
    rf"(?:\b{lexicon.COPULA}\b|\b{lexicon.OBTAINED}\b|\bse (?:obtuv|logr|alcanz"
    rf"|consig|dio|da\b|registr|produj|observ|encuentr|obtien|llev)\w*"
    r"|:|=|→|->|–|—|\bcon\b|\bfue\b|\bpara\b)"
)
_DIRECT = re.compile(r"[\s,:(«\"–—=→>-]*(?:(?:el|la|los|las)\s+)?")
_SKIPPED = re.compile(
    r"\b(?:un[oa]s? de (?:los|las)|entre (?:los|las)|de (?:los|las)|segund[oa]s?"
    r"|tercer[oa]?s?|cuart[oa]s?|cada vez|a lo|no siempre|penultim[oa])\s+(?:que )?$"
)
_LEADING = re.compile(
    r"(?:^|[\s,])(?:con|en|para|usando|entre|dentro de(?:l)?|por|bajo|de|del)\s+(?:el "
    r"|la |los |las )?(?:\w+ ){0,2}$"
)
_NEGATION = re.compile(r"\b(?:no|tampoco|nunca)\b[^§#,;:]{0,20}$")


def superlatives(reading: Reading, taken: list[tuple[int, int]]) -> Iterator[Superlative]:
    """The superlatives of a sentence; ``taken`` is where its comparisons stand."""
    last = ""
    for clause in reading.clauses:
        if reading.supposed(*clause):
            continue
        used = list(taken)
        for trigger in _triggers(reading, *clause):
            before = reading.skeleton[clause[0] : trigger.start]
            overlaps = any(trigger.start < high and low < trigger.end for low, high in used)
            if overlaps or _SKIPPED.search(before):
                continue
            found = _placed(reading, clause, trigger, trigger.category or last)
            used.append((trigger.start, trigger.end))
            if found is not None:
                last = found.category
                yield found


@dataclass(frozen=True, slots=True)
class _Trigger:
    """The words of a superlative: where, what it ranges over, what by, which way, whether by merit."""

    start: int
    end: int
    category: str
    metric: Metric | None
    sign: int
    better: bool


def _triggers(reading: Reading, start: int, end: int) -> Iterator[_Trigger]:
    """The longest reading first."""
    clause = reading.skeleton[start:end]
    for pattern, graded in _GRADERS:
        for hit in pattern.finditer(clause):
            found = graded(reading, clause, start, hit)
            if found is not None:
                category, metric, sign, better = found
                owner = _WITH.search(clause[: hit.start()]) if pattern in (_BY_NUMBER, _BY_NOUN) else None
                low = owner.start() if owner else hit.start()
                category = _category(owner[1]) if owner and category in ("", "result") else category
                yield _Trigger(start + low, start + hit.end(), category, metric, sign, better)


_Graded = tuple[str, Metric | None, int, bool]
"""Category, metric, sign, whether by merit."""


def _sign(grade: str) -> int:
    return -1 if grade.startswith(("menor", "menos", "min", "peor", "ultim")) else 1


def _merit(grade: str) -> bool:
    return grade.startswith(("mejor", "peor"))


def _by_most(reading: Reading, _: str, start: int, hit: re.Match[str]) -> _Graded | None:
    metric = reading.metric_near(start + hit.start(3), start + hit.end(3), start + hit.start(3))
    return _category(hit[1]), metric, _sign(hit[2]), False


def _by_number(reading: Reading, clause: str, start: int, hit: re.Match[str]) -> _Graded | None:
    if not _ARTICLE.search(clause[: hit.start()]):
        return None
    metric = reading.metric_near(start + hit.start(2), start + hit.end(2), start + hit.start(2))
    return "", metric, _sign(hit[1]), _merit(hit[1])


def _by_noun(reading: Reading, clause: str, start: int, hit: re.Match[str]) -> _Graded | None:
    category = _category(hit[2])
    if not _ARTICLE.search(clause[: hit.start()]) or not (_merit(hit[1]) or category == "result"):
        return None
    return category, reading.metric_near(start, start + len(clause), start + hit.end()), _sign(hit[1]), True


def _by_verb(reading: Reading, clause: str, start: int, hit: re.Match[str]) -> _Graded | None:
    time = reading.time_in(start, start + len(clause))
    slow = re.match(r"(?:se )?(?:tard|demor)", hit[3]) is not None
    return _category(hit[1] or ""), time if slow else None, _sign(hit[2]), not slow


def _by_result(reading: Reading, _: str, start: int, hit: re.Match[str]) -> _Graded | None:
    metric = reading.metric_near(start + hit.start(3), start + hit.end(3), start) if hit[3] else None
    return _category(hit[1] or ""), metric, _sign(hit[2]), _merit(hit[2])


def _by_title(_: Reading, __: str, ___: int, ____: re.Match[str]) -> _Graded | None:
    return "", None, 1, True


def _by_place(_: Reading, __: str, ___: int, hit: re.Match[str]) -> _Graded | None:
    return "", None, _sign(hit[1]), True


def _by_contest(_: Reading, clause: str, __: int, hit: re.Match[str]) -> _Graded | None:
    return ("", None, _sign(hit[1]), True) if re.match(r"\W*entre\b", clause) else None


def _barely(reading: Reading, clause: str, start: int, hit: re.Match[str]) -> _Graded | None:
    metric = reading.metric_near(start, start + len(clause), start + hit.end())
    return "", metric, _sign(hit[1]), True


def _by_grade(reading: Reading, clause: str, start: int, hit: re.Match[str]) -> _Graded | None:
    noun, grade = hit[1] or "", hit[2]
    if not noun and not re.search(r"\b(?:el|la|los|las)\s*$", clause[: hit.start(2)]):
        return None
    low = start + hit.start()
    metric = reading.metric_near(low, start + hit.start(2), low)
    category = "" if metric is not None else _category(noun)
    sign, kind = _sign(grade), grade.split()[-1]
    seconds = reading.time_in(start, start + len(clause))
    of_kind: dict[str, _Graded | None] = {
        "rapid": (category, seconds, -sign, False),
        "lent": (category, seconds, sign, False),
        "costos": (category, seconds, sign, False),
        "dificil": (category, None, -sign, True),
        "debil": (category, None, -sign, True),
        **dict.fromkeys(("alt", "elevad", "maxim"), ("", metric, sign, False) if metric else None),
        **dict.fromkeys(("baj", "minim"), ("", metric, -abs(sign), False) if metric else None),
    }
    return next(
        (found for word, found in of_kind.items() if kind.startswith(word)), (category, None, sign, True)
    )


_GRADERS: tuple[tuple[re.Pattern[str], Callable[[Reading, str, int, re.Match[str]], _Graded | None]], ...] = (
    (_MOST, _by_most), (_BY_NUMBER, _by_number), (_BY_NOUN, _by_noun), (_WHO, _by_verb), (_WHOSE, _by_result),
    (_TITLE, _by_title), (_PLACE, _by_place), (_CONTEST, _by_contest), (_GRADED, _by_grade), (_BARE, _barely),
)  # fmt: skip


def _category(noun: str) -> str:
    return (
        next((name for pattern, name in lexicon.CATEGORIES if re.fullmatch(pattern, noun)), "")
        if noun
        else ""
    )


def _placed(
    reading: Reading, clause: tuple[int, int], trigger: _Trigger, category: str
) -> Superlative | None:
    """The superlative with its subject: behind a link, before one, or right behind the words."""
    low, high = trigger.start, trigger.end
    left, right = reading.named(clause[0], low), reading.named(high, clause[1])
    if not left and re.match(r"\W*que\b", reading.skeleton[clause[0] :]):  # «Adam, que es el mejor»
        left = reading.named(0, clause[0])[-1:]
    axis = category if category not in ("config", "result", "depth", CLASS, "") else ""
    subject: tuple[Mention, ...] = ()
    scope: tuple[Mention, ...] = ()
    head = reading.skeleton[clause[0] : low]
    behind = _subject_behind(reading, high, right)
    if _RESTRICTED.match(reading.skeleton[high : clause[1]]):
        return None  # «la mejor red clásica»: among whom, the results do not say
    if behind is not None and not (left and _stands_before(reading, left, low)):
        subject, scope = behind[1], (*left, *behind[0])
    elif left:
        subject, scope = _subject_before(reading, left, low), right
        scope = (*(item for item in left if item not in subject), *scope)
    else:
        scope = right
    subject, moved = _of_axis(subject, axis)
    negated = _NEGATION.search(head) is not None and bool(subject)
    if behind is not None and right:
        negated = negated or _NEGATION.search(reading.skeleton[high : right[0].start]) is not None
    return Superlative(
        subject, (*scope, *moved), category, trigger.metric, reading.split_in(*clause), trigger.sign,
        trigger.better, negated, low, high, clause,
    )  # fmt: skip


def _stands_before(reading: Reading, left: tuple[Mention, ...], low: int) -> bool:
    """Whether a verb joins the names before the words to them: «X fue el mejor ...»."""
    between = reading.skeleton[left[-1].end : low]
    if re.fullmatch(r"\W*", between) and re.search(r"\by $", reading.skeleton[: left[-1].start]):
        return True  # «SGD es el mejor y RMSprop el peor»
    return (
        re.search(
            (
                rf"\b(?:{lexicon.COPULA}|{lexicon.OBTAINED}|se llev\w+|ocup\w+|qued\w+"
                rf"|consig\w+|logr\w+)\b[^§;:]{{0,40}}$"
            ),
            between,
        )
        is not None
    )


def _subject_behind(
    reading: Reading, high: int, right: tuple[Mention, ...]
) -> tuple[tuple[Mention, ...], tuple[Mention, ...]] | None:
    """(What limits the scope, the subject) among the names behind; None where nothing links them."""
    if not right:
        return None
    if _DIRECT.fullmatch(reading.skeleton[high : right[0].start]):
        return (), right
    for at, mention in enumerate(right):
        if re.search((
            rf"(?:{lexicon.COPULA}|:|=|→|->|–|—|\bse \w+|\b(?:lo|la|los|las) {lexicon.OBTAINED}"
            rf"|\bcorrespond\w+|\bocup\w+|\bqued\w+|\bse situ\w+|\bus(?:a|an|o)\b"
            rf"|\butiliz\w+|\bemple\w+|\besta)(?:[^§;:]{{0,40}})$"
        ),
                     reading.skeleton[(right[at - 1].end if at else high) : mention.start]):  # fmt: skip
            return right[:at], right[at:]
    return None


def _subject_before(reading: Reading, left: tuple[Mention, ...], low: int) -> tuple[Mention, ...]:
    """The names before the words, without those that only limit the scope: «Con tanh, SGD es ...»."""
    if not _stands_before(reading, left, low):
        return ()
    leading = [bool(_LEADING.search(reading.skeleton[: item.start])) for item in left]
    first = next((at for at, scoped in enumerate(leading) if not scoped), None)
    return left if first is None else left[first:]


def _of_axis(subject: tuple[Mention, ...], axis: str) -> tuple[tuple[Mention, ...], tuple[Mention, ...]]:
    """The subject of a category, and what else was named along with it, which limits the scope."""
    own = tuple(item for item in subject if (item.axis == axis if axis else item.axis not in (STUDY, DATA)))
    if not own:
        return (subject, ()) if not axis else ((), subject)
    return own, tuple(item for item in subject if item not in own)
