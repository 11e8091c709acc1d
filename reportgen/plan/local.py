"""Takes a :class:`Spec`, gives the local files whose content its runs depend on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reportgen.spec.model import WEIGHTS, Spec, Study, Variant


def local_weights(spec: Spec) -> tuple[str, ...]:
    """Declared paths of weight files: whatever stands for weights and is not one of Keras' words."""
    return tuple(sorted(path for path in set(_weights(spec)) if path not in WEIGHTS))


def _weights(spec: Spec) -> Iterator[str]:
    studies = tuple(spec.study.values())
    arms: list[Study | Variant] = [*studies, *(arm for study in studies for arm in study.variant.values())]
    yield from (settings.weights for settings in (spec.training, *arms) if settings.weights)
    names = {"weights"}
    for model in spec.model.values():
        for value in _of_backbones(model.layers):
            if value.startswith("$"):
                names.add(value[1:])
                yield from _texts([model.parameters.get(value[1:])])
            else:
                yield value
    for name in names:
        yield from _texts([arm.set.get(name) for arm in arms])
        for study in studies:
            yield from _texts(study.grid.get(name, ()))


def _of_backbones(layers: Any) -> Iterator[str]:  # noqa: ANN401 - plain TOML
    for entry in layers:
        if isinstance(entry, Mapping):
            yield from _of_backbones(entry.get("layers", ()))
            if "backbone" in entry:
                yield from _texts([entry.get("weights")])


def _texts(values: Any) -> Iterator[str]:  # noqa: ANN401 - plain TOML
    yield from (value for value in values if isinstance(value, str))
