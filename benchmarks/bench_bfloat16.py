"""Takes VGG16 with mixed_bfloat16 declared, gives how many times faster it is than plain Keras in float32."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from harness import Bar, Options, Promise, abba, has_bfloat16, main
from sides import Size, compared, configured, fashion

PROMISE = Promise("VGG16, declared mixed_bfloat16, against a plain Keras loop in float32", "x", 2.0, ">=")
FULL = Size(images=5_000, validation=500, test=500, epochs=4)
QUICK = Size(images=128, validation=32, test=32, epochs=1)
STUDY = """
[model.vgg16]
layers = [{ backbone = "VGG16", weights = "none" }, "Flatten", { layer = "Dropout", rate = 0.3 },
          { layer = "Dense", units = 256, activation = "relu" },
          { layer = "Dense", units = 128, activation = "relu" }]
[study.vgg16]
model     = "vgg16"
optimizer = { name = "Adam", learning_rate = 1e-4 }
precision = "mixed_bfloat16"
"""


def measure(options: Options) -> Iterator[Bar]:
    """Every layer is trained, from random weights."""
    size = QUICK if options.quick else FULL
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = fashion(folder / "data.npz", size.images, size.test, rgb=True)
        config = configured(folder, data, size, STUDY)
        both = compared("bfloat16", folder, config, "vgg16", data, *size.options())
        trial = abba(both.other, both.ours, options.blocks(1))
        native = "multiplies" if has_bfloat16() else "does not multiply"
        told = f"32x32; {size}; the processor {native} bfloat16 itself"
        yield trial.bar(PROMISE, f"{told}; {both.detail()}")


if __name__ == "__main__":
    sys.exit(main(measure))
