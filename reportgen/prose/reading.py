"""Takes a sentence and the names of the results, gives its clauses with what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reportgen.prose import lexicon
from reportgen.prose.facts import CLASS, FAMILY, ROLE, STUDY, VARIANT, Constraints, Measure
from reportgen.prose.names import Mention, Names
from reportgen.prose.numbers import Quantity, quantities
from reportgen.prose.text import MASK, Sentence, fold

NAME, NUMBER = "§", "#"
"""What names and numbers are in the skeleton of a sentence, as many as they have characters."""
_METRICS = tuple(
    (re.compile(rf"(?<![\w]){'(?:' + pattern + ')'}(?![\w])"), metric, split)
    for pattern, metric, split in lexicon.METRICS
)
_PARTS = tuple(
    (re.compile(rf"(?<!\w){'(?:' + pattern + ')'}(?!\w)"), split) for pattern, split in lexicon.PARTS
)
_CLAUSE = re.compile(
    r";|,?\s+\b(?:pero|aunque|mientras(?: que)?|sin embargo|en cambio|por el contrario|sino)\b"
    r"|,?\s+y (?=(?:el|la|los|las) (?:mejor|peor|mas|menos|mayor|menor))|,?\s+y (?=§+ (?:es "
    r"|fue )?(?:el|la|los|las) (?:mejor|peor|mas|menos))|,\s+(?=(?:lo )?que\b)"
    r"|,\s+(?=y (?:no )?\w+[oa]\b [^,]*\bque\b)"
)
_ANSWERING = re.compile(lexicon.ANSWERING)
_HYPOTHETICAL = re.compile(lexicon.HYPOTHETICAL)
_LITERATURE = re.compile(lexicon.LITERATURE)
_CITES = re.compile(lexicon.CITES)
_DATED = re.compile(r"\b(?:en|desde|hacia)(?: el ano)? (?:19|20)[0-2]\d\b")
_QUESTION = re.compile(r"[¿?]")


@dataclass(frozen=True, slots=True)
class Metric:
    """A word for a metric, with the part of the data that it may say."""

    start: int
    end: int
    metric: str
    split: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence as it is judged; all positions are those of ``folded``.

    Attributes:
        folded: lower case, no accents, masks in place of what is not read.
        skeleton: the same with names and numbers as signs.
        mentions: the names of results.
        numbers: the quantities that are no part of a name.
        metrics: the words for metrics.
        splits: (start, part of the data).
        clauses: their bounds.
    """

    folded: str
    skeleton: str
    mentions: tuple[Mention, ...]
    numbers: tuple[Quantity, ...]
    metrics: tuple[Metric, ...]
    splits: tuple[tuple[int, str], ...]
    clauses: tuple[tuple[int, int], ...]

    def named(self, start: int, end: int) -> tuple[Mention, ...]:
        """The names between two positions."""
        return tuple(item for item in self.mentions if start <= item.start and item.end <= end)

    def clause_of(self, at: int) -> tuple[int, int]:
        """The clause that a position is in."""
        return next((item for item in self.clauses if item[0] <= at < item[1]), (0, len(self.folded)))

    def metric_near(self, start: int, end: int, at: int) -> Metric | None:
        """The word for a metric between two bounds that is nearest to a position, before it if equal."""
        inside = [item for item in self.metrics if start <= item.start and item.end <= end]
        return min(
            inside, key=lambda item: (max(at - item.end, item.start - at), item.start > at), default=None
        )

    def time_in(self, start: int, end: int) -> Metric:
        """What a word for time is about between two bounds: the answers of a trained network, or training."""
        trained = any(item.metric == "seconds" and start <= item.start < end for item in self.metrics)
        said = any(item.metric == "inference" and start <= item.start < end for item in self.metrics)
        answers = said or _ANSWERING.search(self.folded[start:end]) is not None
        return Metric(-1, -1, "inference" if answers and not trained else "seconds", "")

    def split_in(self, start: int, end: int) -> str:
        """The part of the data that is named between two bounds; empty for none or several."""
        said = {split for at, split in self.splits if start <= at < end}
        return next(iter(said)) if len(said) == 1 else ""

    def supposed(self, start: int, end: int) -> bool:
        """Whether a clause states what may be, not what was measured."""
        return _HYPOTHETICAL.search(self.folded[start:end]) is not None

    @property
    def asks(self) -> bool:
        """Whether it is a question."""
        return _QUESTION.search(self.folded) is not None

    @property
    def reports_others(self) -> bool:
        """Whether it speaks of what others measured: it cites, or names the literature."""
        return (
            _LITERATURE.search(self.folded) is not None
            or self.cites
            or _DATED.search(self.folded) is not None
        )

    @property
    def cites(self) -> bool:
        """Whether it says what somebody else found."""
        return _CITES.search(self.folded) is not None


def read(sentence: Sentence, names: Names) -> Reading:
    """What stands in one sentence."""
    folded = fold(sentence.read)
    numbers = quantities(folded)
    mentions = names.find(folded, numbers)
    metrics = tuple(_metrics(folded, mentions))
    kept = tuple(
        number
        for number in numbers
        if not any(m.start < number.end and number.start < m.end for m in mentions)
    )
    skeleton = folded
    for items, sign in ((mentions, NAME), (kept, NUMBER)):
        for item in items:
            skeleton = skeleton[: item.start] + sign * (item.end - item.start) + skeleton[item.end :]
    splits = [
        (hit.start(), split) for pattern, split in _PARTS for hit in pattern.finditer(folded)
        if not any(item.metric == "seconds" and item.start <= hit.start() < item.end for item in metrics)
    ]  # fmt: skip
    splits += [(item.start, item.split) for item in metrics if item.split]
    return Reading(
        folded, skeleton, mentions, kept, metrics, tuple(sorted(splits)), tuple(_clauses(skeleton))
    )


def _metrics(folded: str, mentions: Sequence[Mention]) -> Iterator[Metric]:
    found: list[Metric] = []
    for pattern, metric, split in _METRICS:
        for hit in pattern.finditer(folded):
            over = [(m.start, m.end) for m in mentions] + [(m.start, m.end) for m in found]
            if not any(hit.start() < high and low < hit.end() for low, high in over):
                found.append(Metric(hit.start(), hit.end(), metric, split))
    yield from sorted(found, key=lambda item: item.start)


def _clauses(skeleton: str) -> Iterator[tuple[int, int]]:
    start = 0
    for stop in _CLAUSE.finditer(skeleton):
        if stop.start() > start:
            yield start, stop.start()
        start = stop.end() if stop[0].strip() == ";" else stop.start()
    yield start, len(skeleton)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a text is about before it names anything: the study or variant that its file is called after."""

    study: str = ""
    facets: tuple[tuple[str, str], ...] = ()

    def around(self, named: Constraints) -> Constraints:
        """The names with those of the scope, where the text itself says nothing of the kind."""
        axes = set(named)
        if axes & {FAMILY, VARIANT, STUDY}:
            return named
        own = {
            axis: frozenset((label,)) for axis, label in self.facets if not (axis == VARIANT and ROLE in axes)
        }
        return {**own, **named}


def constraints(mentions: Sequence[Mention]) -> dict[str, frozenset[str]]:
    """Axis -> the labels named of it."""
    found: dict[str, frozenset[str]] = {}
    for mention in mentions:
        found[mention.axis] = found.get(mention.axis, frozenset()) | set(mention.labels)
    return found


def measures(metric: Metric | None, split: str, label: str = "") -> tuple[Measure, ...]:
    """What may be meant: «precisión» is often said of the accuracy, a class may be judged by F1 or recall."""
    if metric is None:
        return (
            tuple(Measure(name, split, label) for name in ("f1", "recall"))
            if label
            else (Measure("accuracy", split),)
        )
    said = metric.split or split
    if metric.metric == "precision" and not label:
        return Measure("accuracy", said), Measure("precision", said)
    return (Measure(metric.metric, said, label),)


__all__ = ["CLASS", "MASK", "NAME", "NUMBER", "Metric", "Reading", "Scope", "constraints", "measures", "read"]
