"""Takes a configuration of ten thousand runs, gives the seconds that planning it takes."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from harness import Bar, Options, Promise, main, repeated, timed
from sides import environment

PROMISE = Promise("plan for 10,000 runs, the whole command", "s", 2.0, "<=")
RUNS = 10_000
CONFIG = """\
[report]
title = "Medición"
[data]
name = "digits"
[model.mlp]
parameters = {{ units = [8], activation = "relu" }}
layers = ["Flatten", {{ each = "units", layers = [
    {{ layer = "Dense", units = "$units", activation = "$activation" }}] }}]
[study.rejilla]
model = "mlp"
grid.optimizer.learning_rate = {rates}
grid.units      = {units}
grid.activation = ["relu", "tanh", "sigmoid", "elu"]
"""


def configuration(runs: int) -> str:
    """A grid of so many runs, a multiple of 100: rates times 25 widths times 4 activations."""
    rates = [round(1e-5 * (1 + number), 8) for number in range(runs // 100)]
    return CONFIG.format(rates=rates, units=[[8 + width] for width in range(25)])


def measure(options: Options) -> Iterator[Bar]:
    """The command as it is typed, in a fresh process each time."""
    times = options.rounds or options.pick(9, 2)
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "e.toml").write_text(configuration(RUNS), encoding="utf-8")
        command = [sys.executable, "-m", "reportgen", "plan", "e.toml", "--max-runs", str(RUNS)]

        def plan() -> None:
            done = subprocess.run(
                command, cwd=name, env=environment(), capture_output=True, text=True, check=True
            )
            if "10000" not in done.stdout.replace(".", "").replace("\u00a0", ""):
                raise RuntimeError(f"not a plan of {RUNS} runs:\n{done.stdout[-500:]}")

        yield repeated(lambda: timed(plan), times).bar(PROMISE, f"grid of {RUNS} runs, an empty store")


if __name__ == "__main__":
    sys.exit(main(measure))
