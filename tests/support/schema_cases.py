"""Values that a configuration may have, and typical mistakes, field by field."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import tomli_w


def plain(text: str) -> Any:
    """A document as a validator of JSON sees it."""
    return json.loads(json.dumps(tomllib.loads(text), default=str))


DECAY = {"name": "ExponentialDecay", "initial_learning_rate": 0.1, "decay_steps": 9, "decay_rate": 0.9}
L2 = {"name": "L2", "l2": 0.001}
GOOD: dict[str, list[Any]] = {
    "report": [
        {"title": "x"},
        {"title": "x", "kind": "curso", "date": "2026-06-09", "authors": [{"name": "A"}]},
        {"title": "x", "uno": {"kind": "breve"}, "dos": {"sections": ["datos", "costo"]}},
        {"uno": {"title": "x"}},
    ],
    "data": [
        {"name": "digits"},
        {"name": "mnist", "split": {"validation": 0.2}},
        {"python": "datos:imagenes"},
        {"name": "digits", "split": {"validation": 200, "test": 0.1}, "subset": {"train": 100}},
        {"name": "digits", "split": {"validation": "test"}, "select": [1, 2], "classes": ["uno", "dos"]},
        {"name": "digits", "otro": {"image_size": [16, 16]}},
        {"folder": {"name": "digits"}, "name": "mnist"},
    ],
    "optimizer": [
        "Adam",
        "sgd",
        "RMSPROP",
        {"name": "Adam"},
        {"name": "adamw", "weight_decay": 0.01},
        {"name": "SGD", "momentum": 0.9, "nesterov": True},
        {"learning_rate": 1e-3},
        {"clipnorm": 1},
        {"name": "Adam", "learning_rate": DECAY},
        {"learning_rate": DECAY},
    ],
    "loss": ["auto", "sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"],
    "epochs": [1, 100_000],
    "batch_size": [32],
    "callbacks": [
        [],
        ["TerminateOnNaN", "ModelCheckpoint"],
        [{"callback": "earlystopping", "patience": 3}],
        [
            {"callback": "EarlyStopping", "restore_best_weights": True, "min_delta": 0.01},
            {"callback": "ReduceLROnPlateau", "factor": 0.5},
        ],
        [{"callback": "LearningRateScheduler", "schedule": DECAY}],
    ],
    "augmentation": [["RandomFlip"], [{"layer": "RandomRotation", "factor": [-0.1, 0.1]}]],
    "precision": ["float32", "mixed_bfloat16"],
    "weights": ["imagenet", "none"],
    "metrics": [[{"name": "SparseTopKCategoricalAccuracy", "k": 3}], ["SparseTopKCategoricalAccuracy"]],
    "class_weight": ["balanced", "none", {"0": 2.0, "1": 1}],
    "seeds": [[0], [3, 1, 2]],
    "folds": [0, 2, 5],
    "repeats": [1, 3],
    "layer": [
        "Flatten",
        "flatten",
        "BatchNormalization",
        {"layer": "Dense", "units": 8, "activation": "relu"},
        {"layer": "DENSE", "units": "$n"},
        {"layer": "Dropout", "rate": "$r", "when": "$r"},
        {"layer": "Dense", "units": 8, "kernel_regularizer": L2, "kernel_initializer": "he_uniform"},
        {"layer": "Dense", "units": 8, "kernel_regularizer": "l2", "use_bias": False},
        {"layer": "Dense", "units": 8, "kernel_initializer": {"name": "HeNormal", "seed": 3}},
        {"layer": "$capa", "pool_size": 2},
        "$capa",
        {"each": "lista", "layers": ["Flatten"]},
        {"each": "lista", "layers": [{"each": "lista", "layers": [{"layer": "Dense", "units": "$lista"}]}]},
        {"backbone": "VGG16"},
        {"backbone": "vgg16", "weights": "none", "trainable": "block5_conv1"},
        {"backbone": "VGG16", "weights": "x.weights.h5", "until": "block3_pool", "trainable": False},
        {"python": "redes:bloque", "filtros": "$n", "otro": [1, 2]},
    ],
    "study": [
        {"grid": {"optimizer": ["SGD", {"name": "Adam"}], "n": [1, 2]}},
        {
            "grid": {"optimizer": {"learning_rate": [0.1, 0.01]}},
            "exclude": [{"optimizer.learning_rate": 0.1}],
        },
        {"grid": {"optimizer.learning_rate": [0.1, 0.01]}, "figures": ["curves"]},
        {"zip": {"epochs": [1, 2], "r": [0.1, 0.2]}, "labels": {"r": {"values": ["a", "b"]}}},
        {"grid": {"callbacks": [[], ["TerminateOnNaN"]]}, "table": {"rows": "callbacks"}},
        {"set": {"n": 3, "optimizer": {"learning_rate": 0.1}, "epochs": 3}},
        {"variant": {"a": {}, "b": {"extends": "a", "set": {"r": 0.5}, "folds": 2}}},
        {"grid": {"model": ["m"]}, "table": {"rows": "model", "columns": ["accuracy.test", "memory"]}},
    ],
}
BAD: dict[str, list[Any]] = {
    "report": [
        {"titel": "x", "title": "y"},
        {"title": 3},
        {"title": "x", "kind": "largo"},
        {},
        {"title": "x", "rope": 0},
        {"title": "x", "authors": [{"id": "3"}]},
        {"title": "x", "language": "en"},
        {"title": "x", "sections": ["datos", "datos"]},
        {"title": "x", "uno": {"kin": "breve"}},
        {"title": "x", "Uno": {"kind": "breve"}},
        {"title": "x", "date": "mañana"},
    ],
    "data": [
        {"name": "cifar"},
        {"name": "digits", "split": {"validation": 1.5}},
        {"name": "digits", "spilt": 3},
        {"name": "digits", "python": "a:b"},
        {"python": "datos.py"},
        {"name": "digits", "image_size": [16]},
        {"name": "digits", "subset": {"train": 3}},
        {},
        {"name": "digits", "select": ["uno"]},
    ],
    "optimizer": [
        3,
        "Adan",
        {"name": "Adan"},
        {"name": "Adam", "learning_rat": 1},
        {"learning_rat": 1},
        {"name": "SGD", "nesterov": "sí"},
        {"name": "Adam", "learning_rate": "0.1"},
        [],
        {"name": "Adam", "learning_rate": {"name": "Decay"}},
        {"name": "Adam", "beta_1": "0.9"},
        {"name": "Adam", "learning_rate": {"name": "CosineDecay"}},
    ],
    "loss": ["crossentropy", 3],
    "epochs": [0, "3", 2.5, True],
    "batch_size": [0, 2_000_000],
    "callbacks": [
        "EarlyStopping",
        [{"callback": "EarlyStoping"}],
        [{"callback": "EarlyStopping", "patiense": 3}],
        [{"patience": 3}],
        [{"callback": "EarlyStopping", "restore_best_weights": "true"}],
        [{"callback": "LearningRateScheduler"}],
        ["LearningRateScheduler"],
        [{"callback": "LearningRateScheduler", "schedule": "lento"}],
    ],
    "augmentation": [["RandomFlop"], [{"layer": "RandomRotation"}], ["RandomRotation"], "RandomFlip"],
    "precision": ["float16"],
    "weights": ["imagnet", True],
    "metrics": [["accuracy"], [{"k": 3}], [{"name": "SparseTopKCategoricalAccuracy", "n": 3}]],
    "class_weight": ["balance", {"0": 0}, {"0": "mucho"}],
    "seeds": [[], [1, 1], [-1], 3, [2**31]],
    "folds": [1, -1, 2.5],
    "repeats": [0],
    "layer": [
        "Densa",
        "Dense",
        3,
        {"layer": "Densa", "units": 3},
        {"layer": "Dense", "unit": 3},
        {"layer": "Dense"},
        {"units": 3},
        {"layer": "Dense", "units": 3, "activation": "rellu"},
        {"each": "lista"},
        {"layer": "Dense", "units": 3, "activation": 3},
        {"backbone": "VGG61"},
        {"python": "redes.py"},
        {"layer": "Dense", "units": 3, "kernel_regularizer": {"name": "L3"}},
        {"layer": "Dense", "units": 3, "kernel_regularizer": {"l2": 0.1}},
        {"layer": "Dense", "units": 3, "kernel_initializer": "he_unifrom"},
        {"layer": "Dense", "units": 3, "use_bias": "no"},
        {"layer": "LeakyReLU", "negative_slope": "0.1"},
        {"each": "lista", "layers": ["Densa"]},
        {"each": "lista", "layers": ["Flatten"], "cuando": 3},
        {"backbone": "VGG16", "weights": "imagnet"},
        {"backbone": "VGG16", "trainabel": False},
        {"each": "lista", "layers": [{"each": "lista", "layers": [{"layer": "Dense", "unit": 3}]}]},
    ],
    "study": [
        {"gird": {"epochs": [1]}},
        {"grid": {"epochs": []}},
        {"grid": {"epochs": 3}},
        {"grid": {"epochs": [1, -1]}},
        {"grid": {"optimizer": ["SDG"]}},
        {"grid": {"n": [1, 1]}},
        {"grid": {"optimizer": {"learning_rte": [0.1]}}},
        {"set": {"callbacks": "EarlyStopping"}},
        {"set": {"optimizer": {"learning_rate": "0.1"}}},
        {"set": {"optimizer": {"amsgrad": "sí"}}},
        {"variant": {"A": {}}},
        {"variant": {"a": {"set": {}, "sets": {}}}},
        {"variant": {"a": {}}, "grid": {"epochs": [1]}},
        {"table": {"columns": ["exactitud"]}},
        {"figures": ["pastel"]},
        {"labels": {"n": {"nombre": "N"}}},
        {"from": {"best": "validation.loss"}},
        {"exclude": [{}]},
        {"modelo": "m"},
    ],
}
PARTS = ("report", "data", "layer", "study")


def document(choices: dict[str, Any]) -> str:
    """A configuration of these values: settings in `[training]`, a layer in the model, the study as it is."""
    training = {name: value for name, value in choices.items() if name not in PARTS}
    layers = ["Flatten", choices["layer"]] if "layer" in choices else ["Flatten"]
    parameters = {"n": 8, "r": 0.1, "lista": [1, 2], "capa": "MaxPooling2D"}
    study = choices.get("study", {})
    own = {} if "from" in study or "model" in study.get("grid", {}) else {"model": "m"}
    return tomli_w.dumps(
        {
            "report": choices.get("report", {"title": "x"}),
            "data": choices.get("data", {"name": "digits"}),
            "training": training,
            "model": {"m": {"parameters": parameters, "layers": layers}},
            "study": {"s": {**own, **study}},
        }
    )
