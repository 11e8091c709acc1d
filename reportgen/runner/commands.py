"""Takes plans, gives the commands that a worker understands; each attempt has a staging folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from reportgen.errors import MissingError
from reportgen.plan.model import DataPlan, RunPlan
from reportgen.runner.worker import Message
from reportgen.sources.plugin import locate
from reportgen.spec.model import RUN_WEIGHTS
from reportgen.store import Store

RECIPE = "recipe.json"
"""File of an entry with the recipe it was made from."""
WEIGHTS = "weights"
"""Kind of the entries that hold the weights of runs."""
STEPS = "steps"
"""Kind of the entries that hold the steps of runs, for others that take the same."""
FEATURES = "features"
"""Kind of the entries that hold what frozen networks give."""
BACKBONE_FILE = "backbone.weights.h5"
WEIGHT_FILES = ("model.weights.h5", BACKBONE_FILE)
PROBE_SECONDS = 3.0
Command = Callable[[int], Message]


class Commands:
    """Makes commands for one store; declared paths are relative to ``base``."""

    def __init__(self, store: Store, base: Path) -> None:
        self.store = store
        self.base = base
        self.staged: dict[str, Path] = {}

    def stage(self, key: str) -> Path:
        """A new folder for an attempt; what an earlier one left is thrown away."""
        if key in self.staged:
            self.store.drop(self.staged[key])
        self.staged[key] = self.store.stage(key)
        return self.staged[key]

    def logs(self) -> Path:
        """The folder of the logs."""
        folder = self.store.root / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        return folder.resolve()

    def data(self, plan: DataPlan) -> Command:
        """Prepare a data set."""

        def command(_attempt: int) -> Message:
            return {
                "command": "data",
                "key": plan.key,
                "staging": str(self.stage(plan.key).resolve()),
                "recipe": plan.content(),
                "location": self._located(plan.location),
                "plugins": self._plugins(plan.plugins),
            }

        return command

    def run(
        self,
        run: RunPlan,
        concurrent: int,
        features: Sequence[Path] = (),
        steps: Callable[[RunPlan], Mapping[str, Any]] = lambda _run: {},
    ) -> Command:
        """Train a run beside ``concurrent`` - 1 others, on stored features if there are any.

        ``steps`` tells, when the run begins, what others have trained of it.
        """

        def command(attempt: int) -> Message:
            log = self.logs() / f"{run.study}.{run.id}.{run.key[:12]}.log"
            return {
                **self._network(run, "run"),
                **(
                    steps(run) if attempt == 1 else {}
                ),  # whatever ended the first attempt, it was not this again
                "features": [str(folder.resolve()) for folder in features],
                "log": str(log),
                "concurrent": concurrent,
                "keep_weights": run.keep_weights,
            }

        return command

    def features(self, run: RunPlan, key: str, view: str) -> Command:
        """Pass all images through the frozen start of a run's network."""

        def command(_attempt: int) -> Message:
            log = self.logs() / f"features.{key[:12]}.log"
            return {**self._network(run, "features", key), "view": view, "log": str(log)}

        return command

    def probe(self, run: RunPlan, features: Sequence[Path] = (), *, whole: bool = False) -> Command:
        """Try a run for a few seconds, on stored features if there are any; ``whole``: it will have none."""

        def command(_attempt: int) -> Message:
            places = [str(folder.resolve()) for folder in features]
            return {
                **self._network(run, "probe"),
                "features": places,
                "whole": whole,
                "seconds": PROBE_SECONDS,
            }

        return command

    def weights(self, backbone: str, shape: tuple[int, ...]) -> Command:
        """Fetch the published weights of a backbone."""

        def command(_attempt: int) -> Message:
            key = f"imagenet-{backbone}"
            staging = str(self.stage(key).resolve())
            return {
                "command": "weights",
                "key": key,
                "staging": staging,
                "backbone": backbone,
                "shape": list(shape),
            }

        return command

    def _network(self, run: RunPlan, kind: str, key: str = "") -> dict[str, Any]:
        """What every command on a run's network needs; ``key`` where what it makes is not the run's own."""
        others = {f"{RUN_WEIGHTS}{key}": self.store.folder(WEIGHTS, key) / BACKBONE_FILE for key in run.needs}
        return {
            "command": kind,
            "key": key or run.key,
            "recipe": run.content(),
            "data_folder": str(self.store.folder("data", run.data).resolve()),
            "staging": str(self.stage(key or run.key).resolve()),
            "weights_files": {
                **{key: self._located(path) for key, path in (run.weights_files or {}).items()},
                **{name: str(path.resolve()) for name, path in others.items()},
            },
            "plugins": self._plugins(run.plugins),
        }

    def _located(self, path: str) -> str:
        return str((self.base / path).expanduser().resolve()) if path else ""

    def _plugins(self, modules: tuple[str, ...]) -> dict[str, str]:
        return {module: self._plugin(module) for module in modules}

    def _plugin(self, module: str) -> str:
        """The file of a module; where there is none any more the worker says so, of the runs concerned."""
        try:
            return str(locate(module, self.base))
        except MissingError:
            return str((self.base / module.replace(".", "/")).with_suffix(".py").resolve())
