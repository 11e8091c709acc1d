"""Takes runs and a store, gives the keys and folders of the features that each is to be trained on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from reportgen.log import logger
from reportgen.plan.features import Start, start_of_run
from reportgen.plan.key import canonical, key_of
from reportgen.plan.model import RunPlan
from reportgen.runner.commands import BACKBONE_FILE, FEATURES, RECIPE, WEIGHTS
from reportgen.store import Store

PACKAGES = ("keras", "tensorflow", "tensorflow-cpu", "tensorflow-macos")
"""What computes features, under the names it is installed by: another release may round otherwise."""
_LOG = logger("runner")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One view of a frozen start: its key, what it is made from, and the runs that want it."""

    key: str
    view: str
    recipe: str
    start: Start
    runs: tuple[RunPlan, ...]


class Shared:
    """What is known of features while runs are trained.

    Args:
        store: where they are kept.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.packages = installed()
        self.sound: set[str] = set()
        self.given_up: dict[str, str] = {}
        self.known: dict[str, tuple[Wanted, ...]] = {}

    def wanted(self, runs: Sequence[RunPlan]) -> list[Wanted]:
        """Every view that runs would be trained on, each once, as the weights they start from now are."""
        found: dict[str, Wanted] = {}
        self.known.clear()
        for run in runs:
            for item in self._views(run):
                others = found[item.key].runs if item.key in found else ()
                found[item.key] = replace(item, runs=(*others, run))
        return list(found.values())

    def lacking(self, runs: Sequence[RunPlan]) -> list[Wanted]:
        """What has to be computed before runs are trained; of the rest every byte is checked once."""
        wanted = [item for item in self.wanted(runs) if item.key not in self.given_up]
        return [item for item in wanted if not self._whole(item.key)]

    def folders(self, run: RunPlan) -> tuple[Path, ...]:
        """Where the features of a run are; empty when it is trained whole."""
        keys = [item.key for item in self._views(run)]
        if not self.sound.issuperset(keys):
            return ()
        return tuple(self.store.folder(FEATURES, key) for key in keys)

    def dense(self, runs: Sequence[RunPlan]) -> frozenset[str]:
        """Keys of runs of which only dense layers remain to be trained."""
        return frozenset(
            run.key
            for run in runs
            if self.folders(run) and all(item.start.dense for item in self._views(run))
        )

    def keep(self, item: Wanted, staging: Path) -> None:
        """Make what a worker left an entry."""
        (staging / RECIPE).write_text(item.recipe, encoding="utf-8")
        self.store.commit(FEATURES, item.key, staging)
        self.sound.add(item.key)

    def give_up(self, item: Wanted, reason: str) -> None:
        """Remember why there is none: it is not tried again while this lasts."""
        self.given_up[item.key] = reason
        _LOG.warning("%s, %s: %s", item.start.backbone, item.key[:12], reason)

    def _views(self, run: RunPlan) -> tuple[Wanted, ...]:
        if run.key not in self.known:
            self.known[run.key] = tuple(self._named(run))
        return self.known[run.key]

    def _named(self, run: RunPlan) -> Iterator[Wanted]:
        start = start_of_run(run)
        if start is None:
            return
        facts: dict[str, Any] = {"start": start.recipe, "packages": self.packages}
        if start.source:  # the same recipe trained anew gives weights that differ by rounding
            facts["weights"] = (self.store.digests(WEIGHTS, start.source) or {}).get(BACKBONE_FILE, "")
        for view in start.views:
            text = canonical({**facts, "view": view})
            yield Wanted(key_of(text), view, text, start, (run,))

    def _whole(self, key: str) -> bool:
        if key not in self.sound and self.store.has(FEATURES, key) and self.store.verify(FEATURES, key):
            self.sound.add(key)
        return key in self.sound


def installed() -> dict[str, str]:
    """Package -> release, for those of :data:`PACKAGES` that are installed."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
