"""Real trainings, twice: the same recipe gives the same bits, also of what was read off another run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.configurations import HEAD, written

from reportgen import api
from reportgen.analysis.repetition import Sameness
from reportgen.api import training
from reportgen.api.verifying import Sample, verify
from reportgen.records.codec import decode_run, encode_run
from reportgen.runner.commands import RECIPE

pytestmark = pytest.mark.slow
TEXT = (
    HEAD.replace("epochs = 2", "epochs = 4")
    + """
[study.entera]
model = "mlp"
set.dropout = 0.2
[study.parada]
model = "mlp"
set.dropout = 0.2
callbacks = [{ callback = "EarlyStopping", monitor = "val_accuracy", patience = 1, min_delta = 0.5 }]
"""
)


def test_what_is_trained_again_from_nothing_is_the_same_bit_by_bit(tmp_path, monkeypatch):
    monkeypatch.setattr(training, "render_all", lambda *_: ((), 2, 2))
    request = api.Request(written(tmp_path, TEXT), build=tmp_path / "b")
    assert api.run(request, lambda _: None).trained == 2
    project = api.open_project(request)
    known = {}
    runs = {run.study: run for run in api.plan_with(project, known).runs}
    assert known[runs["parada"].key].continued, "read off the other run, and not trained"

    found = verify(request, Sample(), lambda _: None)
    assert {item.study: item.found.sameness for item in found.repeated} == dict.fromkeys(
        ("entera", "parada"), Sameness.IDENTICAL
    )
    assert all(item.found.probability == 0 and not item.found.environment for item in found.repeated)

    tampered = runs["entera"]
    entry = project.store.get("runs", tampered.key)
    record = decode_run(entry.files)
    other = replace(record, probabilities=np.roll(record.probabilities, 1, axis=1))
    project.store.discard("runs", tampered.key)
    project.store.put("runs", tampered.key, {**encode_run(other), RECIPE: entry.files[RECIPE]})
    (item,) = verify(request, Sample(runs=("entera.unica",)), lambda _: None).repeated
    assert item.found.sameness is Sameness.DIFFERENT
    assert item.found.changed > 0.9 * item.found.images
    assert item.found.parted is None
