"""Takes classes as an author names them, gives their numbers, the images of some of them, and weights."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from reportgen.training.arrays import Raw
from reportgen.training.formats import Part
from reportgen.training.split import Indices

SHOWN = 20
"""Classes that an error lists before it says how many more there are."""
MIN_CLASSES = 2


def position(wanted: str | int, names: Sequence[str]) -> int:
    """The number of a class: that of its name, or the number itself, counted from 0.

    A number that is also the name of a class means that class.

    Raises:
        ValueError: no such class; tells the nearest and those there are.
    """
    if str(wanted) in names:
        return names.index(str(wanted))
    if isinstance(wanted, int):
        if 0 <= wanted < len(names):
            return wanted
        raise ValueError(f"no hay clase número {wanted}: van de 0 a {len(names) - 1}; {_listed(names)}")
    near = difflib.get_close_matches(wanted, names, 1, 0.5)
    hint = f" ¿Quisiste decir «{near[0]}»?" if near else ""
    raise ValueError(f"no existe la clase «{wanted}».{hint} {_listed(names).capitalize()}")


def _listed(names: Sequence[str]) -> str:
    more = f" y {len(names) - SHOWN} más" if len(names) > SHOWN else ""
    return f"las clases son: {', '.join(names[:SHOWN])}{more}"


def select(raw: Raw, wanted: Sequence[str | int] | None) -> Raw:
    """The images of some classes only, relabelled 0, 1, ... in the given order.

    Args:
        raw: a data set under the class names it was published with.
        wanted: names or numbers of at least two classes; None keeps everything.

    Raises:
        ValueError: a class that does not exist, is given twice or has no images.
    """
    if wanted is None:
        return raw
    chosen = [position(item, raw.classes) for item in wanted]
    if len(set(chosen)) < len(chosen) or len(chosen) < MIN_CLASSES:
        raise ValueError("`select` lleva al menos dos clases, cada una una sola vez")
    train = _only(raw.train, chosen)
    counts = np.bincount(train.labels, minlength=len(chosen))
    if not counts.all():
        raise ValueError(f"no hay imágenes de la clase «{raw.classes[chosen[int(counts.argmin())]]}»")
    return replace(
        raw,
        train=train,
        test=_only(raw.test, chosen) if raw.test else None,
        classes=tuple(raw.classes[number] for number in chosen),
    )


def _only(part: Part, chosen: Sequence[int]) -> Part:
    """The images whose label is among ``chosen``, with its position there as the new one."""
    kept = np.isin(part.labels, chosen)
    old = part.labels[kept]
    new = np.zeros(max(chosen) + 1, np.int64)
    new[list(chosen)] = np.arange(len(chosen))
    return Part(part.images[kept], new[old])


def weights(
    setting: str | Mapping[str, float] | None, labels: Indices, names: Sequence[str]
) -> dict[int, float] | None:
    """How much an image of each class counts in the training loss; None when all count the same.

    Args:
        setting: ``balanced``, or the weights of some classes by name, or by number in digits; the
            others weigh 1.
        labels: of the images that are trained on, (n,).
        names: the classes.

    Returns:
        Class number -> weight. ``balanced`` is n / (classes * images of the class), so that every class
        counts the same in total and the weights of all images have mean 1; a class without images weighs 1.

    Raises:
        ValueError: a class that does not exist.
    """
    if not setting or setting == "none":
        return None
    if isinstance(setting, str):
        counts = np.bincount(labels, minlength=len(names))
        mean = len(labels) / len(names)
        return {number: mean / int(count) if count else 1.0 for number, count in enumerate(counts)}
    given = {
        position(int(name) if name.isdecimal() else name, names): float(weight)
        for name, weight in setting.items()
    }
    return {number: given.get(number, 1.0) for number in range(len(names))}
