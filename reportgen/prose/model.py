"""Takes nothing, gives the values of a remark on what the author wrote."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

Origin = tuple[str, str, str]
"""A result: key of its run, what is measured with the part of the data, class."""


class Kind(StrEnum):
    """What is wrong with a sentence.

    ``RETYPED``: a result typed by hand, right today. ``CONTRADICTED``: a number that is not the result it
    is said to be. ``REFUTED``: a comparison whose order the results turn round. ``UNKNOWN``: it names
    what has no result.
    """

    RETYPED = "retyped"
    CONTRADICTED = "contradicted"
    REFUTED = "refuted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark on one sentence.

    Attributes:
        file: what the caller calls the text.
        line: 1-based, where the sentence begins.
        kind: what is wrong.
        text: the sentence as the author wrote it, without its Markdown.
        expected: what the results say instead, or what to write, in Spanish.
        accepted: why the author lets it stand; empty when nobody said so.
        place: which block of the text, and which sentence of the block, as ``text.blocks`` counts them.
    """

    file: str
    line: int
    kind: Kind
    text: str
    expected: str
    accepted: str = ""
    place: tuple[int, int] = (0, 0)

    @property
    def stands(self) -> bool:
        """Whether it has to be dealt with: a retyped number is right, an accepted remark answered."""
        return self.kind is not Kind.RETYPED and not self.accepted


@dataclass(frozen=True, slots=True)
class Mark:
    """A sentence that a reader is to be warned of, by its place, and what the results say instead."""

    block: int
    sentence: int
    note: str


@dataclass(frozen=True, slots=True)
class Typed:
    """A number that an author typed and that is one result for certain.

    Attributes:
        block: of the text, as ``text.blocks`` counts them.
        start, end: where it stands in the letters of its block.
        address: the result: ``valor STUDY.RUN split.metric``, ``clase STUDY.RUN test.f1 CLASS``.
    """

    block: int
    start: int
    end: int
    address: str


def marks(remarks: Iterable[Remark]) -> dict[str, tuple[Mark, ...]]:
    """Text -> the sentences of it that a report has to mark: refuted or contradicted, and not accepted."""
    found: dict[str, list[Mark]] = {}
    for remark in remarks:
        if remark.stands and remark.kind in (Kind.REFUTED, Kind.CONTRADICTED):
            note = remark.expected.partition(OFFER)[0]
            found.setdefault(remark.file, []).append(Mark(*remark.place, note))
    return {file: tuple(those) for file, those in found.items()}


OFFER = " → "
"""What stands between a result and the live value that is offered for it."""


def live(run: str, number: str) -> str:
    """The expression that a text writes in place of a result.

    Args:
        run: ``STUDY.RUN``.
        number: ``split.metric``, or a column of the results tables such as ``seconds``.
    """
    return f'{{{{ valor("{run}", "{number}") }}}}'
