"""Takes a superlative and the results, gives whether what it names is first, in each sense it may have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

from reportgen.prose.facts import CLASS, DATA, IDENTITY, STUDY, Config, Constraints, Knowledge, Measure
from reportgen.prose.reading import Scope, constraints, measures
from reportgen.prose.superlatives import Superlative
from reportgen.prose.wording import listed, of_metric

_EQUAL = 1e-12
Ranked = list[tuple[bool, str]]
"""For each sense: whether it holds, and what the results say."""


def first_of(claim: Superlative, knowledge: Knowledge, scope: Scope) -> Ranked:
    """The senses of a superlative; none where the results cannot tell."""
    subject = constraints(claim.subject)
    limits = constraints(claim.scope)
    if CLASS in subject:
        return _class_first(claim, subject, limits, knowledge, scope)
    if claim.category == CLASS or CLASS in limits:
        return []
    if claim.category == "depth" and not any(axis not in (*IDENTITY, DATA) for axis in subject):
        return []
    senses: Ranked = []
    for measure in measures(claim.metric, claim.split):
        for domain in domains(claim, knowledge, scope):
            senses += _in_domain(claim, domain, subject, measure, knowledge)
    return senses


def domains(claim: Superlative, knowledge: Knowledge, scope: Scope) -> list[tuple[Config, ...]]:
    """Among whom: those that the sentence limits it to, the study of the text or of the subject, or all."""
    limits = {axis: labels for axis, labels in constraints(claim.scope).items() if axis != CLASS}
    subject = {axis: labels for axis, labels in constraints(claim.subject).items() if axis != CLASS}
    found: list[tuple[Config, ...]] = []
    every = knowledge.select(limits, scope.study) if limits else _ranked_together(knowledge)
    if limits and not every:
        return []
    own = (
        {config.study.id for config in knowledge.select({**limits, **subject}, scope.study)}
        if subject
        else set()
    )
    factors = [axis for axis in subject if axis not in (*IDENTITY, DATA)]
    if factors:
        found += [
            tuple(c for c in knowledge.configs if c.study.id == study and _within(c, limits))
            for study in sorted(own)
        ]
        if claim.category != "config" or len(factors) == 1:
            return [domain for domain in found if domain]
    if scope.study:
        found.append(tuple(config for config in every if config.study.id == scope.study))
    if STUDY not in limits:
        found.append(every)
    else:
        found.append(every)
    return [domain for at, domain in enumerate(found) if domain and domain not in found[:at]]


def _within(config: Config, limits: Constraints) -> bool:
    return all(
        config.facets.get(axis) in labels
        for axis, labels in limits.items()
        if axis in config.facets or axis not in IDENTITY
    )


def _ranked_together(knowledge: Knowledge) -> tuple[Config, ...]:
    """All that may be ranked with one another: where there are folds and others, the others."""
    alone = tuple(config for config in knowledge.configs if not config.folded)
    return alone or knowledge.configs


def _in_domain(
    claim: Superlative,
    domain: tuple[Config, ...],
    subject: Constraints,
    measure: Measure,
    knowledge: Knowledge,
) -> Ranked:
    sign = claim.sign * (-1 if claim.better and measure.lower else 1)
    values = [(config, value) for config in domain if (value := knowledge.point(config, measure)) is not None]
    ours = [(config, value) for config, value in values if _is(config, subject)]
    if len(values) <= 1 or not ours or len(ours) == len(values):
        return []
    top = max(sign * value for _, value in values)
    leader = next((config, value) for config, value in values if sign * value >= top - _EQUAL)
    mine = max(ours, key=lambda item: sign * item[1])
    by_factor = len(subject) == 1 and claim.category != "config"
    folded = any(config.folded for config, _ in values)
    says = (
        f"{of_metric(measure, 'validation' if folded else 'test')}: "
        f"{listed([(leader[0].name, leader[1]), (mine[0].name, mine[1])], measure.metric)}"
    )
    if measure.metric == "inference":
        alike = knowledge.timed_alike(config for config, _ in values)
        return [(not knowledge.timed_apart((leader[0],), (mine[0],)), says)] if alike else []
    senses: Ranked = [(sign * mine[1] >= top - _EQUAL, says)]
    groups = _groups(values, tuple(subject))
    if groups:
        order = sorted(groups.items(), key=lambda item: -sign * item[1])
        mean = (
            f"{of_metric(measure, 'test')} de media: "
            f"{listed([(' · '.join(k), v) for k, v in order], measure.metric)}"
        )
        held = any(sign * v >= sign * order[0][1] - _EQUAL for k, v in order if _named(k, subject))
        senses = [(held, mean), *senses] if by_factor else [*senses, (held, mean)]
        if by_factor and set(subject) <= set(constraints(claim.scope)):
            return [(held, mean)]  # «entre tanh y ReLU, la mejor es tanh»: the two are compared
    if not measure.split and measure.metric == "accuracy" and not claim.negated:
        senses += _by_validation(sign, values, subject, knowledge, says)
    return senses


def _by_validation(
    sign: int, values: Sequence[tuple[Config, float]], subject: Constraints, knowledge: Knowledge, says: str
) -> Ranked:
    """The report chooses by validation: who repeats its choice is right."""
    senses: Ranked = []
    if sign > 0:
        chosen = knowledge.chosen([config for config, _ in values if not config.folded])
        senses += [(_is(chosen, subject), says)] if chosen is not None else []
    measure = replace(Measure(), split="validation")
    scored = [
        (config, value) for config, _ in values if (value := knowledge.point(config, measure)) is not None
    ]
    groups = _groups(scored, tuple(subject))
    if groups:
        best = max(sign * value for value in groups.values())
        senses.append((any(sign * v >= best - _EQUAL for k, v in groups.items() if _named(k, subject)), says))
    return senses


def _groups(values: Sequence[tuple[Config, float]], axes: tuple[str, ...]) -> dict[tuple[str, ...], float]:
    """Mean for each combination of labels on some axes, over the cells that all of them have."""
    if not axes or any(axis not in config.facets for config, _ in values for axis in axes):
        values = [(config, value) for config, value in values if all(axis in config.facets for axis in axes)]
    cells: dict[tuple[tuple[str, str], ...], dict[tuple[str, ...], list[float]]] = {}
    free = set(axes) | (set(IDENTITY) if set(axes) & set(IDENTITY) else set())
    for config, value in values:
        rest = tuple(sorted((axis, label) for axis, label in config.facets.items() if axis not in free))
        key = tuple(config.facets[axis] for axis in axes)
        cells.setdefault(rest, {}).setdefault(key, []).append(value)
    keys = {key for cell in cells.values() for key in cell}
    if len(keys) <= 1 or len(values) == len(keys):
        return {}
    complete = [cell for cell in cells.values() if set(cell) == keys]
    used = complete or list(cells.values())
    return {
        key: fmean([v for cell in used for v in cell.get(key, ())])
        for key in keys
        if any(key in cell for cell in used)
    }


def _named(key: tuple[str, ...], subject: Constraints) -> bool:
    return all(label in labels for label, labels in zip(key, subject.values(), strict=True))


def _is(config: Config, subject: Constraints) -> bool:
    return all(config.facets.get(axis) in labels for axis, labels in subject.items())


def _class_first(
    claim: Superlative, subject: Constraints, limits: Constraints, knowledge: Knowledge, scope: Scope
) -> Ranked:
    named = {axis: labels for axis, labels in {**limits, **subject}.items() if axis != CLASS}
    asked = scope.around(named)
    found = knowledge.select(asked, scope.study) if asked or scope.study else _ranked_together(knowledge)
    senses: Ranked = []
    for config in found:
        if not config.arm.ok():
            continue
        for metric in {item.metric for item in measures(claim.metric, "", knowledge.classes[0])}:
            if metric in ("seconds", "parameters", "loss", "gap", "inference"):
                continue
            scores = [
                (c, v)
                for c in knowledge.classes
                if (v := knowledge.point(config, Measure(metric, "", c))) is not None
            ]
            if len(scores) <= 1:
                continue
            top = max(claim.sign * value for _, value in scores)
            leader = next(item for item in scores if claim.sign * item[1] >= top - _EQUAL)
            mine = [item for item in scores if item[0] in subject[CLASS]]
            says = f"{of_metric(Measure(metric))} en «{config.name}»: {listed([leader, *mine], metric)}"
            senses.append((any(claim.sign * v >= top - _EQUAL for _, v in mine), says))
    return senses
