"""Takes small Python files of an author, checks what their digest covers and how their functions are run."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from reportgen.errors import MissingError
from reportgen.records.model import Status
from reportgen.sources import plugin
from reportgen.training.datasets import prepare
from reportgen.training.plugins import PluginError, Plugins

# TensorFlow 2.21 under NumPy 2.4: its own business, seen whenever Keras copies a weight.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

BLOCK = """
import keras
from partes import capas

def bloque(tensor, *, filtros, kernel_regularizer=None):
    from partes.extra import nombre
    for _ in range(2):
        tensor = capas.conv(filtros, name=nombre(), kernel_regularizer=kernel_regularizer)(tensor)
    return tensor
"""
LAYERS = """
import keras

def conv(filtros, name, kernel_regularizer):
    return keras.layers.Conv2D(filtros, 3, padding="same", name=name, kernel_regularizer=kernel_regularizer)
"""
EXTRA = (
    "import itertools\n_numeros = itertools.count()\n\ndef nombre():\n    return f'propia_{next(_numeros)}'\n"
)


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with a module, a package it uses and a file that nothing uses."""
    folder = tmp_path / "proyecto"
    files = {"redes.py": BLOCK, "partes/__init__.py": "", "partes/capas.py": LAYERS, "ajeno.py": "x = 1\n"}
    write(folder, files | {"partes/extra.py": EXTRA})
    return folder


def entry(root: Path, function: str = "redes:bloque", **arguments: Any) -> dict[str, Any]:
    path = plugin.locate(function.partition(":")[0], root)
    return {"python": function, "source": plugin.digest(path, root), **arguments}


def files_of(root: Path, *modules: str) -> dict[str, str]:
    return {name: str(plugin.locate(name, root)) for name in modules or ("redes",)}


def test_locate_and_back(root: Path) -> None:
    write(root, {"red/__init__.py": "", "red.py": "", "suelta/interior.py": ""})
    found = {name: plugin.locate(name, root) for name in ("redes", "partes.capas", "red", "suelta.interior")}
    assert [str(path.relative_to(root)) for path in found.values()] == [
        "redes.py", "partes/capas.py", "red/__init__.py", "suelta/interior.py",
    ]  # fmt: skip
    assert {plugin.root_of(name, path) for name, path in found.items()} == {root.resolve()}


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("nada", "no está el archivo nada.py"),
        ("partes.nada", "no está el archivo partes/nada.py"),
        ("../redes", "no puede ser el nombre"),
        ("partes..capas", "no puede ser el nombre"),
        ("class", "no puede ser el nombre"),
        ("random", "propio de Python"),
        ("salida", "fuera de la carpeta"),
    ],
)
def test_what_cannot_be_located_says_what_to_do(root: Path, name: str, what: str) -> None:
    write(root.parent, {"fuera.py": "x = 1\n"})
    write(root, {"random.py": ""})
    (root / "salida.py").symlink_to(root.parent / "fuera.py")
    with pytest.raises(MissingError, match=what) as caught:
        plugin.locate(name, root)
    assert caught.value.next_step


@pytest.mark.parametrize("name", ["redes.py", "partes/__init__.py", "partes/capas.py", "partes/extra.py"])
def test_digest_covers_everything_that_is_imported(root: Path, name: str) -> None:
    path = plugin.locate("redes", root)
    before = plugin.digest(path, root)
    (root / "ajeno.py").write_text("x = 2\n")
    assert plugin.digest(path, root) == before
    assert plugin.digest(path, Path(os.path.relpath(root))) == before
    with (root / name).open("a") as stream:
        stream.write("# otra línea\n")
    assert plugin.digest(path, root) != before


def test_digest_depends_on_names_and_not_on_the_folder(root: Path, tmp_path: Path) -> None:
    path = plugin.locate("redes", root)
    before = plugin.digest(path, root)
    moved = root.rename(tmp_path / "otra")
    assert plugin.digest(moved / "redes.py", moved) == before
    (moved / "redes.py").rename(moved / "redes2.py")
    assert plugin.digest(moved / "redes2.py", moved) != before


@pytest.mark.parametrize(
    ("text", "imported"),
    [
        ("import a.b.c", {"a", "a.b", "a.b.c"}),
        ("from a.b import c as d, nada", {"a", "a.b", "a.b.c"}),
        ("from a import *", {"a"}),
        ("from . import hermano", {"hermano_de"}),
        ("from .hermano import x", {"hermano_de"}),
        ("from .. import fuera", set()),
        ("def f():\n    if 1:\n        import a", {"a"}),
        ("import random, numpy, keras.layers", set()),
        ("import ciclo", {"ciclo"}),
    ],
)
def test_imports_that_count(tmp_path: Path, text: str, imported: set[str]) -> None:
    files = {"a/__init__.py": "", "a/b/__init__.py": "", "a/b/c.py": "", "random.py": "", "hermano.py": ""}
    files |= {"ciclo.py": "import paquete.modulo", "paquete/__init__.py": "", "paquete/hermano.py": ""}
    write(tmp_path, files | {"paquete/modulo.py": text})
    found = plugin.sources(plugin.locate("paquete.modulo", tmp_path), tmp_path)
    own = {"paquete", "paquete.modulo"}
    assert set(found) - own == {"paquete.hermano" if name == "hermano_de" else name for name in imported}
    assert own <= set(found)


def test_code_that_cannot_be_read_or_lies_outside(root: Path) -> None:
    write(root, {"mal.py": "def f(:\n", "usa.py": "import enlace\n"})
    with pytest.raises(MissingError, match=r"mal\.py no es Python") as caught:
        plugin.digest(root / "mal.py", root)
    assert caught.value.where.endswith("mal.py:1")
    write(root.parent, {"fuera.py": ""})
    (root / "enlace.py").symlink_to(root.parent / "fuera.py")
    for path in (root / "usa.py", root.parent / "fuera.py"):
        with pytest.raises(MissingError, match="fuera de la carpeta"):
            plugin.digest(path, root)


def test_layers_of_a_function_are_layers_of_the_model(root: Path, train: Any, run_recipe: Any) -> None:
    table = entry(root, filtros=4, kernel_regularizer={"name": "L2", "l2": 5.0})
    before = (list(sys.path), list(sys.meta_path), set(sys.modules))
    record = train(run_recipe([table, {"layer": "Flatten"}], epochs=1), plugins=files_of(root))
    assert record.status is Status.OK, record.reason
    rows = {row.name: row for row in record.layers}
    assert rows["propia_0"].type == rows["propia_1"].type == "Conv2D"
    assert rows["propia_1"].output_shape == (8, 8, 4)
    assert rows["propia_1"].parameters == 148
    assert record.metric("test", "loss") > 10, "the nested table became a regularizer that counts"
    assert (sys.path, sys.meta_path) == before[:2]
    assert not {"redes", "partes", "partes.capas"} & (set(sys.modules) - before[2])
    assert not list(root.rglob("__pycache__"))


def test_changed_code_is_read_again_and_old_plans_are_refused(root: Path) -> None:
    write(root, {"datos.py": "from numero import N\n\ndef cargar():\n    return N\n", "numero.py": "N = 1\n"})
    files, first = files_of(root, "datos"), entry(root, "datos:cargar")["source"]
    with Plugins(files) as plugins:
        assert plugins.call("datos:cargar", first) == 1
    (root / "numero.py").write_text("N = 2\n")
    with Plugins(files) as plugins, pytest.raises(MissingError, match="ha cambiado") as caught:
        plugins.call("datos:cargar", first)
    assert caught.value.where == str(root / "datos.py")
    with Plugins(files) as plugins:
        assert plugins.call("datos:cargar", entry(root, "datos:cargar")["source"]) == 2
    with Plugins({}) as plugins, pytest.raises(MissingError, match="no está el archivo"):
        plugins.call("datos:cargar", first)


def test_code_that_changed_is_not_executed(root: Path) -> None:
    source = entry(root)["source"]
    (root / "redes.py").write_text(f"open({str(root / 'ejecutado')!r}, 'w')\n")
    with Plugins(files_of(root)) as plugins, pytest.raises(MissingError):
        plugins.call("redes:bloque", source)
    assert not (root / "ejecutado").exists()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def bloque(t, *, filtros):\n    raise KeyError('nada')",
         "falló la función redes:bloque (redes.py, línea 2): KeyError: 'nada'"),
        ("def bloque(t, *, filtros):\n    return 3", "debe entregar un tensor de Keras"),
        ("def bloque(t):\n    return t", "unexpected keyword argument 'filtros'"),
        ("def bloques(t):\n    return t", "no tiene la función «bloque»; ¿quisiste decir «bloques»?"),
        ("bloque = 3", "no tiene la función «bloque»"),
        ("import sys\nsys.exit(4)", "(redes.py, línea 2): SystemExit: 4"),
        ("import importlib\nimportlib.import_module('ajeno')", "No module named 'ajeno'"),
        ("raise OSError('falta')", "(redes.py, línea 1): OSError: falta"),
    ],
)  # fmt: skip
def test_failures_of_a_function_are_told(
    root: Path, train: Any, run_recipe: Any, text: str, reason: str
) -> None:
    write(root, {"redes.py": text + "\n"})
    layers = [entry(root, filtros=2), {"layer": "Flatten"}]
    record = train(run_recipe(layers), plugins=files_of(root))
    assert record.status is Status.FAILED
    assert reason in record.reason
    assert "PluginError" not in record.reason
    assert "redes" not in sys.modules
    assert train(run_recipe()).status is Status.OK


def test_a_full_disk_inside_a_function_is_no_result(root: Path, train: Any, run_recipe: Any) -> None:
    write(root, {"redes.py": "def bloque(t):\n    raise OSError(28, 'No space left')\n"})
    with pytest.raises(PluginError, match="No space"):
        train(run_recipe([entry(root), {"layer": "Flatten"}]), plugins=files_of(root))


def test_a_file_that_hides_a_library_is_refused(root: Path) -> None:
    write(root, {"redes.py": "import keras\n", "keras.py": ""})
    with Plugins(files_of(root)) as plugins, pytest.raises(PluginError, match="la biblioteca keras"):
        plugins.call("redes:bloque", entry(root)["source"])
    assert sys.modules["keras"] is keras


def test_imports_inside_a_layer_work_while_it_trains(root: Path, train: Any, run_recipe: Any) -> None:
    text = """
import keras

class Doble(keras.layers.Layer):
    def call(self, x):
        from interior.factor import FACTOR
        return x * FACTOR

def bloque(tensor):
    return Doble()(tensor)
"""
    write(root, {"redes.py": text, "interior/factor.py": "FACTOR = 2.0\n"})
    record = train(run_recipe([entry(root), {"layer": "Flatten"}]), plugins=files_of(root))
    assert record.status is Status.OK, record.reason
    assert "Doble" in [row.type for row in record.layers]
    assert not {"interior", "interior.factor"} & set(sys.modules)


def data_of(root: Path, data_recipe: Any, body: str, **more: Any) -> Any:
    text = "import numpy as np\nrng = np.random.default_rng(0)\nx = rng.integers(0, 256, (40, 4, 4))\n"
    write(root, {"datos.py": f"{text}y = np.arange(40) % 4\n\ndef cargar():\n    {body}\n"})
    table = entry(root, "datos:cargar")
    recipe = data_recipe("python", python={"function": "datos:cargar", "source": table["source"]}, **more)
    return prepare(recipe, "", files_of(root, "datos"))


@pytest.mark.parametrize(
    ("body", "test_images"),
    [
        ("return (x, y), (x[:12], y[:12])", 12),
        ("return x, y", 8),
        ("return [x.tolist(), y.tolist()]", 8),
        ("return {'x': x, 'y': y}", 8),
        ("return {'x_train': x, 'y_train': np.eye(4)[y], 'x_test': x[:20], 'y_test': np.eye(4)[y[:20]]}", 20),
    ],
)
def test_data_of_a_function(root: Path, data_recipe: Any, body: str, test_images: int) -> None:
    prepared = data_of(root, data_recipe, body, split={"validation": 4, "test": 0.2, "seed": 0})
    assert prepared.train.images.shape[1:] == (4, 4, 1)
    assert prepared.train.images.dtype == np.uint8
    assert len(prepared.test.labels) == test_images
    assert len(prepared.validation_index) == 4
    assert prepared.classes == ("0", "1", "2", "3")
    assert prepared.source == "función de Python datos:cargar"


def test_data_of_a_function_with_names_and_chance(root: Path, data_recipe: Any) -> None:
    body = "return {'x': np.random.randint(0, 9, (40, 4, 4, 3)), 'y': np.array(list('abcd'))[y]}"
    first, second = (data_of(root, data_recipe, body) for _ in range(2))
    assert first.classes == ("a", "b", "c", "d")
    np.testing.assert_array_equal(first.train.images, second.train.images)
    body = "return {'x': x / 255, 'y': y, 'classes': ['uno', 'dos', 'tres', 'más']}"
    assert data_of(root, data_recipe, body, select=["tres", "uno"]).classes == ("tres", "uno")


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("return 3", "y entregó int"),
        ("return x, y, 1", "y entregó tuple"),
        ("return {'x': x}", "faltan las matrices"),
        ("return x, y[:-1]", "40 imágenes y 39 etiquetas"),
        ("return x * 2, y", "se espera entre 0 y 255"),
        ("return x - 0.5, y - 0.5", "entre -0.5"),
        ("return x, y + 0.5", "números enteros"),
        ("return [[1], [1, 2]], y", "no es una matriz"),
        ("return np.array(['a'] * 40), y", "en lugar de números"),
        ("return np.array([None] * 40), y", "en lugar de números"),
        ("return x[0], y", "40 etiquetas|se espera"),
        ("raise ValueError('sin conexión')", r"datos:cargar \(datos.py, línea 7\): ValueError: sin conexión"),
    ],
)
def test_data_that_does_not_fit_is_refused(root: Path, data_recipe: Any, body: str, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        data_of(root, data_recipe, body)
