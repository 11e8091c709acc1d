"""Takes a configuration, gives its claims with what is known of both sides before any result is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from reportgen.plan.model import DataPlan
from reportgen.spec.model import Claim, Spec
from reportgen.spec.references import lineage
from reportgen.spec.sides import Side, said_of, side_of


@dataclass(frozen=True, slots=True)
class DeclaredClaim:
    """A claim of the author's.

    Attributes:
        id: as in the configuration.
        claim: as it is written.
        sides: ``better`` and ``than``, or ``of`` alone.
        titles: of the study of each side.
        data: the data set of each side.
        related: whether the studies of both sides are one, or derive from each other or from the same.
    """

    id: str
    claim: Claim
    sides: tuple[Side, ...]
    titles: tuple[str, ...]
    data: tuple[DataPlan, ...]
    related: bool = False


def declared_claims(
    spec: Spec, titles: Mapping[str, str], source: Callable[[str], DataPlan]
) -> Iterator[DeclaredClaim]:
    """The claims of which every study is told, in the order of the file.

    Args:
        spec: the configuration, checked.
        titles: id -> title of the studies that the report tells.
        source: gives the data set of a study.
    """
    for name, claim in spec.claim.items():
        found = [side_of(spec, claim, said) for said in said_of(claim).values()]
        sides = tuple(side for side in found if side is not None)
        if all(side.study in titles for side in sides):
            data = tuple(source(side.study) for side in sides)
            families = [set(lineage(spec, side.study)) for side in sides]
            names = tuple(titles[side.study] for side in sides)
            yield DeclaredClaim(name, claim, sides, names, data, bool(set.intersection(*families)))
