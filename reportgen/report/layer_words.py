"""Takes Keras entries and settings of a recipe, gives them as a reader sees them: ``Conv2D(64, 3 × 3)``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reportgen.analysis.layer_changes import Entry, arguments_of, name_of
from reportgen.report.locale import Locale

BARE = ("filters", "units", "rate", "kernel_size", "pool_size", "size", "activation", "mode")
"""Arguments that need no name beside them, in the order in which they are written."""
PAIRS = {"kernel_size", "pool_size", "strides", "size", "dilation_rate"}
"""Arguments that are one number for both sides, or one for each."""
SIDED = ("Resizing", "RandomCrop", "CenterCrop")
"""Layers whose height and width are written as one."""
TIMES = " × "


def value_text(value: Any, locale: Locale, name: str = "") -> str:  # noqa: ANN401 - plain JSON of a recipe
    """One value of an argument: decimal comma, ``sí`` and ``no``, an entry with its own arguments."""
    if value is None or isinstance(value, bool):
        return locale({None: "words.default", True: "words.yes", False: "words.no"}[value])
    if isinstance(value, int | float):
        text = locale.significant(value, 6) if isinstance(value, float) else locale.integer(value)
        return TIMES.join([text, text]) if name in PAIRS else text
    if isinstance(value, list | tuple):
        joint = TIMES if name in PAIRS else locale("list.separator")
        return joint.join(value_text(item, locale) for item in value)
    if isinstance(value, Mapping):
        return entry_text(value, locale)
    return locale.term("setting_values", str(value))


def entry_text(entry: Entry, locale: Locale, weights: Mapping[str, str] | None = None) -> str:
    """An entry as a call: the arguments that speak for themselves first, the others with their names.

    Args:
        entry: a layer, backbone, function, callback, optimizer or regularizer.
        locale: of the report.
        weights: key -> label of the runs that weights may come from.
    """
    if "backbone" in entry:
        return _backbone(entry, locale, weights or {})
    arguments = arguments_of(entry)
    arguments.pop("source", None)  # the digest of a Python file
    parts = []
    if entry.get("layer") in SIDED and {"height", "width"} <= set(arguments):
        parts.append(TIMES.join(value_text(arguments.pop(side), locale) for side in ("height", "width")))
    parts += [value_text(arguments.pop(name), locale, name) for name in BARE if name in arguments]
    parts += [f"{name}={value_text(value, locale, name)}" for name, value in arguments.items()]
    name = name_of(entry)
    name = name.partition(":")[2] if "python" in entry else name
    joint = "; " if len(parts) > 1 and any("," in part for part in parts) else ", "
    return f"{name}({joint.join(parts)})" if parts else name


def _backbone(entry: Entry, locale: Locale, weights: Mapping[str, str]) -> str:
    parts = [weights_text(str(entry.get("weights") or "none"), locale, weights)]
    trainable = entry.get("trainable", True)
    if trainable is False:
        parts.append(locale("words.frozen"))
    elif trainable is not True:
        parts.append(locale("changes.trainable_from").format(layer=trainable))
    if entry.get("until"):
        parts.append(locale("changes.until").format(layer=entry["until"]))
    return f"{entry['backbone']}({', '.join(parts)})"


def weights_text(value: str, locale: Locale, weights: Mapping[str, str]) -> str:
    """What weights an architecture starts from."""
    if value in ("imagenet", "none"):
        return locale(f"changes.weights_{value}")
    if value.startswith("run:"):
        label = weights.get(value.removeprefix("run:"), "")
        return locale("changes.weights_run").format(run=label) if label else locale("changes.weights_other")
    return locale("changes.weights_file")


def setting_text(name: str, value: Any, locale: Locale, weights: Mapping[str, str] | None = None) -> str:  # noqa: ANN401
    """The value of a setting or argument by its name; empty for what Keras gives by default."""
    if name == "weights" and isinstance(value, str):
        return weights_text(value, locale, weights or {})
    if value is None:
        return locale("changes.whole") if name == "until" else ""
    if isinstance(value, Mapping) and not name_of(value):  # weights per class
        return locale("list.separator").join(
            f"{key}: {value_text(item, locale)}" for key, item in value.items()
        )
    return value_text(value, locale, name)


def name_text(name: str, locale: Locale) -> str:
    """A setting or argument in words, begun in lower case; Keras' own name where there are none."""
    bare = name.removeprefix("optimizer.")
    for section in ("changed_settings", "settings", "axes"):
        found = locale.term(section, bare)
        if found != bare:
            return found[:1].lower() + found[1:]
    return bare
