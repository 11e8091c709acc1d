"""Takes a run that was trained elsewhere, gives what its files say of it as a record like any other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reportgen.plan.model import RunPlan
from reportgen.records.model import Inference, ParameterCounts, RunRecord, Status
from reportgen.sources.imported import Predictions

NO_RESULT = "la tabla no da ninguna exactitud suya"


def imported_record(run: RunPlan, predictions: Predictions | None = None) -> RunRecord:
    """The record; a run without any accuracy failed. ``predictions`` are left out where nobody looks."""
    told = run.content()
    history = {column: tuple(values) for column, values in told["history"].items()}
    measured = any("accuracy" in values for values in told["metrics"].values())
    count = told["parameter_count"]
    record = RunRecord(
        key=run.key,
        status=Status.OK if measured else Status.FAILED,
        reason="" if measured else NO_RESULT,
        seconds=told["seconds"],
        epochs_run=told["epochs"] or 0,
        best_epoch=_best(history.get("val_loss", ())),
        parameter_counts=ParameterCounts(count, None, None) if count is not None else None,
        metrics=told["metrics"],
        history=history,
        images=told["images"],
        inference=Inference(told["inference"]) if "inference" in told else None,
    )
    return record if predictions is None else _with(record, predictions)


def _best(losses: tuple[float | None, ...]) -> int | None:
    """The 1-based epoch of the lowest validation loss."""
    known = [(loss, epoch) for epoch, loss in enumerate(losses, start=1) if loss is not None]
    return min(known)[1] if known else None


def _with(record: RunRecord, predictions: Predictions) -> RunRecord:
    shape = (len(predictions.labels), len(predictions.classes))
    shares = np.frombuffer(predictions.probabilities, dtype=np.float32) if predictions.probabilities else None
    return replace(
        record,
        labels=np.array(predictions.labels, dtype=np.int64),
        predicted=np.array(predictions.predicted, dtype=np.int64),
        probabilities=None if shares is None else shares.reshape(shape),
    )
