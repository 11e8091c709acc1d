"""Takes runs and a store, gives the steps that other runs have taken and those that are worth keeping."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reportgen.errors import StoreError
from reportgen.log import logger
from reportgen.plan.model import RunPlan
from reportgen.plan.trajectory import Trajectory, leaders_first, trajectory_of
from reportgen.records.codec import STEPS_FACTS, STEPS_STATES
from reportgen.runner.commands import RECIPE, STEPS
from reportgen.store import Store

LIMIT = 1 << 30
"""Bytes that all stored steps may take; those written longest ago make room."""
FILES = (STEPS_FACTS, STEPS_STATES)
_LOG = logger("runner")


class Steps:
    """What is known of steps while runs are trained; losing them costs time and nothing else.

    Args:
        store: where they are kept.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._sound: set[str] = set()
        self._sizes: OrderedDict[str, int] | None = None
        self._others: dict[str, tuple[RunPlan, ...]] = {}
        self._leaders: dict[str, str] = {}

    def in_order(self, runs: Sequence[RunPlan]) -> tuple[RunPlan, ...]:
        """Runs that may be read off others behind all of those; remembers who follows whom."""
        ordered, others = leaders_first(runs)
        self._others.update(others)
        self._leaders.update({run.key: leader for leader, group in others.items() for run in group})
        return ordered

    def leader(self, run: RunPlan) -> str:
        """Key of the run that a run is to wait for, as it may be read off it; empty for most."""
        return self._leaders.get(run.key, "")

    def told(self, run: RunPlan) -> dict[str, Any]:
        """What the worker is told with a run, as the store is now."""
        found = trajectory_of(run.content())
        if found is None:
            return {}
        ends = [trajectory_of(other.content()) for other in self._others.get(run.key, ())]
        told: dict[str, Any] = {}
        with _harmless(run):
            told["steps"] = (
                str(self.store.folder(STEPS, found.key).resolve()) if self._whole(found.key) else ""
            )
            told["data_digest"] = self.store.manifest("data", run.data)
            told["others"] = [{"epochs": end.epochs, "stopping": list(end.stopping)} for end in ends if end]
            told["keep_steps"] = True
        return told

    def keep(self, run: RunPlan, staging: Path) -> None:
        """Make an entry of what a run left for others; it takes the place of fewer steps or other bits.

        None of it stays in ``staging``, whatever happens: what is there becomes the entry of the run.
        """
        left = [staging / name for name in FILES if (staging / name).is_file()]
        found = trajectory_of(run.content())
        with _harmless(run):
            if found and len(left) == len(FILES) and not self._is_there(staging, found.key):
                size = sum(path.stat().st_size for path in left)
                self._publish(found, left)
                self._make_room(found, size)
        for path in left:
            path.unlink(missing_ok=True)

    def _publish(self, found: Trajectory, files: Sequence[Path]) -> None:
        folder = self.store.stage(found.key)
        try:
            for path in files:
                path.rename(folder / path.name)
            (folder / RECIPE).write_text(found.recipe, encoding="utf-8")
            self.store.commit(STEPS, found.key, folder, replace=True)
        finally:
            self.store.drop(folder)
        self._sound.add(found.key)

    def _is_there(self, staging: Path, key: str) -> bool:
        """Whether as many steps are stored already, taken in the same surroundings."""
        entry = self.store.get(STEPS, key, (STEPS_FACTS,))
        if entry is None:
            return False
        new, old = map(json.loads, ((staging / STEPS_FACTS).read_bytes(), entry.files[STEPS_FACTS]))
        try:
            for facts in (new, old):
                facts["environment"].pop("concurrent_runs", None)
            same = all(new[name] == old[name] for name in ("environment", "passes", "data"))
            return same and len(new["history"]["loss"]) <= len(old["history"]["loss"])
        except (KeyError, TypeError, AttributeError):
            return False  # of another version: of no use any more

    def _whole(self, key: str) -> bool:
        if key not in self._sound and self.store.has(STEPS, key) and self.store.verify(STEPS, key):
            self._sound.add(key)
        return key in self._sound and self.store.has(STEPS, key)

    def _make_room(self, new: Trajectory, size: int) -> None:
        """Remove the oldest entries until what is kept fits again."""
        sizes = self._known()
        sizes.pop(new.key, None)
        sizes[new.key] = size
        while len(sizes) > 1 and sum(sizes.values()) > LIMIT:
            key, _ = sizes.popitem(last=False)
            self.store.discard(STEPS, key)
            self._sound.discard(key)

    def _known(self) -> OrderedDict[str, int]:
        """Key -> bytes of the entries, the oldest first; looked up once."""
        if self._sizes is None:
            found: list[tuple[float, str, int]] = []
            for key in self.store.keys(STEPS):
                path = self.store.folder(STEPS, key) / STEPS_STATES
                if path.is_file():
                    found.append((path.stat().st_mtime, key, path.stat().st_size))
            self._sizes = OrderedDict((key, size) for _, key, size in sorted(found))
        return self._sizes


@contextmanager
def _harmless(run: RunPlan) -> Iterator[None]:
    """Without steps a run takes longer; that is all that may come of a failure to keep or to find them."""
    try:
        yield
    except (OSError, StoreError, ValueError) as error:
        _LOG.warning("%s: %s", run.key[:12], error)
