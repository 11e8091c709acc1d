"""Studies with a trainer that misbehaves as it is told; nothing may be left when a test ends."""

from __future__ import annotations

import os

import pytest
from support.configurations import HEAD
from support.studies import Study


@pytest.fixture
def study(tmp_path, monkeypatch):
    """Makes a study of some optimizers, or of any text; its folder is the test's own."""
    monkeypatch.setenv("FAKE_TRAINED", str(tmp_path / "trained"))
    monkeypatch.setenv("FAKE_COMMANDS", str(tmp_path / "commands"))

    def make(*optimizers, more="", data=True, text=""):
        names = ", ".join(f'"{name}"' for name in optimizers)
        text = text or HEAD + f'[study.s]\nmodel = "mlp"\ngrid.optimizer = [{names}]\n' + more
        return Study(tmp_path, text, data=data)

    yield make
    assert not list((tmp_path / "store" / "tmp").glob("*")), "staging is left"
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)  # no child is left, not even a dead one
