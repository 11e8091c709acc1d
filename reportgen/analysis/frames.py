"""Takes collected results, gives tidy data frames of all runs and epochs, for whoever analyses further."""

from __future__ import annotations

import pandas as pd

from reportgen.analysis.collected import Collected, Result
from reportgen.records.model import METRICS, SPLITS


def runs_frame(collected: Collected) -> pd.DataFrame:
    """One row per declared run: what it is, how it ended, unrounded numbers (missing ones are empty)."""
    return pd.DataFrame([_run(result) for result in collected.results()])


def _run(result: Result) -> dict[str, object]:
    record, plan = result.record, result.plan
    counts = record.parameter_counts
    return {
        "study": plan.study,
        "run": plan.id,
        "label": plan.label,
        "seed": plan.seed,
        "status": str(record.status),
        **{f"{metric}_{split}": result.value(split, metric) for metric in METRICS for split in SPLITS},
        "seconds": record.seconds,
        "epochs_run": record.epochs_run,
        "best_epoch": record.best_epoch,
        "parameters": counts.total if counts else None,
        "trainable_parameters": counts.trainable if counts else None,
        "key": plan.key,
    }


def epochs_frame(collected: Collected) -> pd.DataFrame:
    """One row per run and epoch (1-based), with every column of the history; each run once."""
    frames = [
        pd.DataFrame(dict(result.record.history)).assign(
            study=result.plan.study,
            run=result.plan.id,
            epoch=range(1, len(result.record.history["loss"]) + 1),
        )
        for result in collected.by_key().values()
        if result.record.history.get("loss")
    ]
    if not frames:
        return pd.DataFrame({"study": [], "run": [], "epoch": []})
    table = pd.concat(frames, ignore_index=True)
    leading = ["study", "run", "epoch"]
    return table[[*leading, *(column for column in table.columns if column not in leading)]]
