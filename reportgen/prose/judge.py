"""Takes a claim and the results, gives what is wrong with it: it must be false in every sense it may have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reportgen.analysis.curves import learning
from reportgen.prose.claims import REST, Comparison, Overfit
from reportgen.prose.facts import CLASS, IDENTITY, Config, Constraints, Knowledge
from reportgen.prose.model import Kind, Origin
from reportgen.prose.names import Mention
from reportgen.prose.ranking import first_of
from reportgen.prose.reading import Scope, constraints, measures
from reportgen.prose.sides import EQUAL, Sense, Sides, meant
from reportgen.prose.superlatives import Superlative
from reportgen.prose.wording import listed, of_metric

_OF_NO_CLASS = ("seconds", "parameters", "loss", "inference")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a claim, and what the results say instead.

    Attributes:
        kind: what is wrong.
        expected: what the results say, in Spanish.
        span: of a result typed by hand, where it stands in what was read.
        origins: which results it may be, each with its address; the same run in two studies is one result.
    """

    kind: Kind
    expected: str
    span: tuple[int, int] = (0, 0)
    origins: Mapping[Origin, str] = field(default_factory=dict)


def compared(claim: Comparison, knowledge: Knowledge, scope: Scope) -> Verdict | None:
    """A comparison against one data set's results; None where it stands or cannot be judged."""
    strange = _strange((*claim.left, *claim.right))
    if strange is not None:
        return strange if any(item.known for item in (*claim.left, *claim.right)) else None
    if claim.relation == REST or (claim.none and not claim.left):
        return _as_first(claim, knowledge, scope)
    left, right = constraints(claim.left), constraints(claim.right)
    if CLASS in left and CLASS in right:
        return _classes(claim, knowledge, scope)
    if CLASS in left or CLASS in right:
        return None
    senses: list[Sense] = []
    for measure in measures(claim.metric, claim.split):
        for ours, theirs in meant(claim, left, right, knowledge, scope):
            senses += Sides(claim, ours, theirs, (left, right), measure, knowledge).senses()
    if not senses:
        return None if claim.negated else _unfinished((left, right), knowledge, scope)
    if claim.negated:
        wrong = all(sense.holds and sense.sure for sense in senses)
    else:
        wrong = not any(sense.holds for sense in senses)
    return Verdict(Kind.REFUTED, senses[0].says) if wrong else None


def _strange(mentions: Iterable[Mention]) -> Verdict | None:
    names = [name for item in mentions if not item.known for name in item.labels]
    return Verdict(Kind.UNKNOWN, f"no hay resultados de «{names[0]}»") if names else None


def _as_first(claim: Comparison, knowledge: Knowledge, scope: Scope) -> Verdict | None:
    """«X supera a los demás», «ninguno supera a X»: X is first, or last."""
    subject = claim.left if claim.relation == REST else claim.right
    if not subject:
        return None
    by_one = len({mention.axis for mention in subject}) == 1 and subject[0].axis not in IDENTITY
    whole = Superlative(
        subject, (), subject[0].axis if by_one else "config", claim.metric, claim.split, claim.sign,
        claim.better, claim.negated, 0, 0, (0, 0),
    )  # fmt: skip
    if claim.none and claim.sign < 0:
        whole = replace(whole, sign=-1)
    return first(whole, knowledge, scope)


def first(claim: Superlative, knowledge: Knowledge, scope: Scope) -> Verdict | None:
    """A superlative against one data set's results; None where it stands or cannot be judged."""
    strange = _strange(claim.subject)
    if strange is not None:
        return strange
    if not claim.subject:
        return None
    senses = first_of(claim, knowledge, scope)
    if not senses:
        named = knowledge.select(constraints(claim.subject), scope.study)
        return None if not named or any(config.arm.ok() for config in named) else lost(named)
    wrong = all(holds for holds, _ in senses) if claim.negated else not any(holds for holds, _ in senses)
    return Verdict(Kind.REFUTED, senses[0][1]) if wrong else None


def _unfinished(sides: Sequence[Constraints], knowledge: Knowledge, scope: Scope) -> Verdict | None:
    """A claim on what never finished."""
    for side in sides:
        configs = knowledge.select(scope.around(side), scope.study) if side else ()
        if configs and not any(config.arm.ok() for config in configs):
            return lost(configs)
    return None


def lost(configs: Sequence[Config]) -> Verdict:
    """What to say of configurations none of which finished."""
    record = configs[0].arm.results[0].record
    reason = f": {record.reason}" if record.reason else ""
    return Verdict(Kind.UNKNOWN, f"«{configs[0].name}» no tiene resultados{reason}")


def judged_runs(knowledge: Knowledge, named: Constraints, scope: Scope) -> tuple[Config, ...]:
    """The configurations whose classes a text may speak of: those named, else all that stand alone."""
    asked = {axis: labels for axis, labels in scope.around(named).items() if axis != CLASS}
    found = knowledge.select(asked, scope.study) if asked or scope.study else knowledge.configs
    return tuple(config for config in found if config.arm.ok())


def _classes(claim: Comparison, knowledge: Knowledge, scope: Scope) -> Verdict | None:
    """One class against another: wrong where no run bears it out."""
    left, right = constraints(claim.left), constraints(claim.right)
    others = {axis: labels for side in (right, left) for axis, labels in side.items() if axis != CLASS}
    senses = [
        sense
        for config in judged_runs(knowledge, others, scope)
        for one in left[CLASS]
        for other in right[CLASS]
        for sense in _class_senses(claim, config, (one, other), knowledge)
    ]
    if not senses:
        return None
    wrong = all(s.holds for s in senses) if claim.negated else not any(s.holds for s in senses)
    return Verdict(Kind.REFUTED, senses[0].says) if wrong else None


def _class_senses(
    claim: Comparison, config: Config, names: tuple[str, str], knowledge: Knowledge
) -> Iterator[Sense]:
    both = zip(measures(claim.metric, "", names[0]), measures(claim.metric, "", names[1]), strict=True)
    for one, other in both:
        x, y = knowledge.point(config, one), knowledge.point(config, other)
        if x is not None and y is not None and one.metric not in _OF_NO_CLASS:
            shown = listed([(names[0], x), (names[1], y)], one.metric)
            says = f"{of_metric(replace(one, label=''))} en «{config.name}»: {shown}"
            yield Sense(claim.sign * (x - y) > EQUAL, says)


def overfitted(claim: Overfit, knowledge: Knowledge, scope: Scope) -> Verdict | None:
    """What is said on overfitting, by the rule of the finding of that name."""
    named = {axis: labels for axis, labels in constraints(claim.subject).items() if axis != CLASS}
    asked = scope.around(named)
    configs = knowledge.select(asked, scope.study) if asked or scope.study else knowledge.configs
    facts = [(c, learning(r)) for c in configs for r in c.arm.ok()]
    judged = [(config, found) for config, found in facts if found.judged or found.overfitted]
    known = [found for _, found in facts if found.judged or found.gap is not None]
    over = [(config, found) for config, found in judged if found.overfitted]
    if not judged:
        return None
    sole = len({id(config) for config, _ in judged}) == 1
    if claim.there:
        wrong = len(over) < len(judged) if claim.all else not over
        worst = max(judged, key=lambda item: item[1].gap or 0.0)
        if claim.all and wrong:
            worst = min(judged, key=lambda item: item[1].gap or 0.0)
    else:
        wrong = bool(over) if (claim.all or sole or not named) else len(over) == len(judged)
        worst = max(over or judged, key=lambda item: item[1].gap or 0.0)
    if not wrong:
        return None
    text = "con sobreajuste" if worst[1].overfitted else "sin sobreajuste"
    shown = listed([(worst[0].name, worst[1].gap or 0.0)], "gap")
    counted = f"{len(over)} de {len(known)} ejecuciones con sobreajuste"
    return Verdict(Kind.REFUTED, f"{counted}; {text}: {shown} entre entrenamiento y validación")


def settled(verdicts: Sequence[Verdict | None]) -> Verdict | None:
    """What is wrong by every data set that can judge: None as soon as one bears the claim out."""
    found = [verdict for verdict in verdicts if verdict is not None]
    return found[0] if found and len(found) == len(verdicts) else None
