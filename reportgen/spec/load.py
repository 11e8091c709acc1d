"""Takes the path of a TOML file and a profile, gives its :class:`Spec` or all its errors at once."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from reportgen.errors import ConfigurationError, Problem
from reportgen.spec import model
from reportgen.spec.check import MAX_RUNS, check
from reportgen.spec.check_values import Complaint
from reportgen.spec.positions import Marks, dotted, line_of
from reportgen.spec.positions import Path as Place
from reportgen.spec.read import leaves, overlay, read, single
from reportgen.spec.repair import repaired
from reportgen.spec.shape import shaped
from reportgen.spec.translate import problems


def load(path: Path, profile: str = "", max_runs: int = MAX_RUNS) -> model.Spec:
    """The configuration at ``path``, with ``[profile.NAME]`` laid over it when a profile is named.

    Raises:
        ConfigurationError: with every problem found, each with file, line and field.
    """
    source = read(path)
    _lay_profile(path, source.document, profile, source.marks)
    return _validate(path, source.document, source.marks, max_runs)


def _lay_profile(path: Path, document: dict[str, Any], profile: str, marks: Marks) -> None:
    known = document.pop("profile", {})
    if not isinstance(known, dict):
        raise _misplaced(path, marks, ("profile",), "tiene que ser una tabla", "[profile.demo]")
    if profile and profile not in known:
        allowed = f"declarados: {', '.join(known) or 'ninguno'}"
        raise single(path, 1, "profile", f"no hay ningún perfil «{profile}»", allowed)
    for name, content in known.items():
        place = ("profile", name)
        if not isinstance(content, dict):
            raise _misplaced(path, marks, place, "tiene que ser una tabla", f"[profile.{name}]")
        for field in ("include", "profile"):
            if field in content:
                what = f"un perfil no lleva `{field}`"
                raise _misplaced(path, marks, (*place, field), what, "escríbelo fuera del perfil")
    if profile:
        overlay(document, known[profile], ("profile", profile), (marks, marks))


def _misplaced(path: Path, marks: Marks, place: Place, what: str, allowed: str) -> ConfigurationError:
    mark = line_of(marks, place)
    return single(Path(mark.file or path), mark.line, dotted(place), what, allowed)


def _validate(path: Path, document: dict[str, Any], marks: Marks, max_runs: int) -> model.Spec:
    try:
        spec = model.Spec.model_validate_json(as_json(document))
    except ValidationError as error:
        details = error.errors(include_url=False)
        refused = problems(path, document, details, marks)
        rest = _complaints(path, repaired(document, details, as_json), marks)
        found = _one_by_one(refused, _complaints(path, _odd(document), marks), rest)
        raise ConfigurationError(_ordered(found)) from error
    odd = _complaints(path, _odd(document), marks)
    found = _one_by_one(odd, _complaints(path, check(spec, max_runs), marks), [*_prose(path, spec, marks)])
    if found:
        raise ConfigurationError(_ordered(found))
    return spec


def as_json(document: dict[str, Any]) -> str:
    """The document for strict validation, which in JSON takes a list for a tuple."""
    return json.dumps(shaped(document), default=str)


def _complaints(path: Path, complaints: Iterator[Complaint], marks: Marks) -> list[Problem]:
    found = []
    for place, what, allowed in complaints:
        mark = line_of(marks, place)
        found.append(Problem(mark.file or str(path), mark.line, dotted(place), what, allowed))
    return found


def _one_by_one(*groups: list[Problem]) -> list[Problem]:
    """What is wrong with each field by the first group that complains of it."""
    found: list[Problem] = []
    for group in groups:
        told = {(item.file, item.field) for item in found}
        found += [item for item in group if (item.file, item.field) not in told]
    return found


def _odd(document: dict[str, Any]) -> Iterator[Complaint]:
    """Values that are legal TOML and mean nothing here; and the lack of models where anything is trained."""
    studies = document.get("study")
    made = isinstance(studies, dict) and all(isinstance(s, dict) and "results" in s for s in studies.values())
    if "model" not in document and not made:
        yield ("model",), "falta este campo", ""
    for place, value in leaves(document, ()):
        if isinstance(value, dt.date | dt.time) and not _is_date(place):
            yield place, f"una fecha u hora, {value}, donde no se admite", "entre comillas es un texto"
        elif isinstance(value, str) and "\0" in value:
            yield place, "el texto lleva un carácter nulo", "quítalo"


def _is_date(place: Place) -> bool:
    return place[0] == "report" and place[-1] == "date"


def _ordered(found: list[Problem]) -> tuple[Problem, ...]:
    """In the order of the files and their lines."""
    return tuple(sorted(dict.fromkeys(found), key=lambda item: (item.file, item.line, item.field)))


def _prose(path: Path, spec: model.Spec, marks: Marks) -> Iterator[Problem]:
    """What is wrong with the author's texts: better told now than after hours of training."""
    for name, report in spec.reports.items():
        place = ("report", name, "prose") if ("report", name, "prose") in marks else ("report", "prose")
        mark = line_of(marks, place)
        file = mark.file or str(path)
        if not report.prose:
            continue
        folder = path.parent / report.prose
        if not _is_folder(folder):
            what = f"no existe la carpeta «{report.prose}»"
            yield Problem(file, mark.line, dotted(place), what, "créala o quita `prose`")
            continue
        if not folder.resolve().is_relative_to(path.parent.resolve()):
            what = f"«{report.prose}» está fuera de la carpeta de la configuración"
            yield Problem(file, mark.line, dotted(place), what, "una ruta relativa, sin «..»")
            continue
        for text in sorted(folder.glob("*.md")):
            try:
                text.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError):
                what = f"no se puede leer «{text.name}» como UTF-8"
                yield Problem(file, mark.line, dotted(place), what, "guárdalo como UTF-8")


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name that no folder can have
        return False
