"""A configuration, its store and what was trained for it by a trainer that trains nothing."""

from __future__ import annotations

import json
import sys
from collections import Counter

from support import fake_trainer as fake
from support.configurations import ROOT, spec_of

from reportgen import api
from reportgen.api.project import plan_with
from reportgen.records.codec import decode_run
from reportgen.runner.execute import Options, execute, prepare, probe
from reportgen.runner.pool import Limits
from reportgen.store import Store

FAKE = (sys.executable, str(ROOT / "tests" / "support" / "fake_trainer.py"))


class Study:
    """A configuration, its store and what was trained for it."""

    def __init__(self, folder, text, *, data=True):
        self.folder = folder
        self.store = Store(folder / "store")
        self.store.prepare()
        self.note = folder / "trained"
        self.note.touch()
        self.events = []
        self.known = {}
        self.use(text)
        for plan in plan_with(self.project, {}).data if data else ():
            self.store.put("data", plan.key, fake.data_files(plan.key))

    def use(self, text):
        spec = spec_of(self.folder, text)
        self.project = api.Project(api.Request(self.folder / "e.toml"), spec, {}, self.store)

    def replan(self):
        """The plan as the store allows, as the room above makes it."""
        for key in [key for key, record in self.known.items() if record.status != "ok"]:
            del self.known[key]
        return plan_with(self.project, self.known)

    def options(self, *, jobs=1, silence=60.0, start=60.0, command=FAKE, **more):
        limits = more.pop("limits", Limits(silence=silence, start=start))
        return Options(jobs=jobs, limits=limits, command=command, base=self.folder, **more)

    def run(self, **options):
        self.note.write_text("")
        (self.folder / "commands").write_text("")
        self.known = {}
        self.store.sweep()
        return execute(self.replan, self.store, self.options(**options), self.events.append)

    def prepare(self, **options):
        (self.folder / "commands").write_text("")
        self.known = {}
        return prepare(self.replan, self.store, self.options(**options), self.events.append)

    def probe(self, **options):
        (self.folder / "commands").write_text("")
        self.known = {}
        return probe(self.replan().runs, self.store, self.options(**options), self.events.append)

    def trained(self):
        """Key -> times it was begun in the last execution."""
        return Counter(self.note.read_text().split())

    def commands(self, kind="run"):
        """The commands of a kind that workers got in the last execution, in their order."""
        lines = (self.folder / "commands").read_text().splitlines()
        return [item for item in map(json.loads, lines) if item["command"] == kind]

    def runs(self):
        return {run.id: run for run in self.runs_of_all()}

    def runs_of_all(self):
        return plan_with(self.project, {}).runs

    def named(self):
        """Every run by ``study.id``."""
        return {f"{run.study}.{run.id}": run for run in self.runs_of_all()}

    def record(self, name):
        key = self.runs()[name].key
        for kind in ("runs", "failed"):
            if entry := self.store.get(kind, key):
                return decode_run(entry.files)
        return None

    def statuses(self):
        return {name: str(record.status) if (record := self.record(name)) else None for name in self.runs()}
