"""Takes the convolutional study of a project report, gives how many times faster it is than plain Keras."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from harness import Bar, Options, Promise, abba, main
from sides import Size, compared, configured, fashion

PROMISE = Promise("CNN study, same precision, against a plain Keras loop", "x", 1.2, ">=")
FULL = Size(images=10_000, validation=1_000, test=2_000, epochs=15)
QUICK = Size(images=600, validation=100, test=100, epochs=1)
STUDIES = """
[model.cnn]
layers = [{ layer = "Conv2D", filters = 64, kernel_size = 3, activation = "relu" }, "MaxPooling2D", "Flatten",
          { layer = "Dense", units = 128, activation = "relu" }]
[model.cnn_mejorada]
layers = [
  { layer = "Conv2D", filters = 64, kernel_size = 3, activation = "relu" }, "MaxPooling2D",
  { layer = "Conv2D", filters = 128, kernel_size = 3, activation = "relu" }, "MaxPooling2D",
  { layer = "Dropout", rate = 0.3 }, "Flatten",
  { layer = "Dense", units = 128, activation = "relu", kernel_regularizer = { name = "L2", l2 = 0.001 } },
  { layer = "Dropout", rate = 0.3 } ]
[study.cnn]
variant.base = { model = "cnn" }
[study.cnn.variant.mejorada]
extends      = "base"
change       = "segunda convolución, Dropout, L2 y aumento de datos"
model        = "cnn_mejorada"
augmentation = [{ layer = "RandomRotation", factor = 0.04 }, { layer = "RandomFlip", mode = "horizontal" },
                { layer = "RandomTranslation", height_factor = 0.1, width_factor = 0.1 }]
"""


def measure(options: Options) -> Iterator[Bar]:
    """The base network and the improved one, in float32 on both sides."""
    size = QUICK if options.quick else FULL
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = fashion(folder / "data.npz", size.images, size.test)
        config = configured(folder, data, size, STUDIES)
        both = compared("cnn", folder, config, "cnn", data, *size.options())
        trial = abba(both.other, both.ours, options.blocks(1))
        yield trial.bar(PROMISE, f"{size}; {both.detail()}")


if __name__ == "__main__":
    sys.exit(main(measure))
