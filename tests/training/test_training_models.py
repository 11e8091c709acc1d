"""Takes recipes of models, checks layers, sizes, frozen parts and that names which run code are refused."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from reportgen.errors import MissingError
from reportgen.sources.plugin import digest
from reportgen.training import backbones, models, names
from reportgen.training.fitting import evaluation_batch
from reportgen.training.plugins import Plugins

# TensorFlow 2.21 under NumPy 2.4: its own business, seen whenever Keras copies a weight.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

HEAD = [
    {"layer": "Flatten"},
    {"layer": "Dense", "units": 256, "activation": "relu"},
    {"layer": "BatchNormalization"},
    {"layer": "Dense", "units": 128, "activation": "relu"},
    {"layer": "BatchNormalization"},
]


@pytest.fixture(autouse=True)
def _clear() -> Any:
    yield
    keras.backend.clear_session()


def vgg(**more: Any) -> dict[str, Any]:
    return {"backbone": "VGG16", "weights": "none", "trainable": False, "until": None} | more


def conv(filters: int, **more: Any) -> dict[str, Any]:
    return {"layer": "Conv2D", "filters": filters, "kernel_size": 3, "activation": "relu"} | more


def test_cnn_base_has_the_parameters_of_the_report(run_recipe: Any) -> None:
    layers = [conv(64), {"layer": "MaxPooling2D"}, {"layer": "Flatten"}, {"layer": "Dense", "units": 128}]
    model = models.build(run_recipe(layers), (32, 32, 3), 10, {})
    assert models.parameter_counts(model).total == 1_846_410


def test_cnn_improved_has_the_parameters_of_the_report(run_recipe: Any) -> None:
    pool = {"layer": "MaxPooling2D"}
    penalty = {"name": "L2", "l2": 0.01}
    layers = [conv(64), pool, conv(128), pool, {"layer": "Dropout", "rate": 0.25}, {"layer": "Flatten"}]
    layers += [
        {"layer": "Dense", "units": 128, "kernel_regularizer": penalty},
        {"layer": "Dropout", "rate": 0.5},
    ]
    model = models.build(run_recipe(layers), (32, 32, 3), 10, {})
    assert models.parameter_counts(model).total == 666_890
    assert isinstance(model.layers[-3].kernel_regularizer, keras.regularizers.L2)


def test_frozen_vgg16_has_the_parameters_of_the_report(run_recipe: Any) -> None:
    recipe = run_recipe([vgg(), *HEAD])
    model = models.build(recipe, (32, 32, 3), 10, {})
    counts = models.parameter_counts(model)
    assert (counts.total, counts.trainable) == (14_881_738, 166_282)
    rows = {row.type: row for row in models.layer_rows(model)}
    assert rows["Functional (VGG16)"].output_shape == (1, 1, 512)
    assert not rows["Functional (VGG16)"].trainable
    assert "Rescaling" not in rows
    images = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3)).astype(np.float32)
    inner = next(layer for layer in model.layers if isinstance(layer, keras.Model))
    seen = keras.Model(model.input, model.get_layer("flatten").output)
    expected = inner(keras.applications.vgg16.preprocess_input(images.copy()))
    np.testing.assert_allclose(np.ravel(seen(images)), np.ravel(expected), rtol=1e-4, atol=1e-4)


def test_cut_vgg16_on_gray_images(run_recipe: Any) -> None:
    recipe = run_recipe([vgg(trainable="block3_conv1", until="block3_pool"), *HEAD])
    model = models.build(recipe, (32, 32, 1), 10, {})
    rows = models.layer_rows(model)
    assert [row.type for row in rows][:2] == ["Concatenate", "Functional (VGG16 hasta block3_pool)"]
    assert rows[1].output_shape == (4, 4, 256)
    assert models.parameter_counts(model).total == 2_820_042
    inner = next(layer for layer in model.layers if isinstance(layer, keras.Model))
    assert not inner.get_layer("block2_conv2").trainable
    assert inner.get_layer("block3_conv1").trainable


def test_frozen_batch_normalization_stays_in_inference_mode(run_recipe: Any) -> None:
    layers = [
        {"backbone": "MobileNetV2", "weights": "none", "trainable": False},
        {"layer": "GlobalAveragePooling2D"},
    ]
    model = models.build(run_recipe(layers), (32, 32, 3), 10, {})
    images = np.random.default_rng(0).integers(0, 256, (4, 32, 32, 3)).astype(np.float32)
    np.testing.assert_allclose(model(images, training=True), model(images, training=False), atol=1e-6)
    assert 1 <= evaluation_batch(model, 8) <= 1024


def test_unknown_layer_of_a_backbone_is_named(run_recipe: Any) -> None:
    with pytest.raises(ValueError, match="block3_pool"):
        models.build(run_recipe([vgg(until="bloque3")]), (32, 32, 3), 10, {})


def test_a_feature_map_before_the_output_is_refused(run_recipe: Any) -> None:
    with pytest.raises(ValueError, match="Flatten"):
        models.build(run_recipe([conv(4)]), (8, 8, 1), 10, {})


def test_local_weights_are_checked(tmp_path: Path, run_recipe: Any) -> None:
    source = backbones.build("VGG16", (32, 32, 3), "none", {})
    path = tmp_path / "propios.weights.h5"
    source.save_weights(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    layers = [vgg(weights=digest), *HEAD]
    model = models.build(run_recipe(layers), (32, 32, 3), 10, {digest: str(path)})
    inner = next(layer for layer in model.layers if isinstance(layer, keras.Model))
    np.testing.assert_array_equal(inner.get_weights()[0], source.get_weights()[0])
    content = bytearray(path.read_bytes())
    content[-100] ^= 1
    path.write_bytes(content)
    with pytest.raises(MissingError, match="ha cambiado"):
        models.build(run_recipe(layers), (32, 32, 3), 10, {digest: str(path)})
    with pytest.raises(MissingError, match="no está"):
        models.build(run_recipe(layers), (32, 32, 3), 10, {})
    other = path.rename(tmp_path / "propios.keras")
    with pytest.raises(MissingError, match=r"\.weights\.h5"):
        models.build(run_recipe(layers), (32, 32, 3), 10, {digest: str(other)})


def test_imagenet_without_network_is_missing(monkeypatch: Any) -> None:
    def offline(**_: Any) -> None:
        raise Exception("URL fetch failure on https://example.org: None -- unreachable")

    monkeypatch.setattr(keras.applications, "VGG16", offline)
    with pytest.raises(MissingError, match="ImageNet") as caught:
        backbones.build("VGG16", (32, 32, 3), "imagenet", {})
    assert "~/.keras/models" in caught.value.next_step


def test_augmentation_comes_first_with_a_seed_of_the_run(run_recipe: Any) -> None:
    tables = [{"layer": "RandomFlip", "mode": "horizontal"}, {"layer": "RandomRotation", "factor": 0.1}]
    recipe = run_recipe(augmentation=tables)
    kinds = [row.type for row in models.layer_rows(models.build(recipe, (8, 8, 1), 10, {}))]
    assert kinds == ["RandomFlip", "RandomRotation", "Rescaling", "Flatten", "Dense", "Dense"]
    seeds = {models.augmentation(tables[0], seed, number).seed for seed in (1, 2) for number in (0, 1)}
    assert len(seeds) == 4


@pytest.mark.parametrize("name", ["Lambda", "TFSMLayer", "StringLookup", "_x", "NoExiste", "Layers"])
def test_layers_that_run_code_or_do_not_exist_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        names.layer({"layer": name})


def test_nested_tables_inside_layers(run_recipe: Any) -> None:
    penalty = {"name": "L1L2", "l1": 0.1, "l2": 0.2}
    recurrent = {"layer": "RNN", "cell": {"layer": "LSTMCell", "units": 3, "kernel_regularizer": penalty}}
    choice = {
        "layer": "Pipeline",
        "layers": [{"layer": "RandomFlip"}, {"layer": "RandomRotation", "factor": 0.1}],
    }
    limit = {"layer": "Dense", "units": 4, "kernel_constraint": {"name": "MaxNorm", "max_value": 1}}
    recipe = run_recipe([choice, {"layer": "Reshape", "target_shape": [8, 8]}, recurrent, limit])
    model = models.build(recipe, (8, 8, 1), 10, {})
    cell = next(layer for layer in model.layers if isinstance(layer, keras.layers.RNN)).cell
    assert (cell.units, cell.kernel_regularizer.l2) == (3, pytest.approx(0.2))
    assert isinstance(model.layers[-2].kernel_constraint, keras.constraints.MaxNorm)
    assert [row.type for row in models.layer_rows(model)][1:4] == ["Pipeline", "Reshape", "RNN"]


def test_layers_used_twice_and_models_inside(run_recipe: Any, tmp_path: Path) -> None:
    text = """
import keras

def doble(tensor, unidades):
    capa = keras.layers.Dense(unidades, name="doble")
    entrada = keras.Input((unidades,))
    interior = keras.Model(entrada, keras.layers.Dense(3)(entrada), name="interior")
    return interior(capa(capa(tensor)))
"""
    path = tmp_path / "redes.py"
    path.write_text(text)
    table = {"python": "redes:doble", "source": digest(path, tmp_path), "unidades": 64}
    with Plugins({"redes": str(path)}) as plugins:
        model = models.build(run_recipe([{"layer": "Flatten"}, table]), (8, 8, 1), 10, {}, plugins)
    rows = {row.name: row for row in models.layer_rows(model)}
    assert (rows["doble"].output_shape, rows["doble"].parameters) == ((64,), 64 * 65)
    assert (rows["interior"].type, rows["interior"].output_shape) == ("Functional", (3,))
    assert models.widest(model) == 64


def test_nested_tables_become_keras_objects() -> None:
    rate = {"name": "ExponentialDecay", "initial_learning_rate": 0.1, "decay_steps": 5, "decay_rate": 0.5}
    optimizer = names.optimizer({"name": "SGD", "learning_rate": rate, "momentum": 0.9})
    assert isinstance(optimizer._learning_rate, keras.optimizers.schedules.ExponentialDecay)
    start = names.layer({"layer": "Dense", "units": 2, "kernel_initializer": {"name": "HeNormal", "seed": 3}})
    assert isinstance(start.kernel_initializer, keras.initializers.HeNormal)
    assert isinstance(names.loss("auto", True), keras.losses.SparseCategoricalCrossentropy)
    assert names.loss("categorical_crossentropy", True)._fn_kwargs["from_logits"] is True
