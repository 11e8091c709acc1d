"""Takes nothing, gives the folder of the templates that come with the program."""

from __future__ import annotations

from pathlib import Path

PACKAGED = Path(__file__).resolve().parent.parent / "templates"
CHECKOUT = Path(__file__).resolve().parent.parent.parent / "templates"


def packaged() -> Path:
    """The folder that ships with the package, or that of the checkout it runs from."""
    return PACKAGED if PACKAGED.is_dir() else CHECKOUT
