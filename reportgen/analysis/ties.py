"""Takes results on the same images, gives the group that cannot be told apart from the best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.analysis.collected import Result
from reportgen.analysis.statistics import ALPHA, Paired, holm, paired


@dataclass(frozen=True, slots=True)
class Ties:
    """The best of a family by test accuracy, with all that McNemar cannot tell from it (Holm).

    ``leader`` is the one with the highest accuracy; ``members`` the keys that cannot be told from it,
    the leader's included; ``runner_up`` the comparison with the next best, None for a family of one.
    """

    leader: Result
    members: frozenset[str]
    runner_up: Result | None
    against_runner_up: Paired | None
    p_runner_up: float | None


def ties(results: Sequence[Result]) -> Ties | None:
    """The tie group of a family of finished runs; None when it is empty.

    All runs must share the test images: that is checked by the paired comparison.
    """
    if not results:
        return None
    ordered = sorted(results, key=lambda item: -float(item.correct().mean()))
    leader, others = ordered[0], ordered[1:]
    comparisons = [paired(leader.correct(), other.correct()) for other in others]
    adjusted = holm([comparison.p for comparison in comparisons])
    members = {other.key for other, p in zip(others, adjusted, strict=True) if p >= ALPHA}
    return Ties(
        leader=leader,
        members=frozenset({leader.key, *members}),
        runner_up=others[0] if others else None,
        against_runner_up=comparisons[0] if comparisons else None,
        p_runner_up=adjusted[0] if adjusted else None,
    )
