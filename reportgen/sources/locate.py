"""Takes the name of a published data set, gives its files, their digests and its Spanish class names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reportgen.sources.cifar100 import CIFAR100_CLASSES

DEBIAN_FASHION_MNIST = "/usr/share/datasets/fashion-mnist"
"""Where the Debian package ``dataset-fashion-mnist`` puts its IDX files."""

IDX_FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
"""Names of the four IDX files, in the order images and labels of train, then of test; also with ``.gz``."""


@dataclass(frozen=True, slots=True)
class Published:
    """A data set that everybody can get.

    Attributes:
        name: its name in the configuration.
        classes: class names in Spanish, in the order of the labels.
        image_shape: (height, width, channels) as published.
        train: images in the published training part.
        test: images in the published test part, 0 if there is none.
        md5: file as downloaded -> MD5, where the authors publish it.
        sha256: file as downloaded -> SHA-256.
        content_sha256: IDX file -> SHA-256 of its content once decompressed, equal whoever packed it
            (Debian packs again without the name in the header; put back, the files have the MD5 above).
        debian: Debian package with the files, empty if there is none.
    """

    name: str
    classes: tuple[str, ...]
    image_shape: tuple[int, int, int]
    train: int
    test: int
    md5: Mapping[str, str] = field(default_factory=dict)
    sha256: Mapping[str, str] = field(default_factory=dict)
    content_sha256: Mapping[str, str] = field(default_factory=dict)
    debian: str = ""

    @property
    def has_own_test(self) -> bool:
        """Whether a test part is published with it."""
        return self.test > 0


DIGITS = tuple(str(digit) for digit in range(10))

PUBLISHED: Mapping[str, Published] = {
    "cifar10": Published(
        name="cifar10",
        classes=("avión", "coche", "ave", "gato", "ciervo", "perro", "rana", "caballo", "barco", "camión"),
        image_shape=(32, 32, 3),
        train=50_000,
        test=10_000,
        md5={"cifar-10-python.tar.gz": "c58f30108f718f92721af3b95e74349a"},
        sha256={"cifar-10-python.tar.gz": "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"},
    ),
    "cifar100": Published(
        name="cifar100",
        classes=CIFAR100_CLASSES,
        image_shape=(32, 32, 3),
        train=50_000,
        test=10_000,
        md5={"cifar-100-python.tar.gz": "eb9058c3a382ffc7106e4002c42a8d85"},
        sha256={
            "cifar-100-python.tar.gz": "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
        },
    ),
    "mnist": Published(
        name="mnist",
        classes=DIGITS,
        image_shape=(28, 28, 1),
        train=60_000,
        test=10_000,
        sha256={"mnist.npz": "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"},
    ),
    "fashion_mnist": Published(
        name="fashion_mnist",
        classes=(
            "Camiseta/top", "Pantalón", "Suéter", "Vestido", "Abrigo",
            "Sandalia", "Camisa", "Zapatilla", "Bolso", "Botín",
        ),
        image_shape=(28, 28, 1),
        train=60_000,
        test=10_000,
        md5={
            "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
            "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
            "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
            "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
        },
        content_sha256={
            "train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
            "train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            "t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
            "t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        },
        debian="dataset-fashion-mnist",
    ),
    "digits": Published(name="digits", classes=DIGITS, image_shape=(8, 8, 1), train=1_797, test=0),
}  # fmt: skip
"""Published data sets by name; ``digits`` comes inside scikit-learn."""


def has_own_test(name: str, *, folder_with_test: bool = False) -> bool:
    """Whether a data set brings its own test part; a folder or an npz does if its content says so."""
    known = PUBLISHED.get(name)
    return known.has_own_test if known else folder_with_test


def class_names(
    name: str, given: Sequence[str] | None, select: Sequence[str | int] | None
) -> tuple[str, ...]:
    """Names of the classes of a data set as far as they are known without its images; empty if they are not.

    Args:
        name: of the data set.
        given: those that the author gives them, which come first.
        select: the classes that are used, by name or number; None for all.
    """
    published = PUBLISHED[name].classes if name in PUBLISHED else ()
    if given or select is None:
        return tuple(given or published)
    names = [published[item] if isinstance(item, int) and item < len(published) else item for item in select]
    return tuple(str(item) for item in names) if all(isinstance(item, str) for item in names) else ()
