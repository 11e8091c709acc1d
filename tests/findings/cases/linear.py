"""Golden cases of networks against one without a hidden layer."""

from __future__ import annotations

from collections.abc import Callable

from support.results import Outcome, run, spec_of

from reportgen.analysis.collected import Collected

LINEAR = '[model.lineal]\nlayers = ["Flatten"]\n[study.lineal]\ntitle = "Lineal"\nmodel = "lineal"\n'
OPTIMIZERS = ("SGD", "Adam", "RMSprop", "Nadam", "Adamax", "Adagrad", "AdamW")


def against(base: object, *others: object, text: str = LINEAR, **more: object) -> Collected:
    """A linear network and a grid of others, by their outcomes."""
    names = OPTIMIZERS[: len(others)]
    study = f'[study.rejilla]\ntitle = "Rejilla"\nmodel = "mlp"\ngrid.optimizer = {list(names)}\n'
    outcomes = dict(zip(names, others, strict=True))
    spec = spec_of(text + (study if others else ""), **more)
    return run(spec, lambda plan: base if plan.study == "lineal" else outcomes[plan.parameters["optimizer"]])


CASES: dict[str, Callable[[], Collected]] = {
    "linear_baseline supported worse one of one": lambda: against(0.8, 0.5),
    "linear_baseline supported level one of one": lambda: against(0.8, 0.81),
    "linear_baseline supported worse one": lambda: against(0.8, 0.5, 0.95),
    "linear_baseline supported worse many": lambda: against(0.8, 0.5, 0.6, 0.95),
    "linear_baseline supported level one": lambda: against(0.8, 0.81, 0.95),
    "linear_baseline supported level many": lambda: against(0.8, 0.81, 0.8, 0.95),
    "linear_baseline supported both": lambda: against(0.8, 0.81, 0.5, 0.95),
    "linear_baseline supported many of both": lambda: against(0.8, 0.81, 0.8, 0.5, 0.6, 0.95),
    "linear_baseline supported none beats": lambda: against(0.8, 0.81, 0.5),
    "linear_baseline supported level all": lambda: against(0.8, 0.81, 0.8),
    "linear_baseline supported many beat": lambda: against(0.8, 0.81, 0.5, 0.95, 0.96, 0.97),
    "linear_baseline refuted one": lambda: against(0.8, 0.95),
    "linear_baseline refuted many": lambda: against(0.8, 0.95, 0.9),
    "linear_baseline not_applicable": lambda: against(0.8, 0.9, text=""),
    "linear_baseline not_applicable alone": lambda: against(Outcome(0.8)),
}
