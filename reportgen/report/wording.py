"""Takes the language of a report, gives its templates and its locale: all that words are taken from."""

from __future__ import annotations

from pathlib import Path

from reportgen.report.locale import Locale
from reportgen.report.packaged import packaged
from reportgen.report.templates import Templates


def wording(language: str, own: Path | None = None) -> tuple[Templates, Locale]:
    """The templates, those of the user's folder first, and the locale with its catalogue of terms."""
    templates = Templates([*([own] if own else []), packaged()])
    bare = Locale(language, {})
    return templates, Locale(language, templates.toml(f"{bare.language}/strings.toml"))
