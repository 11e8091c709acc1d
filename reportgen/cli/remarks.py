"""Takes the remarks on the author's texts, gives them as lines or as JSON, and the exit code they deserve."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reportgen.api import Reviewed
    from reportgen.prose import Remark

KINDS = {
    "retyped": "copiado a mano",
    "contradicted": "no coincide",
    "refuted": "desmentido",
    "unknown": "sin resultado",
}


def as_json(remarks: Sequence[Remark]) -> str:
    """A list with an object for each remark."""
    found = []
    for remark in remarks:
        item = {
            "file": remark.file,
            "line": remark.line,
            "kind": str(remark.kind),
            "text": remark.text,
            "expected": remark.expected,
        }
        found.append(item | ({"accepted": remark.accepted} if remark.accepted else {}))
    return json.dumps(found, ensure_ascii=False, indent=1)


def as_text(reviewed: Reviewed) -> str:
    """A line for each remark, and one that sums them up."""
    if not reviewed.judged:
        return ""
    lines = [_line(remark) for remark in reviewed.remarks]
    open_ones = sum(remark.stands for remark in reviewed.remarks)
    texts = "1 texto" if reviewed.texts == 1 else f"{reviewed.texts} textos"
    if open_ones:
        verb = "1 frase por corregir" if open_ones == 1 else f"{open_ones} frases por corregir"
        lines.append(
            f"{texts}, {verb}: cámbialas, o añade detrás <!-- aceptado: motivo --> si deben quedarse así."
        )
    else:
        lines.append(f"{texts}: los resultados no desmienten nada.")
    return "\n".join(lines) + "\n"


def _line(remark: Remark) -> str:
    accepted = f" (aceptado: {remark.accepted})" if remark.accepted else ""
    kind = KINDS[str(remark.kind)]
    return f"{remark.file}:{remark.line}: {kind}: {remark.text} -> {remark.expected}{accepted}"


def unjudged(reviewed: Reviewed) -> str:
    """What to say while there is nothing to hold the texts against."""
    texts = "el texto" if reviewed.texts == 1 else f"los {reviewed.texts} textos"
    return f"Aún no hay resultados con los que comparar {texts}: repite la orden después de `reportgen run`."


def exit_code(remarks: Sequence[Remark]) -> int:
    """1 while something is refuted, contradicted or unknown that nobody accepted."""
    return int(any(remark.stands for remark in remarks))
