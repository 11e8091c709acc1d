"""A folder with a configuration, trained by a trainer that trains nothing and rendered by nobody."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from support.configurations import written
from support.studies import FAKE

from reportgen import api
from reportgen.api import training
from reportgen.store import Store


class Place:
    """A configuration and what is done with it."""

    def __init__(self, folder):
        self.folder = folder
        self.build = folder / "b"
        self.store = Store(self.build / "store")
        self.events = []
        self.rendered = []
        self.config = folder / "e.toml"
        self._forget()

    def _forget(self):
        for name in ("trained", "commands"):
            (self.folder / name).write_text("")

    def request(self, text="", **more):
        if text:
            written(self.folder, text)
        return api.Request(self.config, **{"build": self.build, "worker": FAKE, "jobs": 1} | more)

    def run(self, text="", confirm=None, **more):
        self._forget()
        self.events.clear()
        return api.run(self.request(text, **more), self.events.append, confirm)

    def plan(self, text="", **more):
        return api.plan(self.request(text, **more))

    def render(self, project, reasons, _known, announce, _made_by):
        """What rendering would say, without rendering."""
        announce()
        self.rendered.append(dict(reasons))
        known = {}
        runs = api.plan_with(project, known).runs
        return (), len(runs), sum(known[run.key].status == "ok" for run in runs if run.key in known)

    def trained(self):
        return Counter((self.folder / "trained").read_text().split())

    def commands(self, kind):
        lines = (self.folder / "commands").read_text().splitlines()
        return [item for item in map(json.loads, lines) if item["command"] == kind]


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_TRAINED", str(tmp_path / "trained"))
    monkeypatch.setenv("FAKE_COMMANDS", str(tmp_path / "commands"))
    monkeypatch.chdir(tmp_path)
    made = Place(tmp_path)
    monkeypatch.setattr(training, "render_all", made.render)
    return made
