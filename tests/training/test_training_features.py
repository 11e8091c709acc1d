"""Takes small frozen backbones, checks that training on what they give is training the whole network."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from reportgen.errors import MissingError
from reportgen.plan.features import start_of
from reportgen.records.codec import FEATURES_FACTS, decode_pass, decode_run
from reportgen.records.model import RunRecord, Status
from reportgen.sources.plugin import digest as digest_of
from reportgen.training import backbones, environment, extraction, features, fitting, inference, models
from reportgen.training.order import Pool
from reportgen.training.probe import probe
from reportgen.training.programs import Programs

# TensorFlow 2.21 under NumPy 2.4: its own business, seen whenever Keras copies a weight.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

SIZE = (32, 32, 3)
GAP = {"layer": "GlobalAveragePooling2D"}
HEAD = [
    {"layer": "Rescaling", "scale": 0.02},
    {"layer": "Dense", "units": 16, "activation": "relu", "kernel_regularizer": {"name": "L2", "l2": 0.01}},
    {"layer": "Dropout", "rate": 0.3},
    {"layer": "BatchNormalization"},
]
FLIP = [{"layer": "RandomFlip", "mode": "horizontal"}]
CUT = "block1_pool"
"""Where VGG16 is cut unless a test says otherwise: building and tracing more takes most of the time."""
SLOW = {"name": "SGD", "learning_rate": 0.01}


@pytest.fixture(scope="module")
def pool() -> Pool:
    """Images in which the class and the side of a gradient can be seen."""
    random = np.random.default_rng(0)

    def part(n: int) -> tuple[np.ndarray, np.ndarray]:
        labels = np.arange(n) % 4
        ramp = np.linspace(0, 60, SIZE[1])[None, None, :, None]
        noise = random.integers(0, 100, (n, *SIZE))
        return (noise + ramp + 25 * labels[:, None, None, None]).astype(np.uint8), labels.astype(np.int64)

    (images, labels), (test_images, test_labels) = part(104), part(32)
    index = np.arange(104)
    return Pool(images, labels, index[:72], index[72:], test_images, test_labels, 4, tuple("abcd"))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[str, dict[str, str]]]:
    """Gives (SHA-256, weights files) of random weights whose feature maps neither vanish nor explode."""
    made: dict[str, tuple[str, dict[str, str]]] = {}

    def weights(name: str) -> tuple[str, dict[str, str]]:
        if name not in made:
            keras.utils.set_random_seed(1)
            model = backbones.build(name, SIZE, "none", {})
            random = np.random.default_rng(1)
            for weight in model.weights:
                if weight.path.endswith("kernel"):
                    inputs = np.prod(weight.shape[:2]) * (
                        1 if "depthwise" in weight.path else weight.shape[2]
                    )
                    weight.assign(random.normal(0, (2 / inputs) ** 0.5, weight.shape).astype(np.float32))
            path = tmp_path_factory.mktemp("weights") / "own.weights.h5"
            model.save_weights(path)
            keras.backend.clear_session()
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            made[name] = digest, {digest: str(path)}
        return made[name]

    return weights


@pytest.fixture
def recipe(run_recipe: Any) -> Callable[..., dict[str, Any]]:
    def make(weights: str, *layers: Any, backbone: str = "VGG16", **training: Any) -> dict[str, Any]:
        until = training.pop("until", CUT)
        entry = {"backbone": backbone, "weights": weights, "trainable": False, "until": until}
        made = run_recipe([entry, *(layers or [GAP, *HEAD])], **{"optimizer": SLOW, "epochs": 3} | training)
        return made | {"model": made["model"] | {"rescale": False, "output": "logits"}}

    return make


@pytest.fixture
def extract(pool: Pool, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., tuple[str, ...]]:
    """Computes the features of a recipe and gives their folders, one for each view."""

    def make(recipe: dict[str, Any], files: dict[str, str], data: Pool | None = None) -> tuple[str, ...]:
        folders = []
        for view in start_of(recipe).views:
            folder = tmp_path_factory.mktemp("features")
            job = fitting.Job(view * 2, recipe, files, folder)
            assert extraction.extract(job, data or pool, view, json.dumps).written
            folders.append(str(folder))
        return tuple(folders)

    return make


@pytest.fixture
def agree(train: Any, extract: Any, pool: Pool) -> Callable[..., tuple[RunRecord, RunRecord]]:
    """Trains a recipe whole and on features, and holds the two to one another."""

    def check(
        recipe: dict[str, Any],
        files: dict[str, str],
        data: Pool | None = None,
        folders: Any = (),
        **more: Any,
    ) -> tuple[RunRecord, RunRecord]:
        data, more = data or pool, more | {"weights_files": files}
        whole = train(recipe, data, **more)
        found = train(recipe, data, features=folders or extract(recipe, files, data), **more)
        assert not whole.shared
        assert [item.view for item in found.shared] == list(start_of(recipe).views)
        same(found, whole)
        return whole, found

    return check


def logits(record: RunRecord) -> np.ndarray:
    """Logits up to a constant for each image."""
    found = np.log(record.probabilities.astype(np.float64))
    return found - found.mean(axis=1, keepdims=True)


def same(found: RunRecord, expected: RunRecord) -> None:
    """The same record up to rounding and times."""
    assert (found.status, expected.status) == (Status.OK, Status.OK), (found.reason, expected.reason)
    np.testing.assert_allclose(logits(found), logits(expected), atol=1e-5)
    for name in set(expected.history) - {"seconds"}:
        np.testing.assert_allclose(found.history[name], expected.history[name], atol=1e-5)
    for part, metrics in expected.metrics.items():
        assert found.metrics[part] == pytest.approx(metrics, abs=1e-5)
    assert (found.layers, found.parameter_counts) == (expected.layers, expected.parameter_counts)


CONV = {"layer": "Conv2D", "filters": 4, "kernel_size": 3, "padding": "same"}
CASES = [
    ("MobileNetV2", [GAP, *HEAD[1:]], {"until": None, "augmentation": FLIP}),
    ("VGG16", [GAP, *HEAD], {}),
    ("VGG16", [GAP, *HEAD], {"augmentation": FLIP, "class_weight": "balanced"}),
    ("VGG16", [{"layer": "Flatten"}, *HEAD], {"until": None, "augmentation": FLIP}),
    (
        "VGG16",
        [{"layer": "Rescaling", "scale": 0.001}, CONV, {"layer": "Flatten"}],
        {"until": "block2_pool", "augmentation": FLIP},
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_training_on_features_is_training_the_whole_network(
    case: tuple[str, Any, Any], recipe: Any, files: Any, agree: Any
) -> None:
    backbone, layers, training = case
    digest, weights = files(backbone)
    whole, _ = agree(recipe(digest, *layers, backbone=backbone, **training), weights)
    assert np.ptp(logits(whole), axis=0).min() > 1e-2, "the network sees something"


def test_the_flips_are_those_that_the_whole_network_draws(
    train: Any, recipe: Any, extract: Any, files: Any, pool: Pool
) -> None:
    digest, weights = files("VGG16")
    flipped, plain = recipe(digest, augmentation=FLIP), recipe(digest)
    folders = extract(flipped, weights)
    first, mirrored = (np.load(Path(folder) / features.TRAIN) for folder in folders)
    assert np.abs(first - mirrored).max() > 0.1
    own = train(flipped, pool, weights_files=weights, features=folders)
    other = train(plain, pool, weights_files=weights, features=folders[:1])
    assert np.abs(logits(own) - logits(other)).max() > 1e-3


def test_each_image_is_flipped_half_of_the_time() -> None:
    layer = models.augmentation(FLIP[0], 3, 0)
    views = np.stack([np.zeros((400, 5)), np.ones((400, 5))], axis=1).astype(np.float32)
    layer(np.zeros((1, 4, 4, 1), np.float32))
    one = features.OneView(layer)
    drawn = np.stack([np.asarray(one(views, training=True)) for _ in range(20)])
    assert set(np.unique(drawn)) == {0.0, 1.0}
    assert (drawn == drawn[:, :, :1]).all(), "an image is flipped whole"
    assert drawn.mean() == pytest.approx(0.5, abs=0.02)
    assert drawn[:, :, 0].mean(axis=0).std() == pytest.approx(0.112, abs=0.02), "each image for itself"
    np.testing.assert_array_equal(np.asarray(one(views, training=False)), views[:, 0])


def test_folds_are_trained_on_one_entry(recipe: Any, extract: Any, files: Any, agree: Any) -> None:
    digest, weights = files("VGG16")
    fold = {"folds": 2, "repeat": 0, "seed": 0}
    made = [recipe(digest, epochs=1) | {"fold": fold | {"index": index}} for index in (0, 1)]
    folders = extract(made[0], weights)
    first, second = (agree(item, weights, folders=folders)[1] for item in made)
    assert first.metrics["validation"] != second.metrics["validation"]


def test_random_weights_follow_from_the_seed_of_the_run(recipe: Any, extract: Any, agree: Any) -> None:
    made = recipe("none", augmentation=FLIP, epochs=1)
    folders = extract(made, {})
    agree(made, {}, folders=folders)
    (other,) = extract(recipe("none", GAP), {})
    np.testing.assert_array_equal(*(np.load(Path(place) / features.TRAIN) for place in (folders[0], other)))


def test_gray_images_are_resized_before(recipe: Any, files: Any, agree: Any, digits: Pool) -> None:
    digest, weights = files("VGG16")
    made = recipe(digest, epochs=1)
    resize = {"layer": "Resizing", "height": 32, "width": 32}
    made["model"]["layers"] = [resize, *made["model"]["layers"]]
    few = {"test_images": digits.test_images[:32], "test_labels": digits.test_labels[:32]}
    agree(made, weights, replace(digits, train=digits.train[:64], **few))


def test_weights_that_are_kept_are_those_of_the_whole_network(
    train: Any, recipe: Any, extract: Any, files: Any, pool: Pool
) -> None:
    digest, weights = files("VGG16")
    made = recipe(digest, epochs=1)
    record = train(made, pool, weights_files=weights, features=extract(made, weights), keep_weights=True)
    assert set(train.kept) == {"model.weights.h5", "backbone.weights.h5"}
    model = models.build(made, SIZE, 4, weights)
    model.load_weights(train.kept["model.weights.h5"])
    found = np.asarray(model(pool.test_images.astype(np.float32), training=False))
    np.testing.assert_allclose(found - found.mean(axis=1, keepdims=True), logits(record), atol=1e-5)
    inner = next(layer for layer in model.layers if backbones.title_of(layer))
    before = inner.get_weights()
    inner.load_weights(train.kept["backbone.weights.h5"])
    np.testing.assert_equal(inner.get_weights(), before)


def test_a_program_of_an_earlier_run_leaves_the_weights_of_this_one(
    recipe: Any, extract: Any, files: Any, pool: Pool, tmp_path: Path
) -> None:
    digest, weights = files("VGG16")
    first, second = (recipe(digest, epochs=1) | {"seed": seed} for seed in (1, 2))
    folders, kept = extract(first, weights), Programs()
    records = []
    for name, made, programs in (("a", first, kept), ("b", second, kept), ("c", second, Programs())):
        scratch = tmp_path / name
        scratch.mkdir()
        job = fitting.Job(name, made, weights, scratch, keep_weights=True, features=folders)
        facts, log = environment.describe(), logging.getLogger("test")
        records.append(fitting.train(job, pool, facts, lambda _: None, log, programs=programs))
    assert len(kept) == 1, "one program serves both seeds"
    same(records[1], records[2])
    assert np.abs(logits(records[0]) - logits(records[1])).max() > 1e-3
    model = models.build(second, SIZE, 4, weights)
    model.load_weights(tmp_path / "b" / "model.weights.h5")
    found = np.asarray(model(pool.test_images.astype(np.float32), training=False))
    np.testing.assert_allclose(found - found.mean(axis=1, keepdims=True), logits(records[1]), atol=1e-5)


def test_what_is_written_says_what_it_took(recipe: Any, extract: Any, files: Any) -> None:
    digest, weights = files("VGG16")
    plain, flipped = (Path(item) for item in extract(recipe(digest, augmentation=FLIP), weights))
    assert {item.name for item in plain.iterdir()} == {features.TRAIN, features.TEST, FEATURES_FACTS}
    assert {item.name for item in flipped.iterdir()} == {features.TRAIN, FEATURES_FACTS}
    facts = decode_pass((plain / FEATURES_FACTS).read_bytes())
    found = [np.load(plain / name) for name in (features.TRAIN, features.TEST)]
    assert [item.shape for item in found] == [(104, 64), (32, 64)]
    assert facts.bytes == sum(item.nbytes for item in found)
    assert (facts.images, facts.view, facts.start) == (136, "plain", f"VGG16 hasta {CUT}")
    assert facts.seconds > 0
    assert found[0].dtype == np.float32
    assert keras.config.dtype_policy().name == "float32"


def test_features_that_are_too_large_are_not_written(
    recipe: Any, files: Any, pool: Pool, tmp_path: Path, monkeypatch: Any
) -> None:
    digest, weights = files("VGG16")
    monkeypatch.setattr(extraction, "LARGEST", 136 * 4 * 64 - 1)
    job = fitting.Job("k", recipe(digest), weights, tmp_path)
    found = extraction.extract(job, pool, "plain", lambda _: None)
    assert found == extraction.Extracted(136 * 4 * 64, written=False)
    assert not list(tmp_path.iterdir())


def test_weights_that_are_not_there_are_missing(recipe: Any, pool: Pool, tmp_path: Path) -> None:
    job = fitting.Job("k", recipe("f" * 64), {}, tmp_path)
    with pytest.raises(MissingError, match="no está el archivo de pesos"):
        extraction.extract(job, pool, "plain", lambda _: None)
    assert keras.config.dtype_policy().name == "float32"


def test_features_of_something_else_are_refused(recipe: Any, extract: Any, files: Any, pool: Pool) -> None:
    digest, weights = files("VGG16")
    made = recipe(digest)
    folders = extract(made, weights)
    network = models.network(made, SIZE, 4, weights)
    few = replace(pool, images=pool.images[:50])
    with pytest.raises(ValueError, match="of other images"):
        features.instead_of_images(network, made, few, folders)
    cut = recipe(digest, until="block2_pool")
    other = models.network(cut, SIZE, 4, weights)
    with pytest.raises(ValueError, match="not of shape"):
        features.instead_of_images(other, cut, pool, folders)
    keras.backend.clear_session()


def test_a_function_of_the_authors_may_follow(recipe: Any, files: Any, agree: Any, tmp_path: Path) -> None:
    source = tmp_path / "redes.py"
    source.write_text(
        "import keras\ndef cola(tensor):\n    side = keras.layers.Dense(4)(tensor)\n"
        "    return keras.layers.Concatenate()([side, keras.layers.Dropout(0.2)(tensor)])\n"
    )
    digest, weights = files("VGG16")
    tail = {"python": "redes:cola", "source": digest_of(source, tmp_path)}
    agree(recipe(digest, GAP, HEAD[0], tail), weights, plugins={"redes": str(source)})


@pytest.mark.slow
def test_the_worker_computes_and_uses_them(
    worker: Any, digits_folder: Path, recipe: Any, files: Any, tmp_path: Path
) -> None:
    digest, weights = files("VGG16")
    made = recipe(digest, epochs=1)
    made["model"]["layers"] = [{"layer": "Resizing", "height": 32, "width": 32}, *made["model"]["layers"]]
    shared = {"recipe": made, "data_folder": str(digits_folder), "weights_files": weights, "plugins": {}}
    staging = {name: tmp_path / name for name in ("features", "run", "other")}
    for folder in staging.values():
        folder.mkdir()
    command = {"command": "features", "key": "f", "staging": str(staging["features"]), "view": "plain"}
    events = worker.ask(shared | command)
    assert [item["event"] for item in events][:2] == ["start", "step"], (
        "a sign of life from the first batch on"
    )
    assert (events[-1]["status"], events[-1]["record"]) == ("ok", True)
    command = {"command": "run", "key": "k", "staging": str(staging["run"])}
    done = worker.ask(shared | command | {"features": [str(staging["features"])]})[-1]
    assert done["status"] == "ok", done
    record = decode_run({path.name: path.read_bytes() for path in staging["run"].iterdir()})
    assert [item.key for item in record.shared] == ["f"]
    command = {"command": "features", "key": "g", "staging": str(staging["other"]), "view": "plain"}
    done = worker.ask(shared | command | {"weights_files": {}})[-1]
    assert (done["status"], done["record"]) == ("unavailable", False)


def test_a_probe_tells_the_rest_and_the_pass_apart(
    recipe: Any, extract: Any, files: Any, pool: Pool, tmp_path: Path
) -> None:
    digest, weights = files("VGG16")
    made = recipe(digest, augmentation=FLIP, class_weight="balanced", batch_size=16)
    made |= {"fold": {"folds": 2, "index": 0, "repeat": 0, "seed": 0}}
    job = fitting.Job("k", made, weights, tmp_path)
    found = probe(job, pool, 0.1, lambda _: None)
    assert (found["steps_per_epoch"], found["test_images"]) == (4, 32)
    assert found["parameters"] == models.parameter_counts(models.build(made, SIZE, 4, weights)).total
    began = time.monotonic()
    folders = extract(made, weights)
    assert 0 < found["pass_seconds"] < 5 * (time.monotonic() - began)
    known = probe(replace(job, features=folders), pool, 0.1, lambda _: None)
    assert known["pass_seconds"] == 0
    assert not list(tmp_path.iterdir())


def test_a_probe_of_what_is_too_large_to_be_kept_is_of_the_whole(
    recipe: Any, files: Any, pool: Pool, tmp_path: Path, monkeypatch: Any
) -> None:
    digest, weights = files("VGG16")
    monkeypatch.setattr(extraction, "LARGEST", 136 * 4 * 64 - 1)
    monkeypatch.setattr("reportgen.training.probe.SAMPLE", 8)
    found = probe(fitting.Job("k", recipe(digest), weights, tmp_path), pool, 0.1, lambda _: None)
    assert "pass_seconds" not in found
    assert found["steps_per_epoch"] == 3


def test_the_time_of_an_answer_is_that_of_the_whole_network_from_its_images(
    train: Any, recipe: Any, extract: Any, files: Any, pool: Pool, *, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest, weights = files("VGG16")
    seen, timed = [], inference.timed

    def watched(answer: Any, images: Any, **more: Any) -> Any:
        assert tuple(images.shape[1:]) == SIZE
        seen.append(np.asarray(answer(images, np.arange(len(images)))))
        return timed(answer, images, **more)

    monkeypatch.setattr(inference, "timed", watched)
    flipped = recipe(digest, augmentation=FLIP)
    found = train(flipped, pool, weights_files=weights, features=extract(flipped, weights))
    assert found.shared
    assert found.inference is not None
    (answers,) = seen
    expected = answers - answers.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(logits(found), expected, atol=1e-4)
