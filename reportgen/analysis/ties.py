"""Takes results on the same data, gives the group that cannot be told apart from the best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.analysis.collected import Result
from reportgen.analysis.comparing import Means, family, measured, right_share
from reportgen.analysis.statistics import ALPHA, Paired, Unpaired


@dataclass(frozen=True, slots=True)
class Ties:
    """The best of a family by test accuracy, with all that the test images cannot tell from it (Holm).

    ``leader`` is the one with the highest accuracy; ``members`` the keys that cannot be told from it,
    the leader's included; ``runner_up`` the comparison with the next best, None for a family of one;
    ``means`` says by what they were compared: where it is by nothing, nothing is told from anything.
    """

    leader: Result
    members: frozenset[str]
    runner_up: Result | None
    against_runner_up: Paired | Unpaired | None
    p_runner_up: float | None
    means: Means = Means.IMAGES


def ties(results: Sequence[Result], absent: int = 0) -> Ties | None:
    """The tie group of a family of finished runs; None when none has a test accuracy.

    ``absent`` more runs were declared and have no result: each would have been compared as well.
    """
    ordered = sorted(measured(results), key=lambda item: -(right_share(item) or 0.0))
    if not ordered:
        return None
    leader, others = ordered[0], ordered[1:]
    found = family([(leader, other) for other in others], absent)
    members = {other.key for other, p in zip(others, found.p, strict=True) if p >= ALPHA}
    return Ties(
        leader=leader,
        members=frozenset({leader.key, *members}),
        runner_up=others[0] if others else None,
        against_runner_up=found.comparisons[0] if others else None,
        p_runner_up=found.p[0] if others else None,
        means=found.means,
    )
