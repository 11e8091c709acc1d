"""Takes what the results say of texts and claims, gives it as lines or as JSON, and the exit code."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
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


def as_json(reviewed: Reviewed) -> str:
    """A list with an object for each remark, then one for each claim."""
    found: list[dict[str, object]] = []
    for remark in reviewed.remarks:
        item: dict[str, object] = {
            "file": remark.file,
            "line": remark.line,
            "kind": str(remark.kind),
            "text": remark.text,
            "expected": remark.expected,
        }
        found.append(item | ({"accepted": remark.accepted} if remark.accepted else {}))
    found += [
        {
            "file": claim.file,
            "line": claim.line,
            "kind": "claim",
            "id": claim.id,
            "text": claim.text,
            "verdict": claim.verdict,
            "expected": claim.sentence,
        }
        for claim in reviewed.claims
    ]
    return json.dumps(found, ensure_ascii=False, indent=1)


def as_text(reviewed: Reviewed) -> str:
    """A line for each claim and remark, and one that sums the remarks up."""
    if not reviewed.judged:
        return ""
    return "".join(f"{line}\n" for line in (*_claims(reviewed), *_remarks(reviewed)))


def _claims(reviewed: Reviewed) -> Iterator[str]:
    for claim in reviewed.claims:
        place = f"{claim.file}:{claim.line}"
        yield f"{place}: {claim.sign} hipótesis {claim.told}: {claim.text} -> {claim.sentence}"


def _remarks(reviewed: Reviewed) -> list[str]:
    if not reviewed.texts:
        return []
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
    return lines


def _line(remark: Remark) -> str:
    accepted = f" (aceptado: {remark.accepted})" if remark.accepted else ""
    kind = KINDS[str(remark.kind)]
    return f"{remark.file}:{remark.line}: {kind}: {remark.text} -> {remark.expected}{accepted}"


def unjudged(reviewed: Reviewed) -> str:
    """What to say while there is nothing to hold texts and claims against."""
    texts = "el texto" if reviewed.texts == 1 else f"los {reviewed.texts} textos"
    texts = texts if reviewed.texts else "las hipótesis"
    return f"Aún no hay resultados con los que comparar {texts}: repite la orden después de `reportgen run`."


def exit_code(remarks: Sequence[Remark]) -> int:
    """1 while something is refuted, contradicted or unknown that nobody accepted."""
    return int(any(remark.stands for remark in remarks))
