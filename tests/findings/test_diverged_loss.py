from __future__ import annotations

from findings.cases.curves import DIVERGED, of
from support.results import Outcome, run, spec_of

from reportgen.records.model import Status

CODE = "diverged_loss"


def test_diverged_runs_are_named_with_their_optimizers(only):
    text = (
        '[study.tasas]\nmodel = "mlp"\noptimizer = { name = "SGD" }\n'
        "grid.optimizer.learning_rate = [0.1, 5.0]\n"
    )

    def decide(plan):
        return DIVERGED if plan.content()["training"]["optimizer"]["learning_rate"] > 1 else 0.8

    collected = run(spec_of(text), decide)
    told = only(collected, CODE)
    assert told.verdict == "supported"
    assert told.cells == {"runs": 2, "lost": 1}
    assert told.lists["optimizers"] == ("SGD(learning_rate=5.0)",)
    assert "«SGD(learning_rate=5.0)»" in told.text


def test_other_failures_are_no_divergence(only):
    told = only(of(Outcome(status=Status.FAILED), 0.8), CODE)
    assert told.verdict == "refuted"
    assert told.cells == {"runs": 1, "lost": 0}


def test_equal_optimizers_are_told_once(only):
    text = '[study.redes]\nmodel = "mlp"\ngrid.activation = ["relu", "tanh"]\n'
    told = only(run(spec_of(text), lambda _: DIVERGED), CODE)
    assert told.cells == {"runs": 2, "lost": 2}
    assert len(told.lists["optimizers"]) == 1


def test_nothing_is_judged_where_nothing_ended(only):
    for collected in (of(None), of(Outcome(status=Status.TIMEOUT))):
        assert only(collected, CODE).verdict == "not_applicable"
