"""Takes what came of training runs again, gives it as text for a terminal, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from reportgen.cli.words import change, runs, spanish

if TYPE_CHECKING:
    from reportgen.analysis.repetition import Repetition
    from reportgen.api.verified import Repeated
    from reportgen.api.verifying import Verified
    from reportgen.report.locale import Locale

SAMENESS = {"identical": "idéntico", "equivalent": "equivalente", "different": "distinto"}
FACTS = {
    "python": "Python",
    "system": "sistema",
    "cpu": "procesador",
    "cores": "núcleos",
    "threads": "hilos",
    "device": "dispositivo",
    "compiled": "compilado con XLA",
    "shared": "red congelada calculada una sola vez",
}
TRUTH = {"True": "sí", "False": "no"}


def as_text(found: Verified) -> str:
    """One line for each run, what is different about where it was trained, and how many came out alike."""
    words = spanish()
    lines = [_head(found), *(f"  {_run(item, words)}" for item in found.repeated), *_places(found), ""]
    lines += [_sum(found)]
    stale = sum(item.published is False for item in found.repeated)
    if stale:
        verb = "tiene" if stale == 1 else "tienen"
        lines.append(
            f"{runs(stale)} {verb} en results.json otros números que los guardados: "
            "escribe de nuevo el informe con `reportgen render`."
        )
    return "\n".join([*lines, str(found.path)])


def _head(found: Verified) -> str:
    count = len(found.repeated)
    again = "entrenada de nuevo" if count == 1 else "entrenadas de nuevo"
    possible = "posible" if found.stored == 1 else "posibles"
    return f"{runs(count)} {again}, de {found.stored} {possible}:"


def _run(item: Repeated, words: Locale) -> str:
    verdict = SAMENESS[item.found.sameness]
    return f"{item.study}.{item.run}  {item.label}: {verdict}{_distance(item.found, words)}"


def _distance(found: Repetition, words: Locale) -> str:
    if found.sameness == "identical":
        return ""
    if found.changed is None:
        return f" ({found.reason or 'se probó con otras imágenes'})"
    verb = "cambia" if found.changed == 1 else "cambian"
    margin = words.number(100 * found.half_width, 1)
    share = f"{words.integer(found.changed)} de {words.integer(found.images)} predicciones {verb}"
    parts = [f"{share}, margen de la prueba ±{margin} puntos"]
    if found.probability:
        parts.append(f"probabilidades hasta {words.significant(found.probability, 2)}")
    if found.accuracy is not None:
        parts.append(f"exactitud {change(words, 'accuracy', found.accuracy)}")
    if found.loss is not None:
        parts.append(f"pérdida {change(words, 'loss', found.loss)}")
    if found.epochs[0] != found.epochs[1]:
        parts.append(f"{found.epochs[0]} → {found.epochs[1]} épocas")
    if found.parted is not None:
        parts.append(f"las curvas se separan en la época {found.parted}")
    return f" ({'; '.join(parts)})"


def _places(found: Verified) -> Iterator[str]:
    """What is not the same about where runs were trained, each fact once."""
    counts: dict[tuple[str, str, str], int] = {}
    for item in found.repeated:
        for name, (before, after) in item.found.environment.items():
            counts[name, before, after] = counts.get((name, before, after), 0) + 1
    if counts:
        yield "Entrenadas en otras condiciones que las guardadas:"
    for (name, before, after), count in counts.items():
        fact = FACTS.get(name, name.removeprefix("packages."))
        yield f"  {fact}: {_value(before)} → {_value(after)} ({runs(count)})"


def _value(text: str) -> str:
    return TRUTH.get(text, text or "nada")


def _sum(found: Verified) -> str:
    """How many came out exactly the same, and what the others are."""
    count = len(found.repeated)
    if not count:
        return "No se pudo repetir ninguna ejecución."
    same, near, far = (sum(item.found.sameness == name for item in found.repeated) for name in SAMENESS)
    if same == count:
        all_of = "La ejecución repetida dio" if count == 1 else f"Las {count} ejecuciones repetidas dieron"
        return f"{all_of} exactamente lo mismo."
    verb = "dio" if same <= 1 else "dieron"
    some = f"{same} de {count} ejecuciones repetidas" if same else "Ninguna ejecución repetida"
    head = f"{some} {verb} exactamente lo mismo"
    more = [text for number, text in ((near, _near(near)), (far, _far(far))) if number]
    return f"{'; '.join([head, *more])}."


def _near(count: int) -> str:
    which = "1 es equivalente" if count == 1 else f"{count} son equivalentes"
    return f"{which}: cambia menos de lo que la prueba puede distinguir"


def _far(count: int) -> str:
    return "1 es distinta" if count == 1 else f"{count} son distintas"


def as_json(found: Verified) -> str:
    """The file that was written, and what could not be trained."""
    content = json.loads(found.path.read_bytes())
    content["unavailable"] = dict(found.unavailable)
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
