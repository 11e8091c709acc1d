"""Takes the name of a published data set and perhaps its location, gives its images and their origin."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np

from reportgen.errors import MissingError
from reportgen.sources.locate import DEBIAN_FASHION_MNIST, IDX_FILES, PUBLISHED
from reportgen.training import arrays, formats, network
from reportgen.training.arrays import Raw
from reportgen.training.formats import Part

KERAS_FILES = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"


def load(name: str, location: str) -> Raw:
    """Looks in the declared location, or else in the Debian package, the Keras cache and the network.

    A declared location is the only place looked at: silently taking other images than those
    declared would be worse than stopping.

    Raises:
        MissingError: not there, damaged, or it cannot be downloaded; lists the places looked at.
    """
    if location:
        return _declared(name, Path(location).expanduser())
    if name == "digits":
        return _digits()
    looked: list[str] = []
    if name == "fashion_mnist":
        folder = Path(os.environ.get("REPORTGEN_DEBIAN_DATA", "") or DEBIAN_FASHION_MNIST)
        found = _idx_folder(folder, name)
        if found:
            return _raw(name, found, "archivos IDX del paquete Debian dataset-fashion-mnist")
        looked.append(str(folder))
    return _from_keras(name, looked)


def _declared(name: str, root: Path) -> Raw:
    """The published format inside the declared file or folder."""
    if not root.exists():
        raise _not_found(name, [str(root)])
    if root.is_file() and root.suffix == ".npz":
        return arrays.npz(root, PUBLISHED[name].classes, f"archivo {root.name} declarado")
    reader = {"cifar10": _cifar10, "cifar100": _cifar100}.get(name)
    if reader:
        for folder in (root, *(root / inner for inner in CIFAR_FOLDERS[name])):
            found = reader(folder)
            if found:
                return _raw(name, found[0], found[1])
    else:
        found_idx = _idx_folder(root)
        if found_idx:
            return _raw(name, found_idx, "archivos IDX de la carpeta declarada")
    archive = root / f"{name}.npz"
    if archive.is_file():
        return arrays.npz(archive, PUBLISHED[name].classes, f"archivo {archive.name} de la carpeta declarada")
    raise _not_found(name, [str(root)])


CIFAR_FOLDERS = {
    "cifar10": ("cifar-10-batches-py", "cifar-10-batches-bin"),
    "cifar100": ("cifar-100-python", "cifar-100-binary"),
}


def _cifar10(folder: Path) -> tuple[tuple[Part, Part], str] | None:
    """Pickled or binary batches, whichever is there."""
    names = [f"data_batch_{number}" for number in range(1, 6)]
    pickled = [folder / name for name in names if (folder / name).is_file()]
    if pickled and (folder / "test_batch").is_file():
        parts = [formats.read_cifar_pickle(path) for path in pickled]
        test = formats.read_cifar_pickle(folder / "test_batch")
        return (_join(parts), test), "archivos de CIFAR-10 (versión Python) de la carpeta declarada"
    binary = [folder / f"{name}.bin" for name in names if (folder / f"{name}.bin").is_file()]
    if binary and (folder / "test_batch.bin").is_file():
        parts = [formats.read_cifar_binary(path) for path in binary]
        test = formats.read_cifar_binary(folder / "test_batch.bin")
        return (_join(parts), test), "archivos de CIFAR-10 (versión binaria) de la carpeta declarada"
    return None


def _cifar100(folder: Path) -> tuple[tuple[Part, Part], str] | None:
    """Fine labels, pickled or binary."""
    if (folder / "train").is_file() and (folder / "test").is_file():
        train, test = (formats.read_cifar_pickle(folder / part, "fine_labels") for part in ("train", "test"))
        return (train, test), "archivos de CIFAR-100 (versión Python) de la carpeta declarada"
    if (folder / "train.bin").is_file() and (folder / "test.bin").is_file():
        train, test = (formats.read_cifar_binary(folder / f"{part}.bin", 2) for part in ("train", "test"))
        return (train, test), "archivos de CIFAR-100 (versión binaria) de la carpeta declarada"
    return None


def _join(parts: list[Part]) -> Part:
    """Batches one after the other."""
    return Part(
        np.concatenate([part.images for part in parts]), np.concatenate([part.labels for part in parts])
    )


def _idx_folder(folder: Path, verify_as: str = "") -> tuple[Part, Part] | None:
    """The four IDX files of a folder, packed or plain; with a name, checked against the published digests."""
    contents: list[tuple[Path, bytes]] = []
    for name in IDX_FILES:
        path = next((p for p in (folder / name, folder / f"{name}.gz") if p.is_file()), None)
        if path is None:
            return None
        content = formats.unpack(path)
        expected = PUBLISHED[verify_as].content_sha256.get(name) if verify_as else None
        if expected and hashlib.sha256(content).hexdigest() != expected:
            raise formats.damaged(path, "su contenido no es el publicado (SHA-256 distinto)")
        contents.append((path, content))
    return formats.idx_part(contents[0], contents[1]), formats.idx_part(contents[2], contents[3])


def _digits() -> Raw:
    """The 8x8 digits inside scikit-learn: levels 0..16 stretched to 0..255."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    images = np.rint(bunch.images * (255.0 / 16.0)).astype(np.uint8)[..., np.newaxis]
    train = Part(images, bunch.target.astype(np.int64))
    return Raw(train, None, PUBLISHED["digits"].classes, "conjunto «digits» incluido en scikit-learn")


def _from_keras(name: str, looked: list[str]) -> Raw:
    """The Keras cache, filled from the network if need be; every file is checked by its digest."""
    home = Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser() / "datasets"
    looked = [*looked, str(home).replace(str(Path.home()), "~"), f"keras.datasets.{name} (descarga)"]
    try:
        with network.impatient():
            parts = _fashion_from_keras(home) if name == "fashion_mnist" else _keras_loader(name)
    except MissingError:
        raise
    except Exception as error:  # Keras raises bare Exception when a download fails
        raise _not_found(name, looked, error) from error
    return _raw(name, parts, f"archivos publicados que descarga keras.datasets.{name}")


def _keras_loader(name: str) -> tuple[Part, Part]:
    """``keras.datasets.<name>.load_data()``, which checks the SHA-256 of what it downloads."""
    import keras

    train, test = getattr(keras.datasets, name).load_data()
    return arrays.part(*train), arrays.part(*test)


def _fashion_from_keras(home: Path) -> tuple[Part, Part]:
    """Fashion-MNIST with the digests that Keras' own loader does not check."""
    import keras

    for name, md5 in PUBLISHED["fashion_mnist"].md5.items():
        keras.utils.get_file(
            name,
            origin=KERAS_FILES + name,
            cache_subdir="datasets/fashion-mnist",
            file_hash=md5,
            hash_algorithm="md5",
        )
    found = _idx_folder(home / "fashion-mnist", "fashion_mnist")
    if found is None:
        raise FileNotFoundError(home / "fashion-mnist")
    return found


def _raw(name: str, parts: tuple[Part, Part], source: str) -> Raw:
    """The parts with the Spanish class names of the published set."""
    return Raw(parts[0], parts[1], PUBLISHED[name].classes, source)


def _not_found(name: str, looked: list[str], cause: Exception | None = None) -> MissingError:
    """What is missing, every place looked at, and the ways to get it."""
    package = PUBLISHED[name].debian
    ways = [f"indica en `path` la carpeta con los archivos publicados de {name}"]
    if package:
        ways.append(f"instala el paquete con «apt install {package}»")
    ways.append("o vuelve a intentarlo con conexión a internet")
    why = " ".join(str(cause).split())[:200] if cause else ""
    return MissingError(
        f"no se encuentra el conjunto de datos {name}" + (f" ({why})" if why else ""),
        where="; ".join(looked),
        next_step=", ".join(ways),
    )
