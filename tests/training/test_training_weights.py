"""Takes a small backbone, checks that what one run learns is kept and that another run starts from it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest

from reportgen.errors import MissingError
from reportgen.records.model import Status
from reportgen.training import backbones, models
from reportgen.training.order import Pool

# TensorFlow 2.21 under NumPy 2.4: its own business, seen whenever Keras copies a weight.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

RUN = "run:" + "a" * 64
SMALL = {"layer": "Resizing", "height": 32, "width": 32}


def layers(backbone: str = "MobileNetV2", **more: Any) -> list[dict[str, Any]]:
    entry = {"backbone": backbone, "weights": "none", "trainable": True, "until": None} | more
    return [SMALL, entry, {"layer": "GlobalAveragePooling2D"}]


@pytest.fixture
def one_step(digits: Pool) -> Pool:
    """So few images that an epoch is one step."""
    few = {"train": digits.train[:16], "validation": digits.validation[:8]}
    return replace(digits, **few, test_images=digits.test_images[:8], test_labels=digits.test_labels[:8])


def stored(path: Path) -> dict[str, np.ndarray]:
    found: dict[str, np.ndarray] = {}
    with h5py.File(path) as file:
        file.visititems(lambda name, item: found.update({name: item[()]}) if hasattr(item, "shape") else None)
    return found


def test_a_run_starts_from_the_backbone_of_another(
    train: Any, run_recipe: Any, one_step: Pool, tmp_path: Path
) -> None:
    cut = "block_3_expand_relu"
    first = train(run_recipe(layers(until=cut), epochs=1), one_step, keep_weights=True)
    assert first.status is Status.OK, first.reason
    assert set(train.kept) == {"model.weights.h5", "backbone.weights.h5"}
    source = Path(shutil.copy(train.kept["backbone.weights.h5"], tmp_path / "backbone.weights.h5"))
    learned = stored(source)
    files = {RUN: str(source)}
    recipe = run_recipe(layers(weights=RUN, trainable=False, until=cut), epochs=1)
    with pytest.raises(MissingError, match="no está el archivo de pesos"):
        train(recipe, one_step)
    second = train(recipe, one_step, weights_files=files, keep_weights=True)
    assert second.status is Status.OK, second.reason
    kept = stored(train.kept["backbone.weights.h5"])
    assert kept.keys() == learned.keys()
    for name, values in learned.items():
        np.testing.assert_array_equal(kept[name], values, err_msg=name)
    row = next(row for row in second.layers if row.type == f"Functional (MobileNetV2 hasta {cut})")
    assert not row.trainable
    recipe = run_recipe(layers(weights=RUN, until=None), epochs=1)
    longer = train(recipe, one_step, weights_files=files)
    assert longer.status is Status.FAILED
    assert "no sirven para MobileNetV2: su red debe ser la misma" in longer.reason


def test_the_whole_model_can_be_filled_again(train: Any, run_recipe: Any, digits: Pool) -> None:
    record = train(run_recipe(epochs=1), keep_weights=True)
    assert set(train.kept) == {"model.weights.h5"}, "a network without a backbone keeps one file"
    model = models.build(run_recipe(), (8, 8, 1), 10, {})
    model.load_weights(train.kept["model.weights.h5"])
    found = model.predict(digits.test_images.astype(np.float32), verbose=0)
    np.testing.assert_allclose(found, record.probabilities, atol=1e-6)
    keras.backend.clear_session()


def test_a_shorter_backbone_starts_from_a_longer_one(tmp_path: Path, run_recipe: Any) -> None:
    whole = backbones.build("VGG16", (32, 32, 3), "none", {})
    path = tmp_path / "backbone.weights.h5"
    whole.save_weights(path)
    recipe = run_recipe(layers("VGG16", weights=RUN, until="block2_pool"))
    model = models.build(recipe, (8, 8, 1), 10, {RUN: str(path)})
    inner = next(layer for layer in model.layers if backbones.title_of(layer))
    for found, expected in zip(inner.get_weights(), whole.get_weights(), strict=False):
        np.testing.assert_array_equal(found, expected)
    keras.backend.clear_session()


def test_weights_of_a_run_that_cannot_be_used(tmp_path: Path, run_recipe: Any) -> None:
    path = tmp_path / "backbone.weights.h5"
    recipe = run_recipe(layers(weights=RUN))
    for files in ({}, {RUN: str(path)}):
        with pytest.raises(MissingError, match="no está el archivo de pesos") as caught:
            models.build(recipe, (8, 8, 1), 10, files)
        assert "se parte" in caught.value.next_step
    path.write_bytes(bytes(100))
    with pytest.raises(ValueError, match="no sirven para MobileNetV2"):
        models.build(recipe, (8, 8, 1), 10, {RUN: str(path)})
    with path.open("r+b") as stream:
        stream.truncate(20 << 20)
    with pytest.raises(MissingError, match="mayor que la red"):
        models.build(recipe, (8, 8, 1), 10, {RUN: str(path)})


def test_a_run_that_fails_keeps_no_weights(train: Any, run_recipe: Any, monkeypatch: Any) -> None:
    def broken(_: Any, folder: Path) -> None:
        (folder / models.MODEL_FILE).write_bytes(b"half")
        raise ValueError("boom")

    monkeypatch.setattr(models, "save_weights", broken)
    record = train(run_recipe(epochs=1), keep_weights=True)
    assert record.status is Status.FAILED
    assert train.kept == {}
