"""Takes a report's declaration, gives the sections it consists of, in order."""

from __future__ import annotations

from collections.abc import Mapping

from reportgen.spec.model import Report

KINDS: Mapping[str, tuple[str, ...]] = {
    "proyecto": (
        "resumen", "problema", "crisp_dm", "datos", "fundamentos", "ajustes", "estudios", "evaluacion",
        "comparacion", "hipotesis", "conclusiones", "limitaciones", "referencias", "anexos", "procedencia",
    ),
    "curso": (
        "introduccion", "datos", "familias", "discusion", "hipotesis", "conclusiones", "limitaciones",
        "mejora", "cierre", "referencias", "anexos", "procedencia",
    ),
    "escalera": (
        "introduccion", "datos", "peldanos", "hipotesis", "limitaciones", "cierre", "referencias", "anexos",
        "procedencia",
    ),
    "breve": (
        "introduccion", "datos", "modelos", "intentos", "hipotesis", "cierre", "referencias", "procedencia",
    ),
    "actividad": (
        "introduccion", "datos", "capitulos", "hipotesis", "limitaciones", "mejora", "cierre", "referencias",
        "procedencia",
    ),
    "ejecutivo": ("respuesta", "costo", "dudas"),
}  # fmt: skip
"""Kind of report -> its sections; each is a template ``LANGUAGE/sections/NAME.html.j2``."""


def sections_of(report: Report) -> tuple[str, ...]:
    """The sections that the author declares, else those of the report's kind."""
    return report.sections or KINDS[report.kind]
