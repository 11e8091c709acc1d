"""Takes the headers of a table, gives what each column says: a known name, or an axis."""

from __future__ import annotations

import re
import unicodedata

HISTORY = ("accuracy", "loss", "val_accuracy", "val_loss", "learning_rate", "seconds")
"""Columns of a history that reports show; ``CSVLogger`` writes others too, and they are left out."""
METRICS = {
    "accuracy": ("train", "accuracy"), "loss": ("train", "loss"),
    "val_accuracy": ("validation", "accuracy"), "val_loss": ("validation", "loss"),
    "test_accuracy": ("test", "accuracy"), "test_loss": ("test", "loss"),
}  # fmt: skip
"""Column -> part of the data and measure."""
FACTS = ("seconds", "epochs", "seed", "label", "parameters", "images", "inference")
KNOWN = (*METRICS, *FACTS)
"""Columns of a table that are no axis."""
_OTHERS = {
    "acc": "accuracy", "train_accuracy": "accuracy", "train_acc": "accuracy", "exactitud": "accuracy",
    "exactitud_entrenamiento": "accuracy", "exactitud_entr": "accuracy", "accuracy_train": "accuracy",
    "train_loss": "loss", "perdida": "loss", "perdida_entrenamiento": "loss", "perdida_entr": "loss",
    "loss_train": "loss",
    "val_acc": "val_accuracy", "val_exactitud": "val_accuracy", "exactitud_validacion": "val_accuracy",
    "exactitud_val": "val_accuracy", "accuracy_validation": "val_accuracy", "val_perdida": "val_loss",
    "perdida_validacion": "val_loss", "perdida_val": "val_loss", "loss_validation": "val_loss",
    "test_acc": "test_accuracy", "exactitud_prueba": "test_accuracy", "accuracy_test": "test_accuracy",
    "perdida_prueba": "test_loss", "loss_test": "test_loss",
    "tiempo": "seconds", "segundos": "seconds", "time": "seconds", "tiempo_s": "seconds",
    "epocas": "epochs", "semilla": "seed", "etiqueta": "label", "nombre": "label", "modelo": "model",
    "inferencia": "inference", "inferencia_ms": "inference", "inference_ms": "inference",
    "inferencia_ms_por_imagen": "inference",
    "parametros": "parameters", "imagenes": "images", "imagen": "image", "epoca": "epoch",
    "sparse_categorical_accuracy": "accuracy", "val_sparse_categorical_accuracy": "val_accuracy",
    "categorical_accuracy": "accuracy", "val_categorical_accuracy": "val_accuracy",
    "lr": "learning_rate", "tasa_de_aprendizaje": "learning_rate",
    "optimizador": "optimizer", "activacion": "activation",
}  # fmt: skip
"""Other spellings, ours and those of Spanish headers -> what a column is called here."""


def slug(header: str) -> str:
    """A header as an id: lower case, no accents, words joined by underscores; empty for none."""
    plain = unicodedata.normalize("NFKD", header).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:64]


def named(header: str) -> str:
    """What a column is called here, whatever the spelling."""
    name = slug(header)
    return _OTHERS.get(name, name)


def shown(header: str, axis: str) -> str:
    """The author's name for an axis; empty where the header is no more than its id or a catalogued term."""
    return "" if header in (axis, slug(header)) or slug(header) in _OTHERS else header
