"""Takes nothing, gives the values that say what is to be trained.

A *recipe* is canonical JSON: everything that changes the numbers of a run and
nothing else. Its SHA-256 is the key. The recipe of a data set::

    {
        "key_version": 1,
        "kind": "data",
        "name": "fashion_mnist" | "python",
        "digest": null | "<sha256 of what the declared path holds>",
        "subset": null | {"train": 2000, "test": 500},
        "split": {"validation": 0.1 | 5000 | "test", "test": null | 0.2 | 360, "seed": 0},
        "image_size": [64, 64],  # only when declared
        "select": ["gato", "perro"],  # only when declared: these classes, in this order
        "python": {"function": "datos:cargar", "source": "<sha256>"},  # only with "name": "python"
    }

and of a run::

    {
        "key_version": 1,
        "kind": "run",
        "data": "<key of the data>",
        "model": {
            "layers": [
                {"layer": "Dense", "units": 512, "activation": "relu"},
                {
                    "backbone": "VGG16",
                    "weights": "imagenet" | "none" | "<sha256>" | "run:<key of a run>",
                    "trainable": true | false | "<layer name>",
                    "until": null | "<layer name>",
                },
                {"python": "redes:residual", "source": "<sha256>", "filtros": 64},
            ],
            "output": "softmax" | "logits",
            "rescale": true | false,
        },
        "training": {
            "optimizer": {"name": "Adam", "learning_rate": 0.001},
            "loss": "auto",
            "epochs": 50,
            "batch_size": 32,
            "precision": "float32",
            "callbacks": [{"callback": "EarlyStopping", "patience": 5}],
            "augmentation": [{"layer": "RandomFlip", "mode": "horizontal"}],
            "metrics": [{"name": "SparseTopKCategoricalAccuracy", "k": 3}],  # only when declared
            "class_weight": "balanced" | {"gato": 2.0},  # only when declared
        },
        "seed": 0,
        "fold": null | {"folds": 5, "index": 0, "repeat": 0, "seed": 0},
        "backend": "tensorflow",
    }

That of a run that was trained elsewhere is in `plan/imported.py`.

Layers, optimizers, callbacks and augmentation carry Keras' own names and
arguments; an argument that equals Keras' default is left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast


@dataclass(frozen=True, slots=True)
class DataPlan:
    """One data set to prepare.

    Attributes:
        key: SHA-256 of ``recipe``.
        recipe: canonical JSON text.
        location: declared folder or file, outside the key; empty for published data.
        id: what the configuration calls it; empty for that of `[data]` itself.
        classes: names that the author gives the classes; None for those of the data.
        plugins: modules of the function that gives the arrays.
    """

    key: str
    recipe: str
    location: str = ""
    id: str = ""
    classes: tuple[str, ...] | None = None
    plugins: tuple[str, ...] = ()

    def content(self) -> dict[str, Any]:
        """The recipe as plain data."""
        return cast("dict[str, Any]", json.loads(self.recipe))


@dataclass(frozen=True, slots=True)
class RunPlan:
    """One training to do, or one that was done elsewhere.

    Attributes:
        key: SHA-256 of ``recipe``.
        recipe: canonical JSON text.
        data: key of the data set it is trained on.
        study: id of the study that declares it.
        id: slug, unique in its study, used for anchors and file names.
        label: what the report calls it.
        parameters: axis or variant -> value, as plain JSON.
        labels: axis -> how the report shows the value.
        seed: seed of weights, order of data, dropout and augmentation.
        arm: slug of its configuration, shared by its seeds and folds.
        fold: 0-based fold over all repetitions, None without folds.
        folds: folds of one repetition, 0 without.
        parent: key of the run it derives from, empty otherwise.
        weights_files: digest -> path of local weight files it needs.
        plugins: modules of the Python functions it needs.
        needs: keys of the runs whose weights it starts from.
        keep_weights: whether its own weights are to be kept, for others to start from.
        imported: whether it was trained elsewhere, so that its recipe is what its files say of it.
    """

    key: str
    recipe: str
    data: str
    study: str
    id: str
    label: str
    parameters: Mapping[str, Any]
    labels: Mapping[str, str]
    seed: int
    arm: str = ""
    fold: int | None = None
    folds: int = 0
    parent: str = ""
    weights_files: Mapping[str, str] | None = None
    plugins: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    keep_weights: bool = False
    imported: bool = False

    def content(self) -> dict[str, Any]:
        """The recipe as plain data."""
        return cast("dict[str, Any]", json.loads(self.recipe))


@dataclass(frozen=True, slots=True)
class PendingStudy:
    """A study that cannot be named whole until others are stored.

    ``count`` is the number of runs it will have.
    """

    study: str
    waits_for: str
    count: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything declared: data sets, runs that are known, studies that wait for winners."""

    data: tuple[DataPlan, ...]
    runs: tuple[RunPlan, ...]
    pending: tuple[PendingStudy, ...]
