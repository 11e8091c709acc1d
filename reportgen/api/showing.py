"""Takes a project, gives it as TOML with everything spelled out: the whole file, or one run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import tomli_w

from reportgen.api.planning import PlannedRun, plan
from reportgen.api.project import Project, Request, open_project, plan_with
from reportgen.errors import ConfigurationError, Problem
from reportgen.plan.model import RunPlan
from reportgen.spec.spelled import spelled_out, with_arguments, with_layer_arguments

if TYPE_CHECKING:
    from reportgen.records.model import RunRecord


def show(request: Request) -> str:
    """The configuration with every default filled in, and each study's runs as comments.

    The text is a configuration itself: it loads to the same runs.
    """
    planned = plan(request)
    document = spelled_out(open_project(request).spec)
    studies = document.pop("study")
    parts = [tomli_w.dumps(document)]
    for name, study in studies.items():
        parts.append(tomli_w.dumps({"study": {name: study}}))
        lines = [line for line in planned.lines if line.study == name]
        later = [item for item in planned.plan.pending if item.study == name]
        parts.append("".join(_comments(lines)))
        parts += [f"# {item.count} ejecuciones, cuando termine «{item.waits_for}»\n" for item in later]
    return "\n".join(part for part in parts if part)


def _comments(lines: list[PlannedRun]) -> Iterator[str]:
    if lines:
        yield f"# {len(lines)} {'ejecución' if len(lines) == 1 else 'ejecuciones'}:\n"
    for line in lines:
        label = "".join(char if char.isprintable() else " " for char in line.label)
        stored = "guardada" if line.state == "stored" else "sin resultado"
        yield f"#   {line.key[:12]}  {line.study}.{line.id}  {label}  ({stored})\n"


def show_run(request: Request, name: str) -> str:
    """One run: what it is trained with and, once it is stored, what came of it.

    Args:
        request: the configuration.
        name: ``STUDY.RUN`` or the first digits of a key.

    Raises:
        ConfigurationError: when no run or several have that name.
    """
    project = open_project(request)
    known: dict[str, RunRecord] = {}
    run = named_run(project, plan_with(project, known).runs, name)
    data = next(item for item in project.data if item.key == run.data)
    content = {
        "run": {
            "study": run.study, "id": run.id, "label": run.label, "key": run.key, "seed": run.seed,
            "parameters": run.parameters, "parent": run.parent,
        },
        "recipe": {**_with_defaults(run.content()), "data": data.content()},
        "result": _result(known.get(run.key)),
    }  # fmt: skip
    return tomli_w.dumps(_plain(content))


def _with_defaults(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """A recipe, which leaves out what equals Keras' defaults, with all of them."""
    layers = with_layer_arguments(recipe["model"]["layers"])
    training = with_arguments(recipe["training"])
    return {**recipe, "training": training, "model": {**recipe["model"], "layers": layers}}


def named_run(project: Project, runs: tuple[RunPlan, ...], name: str, where: str = "show") -> RunPlan:
    """The run that is called ``STUDY.RUN``, or whose key begins so; ``where`` it was asked for.

    Raises:
        ConfigurationError: when no run or several have that name.
    """
    found = [run for run in runs if name in (f"{run.study}.{run.id}", run.key)]
    found = found or [run for run in runs if run.key.startswith(name) or f"{run.study}.{run.arm}" == name]
    if len({run.key for run in found}) == 1:
        return found[0]
    if found:
        what, told = f"«{name}» puede ser {len(found)} ejecuciones", found
    else:
        what, told = f"no hay ninguna ejecución «{name}»", list(runs)
    shown = ", ".join(f"{run.study}.{run.id}" for run in told[:8])
    more = ", ..." if told[8:] else ""
    file = str(project.request.config)
    raise ConfigurationError((Problem(file, 1, where, what, f"hay: {shown}{more}"),))


def _result(record: RunRecord | None) -> dict[str, Any]:
    if record is None:
        return {"status": "missing"}
    return {
        "status": str(record.status),
        "reason": record.reason,
        "seconds": record.seconds,
        "shared_seconds": sum(item.seconds for item in record.shared) if record.shared else None,
        "epochs_run": record.epochs_run,
        "epochs_taken_over": record.continued.epochs if record.continued else None,
        "best_epoch": record.best_epoch,
        "inference_milliseconds": record.inference.milliseconds if record.inference else None,
        "parameters": record.parameter_counts.total if record.parameter_counts else None,
        "metrics": record.metrics,
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - any tree of plain values
    """Without what TOML cannot say: nothing."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items() if item is not None and item != ""}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value if item is not None]
    return value
