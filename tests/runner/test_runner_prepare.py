"""Data and published weights brought beforehand, each once."""

from __future__ import annotations

import pytest
from support.configurations import HEAD

from reportgen.runner.execute import published_weights

NETS = """\
[model.uno]
layers = [{ backbone = "VGG16" }, "Flatten"]
[model.dos]
parameters = { size = 64, net = "MobileNetV2" }
layers = [{ layer = "Resizing", height = "$size", width = "$size" }, { backbone = "$net" }, "Flatten"]
[study.a]
model = "uno"
grid.epochs = [1, 2, 3]
[study.b]
model = "dos"
grid.net = ["MobileNetV2", "VGG16"]
grid.size = [64, 96]
[study.c]
model = "uno"
weights = "none"
[study.d]
model = "mlp"
"""


def test_every_backbone_and_shape_is_fetched_once(study):
    made = study(text=HEAD + NETS, data=False)
    summary = made.prepare()
    assert summary.unavailable == {}
    found = [(item["backbone"], tuple(item["shape"])) for item in made.commands("weights")]
    assert found == [
        ("VGG16", (8, 8, 3)),
        ("MobileNetV2", (64, 64, 3)), ("MobileNetV2", (96, 96, 3)),
        ("VGG16", (64, 64, 3)), ("VGG16", (96, 96, 3)),
    ]  # fmt: skip
    assert len(list(made.store.keys("data"))) == 1
    assert not list(made.store.keys("runs"))
    assert [event.kind for event in made.events] == ["preparing", "fetching"]
    assert made.events[1].total == 5


def test_data_that_are_there_are_not_brought_again(study):
    made = study(text=HEAD + NETS)
    made.prepare()
    assert made.commands("data") == []
    assert len(made.commands("weights")) == 5


def test_where_no_weights_are_published_nothing_is_started(study):
    made = study(text=HEAD + '[study.d]\nmodel = "mlp"\n')
    assert made.prepare(command=("/no/such/command",)).unavailable == {}


def test_weights_that_cannot_be_had_are_told_and_the_others_fetched(study, monkeypatch):
    monkeypatch.setenv("FAKE_NO_WEIGHTS", "MobileNetV2")
    made = study(text=HEAD + NETS)
    summary = made.prepare()
    assert list(summary.unavailable.values()) == [
        "keras.applications: no hay pesos de MobileNetV2\n  → conéctate a internet"
    ]
    assert len(made.commands("weights")) == 5


def test_data_that_cannot_be_had_are_told(study, monkeypatch):
    monkeypatch.setenv("FAKE_NO_DATA", "1")
    made = study(text=HEAD + NETS, data=False)
    assert "/nowhere: no están los datos\n  → descárgalos" in made.prepare().unavailable.values()


@pytest.mark.parametrize(
    ("layers", "found"),
    [
        ([{"layer": "Flatten"}], []),
        ([{"backbone": "VGG16", "weights": "none"}], []),
        ([{"backbone": "VGG16", "weights": "run:x"}], []),
        ([{"backbone": "VGG16", "weights": "imagenet"}], [("VGG16", (28, 30, 3))]),
        (
            [{"layer": "Resizing", "height": 64, "width": 32}, {"backbone": "VGG16", "weights": "imagenet"}],
            [("VGG16", (64, 32, 3))],
        ),
    ],
)
def test_published_weights_are_those_of_the_images_that_reach_them(layers, found):
    assert list(published_weights({"model": {"layers": layers}}, (28, 30, 1))) == found
