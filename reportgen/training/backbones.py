"""Takes the entry of a ``keras.applications`` network, gives its feature map, preprocessed and frozen."""

from __future__ import annotations

import hashlib
import inspect
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import keras

from reportgen.errors import MissingError
from reportgen.training import network

RGB = 3
SLACK = 4 << 20
"""Bytes that the structure of an HDF5 file may take besides the weights."""
RUN = "run:"
"""Start of the weights that another run left behind."""


def attach(tensor: Any, entry: Mapping[str, Any], weights_files: Mapping[str, str]) -> Any:
    """The feature map of a backbone applied to images of 0..255.

    Gray images are repeated to three channels; the preprocessing of the family follows as part of
    the graph. A backbone that is not trained at all runs in inference mode, so that its batch
    normalization keeps the statistics it was trained with.

    Args:
        tensor: symbolic images, (batch, height, width, 1 or 3).
        entry: ``backbone``, ``weights``, ``trainable``, ``until``.
        weights_files: SHA-256 or ``run:<key>`` -> local ``.weights.h5`` file.

    Raises:
        MissingError: the weights cannot be had.
        ValueError: no such network, layer or input size, or weights of another network.
    """
    name, weights = str(entry["backbone"]), str(entry.get("weights") or "none")
    of_run = weights.startswith(RUN)
    if tensor.shape[-1] == 1:
        tensor = keras.layers.Concatenate(dtype="float32")([tensor] * RGB)
    model = build(name, tuple(tensor.shape[1:]), "none" if of_run else weights, weights_files)
    parameters, title = model.count_params(), name
    if entry.get("until"):
        model = keras.Model(model.input, layer_of(model, str(entry["until"])).output, name=model.name)
        title = f"{name} hasta {entry['until']}"
    model.reportgen_title = title
    if of_run:
        _load_from_run(model, weights, weights_files, parameters)
    trainable = entry.get("trainable", True)
    freeze(model, trainable)
    ready = preprocessing(name)(tensor)
    return model(ready, training=False) if trainable is False else model(ready)


def title_of(layer: Any) -> str:
    """``VGG16 hasta block3_pool`` for the submodel of a backbone, empty for any other layer."""
    return str(getattr(layer, "reportgen_title", ""))


def _load_from_run(model: Any, weights: str, weights_files: Mapping[str, str], parameters: int) -> None:
    """Fills a backbone, cut or not, with what another run kept of its own.

    Args:
        model: the backbone as it will be used; the other run's must reach at least as far.
        weights: ``run:<key>``.
        weights_files: the same -> file; the store has verified its content.
        parameters: scalars of the whole backbone, which bound the size of the file.

    Raises:
        MissingError: the file is not there or far too big.
        ValueError: it holds the weights of another network.
    """
    path = _file(weights, weights_files, parameters)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # Keras warns of layers that it leaves untouched
            model.load_weights(str(path))
    except (ValueError, KeyError, OSError, UserWarning) as error:
        raise ValueError(
            f"los pesos de la ejecución de la que se parte no sirven para {title_of(model)}: su red debe ser "
            "la misma y llegar al menos hasta la misma capa"
        ) from error


def build(name: str, shape: tuple[int, ...], weights: str, weights_files: Mapping[str, str]) -> Any:
    """The network without its head, with ``imagenet``, ``none`` or the weights of a local file."""
    if name.startswith("_") or not inspect.isfunction(vars(keras.applications).get(name)):
        raise ValueError(f"keras.applications no tiene {name}")
    make = getattr(keras.applications, name)
    if weights == "imagenet":
        return _with_imagenet(name, make, shape)
    model = make(include_top=False, weights=None, input_shape=shape)
    if weights != "none":
        model.load_weights(str(checked_file(weights, weights_files, model)))
    return model


def _with_imagenet(name: str, make: Callable[..., Any], shape: tuple[int, ...]) -> Any:
    """The network with published weights, from the Keras cache or the network."""
    try:
        with network.impatient():
            return make(include_top=False, weights="imagenet", input_shape=shape)
    except Exception as error:  # Keras raises bare Exception when a download fails
        if not network.is_download_failure(error):
            raise
        text = " ".join(str(error).split())
        raise MissingError(
            f"no se pueden descargar los pesos de ImageNet para {name} ({text[:160]})",
            where=f"keras.applications.{name}, carpeta de Keras ~/.keras/models",
            next_step="conéctate a internet y repite la orden, copia los pesos a ~/.keras/models, "
            'indica un archivo .weights.h5 propio en `weights` o usa weights = "none"',
        ) from error


def checked_file(digest: str, weights_files: Mapping[str, str], model: Any) -> Path:
    """The local file with these weights, once its content is what the plan counted on.

    Raises:
        MissingError: not there, not a ``.weights.h5``, far too big, or with another SHA-256.
    """
    path = _file(digest, weights_files, model.count_params())
    with path.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != digest:
            raise _unusable("el archivo de pesos ha cambiado desde que se hizo el plan", digest, str(path))
    return path


def _file(weights: str, weights_files: Mapping[str, str], parameters: int) -> Path:
    """The file for some weights, if it is there and not bigger than so many parameters need."""
    known = weights_files.get(weights, "")
    path = Path(known)
    if not known or not path.is_file():
        raise _unusable("no está el archivo de pesos", weights, known)
    if not path.name.endswith(".weights.h5"):
        raise _unusable("el archivo de pesos no termina en .weights.h5", weights, known)
    if path.stat().st_size > 1.1 * 4 * parameters + SLACK:
        why = "el archivo de pesos es mayor que la red: guárdalo con save_weights y sin optimizador"
        raise _unusable(why, weights, known)
    return path


def _unusable(why: str, weights: str, path: str) -> MissingError:
    """The error for weights that cannot be used, and what to do about those of its kind."""
    if weights.startswith(RUN):
        step = "borra del almacén la ejecución de la que se parte y repite la orden: se entrenará de nuevo"
        return MissingError(why, where=path or weights, next_step=step)
    step = "indica en `weights` el archivo .weights.h5 correcto y repite la orden"
    return MissingError(why, where=path or f"SHA-256 {weights}", next_step=step)


def layer_of(model: Any, name: str) -> Any:
    """A layer of the backbone by name; raises ValueError with the names that end a block."""
    for layer in model.layers:
        if layer.name == name:
            return layer
    pools = [layer.name for layer in model.layers if "pool" in layer.name or layer.name.endswith("_out")]
    shown = ", ".join((pools or [layer.name for layer in model.layers])[:12])
    raise ValueError(f"{model.name} no tiene la capa {name}; tiene, entre otras: {shown}")


def freeze(model: Any, trainable: bool | str) -> None:
    """Trains everything, nothing, or from the named layer on."""
    if isinstance(trainable, bool):
        model.trainable = trainable
        return
    first = layer_of(model, trainable)
    trained = False
    for layer in model.layers:
        trained = trained or layer is first
        layer.trainable = trained


def preprocessing(name: str) -> Callable[[Any], Any]:
    """What the family does to images of 0..255 before its first layer."""
    for module in vars(keras.applications).values():
        if isinstance(module, ModuleType) and name in vars(module) and hasattr(module, "preprocess_input"):
            found: Callable[[Any], Any] = module.preprocess_input
            return found
    raise ValueError(f"keras.applications no dice cómo se preparan las imágenes de {name}")
