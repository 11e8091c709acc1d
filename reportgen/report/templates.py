"""Takes folders of templates, gives a sandboxed environment that renders them.

Looked up in the order given: the user's folder first, the packaged one last.
A template sees values only: no attribute that starts with an underscore, no
file, no module.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateError, TemplateNotFound
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from reportgen.errors import RenderError


class Templates:
    """Files of the template folders, and the environment that renders them."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.roots = [folder.resolve() for folder in folders]
        self.environment = _environment(_Jail(self.roots))

    def path(self, name: str) -> Path | None:
        """The first file of that name in the folders; never outside them."""
        for root in self.roots:
            candidate = (root / name).resolve()
            if candidate.is_relative_to(root) and candidate.is_file():
                return candidate
        return None

    def text(self, name: str) -> str:
        """Content of a file.

        Raises:
            RenderError: when no folder has it.
        """
        path = self.path(name)
        if path is None:
            folders = ", ".join(root.name for root in self.roots)
            raise RenderError(f"falta la plantilla «{name}»", where=folders, next_step="revisa --templates")
        return path.read_text(encoding="utf-8")

    def toml(self, name: str) -> dict[str, Any]:
        """A TOML file of the folders."""
        return tomllib.loads(self.text(name))

    def render(self, name: str, context: dict[str, Any]) -> str:
        """One rendered template.

        Raises:
            RenderError: naming file, line and what is missing.
        """
        try:
            return self.environment.get_template(name).render(context)
        except TemplateNotFound as error:
            folders = ", ".join(root.name for root in self.roots)
            raise RenderError(
                f"falta la plantilla «{error.name}»", where=folders, next_step="revisa --templates"
            ) from error
        except (TemplateError, TypeError, ValueError, LookupError, ArithmeticError) as error:
            line = _line(error)
            raise RenderError(f"la plantilla falla: {error}", where=f"{name}{line}") from error


class _Jail(BaseLoader):
    def __init__(self, roots: list[Path]) -> None:
        self.roots = roots

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, None]:
        del environment
        for root in self.roots:
            path = (root / template).resolve()
            if path.is_relative_to(root) and path.is_file():
                return path.read_text(encoding="utf-8"), str(path), None
        raise TemplateNotFound(template)


def given(value: object) -> Markup:
    """What the author, the data or the layout gives, marked as such: no number in it is a result."""
    return Markup('<span class="given">{}</span>').format(value)


MOST = 4
"""Names of a list that a sentence tells before it only counts the rest."""


def first_few(values: Sequence[str]) -> Sequence[str]:
    """As many of the values as a sentence tells one by one."""
    return values[:MOST]


def inline(label: str) -> str:
    """What something is called, as running text has it: ``Tasa de aprendizaje`` -> ``tasa de aprendizaje``.

    Only a word that begins with a capital and goes on in lower case is a common noun: ``ReLU``, ``L2`` and
    ``CNN base`` stay. It is for names of axes and settings, never for values, which may be proper names.
    """
    first = label.partition(" ")[0]
    return label[:1].lower() + label[1:] if first[1:].isalpha() and first[1:].islower() else label


def _environment(loader: BaseLoader) -> Environment:
    environment = ImmutableSandboxedEnvironment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["given"] = given
    environment.filters["inline"] = inline
    environment.filters["first_few"] = first_few
    return environment


def _line(error: Exception) -> str:
    trace = error.__traceback__
    line = getattr(error, "lineno", None)
    while trace is not None and line is None:
        if trace.tb_frame.f_code.co_filename.endswith((".j2", ".html")):
            line = trace.tb_lineno
        trace = trace.tb_next
    return f":{line}" if line else ""
