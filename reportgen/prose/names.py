"""Takes the results, gives what they are called in a text: optimizers, depths, models, studies, classes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reportgen.analysis.collected import StudyResults
from reportgen.analysis.depth import depth_axis
from reportgen.prose import lexicon
from reportgen.prose.facts import CLASS, DATA, FAMILY, ROLE, STUDY, VARIANT, Knowledge, role_of
from reportgen.prose.numbers import Quantity
from reportgen.prose.text import fold

_PIECES = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-zñáéíóúü]+|\d+")
_JOIN = r"[\s\-_]*"
_AND = re.compile(
    r"\s*(?:,\s*(?:y|e|o|u|ni)?|y|e|o|u|ni|/|como)\s*(?:a |de |con |en |por )?(?:la|el|los|las|al|del)?\s*"
)
_GENERIC = frozenset(
    {
        "red", "redes", "modelo", "modelos", "base", "mejorada", "mejorado", "version", "de", "la", "el",
        "con", "y", "sin", "los", "las", "en", "del", "un", "una", "a", "por", "para", "capas", "ligeras",
        "estudio", "proyecto", "intento", "comparacion",
    }
)  # fmt: skip
"""Words of a title that name nothing."""
_SETTING_NOUNS = {
    "dropout": r"(?:tasa de |fraccion de )?dropout",
    "learning_rate": r"(?:tasas? de aprendizaje|learning rate|lr)",
    "batch_size": r"(?:tamano (?:de|del) )?(?:lotes?|batch(?:[\s_-]size)?)",
    "momentum": r"(?:momentum|inercia|momento)",
    "filters": r"filtros",
    "epochs": r"epocas?",
}
_SHORT = 3
"""Words up to which a piece of a title is a name."""
_NO_DEPTH = re.compile(
    r"\s*(?:convol|de (?:convol|agrupa|pooling|dropout)|entrenables|congeladas|finales|iniciales|separables)"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """Names of one axis that stand together: «SGD, Adam y RMSprop».

    ``known`` is False for a well-known name that has no results here.
    """

    start: int
    end: int
    axis: str
    labels: tuple[str, ...]
    known: bool = True


@dataclass(frozen=True, slots=True)
class _Spelling:
    pattern: re.Pattern[str]
    axis: str
    label: str
    known: bool = True


class Names:
    """The names of all that is in the results, each with the ways in which it is written."""

    def __init__(self, parts: Sequence[Knowledge]) -> None:
        self.depths: dict[str, dict[int, str]] = {}
        self.axes: dict[str, str] = {}
        studies = [study for part in parts for study in part.collected.studies]
        spellings = [*self._levels(studies), *_variants(studies), *_studies(studies)]
        for part in parts:
            spellings += [_class(name) for name in part.classes]
            name = part.collected.id
            spellings += [_whole(name, DATA, name)] if name and len(parts) > 1 else []
        taken = {(item.axis, fold(item.label)) for item in spellings}
        said = {fold(item.label) for item in spellings} | {
            fold(form) for item in spellings for key, forms in lexicon.SYNONYMS.items()
            for form in (*forms, key) if item.pattern.fullmatch(form)
        }  # fmt: skip
        text = " ".join(
            fold(f"{study.id} {study.title} " + " ".join(r.plan.recipe + r.plan.label for r in study.results))
            for study in studies
        )
        for axis, names in lexicon.FOREIGN.items():
            if axis != FAMILY and not any(axis == kind for kind, _ in taken):
                continue
            spellings += [
                _whole(name, axis, name, known=False)
                for name in names
                if fold(name) not in said and fold(name) not in text
            ]
        self._spellings = spellings

    def _levels(self, studies: Iterable[StudyResults]) -> Iterator[_Spelling]:
        for study in studies:
            depth = depth_axis(study) if study.crossed else ""
            for axis in study.axes:
                self.axes.setdefault(fold(study.axis_names.get(axis, axis)), axis)
                for result in study.results:
                    if axis not in result.plan.labels or axis == VARIANT:
                        continue
                    label, value = result.plan.labels[axis], result.plan.parameters.get(axis)
                    if axis == depth and isinstance(value, list | tuple):
                        self.depths.setdefault(axis, {})[len(value)] = label
                    yield from _level(axis, label, value)

    def find(self, text: str, numbers: Sequence[Quantity]) -> tuple[Mention, ...]:
        """The names in a folded text, in order; those of one axis that stand together are one mention."""
        found: list[Mention] = []
        hits = [
            Mention(hit.start(), hit.end(), item.axis, (item.label,), item.known)
            for item in self._spellings
            for hit in item.pattern.finditer(text)
        ]
        hits += self._depths_in(text, numbers)
        for hit in sorted(hits, key=lambda item: (item.start - item.end, item.start)):
            if not any(hit.start < other.end and other.start < hit.end for other in found):
                found.append(hit)
        return tuple(_grouped(sorted(found, key=lambda item: item.start), text))

    def _depths_in(self, text: str, numbers: Sequence[Quantity]) -> Iterator[Mention]:
        """«3 capas», «1, 2 y 3 capas»: the layers of a network that a grid counts."""
        if not self.depths:
            return
        axis, labels = next(iter(self.depths.items()))
        said = any(number.unit == "layers" for number in numbers)
        until = len(text)
        for number in reversed(numbers):
            counted = number.unit == "layers" and not _NO_DEPTH.match(text[number.end :])
            counted = counted or (number.unit == "" and said and _is_left_out(text, number))
            listed = (
                number.unit == ""
                and re.fullmatch(r"\s*(?:,|y|o|a|e)\s*", text[number.end : until]) is not None
            )
            whole = int(number.amounts[0].value) if number.amounts else 0
            if (counted or listed) and whole in labels:
                yield Mention(number.start, number.end, axis, (labels[whole],))
                until = number.start
            else:
                until = 0


def _is_left_out(text: str, number: Quantity) -> bool:
    """«66 % con 2 capas y 64 % con 3»: the second noun is understood."""
    before, behind = text[: number.start], text[number.end :]
    return bool(re.search(r"\b(?:con|para|de) $", before) and re.match(r"\s*(?:[.,;:)]|$|y\b)", behind))


def _level(axis: str, label: str, value: object) -> Iterator[_Spelling]:
    short = axis.rpartition(".")[2]
    if isinstance(value, bool):
        return
    if isinstance(value, int | float):
        noun = _SETTING_NOUNS.get(short, re.escape(fold(short.replace("_", " "))))
        number = r"0*" + re.escape(f"{value:g}").replace(r"\.", "[.,]") + r"0*" if value else "0"
        forms = (
            rf"{noun}\s*(?:de|del|a|=|:|en)?\s*{number}(?![\d.,]*\d)|(?<![\d.,])(?:{number}) (?:de )?"
            rf"{noun}"
        )
        yield _Spelling(re.compile(forms), axis, label)
        return
    if re.fullmatch(r"[\d.,]*", label):
        return
    yield _whole(label, axis, label)
    if isinstance(value, str) and value != label:
        yield _whole(value, axis, label)
    for name in {fold(label), fold(value) if isinstance(value, str) else ""}:
        for form in next((f for key, f in lexicon.SYNONYMS.items() if name == key or name in f), ()):
            yield _whole(form, axis, label)


def _variants(studies: Iterable[StudyResults]) -> Iterator[_Spelling]:
    """Variants by title or id; where usual words tell them apart, those words and what the titles share."""
    roles: set[str] = set()
    singles: dict[str, list[tuple[str, str]]] = {}
    for study in studies:
        titles = {
            str(r.plan.parameters["variant"]): r.plan.label
            for r in study.results
            if "variant" in r.plan.parameters
        }
        parts = {variant: role_of(title, variant, study) for variant, title in titles.items()}
        roles |= set(parts.values()) - {""}
        shared = _shared(list(titles.values())) if all(parts.values()) else []
        for word in (*shared, *(_families(study) if titles and all(parts.values()) else ())):
            yield _whole(word, FAMILY, study.id)
            singles.setdefault(_stem(word), []).append((FAMILY, study.id))
        for variant, title in titles.items():
            if not parts[variant] or not shared:
                yield _whole(title, VARIANT, title)
                if re.search(r"\d", title) and " " not in title:
                    singles.setdefault(_stem(title), []).append((VARIANT, title))
                if re.search(r"\d", variant) and len(variant) > 1:
                    yield _whole(variant, VARIANT, title)
    for role in roles:
        forms = "|".join(lexicon.ROLES[role])
        avoided = r"(?<!en )(?<!sobre la )(?<!con )" if role == "base" else ""
        yield _Spelling(
            re.compile(rf"\b{avoided}(?:{forms})\b(?! de (?:datos|la red|todo)| convolucional| a )"),
            ROLE,
            role,
        )
    for stem, owners in singles.items():
        if len(owners) == 1 and len(stem) > 2:  # noqa: PLR2004 - shorter is no name
            yield _whole(stem, *owners[0])


def _families(study: StudyResults) -> Iterator[str]:
    """What else the networks of a study are called: its id, and pieces of its title."""
    for name in (
        study.id.replace("_", " "),
        *re.findall(r"\(([^()]+)\)", study.title),
        *re.findall(r"^([^:(]+):", study.title),
    ):
        if fold(name) not in _GENERIC and len(name.strip()) > 2 and len(name.split()) <= _SHORT:  # noqa: PLR2004
            yield name.strip()


def _stem(word: str) -> str:
    """A name without its number: «ResNet» of «ResNet50»."""
    return re.sub(r"(?:[A-Z]?\d+)+$", "", word) if re.search(r"\d", word) else word


def _shared(titles: Sequence[str]) -> list[str]:
    """Words that all titles of a study have and that are a name."""
    if len(titles) <= 1:
        return []
    words = [set(re.findall(r"[\w.-]+", title)) for title in titles]
    common = set.intersection(*words)
    return sorted(word for word in common if fold(word) not in _GENERIC and len(word) > 1)


def _studies(studies: Iterable[StudyResults]) -> Iterator[_Spelling]:
    """Studies by title, and those that derive from another by what they change."""
    for study in studies:
        if fold(study.title) not in _GENERIC and len(study.title) > 3:  # noqa: PLR2004
            yield _whole(study.title, STUDY, study.id)
        if study.shape == "grid":
            yield _whole(study.id.replace("_", " "), STUDY, study.id)
        if study.shape != "follow_up":
            continue
        changed = [str(name).rpartition(".")[2] for name in study.changed]
        changed += [
            str(item.get("callback", "")) if isinstance(item, dict) else str(item)
            for item in study.changed.get("callbacks", ()) or ()
        ]
        for name in (study.id.replace("_", " "), *changed):
            forms = lexicon.SYNONYMS.get(fold(name), (name,))
            for form in forms:
                if form not in ("callbacks", "units", "activation", "optimizer", "epochs"):
                    yield _Spelling(
                        re.compile(
                            rf"(?<!\w)(?<!sin )(?<!capas )(?<!capa )(?<!tasa de )(?<!capa de )(?<!c"
                            rf"apas de ){_flexible(form)}(?!\w)(?!\s*(?:de |=|:)?\s*\d)"
                        ),
                        STUDY,
                        study.id,
                    )


def _class(name: str) -> _Spelling:
    """A class by its name; one that is a digit or a letter only where the text says that it is a class."""
    if len(name) > 1 and not name.isdigit():
        return _whole(name, CLASS, name, plural=True)
    pattern = (
        rf"(?<!\w)(?:clase|digito|numero|letra|etiqueta)s?\s+[«\"']?{re.escape(fold(name))}[»\"']?(?!"
        rf"[\w.,]\w)(?!\w)"
    )
    return _Spelling(re.compile(pattern), CLASS, name)


def _whole(name: str, axis: str, label: str, *, known: bool = True, plural: bool = False) -> _Spelling:
    return _Spelling(
        re.compile(rf"(?<!\w){_flexible(name)}{'(?:s|es)?' if plural else ''}(?!\w)"), axis, label, known
    )


def _flexible(name: str) -> str:
    """A name with or without blanks, hyphens and underscores between its pieces."""
    pieces: list[str] = []
    for word in re.findall(r"[\w]+", name.replace("_", " ")):
        pieces += _PIECES.findall(word) or [word]
    joined = _JOIN.join(re.escape(fold(piece)) for piece in pieces)
    return joined or re.escape(fold(name))


def _grouped(mentions: Sequence[Mention], text: str) -> Iterator[Mention]:
    """Mentions of one axis with «y», «o» and commas between them are one; commas alone join nothing."""
    chain: list[Mention] = []
    for mention in mentions:
        between = text[chain[-1].end : mention.start] if chain else ""
        alike = bool(chain) and chain[-1].axis == mention.axis and chain[-1].known == mention.known
        if alike and between.strip() and _AND.fullmatch(between):
            chain.append(mention)
            continue
        yield from _joined(chain, text)
        chain = [mention]
    yield from _joined(chain, text)


def _joined(chain: Sequence[Mention], text: str) -> Iterator[Mention]:
    gaps = [text[one.end : other.start].strip() for one, other in pairwise(chain)]
    if gaps and all(gap.startswith(",") and len(gap) == 1 for gap in gaps):
        yield from chain
    elif chain:
        labels = tuple(label for mention in chain for label in mention.labels)
        yield Mention(chain[0].start, chain[-1].end, chain[0].axis, labels, chain[0].known)
