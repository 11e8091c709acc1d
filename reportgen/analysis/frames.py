"""Takes collected results, gives tidy data frames of all runs and epochs, for whoever analyses further."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reportgen.analysis.collected import Collected, Result
from reportgen.records.model import METRICS, SPLITS

if TYPE_CHECKING:
    import pandas as pd


def runs_frame(parts: Sequence[Collected]) -> pd.DataFrame:
    """One row per declared run: what it is, how it ended, unrounded numbers (missing ones are empty)."""
    import pandas as pd

    further = further_metrics(parts)
    return pd.DataFrame([_run(part, result, further) for part in parts for result in part.results()])


def further_metrics(parts: Sequence[Collected]) -> tuple[str, ...]:
    """Metrics that runs measured beside accuracy and loss, by Keras' names."""
    found = (
        name
        for part in parts
        for result in part.results()
        for measured in result.record.metrics.values()
        for name in measured
    )
    return tuple(dict.fromkeys(name for name in found if name not in METRICS))


def _run(part: Collected, result: Result, further: Sequence[str]) -> dict[str, object]:
    import pandas as pd

    record, plan = result.record, result.plan
    counts = record.parameter_counts
    return {
        "data": part.id,
        "study": plan.study,
        "run": plan.id,
        "arm": plan.arm,
        "label": plan.label,
        "seed": plan.seed,
        "fold": pd.NA if plan.fold is None else plan.fold,
        "status": str(record.status),
        **{
            f"{metric}_{split}": result.value(split, metric)
            for metric in (*METRICS, *further)
            for split in SPLITS
        },
        "seconds": record.seconds,
        "epochs_run": record.epochs_run,
        "best_epoch": record.best_epoch,
        "parameters": counts.total if counts else None,
        "trainable_parameters": counts.trainable if counts else None,
        "key": plan.key,
    }


def epochs_frame(parts: Sequence[Collected]) -> pd.DataFrame:
    """One row per run and epoch (1-based), with every column of the history; each run once."""
    import pandas as pd

    results = {result.key: result for part in parts for result in part.results()}
    frames = [
        pd.DataFrame(dict(result.record.history)).assign(
            study=result.plan.study,
            run=result.plan.id,
            epoch=range(1, len(result.record.history["loss"]) + 1),
        )
        for result in results.values()
        if result.record.history.get("loss")
    ]
    if not frames:
        return pd.DataFrame({"study": [], "run": [], "epoch": []})
    table = pd.concat(frames, ignore_index=True)
    leading = ["study", "run", "epoch"]
    return table[[*leading, *(column for column in table.columns if column not in leading)]]
