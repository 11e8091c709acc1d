"""Golden cases of what a trained network costs to use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from findings.cases.resources import of
from support.results import HERE, Outcome

from reportgen.analysis.collected import Collected
from reportgen.records.model import Inference

GPU = replace(HERE, device="GPU de prueba")


def steady(milliseconds: float, concurrent: int = 1) -> Inference:
    """A time whose single calls took all but the same."""
    return Inference(milliseconds, 0.99 * milliseconds, 1.01 * milliseconds, 32, 40, concurrent)


def timed(test: float, milliseconds: float, **more: object) -> Outcome:
    """A network by its accuracy and the time of an answer."""
    return Outcome(test, inference=steady(milliseconds), **more)


def beside(test: float, milliseconds: float) -> Outcome:
    """One that was timed while another was trained."""
    return Outcome(test, inference=steady(milliseconds, 2))


SLOW = timed(0.9, 2.5)

CASES: dict[str, Callable[[], Collected]] = {
    "pareto_inference supported": lambda: of(timed(0.7, 0.05), SLOW),
    "pareto_inference supported among the slowest": lambda: of(timed(0.7, 0.05), timed(0.75, 2.6), SLOW),
    "pareto_inference supported beside others": lambda: of(timed(0.7, 0.05), SLOW, 0.8),
    "pareto_inference supported twice": lambda: of(
        timed(0.7, 0.05), SLOW, beside(0.7, 0.05), beside(0.9, 0.5)
    ),
    "pareto_inference refuted two groups": lambda: of(
        timed(0.95, 0.05), SLOW, beside(0.9, 0.05), beside(0.7, 0.5)
    ),
    "pareto_inference refuted even beside": lambda: of(
        timed(0.9, 2.4), SLOW, beside(0.7, 0.05), beside(0.9, 0.5)
    ),
    "pareto_inference inconclusive uneven beside": lambda: of(
        Outcome(0.7, inference=Inference(0.5, 0.4, 3.0, 32, 40, 1)),
        SLOW,
        beside(0.7, 0.05),
        beside(0.9, 0.5),
    ),
    "pareto_inference inconclusive one": lambda: of(timed(0.895, 0.05), SLOW),
    "pareto_inference inconclusive many": lambda: of(timed(0.895, 0.05), SLOW, timed(0.895, 0.01234)),
    "pareto_inference inconclusive uneven": lambda: of(
        Outcome(0.7, inference=Inference(0.5, 0.4, 3.0, 32, 40, 1)), SLOW
    ),
    "pareto_inference refuted": lambda: of(timed(0.95, 0.05), SLOW),
    "pareto_inference refuted tied": lambda: of(timed(0.905, 0.05), SLOW),
    "pareto_inference refuted equal": lambda: of(timed(0.9, 0.05), SLOW),
    "pareto_inference refuted even": lambda: of(timed(0.7, 2.4), SLOW),
    "pareto_inference not_applicable": lambda: of(0.7, 0.8),
    "pareto_inference not_applicable one": lambda: of(0.7, SLOW),
    "pareto_inference not_applicable apart": lambda: of(beside(0.7, 0.5), SLOW),
    "pareto_inference not_applicable machines": lambda: of(timed(0.7, 0.5, environment=GPU), SLOW),
}
