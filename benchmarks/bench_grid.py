"""Takes the 27 dense networks of a project report, gives how many times faster they are than plain Keras."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from harness import Bar, Options, Promise, bab, main
from sides import Size, compared, configured, fashion

PROMISE = Promise("27-run MLP grid, 20 epochs, against a plain Keras loop", "x", 8.0, ">=")
FULL = Size(images=10_000, validation=1_000, test=2_000, epochs=20)
QUICK = Size(images=1_000, validation=100, test=200, epochs=2)
STUDY = """
[model.mlp]
parameters = { units = [512], activation = "relu" }
layers = ["Flatten", { each = "units", layers = [
    { layer = "Dense", units = "$units", activation = "$activation" }] }]
[study.rejilla]
model = "mlp"
"""
AXES = """\
grid.optimizer  = ["SGD", "Adam", "RMSprop"]
grid.activation = ["relu", "tanh", "sigmoid"]
grid.units      = [[512], [512, 256], [512, 256, 256]]
"""
SMALL_AXES = """\
grid.optimizer  = ["SGD", "Adam"]
grid.activation = ["relu"]
grid.units      = [[512], [512, 256]]
"""


def measure(options: Options) -> Iterator[Bar]:
    """The whole grid on both sides: nothing is extrapolated."""
    size = QUICK if options.quick else FULL
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = fashion(folder / "data.npz", size.images, size.test)
        config = configured(folder, data, size, STUDY + (SMALL_AXES if options.quick else AXES))
        small = ("--small",) if options.quick else ()
        both = compared("grid", folder, config, "grid", data, *size.options(), *small)
        trial = bab(both.other, both.ours, options.blocks(1))
        yield trial.bar(PROMISE, f"{size}; {both.detail()}")


if __name__ == "__main__":
    sys.exit(main(measure))
