"""Takes what changed between two reports, gives it as text for a terminal, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from reportgen.cli.words import change, cut, measure, number, runs, spanish

if TYPE_CHECKING:
    from reportgen.analysis.changes_between import Changes, Compared, Pair, Unjudged
    from reportgen.analysis.flipped import Flip
    from reportgen.analysis.snapshot import PublishedFinding, PublishedRun
    from reportgen.api.comparing import Difference, Side
    from reportgen.report.locale import Locale

METHODS = {
    "mcnemar": "McNemar sobre las mismas {n} imágenes de prueba",
    "proportions": "dos proporciones sin emparejar, {n} imágenes entre las dos",
    "paired_t": "t pareada sobre {n} semillas",
    "welch": "t de Welch, {n} entrenamientos entre los dos",
    "corrected_t": "t corregida de Nadeau y Bengio sobre {n} particiones",
}
COVERS = {
    "images": "Cubren el azar de las imágenes de prueba: hablan de estas redes ya entrenadas, "
    "no de lo que daría otra semilla",
    "seeds": "Cubren el azar de la semilla, no el de las imágenes de prueba",
    "folds": "Cubren el azar de las imágenes con que se entrena y se valida, no el de la semilla",
}
REASONS = {
    "other_data": "se midieron con otros datos",
    "untold_data": "los archivos no dicen si se midieron con los mismos datos",
    "no_spread": "los archivos no dicen cuánto varían por azar",
}
CHECKED = {
    "supported": "señala un problema",
    "refuted": "no señala nada",
    "not_applicable": "no se puede juzgar",
}
"""What a check comes to; a conclusion has other words."""
VERDICTS = {
    "supported": "se sostiene",
    "refuted": "no se sostiene",
    "inconclusive": "no es concluyente",
    "not_applicable": "no es aplicable",
}
STATUSES = {
    "ok": "terminada",
    "failed": "fallida",
    "diverged": "divergente",
    "timeout": "agotada",
    "missing": "sin resultado",
}
SHOWN_FLIPS = 20
"""Conclusions that are told unless all are asked for."""


def as_text(difference: Difference, *, every: bool) -> str:
    """What changed, the surest first; what noise explains is counted unless ``every`` line is asked for."""
    changes = difference.changes
    lines = [_side("A", difference.before), _side("B", difference.after), ""]
    if changes.nothing:
        same = f"A y B dicen lo mismo, hasta la última cifra: {_equal(changes.equal)}."
        return "\n".join([*lines, *_no_findings(difference), same])
    words = spanish()
    parts = [
        *_runs("Solo en A", changes.only_before, every=every),
        *_runs("Solo en B", changes.only_after, every=every),
        *_pairs("Con la misma receta y otro nombre", changes.moved, _renamed, every=every),
        *_recipes(difference, every=every),
        *_pairs("Con la misma receta y otros números", changes.retrained, _alike, every=every),
        *_pairs("Terminaron de otro modo", changes.statuses, _ended, every=every),
        *_beyond(changes, words),
        *_within(changes, words, every=every),
        *_unjudged(changes, words, every=every),
        *_conclusions(changes, every=every),
        *_no_findings(difference),
    ]
    if changes.equal:
        parts += [f"Sin cambios: {_equal(changes.equal)}.", ""]
    return "\n".join([*lines, *parts, _end(changes)])


def _side(name: str, side: Side) -> str:
    return f"{name}: {side.path} ({runs(side.runs)})"


def _equal(count: int) -> str:
    return f"{runs(count)} {'igual' if count == 1 else 'iguales'}"


def _name(run: PublishedRun) -> str:
    return f"{run.study}.{run.id}  {run.label}"


def _runs(title: str, found: Sequence[PublishedRun], *, every: bool) -> Iterator[str]:
    if found:
        yield f"{title}: {runs(len(found))}"
        yield from cut([f"  {_name(run)}" for run in found], every=every)
        yield ""


def _pairs(
    title: str, pairs: Sequence[Pair], tell: Callable[[Pair], str], *, every: bool
) -> Iterator[str]:  # fmt: skip
    if pairs:
        yield f"{title}: {runs(len(pairs))}"
        yield from cut([f"  {tell(pair)}" for pair in pairs], every=every)
        yield ""


def _renamed(pair: Pair) -> str:
    return f"{_name(pair.before)} → {_name(pair.after)}"


def _alike(pair: Pair) -> str:
    return _name(pair.after)


def _ended(pair: Pair) -> str:
    before, after = (STATUSES.get(run.status, run.status) for run in (pair.before, pair.after))
    return f"{_name(pair.after)}: {before} → {after}"


def _recipes(difference: Difference, *, every: bool) -> Iterator[str]:
    """Runs with another recipe, those in which the same has changed together."""
    pairs = difference.changes.recipes
    if not pairs:
        return
    yield f"Con otra receta: {runs(len(pairs))}"
    groups: dict[tuple[str, ...], list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(difference.fields.get(pair.after.key, ()), []).append(pair)
    for fields, members in groups.items():
        yield from (f"  {field}" for field in fields)
        indent = "    " if fields else "  "
        yield from cut([f"{indent}{_name(pair.after)}" for pair in members], every=every)
    yield ""


# --- numbers ---------------------------------------------------------------------------------------


def _beyond(changes: Changes, words: Locale) -> Iterator[str]:
    found, total = changes.beyond(), len(changes.compared)
    if not total:
        return
    if not found:
        yield f"Diferencias mayores que las del azar: ninguna, de {_comparisons(total)}."
        yield ""
        return
    yield f"Diferencias mayores que las del azar: {len(found)} de {_comparisons(total)}"
    yield from (f"  {_compared(item, words)}" for item in found)
    yield from _covered(found)
    yield ""


def _within(changes: Changes, words: Locale, *, every: bool) -> Iterator[str]:
    found = changes.within()
    if not found:
        return
    yield f"Dentro de lo que hace el azar: {_comparisons(len(found))}"
    if every:
        yield from (f"  {_compared(item, words)}" for item in found)
    else:
        for split, metric in dict.fromkeys((item.split, item.metric) for item in found):
            members = [item for item in found if (item.split, item.metric) == (split, metric)]
            widest = max(members, key=lambda item: abs(item.found.difference))
            most = change(words, metric, widest.found.difference)
            told = f"la mayor, {most} en {widest.study}.{widest.name}" if members[1:] else (
                f"{most} en {widest.study}.{widest.name}"
            )  # fmt: skip
            yield f"  {measure(words, split, metric)}: {len(members)}; {told}"
    yield from _covered(found)
    yield ""


def _covered(found: Sequence[Compared]) -> Iterator[str]:
    """Which variance the comparisons cover, and which they do not."""
    for covers in dict.fromkeys(item.found.method.covers for item in found):
        members = sum(item.found.method.covers is covers for item in found)
        count = "" if members == len(found) else f" ({members} de {len(found)})"
        yield f"  {COVERS[covers]}{count}."


def _comparisons(count: int) -> str:
    return "1 comparación" if count == 1 else f"{count} comparaciones"


def _compared(item: Compared, words: Locale) -> str:
    found, metric = item.found, item.metric
    before, after = (number(words, metric, value) for value in (found.before, found.after))
    method = METHODS[found.method].format(n=words.integer(found.n))
    return (
        f"{item.study}.{item.name}  {item.label}: {measure(words, item.split, metric)} {before} → {after} "
        f"({change(words, metric, found.difference)}; p {words.probability(item.p)} con Holm; {method})"
    )


def _unjudged(changes: Changes, words: Locale, *, every: bool) -> Iterator[str]:
    for reason in dict.fromkeys(item.reason for item in changes.unjudged):
        found = [item for item in changes.unjudged if item.reason is reason]
        count = "1 número distinto" if len(found) == 1 else f"{len(found)} números distintos"
        yield f"Sin juzgar, porque {REASONS[reason]}: {count}"
        if every:
            yield from (f"  {_number(item, words)}" for item in found)
        else:
            yield from _widest(found, words)
        yield ""
    if changes.doubtful:
        yield f"De ellas no se pudo juzgar ningún número: {runs(len(changes.doubtful))}"
        yield from cut([f"  {_name(pair.after)}" for pair in changes.doubtful], every=every)
        yield ""


def _number(item: Unjudged, words: Locale) -> str:
    before, after = (number(words, item.metric, value) for value in (item.before, item.after))
    return f"{_name(item.run)}: {measure(words, item.split, item.metric)} {before} → {after}"


def _widest(found: Sequence[Unjudged], words: Locale) -> Iterator[str]:
    for split, metric in dict.fromkeys((item.split, item.metric) for item in found):
        members = [item for item in found if (item.split, item.metric) == (split, metric)]
        widest = max(members, key=lambda item: abs(item.after - item.before))
        most = change(words, metric, widest.after - widest.before)
        place = f"{widest.run.study}.{widest.run.id}"
        told = f"la mayor diferencia, {most} en {place}" if members[1:] else f"{most} en {place}"
        yield f"  {measure(words, split, metric)}: {len(members)}; {told}"


# --- conclusions -----------------------------------------------------------------------------------


def _conclusions(changes: Changes, *, every: bool) -> Iterator[str]:
    flipped = changes.conclusions
    if not flipped:
        return
    yield f"Conclusiones que cambian: {len(flipped)}"
    shown = flipped if every else flipped[:SHOWN_FLIPS]
    for flip in shown:
        yield f"  {_flip(flip)}"
        yield from (
            f"    {name}: {told.text}" for name, told in (("A", flip.before), ("B", flip.after)) if told
        )
    if flipped[len(shown) :]:
        yield f"  … y {len(flipped) - len(shown)} más; --all lo muestra todo"
    yield ""


def _flip(flip: Flip) -> str:
    told = flip.after or flip.before
    if told is None:
        raise ValueError("a flip has a side")
    head = f"{told.code}{_about(told)}"
    if flip.before is None:
        return f"{head}: nueva ({_verdict(told)})"
    if flip.after is None:
        return f"{head}: ya no está ({_verdict(told)})"
    if flip.before.verdict == flip.after.verdict:
        return f"{head}: {_verdict(told)}, pero habla de otros"
    return f"{head}: {_verdict(flip.before)} → {_verdict(flip.after)}"


def _verdict(finding: PublishedFinding) -> str:
    words = {**VERDICTS, **CHECKED} if finding.role == "limitation" else VERDICTS
    return words.get(finding.verdict, finding.verdict)


def _about(finding: PublishedFinding) -> str:
    parts = [part for part in (finding.report, finding.data, finding.study) if part]
    return f" ({', '.join(parts)})" if parts else ""


def _no_findings(difference: Difference) -> Iterator[str]:
    sides = (("A", difference.before), ("B", difference.after))
    lacking = [name for name, side in sides if not side.findings]
    if lacking:
        who = " ni ".join(lacking)
        yield f"Conclusiones sin comparar: junto a {who} no hay ningún findings.json."
        yield ""


def _end(changes: Changes) -> str:
    if changes.settled:
        return "Nada cambia más allá del azar."
    if changes.beyond():
        return "Hay cambios que el azar no explica."
    return "Hay cambios que no son del azar, o que no se pueden juzgar."


def as_json(difference: Difference) -> str:
    """The same for programs, with every comparison and unrounded."""
    changes = difference.changes
    content: dict[str, Any] = {
        "schema": 1,
        "settled": changes.settled,
        "a": _side_json(difference.before),
        "b": _side_json(difference.after),
        "equal": changes.equal,
        "only_a": [_run_json(run) for run in changes.only_before],
        "only_b": [_run_json(run) for run in changes.only_after],
        "renamed": [_pair_json(pair) for pair in changes.moved],
        "recipes": [
            {**_pair_json(pair), "fields": difference.fields.get(pair.after.key)} for pair in changes.recipes
        ],
        "retrained": [_pair_json(pair) for pair in changes.retrained],
        "statuses": [_pair_json(pair) for pair in changes.statuses],
        "compared": [_compared_json(item) for item in changes.compared],
        "unjudged": [
            {**_run_json(item.run), "split": item.split, "metric": item.metric, "a": item.before,
             "b": item.after, "reason": item.reason}
            for item in changes.unjudged
        ],
        "doubtful": [_pair_json(pair) for pair in changes.doubtful],
        "conclusions": None if changes.conclusions is None else [
            {"turn": flip.turn, "a": flip.before and asdict(flip.before),
             "b": flip.after and asdict(flip.after)}
            for flip in changes.conclusions
        ],
    }  # fmt: skip
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)


def _side_json(side: Side) -> dict[str, Any]:
    return {**asdict(side), "path": str(side.path)}


def _run_json(run: PublishedRun) -> dict[str, Any]:
    return {
        "study": run.study, "run": run.id, "label": run.label, "key": run.key, "status": run.status,
    }  # fmt: skip


def _pair_json(pair: Pair) -> dict[str, Any]:
    return {"a": _run_json(pair.before), "b": _run_json(pair.after)}


def _compared_json(item: Compared) -> dict[str, Any]:
    found = item.found
    return {
        "study": item.study, "name": item.name, "label": item.label, "split": item.split,
        "metric": item.metric, "a": found.before, "b": found.after, "difference": found.difference,
        "method": found.method, "covers": found.method.covers, "n": found.n, "p": found.p, "p_holm": item.p,
        "beyond": item.beyond,
    }  # fmt: skip
