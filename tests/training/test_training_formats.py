"""Takes small files in the published formats, checks that they are read exactly and refused when damaged."""

from __future__ import annotations

import gzip
import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from reportgen.errors import MissingError
from reportgen.sources.identity import fingerprint
from reportgen.sources.locate import PUBLISHED, has_own_test
from reportgen.training import formats
from reportgen.training.datasets import prepare


def together(prepared: Any) -> tuple[np.ndarray, np.ndarray]:
    return prepared.train.images, prepared.train.labels


@pytest.mark.parametrize("classes", [10, 100])
@pytest.mark.parametrize("binary", [False, True])
def test_cifar(tmp_path: Path, write_cifar: Any, data_recipe: Any, classes: int, binary: bool) -> None:
    pixels, labels = write_cifar(tmp_path, classes, binary)
    recipe = data_recipe(f"cifar{classes}", split={"validation": 100, "seed": 0})
    prepared = prepare(recipe, str(tmp_path))
    np.testing.assert_array_equal(together(prepared)[0], pixels)
    np.testing.assert_array_equal(together(prepared)[1], labels)
    assert len(prepared.classes) == classes
    assert len(prepared.test.labels) == 100
    assert str(tmp_path) not in prepared.source


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
@pytest.mark.parametrize("packed", [False, True])
def test_idx(tmp_path: Path, write_idx: Any, data_recipe: Any, name: str, packed: bool) -> None:
    pixels, labels = write_idx(tmp_path, packed)
    prepared = prepare(data_recipe(name), str(tmp_path))
    np.testing.assert_array_equal(prepared.train.images, pixels[..., None])
    np.testing.assert_array_equal(prepared.train.labels, labels)
    assert prepared.train.images.shape[1:] == (28, 28, 1)
    assert prepared.classes == PUBLISHED[name].classes


def test_mnist_npz(tmp_path: Path, images: Any, data_recipe: Any) -> None:
    (x, y), (u, v) = images(40, (28, 28), 10), images(20, (28, 28), 10)
    np.savez(tmp_path / "mnist.npz", x_train=x, y_train=y, x_test=u, y_test=v)
    for location in (tmp_path, tmp_path / "mnist.npz"):
        prepared = prepare(data_recipe("mnist"), str(location))
        np.testing.assert_array_equal(prepared.train.images[..., 0], x)
        assert len(prepared.test.labels) == 20


def test_published_fashion_mnist_of_debian(data_recipe: Any) -> None:
    prepared = prepare(data_recipe("fashion_mnist", subset={"train": 50, "test": 20}), "")
    assert prepared.source == "archivos IDX del paquete Debian dataset-fashion-mnist"
    assert prepared.classes[9] == "Botín"
    np.testing.assert_array_equal(np.bincount(prepared.train.labels), [5] * 10)


def test_debian_folder_that_was_edited(
    tmp_path: Path, write_idx: Any, data_recipe: Any, monkeypatch: Any
) -> None:
    write_idx(tmp_path, True)
    monkeypatch.setenv("REPORTGEN_DEBIAN_DATA", str(tmp_path))
    with pytest.raises(MissingError, match="SHA-256"):
        prepare(data_recipe("fashion_mnist"), "")


def test_digits(data_recipe: Any) -> None:
    prepared = prepare(data_recipe("digits"), "")
    assert prepared.train.images.shape == (1797 - 359, 8, 8, 1)
    assert prepared.train.images.max() == 255
    assert len(prepared.test.labels) == 359


@pytest.mark.parametrize("layout", [False, True])
def test_folder(tmp_path: Path, data_recipe: Any, layout: bool) -> None:
    parts = ["train", "test"] if layout else [""]
    for part in parts:
        for level, name in ((200, "gato"), (50, "ave")):
            (tmp_path / part / name).mkdir(parents=True)
            for number, ending in enumerate(["png", "jpg", "bmp", "jpeg", "png", "png"]):
                picture = Image.new("RGB", (6 + number, 5), (level, level, 0))
                picture.save(tmp_path / part / name / f"{number}.{ending}")
            (tmp_path / part / name / "notas.txt").write_text("no")
    split = {"validation": 2, "test": 2, "seed": 0}
    prepared = prepare(data_recipe("folder", split=split, image_size=[4, 8]), str(tmp_path))
    assert prepared.classes == ("ave", "gato")
    assert prepared.train.images.shape == (12 if layout else 10, 4, 8, 3)
    assert len(prepared.test.labels) == (12 if layout else 2)
    assert abs(int(prepared.train.images[prepared.train.labels == 1][..., 0].mean()) - 200) < 5
    assert prepare(data_recipe("folder", split=split), str(tmp_path)).train.images.shape[1:] == (5, 6, 3)


def test_folder_with_broken_picture(tmp_path: Path, data_recipe: Any) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for number in range(4):
            Image.new("L", (9, 9), 3).save(tmp_path / name / f"{number}.png")
    broken = tmp_path / "b" / "3.png"
    broken.write_bytes(broken.read_bytes()[:40])
    with pytest.raises(MissingError, match=r"3\.png"):
        prepare(data_recipe("folder"), str(tmp_path))


def test_npz_with_texts_floats_and_names(tmp_path: Path, data_recipe: Any) -> None:
    path = tmp_path / "datos.npz"
    np.savez(path, x=np.linspace(0, 1, 40 * 9).reshape(40, 3, 3), y=np.array(["sí", "no"] * 20))
    prepared = prepare(data_recipe("npz", split={"validation": 4, "test": 8, "seed": 0}), str(path))
    assert prepared.classes == ("no", "sí")
    assert prepared.train.images.dtype == np.uint8
    assert max(prepared.train.images.max(), prepared.test.images.max()) == 255
    renamed = prepare(data_recipe("npz", classes=["b", "a"], split={"validation": 4, "test": 8}), str(path))
    assert renamed.classes == ("b", "a")


def test_npz_with_objects_is_refused(tmp_path: Path, data_recipe: Any) -> None:
    path = tmp_path / "malo.npz"
    np.savez(path, x=np.array([{}], dtype=object), y=np.zeros(1))
    with pytest.raises(MissingError, match=r"malo\.npz"):
        prepare(data_recipe("npz"), str(path))


class Bomb:
    """Would leave a file behind if it were unpickled."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> Any:
        return (os.mkdir, (str(self.target),))


def test_pickle_with_code_is_refused(tmp_path: Path) -> None:
    batch = tmp_path / "data_batch_1"
    batch.write_bytes(pickle.dumps({b"data": Bomb(tmp_path / "boom"), b"labels": [1]}))
    with pytest.raises(MissingError, match="mkdir"):
        formats.read_cifar_pickle(batch)
    assert not (tmp_path / "boom").exists()


@pytest.mark.parametrize("cut", [3, 15, 100, -1])
def test_truncated_idx_is_refused(tmp_path: Path, write_idx: Any, data_recipe: Any, cut: int) -> None:
    write_idx(tmp_path, False)
    victim = tmp_path / "train-images-idx3-ubyte"
    victim.write_bytes(victim.read_bytes()[:cut])
    with pytest.raises(MissingError, match="train-images"):
        prepare(data_recipe("mnist"), str(tmp_path))


def test_truncated_gzip_and_bomb_are_refused(tmp_path: Path, monkeypatch: Any) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(bytes(100_000))[:-20])
    with pytest.raises(MissingError, match="dañado"):
        formats.unpack(path)
    path.write_bytes(gzip.compress(bytes(100_000)))
    monkeypatch.setattr(formats, "MAX_BYTES", 99_999)
    with pytest.raises(MissingError, match="GiB"):
        formats.unpack(path)


def test_missing_data_says_where_and_what_to_do(tmp_path: Path, data_recipe: Any, monkeypatch: Any) -> None:
    with pytest.raises(MissingError) as caught:
        prepare(data_recipe("cifar10"), str(tmp_path / "nada"))
    assert str(tmp_path / "nada") in caught.value.where
    assert "path" in caught.value.next_step
    import keras

    def offline(*_: Any, **__: Any) -> None:
        raise Exception("URL fetch failure on https://example.org: None")

    monkeypatch.setattr(keras.utils, "get_file", offline)
    monkeypatch.setenv("REPORTGEN_DEBIAN_DATA", str(tmp_path))
    with pytest.raises(MissingError) as caught:
        prepare(data_recipe("fashion_mnist"), "")
    assert str(tmp_path) in caught.value.where
    assert "apt install dataset-fashion-mnist" in caught.value.next_step


def test_fingerprint(tmp_path: Path) -> None:
    with pytest.raises(MissingError):
        fingerprint(str(tmp_path / "nada"))
    with pytest.raises(MissingError):
        fingerprint(str(tmp_path))
    (tmp_path / "b").write_text("1")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "c").write_text("2")
    first = fingerprint(str(tmp_path))
    (tmp_path / ".DS_Store").write_text("x")
    assert fingerprint(str(tmp_path)) == first
    (tmp_path / "a" / "c").rename(tmp_path / "a" / "d")
    assert fingerprint(str(tmp_path)) != first
    assert len(fingerprint(str(tmp_path / "b"))) == 64


def test_data_changed_since_the_plan(tmp_path: Path, write_idx: Any, data_recipe: Any) -> None:
    write_idx(tmp_path, True)
    recipe = data_recipe("mnist", digest=fingerprint(str(tmp_path)))
    assert prepare(recipe, str(tmp_path)).classes[0] == "0"
    (tmp_path / "más").write_text("x")
    with pytest.raises(MissingError, match="han cambiado"):
        prepare(recipe, str(tmp_path))


def test_published_tables() -> None:
    assert {name: len(item.classes) for name, item in PUBLISHED.items()} == {
        "cifar10": 10, "cifar100": 100, "mnist": 10, "fashion_mnist": 10, "digits": 10,
    }  # fmt: skip
    assert all(len(set(item.classes)) == len(item.classes) for item in PUBLISHED.values())
    assert has_own_test("mnist")
    assert not has_own_test("digits")
    assert not has_own_test("folder")
