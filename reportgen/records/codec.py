"""Takes records, gives the named bytes they are stored as, and back.

JSON for facts, ``.npy`` for arrays; nothing that could be unpickled.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

from reportgen.records.model import (
    Continued,
    DataRecord,
    Environment,
    Inference,
    LayerRow,
    ParameterCounts,
    RunRecord,
    SharedPass,
    Status,
)

SCHEMA = 1
FACTS = "result.json"
"""File of a run with everything but its predictions."""
FEATURES_FACTS = "pass.json"
"""File of stored features with everything but the numbers."""
STEPS_FACTS, STEPS_STATES = "steps.json", "states.npz"
"""Files of the steps that a run took, for runs that take the same: everything but the states, and these."""
_Scalar = TypeVar("_Scalar", bound=np.generic)


def encode_run(record: RunRecord) -> dict[str, bytes]:
    """File name -> bytes of one run."""
    facts = {
        "schema": SCHEMA,
        "key": record.key,
        "status": str(record.status),
        "reason": record.reason,
        "seconds": record.seconds,
        "epochs_run": record.epochs_run,
        "best_epoch": record.best_epoch,
        "parameter_counts": asdict(record.parameter_counts) if record.parameter_counts else None,
        "metrics": {split: dict(values) for split, values in record.metrics.items()},
        "history": {column: list(values) for column, values in record.history.items()},
        "layers": [asdict(row) for row in record.layers],
        "environment": _environment(record.environment),
        "peak_bytes": record.peak_bytes,
        "setup_seconds": record.setup_seconds,
    }
    if record.shared:
        facts["shared"] = [asdict(item) for item in record.shared]
    if record.continued:
        facts["continued"] = asdict(record.continued)
    if record.inference:
        facts["inference"] = asdict(record.inference)
    files = {FACTS: _json(facts)}
    if record.labels is not None and record.probabilities is not None:
        files["labels.npy"] = _npy(record.labels.astype(np.int64))
        files["probabilities.npy"] = _npy(record.probabilities.astype(np.float32))
    return files


def decode_run(files: Mapping[str, bytes]) -> RunRecord:
    """The run behind the bytes.

    Raises:
        ValueError: when the bytes are of another schema or not what they should be.
    """
    facts = cast("dict[str, Any]", json.loads(files[FACTS]))
    if facts["schema"] != SCHEMA:
        raise ValueError(f"result.json is of schema {facts['schema']}, expected {SCHEMA}")
    counts, environment = facts["parameter_counts"], facts["environment"]
    return RunRecord(
        key=facts["key"],
        status=Status(facts["status"]),
        reason=facts["reason"],
        seconds=facts["seconds"],
        epochs_run=facts["epochs_run"],
        best_epoch=facts["best_epoch"],
        parameter_counts=ParameterCounts(**counts) if counts else None,
        metrics=facts["metrics"],
        history={column: tuple(values) for column, values in facts["history"].items()},
        layers=tuple(
            LayerRow(**{**row, "output_shape": tuple(row["output_shape"])}) for row in facts["layers"]
        ),
        environment=Environment(**environment) if environment else None,
        labels=_array(files["labels.npy"], np.int64) if "labels.npy" in files else None,
        probabilities=(
            _array(files["probabilities.npy"], np.float32) if "probabilities.npy" in files else None
        ),
        peak_bytes=facts.get("peak_bytes"),  # entries of earlier versions have none
        setup_seconds=facts.get("setup_seconds"),
        shared=tuple(SharedPass(**item) for item in facts.get("shared", ())),
        continued=Continued(**facts["continued"]) if facts.get("continued") else None,
        inference=Inference(**facts["inference"]) if facts.get("inference") else None,
    )


def encode_pass(facts: SharedPass) -> bytes:
    """What is kept of a pass beside the features themselves."""
    return _json({"schema": SCHEMA, **asdict(facts)})


def decode_pass(content: bytes) -> SharedPass:
    """The pass behind the bytes.

    Raises:
        ValueError: when the bytes are of another schema or not what they should be.
    """
    facts = cast("dict[str, Any]", json.loads(content))
    if facts.pop("schema") != SCHEMA:
        raise ValueError(f"the facts of a pass are not of schema {SCHEMA}")
    return SharedPass(**facts)


def encode_data(record: DataRecord) -> dict[str, bytes]:
    """File name -> bytes of the facts and samples; the images are written beside them by the loader."""
    facts = {
        "schema": SCHEMA,
        "key": record.key,
        "name": record.name,
        "classes": list(record.classes),
        "image_shape": list(record.image_shape),
        "counts": {split: list(values) for split, values in record.counts.items()},
        "digest": record.digest,
        "source": record.source,
    }
    return {"data.json": _json(facts), "samples.npy": _npy(record.samples.astype(np.uint8))}


def decode_data(files: Mapping[str, bytes]) -> DataRecord:
    """The data set behind the bytes.

    Raises:
        ValueError: when the bytes are of another schema or not what they should be.
    """
    facts = cast("dict[str, Any]", json.loads(files["data.json"]))
    if facts["schema"] != SCHEMA:
        raise ValueError(f"data.json is of schema {facts['schema']}, expected {SCHEMA}")
    height, width, channels = facts["image_shape"]
    return DataRecord(
        key=facts["key"],
        name=facts["name"],
        classes=tuple(facts["classes"]),
        image_shape=(height, width, channels),
        counts={split: tuple(values) for split, values in facts["counts"].items()},
        digest=facts["digest"],
        source=facts["source"],
        samples=_array(files["samples.npy"], np.uint8),
        test_images=_array(files["test_images.npy"], np.uint8),
        test_labels=_array(files["test_labels.npy"], np.int64),
    )


def finite(value: float | None) -> float | None:
    """``value`` where it is a finite number, else None: JSON has no NaN."""
    return None if value is None or not math.isfinite(value) else float(value)


def _environment(environment: Environment | None) -> dict[str, Any] | None:
    if environment is None:
        return None
    return {**asdict(environment), "packages": dict(environment.packages)}


def _json(facts: object) -> bytes:
    return json.dumps(facts, allow_nan=False, ensure_ascii=False, indent=1).encode()


def _npy(array: npt.NDArray[Any]) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=False)
    return stream.getvalue()


def _array(content: bytes, dtype: type[_Scalar]) -> npt.NDArray[_Scalar]:
    array = np.load(io.BytesIO(content), allow_pickle=False)
    if array.dtype != np.dtype(dtype):
        raise ValueError(f"array of {array.dtype}, expected {np.dtype(dtype)}")
    array.setflags(write=False)
    return cast("npt.NDArray[_Scalar]", array)
