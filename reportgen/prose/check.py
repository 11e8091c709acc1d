"""Takes the author's texts and the results, gives a remark for all that the results do not bear out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from reportgen.analysis.collected import Collected
from reportgen.prose.amounts import Ground
from reportgen.prose.claims import comparisons, denies_all, overfits
from reportgen.prose.facts import FAMILY, ROLE, VARIANT, Knowledge
from reportgen.prose.figures import numbers
from reportgen.prose.judge import Verdict, compared, first, overfitted, settled
from reportgen.prose.live import Askable
from reportgen.prose.model import Kind, Remark, Typed
from reportgen.prose.names import Names
from reportgen.prose.reading import Reading, Scope, read
from reportgen.prose.superlatives import superlatives
from reportgen.prose.tables import cells
from reportgen.prose.text import Sentence, Table, blocks
from reportgen.prose.trends import changes, trends

_FIGURES = re.compile(r"[-+−]?\d[\d.,]*(?: \d{3})*(?: ?%)?(?<![.,])")
"""A number without its unit but for a sign of percent."""
_TIMED = re.compile(r"\d\s*(?:h|min|m|s)\b|:")
"""A time, which is nothing without its units."""
LONGEST = 1500
"""Characters above which something is no sentence that anybody wrote."""
_ORDER = (Kind.REFUTED, Kind.CONTRADICTED, Kind.UNKNOWN, Kind.RETYPED)


def review(texts: Mapping[str, str], parts: Sequence[Collected]) -> tuple[Remark, ...]:
    """What the results have to say on some texts, in the order of the texts.

    Args:
        texts: what to call each (its file) -> its Markdown. A text that is called after a study or a
            variant is about it: ``cnn.md``.
        parts: the results of each data set; a claim is refuted only where none of them bears it out.
    """
    return Reviewer(parts).review(texts)


@dataclass(frozen=True, slots=True)
class Read:
    """What the results have to say on a text, and which of its numbers are results for certain."""

    remarks: tuple[Remark, ...]
    typed: tuple[Typed, ...]


Found = tuple[Sentence, Verdict | Typed | None]
"""A sentence or cell with something to say about it, or with a number in it that is a result."""


class Reviewer:
    """The results, ready to be asked about many texts."""

    def __init__(self, parts: Sequence[Collected]) -> None:
        self._parts = tuple(Knowledge(part) for part in parts)
        for part in self._parts:
            part.beside = self._parts
        self._names = Names(self._parts)
        self._askable = Askable(parts)

    def review(self, texts: Mapping[str, str]) -> tuple[Remark, ...]:
        """See :func:`review`."""
        return tuple(remark for name, text in texts.items() for remark in self.read(name, text).remarks)

    def read(self, name: str, text: str) -> Read:
        """All that there is to say on one text."""
        found = [item for block in blocks(text) for item in self._block(block, self._scope(name))]
        remarks = tuple(
            Remark(
                name,
                sentence.line,
                verdict.kind,
                sentence.text,
                verdict.expected,
                sentence.accepted,
                sentence.place,
            )
            for sentence, verdict in found
            if isinstance(verdict, Verdict)
        )
        return Read(remarks, tuple(number for _, number in found if isinstance(number, Typed)))

    def _block(self, block: Sentence | Table, scope: Scope) -> Iterator[Found]:
        return self._table(block, scope) if isinstance(block, Table) else self._sentence(block, scope)

    def _scope(self, name: str) -> Scope:
        """What a file is about, by its name."""
        stem = PurePath(name).stem
        for part in self._parts:
            for study in part.collected.studies:
                if study.id == stem:
                    return Scope(study.id)
            for config in part.configs:
                if config.id == stem and config.facets.get(VARIANT):
                    axes = (VARIANT, ROLE, FAMILY)
                    facets = tuple((a, config.facets[a]) for a in axes if a in config.facets)
                    return Scope(config.study.id, facets)
        return Scope()

    def _table(self, table: Table, scope: Scope) -> Iterator[Found]:
        for row in (table.header, *table.rows):
            for cell in row:
                yield from ((cell, verdict) for verdict in self._askable.unknown(cell.live))
        found: dict[tuple[int, int], list[tuple[Sentence, Verdict | None]]] = {}
        for part in self._parts:
            for cell, verdict in cells(table, self._names, part, scope):
                found.setdefault(cell.place, []).append((cell, verdict))
        for items in found.values():
            cell, verdicts = items[0][0], [verdict for _, verdict in items]
            yield cell, _worst(verdicts, strict=len(self._parts) > 1)
            yield cell, _typed(cell, verdicts)

    def _sentence(self, sentence: Sentence, scope: Scope) -> Iterator[Found]:
        yield from ((sentence, verdict) for verdict in self._askable.unknown(sentence.live))
        if len(sentence.read) > LONGEST:
            return
        reading = read(sentence, self._names)
        if reading.asks or reading.cites:
            return
        judged = self._numbers(reading, sentence, scope)
        yield from ((sentence, _typed(sentence, verdicts)) for verdicts in judged)
        found = [*(_worst(verdicts, strict=True) for verdicts in judged), *self._claims(reading, scope)]
        worst = min(
            (v for v in found if v is not None), key=lambda verdict: _ORDER.index(verdict.kind), default=None
        )
        if worst is None:
            return
        if worst.kind is Kind.RETYPED:
            offers = dict.fromkeys(v.expected for v in found if v is not None)
            worst = Verdict(Kind.RETYPED, "; ".join(offers))
        yield sentence, worst

    def _numbers(
        self, reading: Reading, sentence: Sentence, scope: Scope
    ) -> Sequence[Sequence[Verdict | None]]:
        """Number after number, what each data set says of it."""
        if reading.reports_others:
            return ()
        taken = [(low, high) for low, high, _ in comparisons(reading)]
        firsts = tuple(superlatives(reading, taken))
        above = read(Sentence(sentence.heading, sentence.heading, 0), self._names).mentions
        judged: dict[int, list[Verdict | None]] = {}
        for part in self._parts:
            for quantity, verdict in numbers(reading, Ground(part, scope, firsts, above)):
                judged.setdefault(quantity.start, []).append(verdict)
        return tuple(judged.values())

    def _claims(self, reading: Reading, scope: Scope) -> Iterator[Verdict | None]:
        if denies_all(reading.folded):
            return
        taken: list[tuple[int, int]] = []
        for low, high, claim in comparisons(reading):
            taken.append((low, high))
            yield settled([compared(claim, part, scope) for part in self._parts])
        for one in superlatives(reading, taken):
            yield settled([first(one, part, scope) for part in self._parts])
        for whole in overfits(reading):
            yield settled([overfitted(whole, part, scope) for part in self._parts])
        for part in self._parts[:1] if len(self._parts) == 1 else ():
            yield from trends(reading, part, scope)
            yield from changes(reading, part, scope, taken)


def _typed(sentence: Sentence, verdicts: Sequence[Verdict | None]) -> Typed | None:
    """The number that was judged, where it can be one result only."""
    again = [verdict for verdict in verdicts if verdict is not None and verdict.kind is Kind.RETYPED]
    found = {result: address for verdict in again for result, address in verdict.origins.items()}
    if len(found) != 1:
        return None
    start, end = again[0].span
    timed = _TIMED.search(sentence.read, start, end)
    figures = None if timed else _FIGURES.match(sentence.read, start, end)
    end = figures.end() if figures else start + len(sentence.read[start:end].rstrip(" ."))
    return Typed(sentence.place[0], sentence.start + start, sentence.start + end, next(iter(found.values())))


def _worst(verdicts: Sequence[Verdict | None], *, strict: bool) -> Verdict | None:
    """Of several data sets: nothing is wrong with a number that is right for one of them."""
    if strict and (None in verdicts or any(v is not None and v.kind is Kind.RETYPED for v in verdicts)):
        return next((v for v in verdicts if v is not None and v.kind is Kind.RETYPED), None)
    return min((v for v in verdicts if v is not None), key=lambda item: _ORDER.index(item.kind), default=None)
