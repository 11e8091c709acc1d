"""The reference of the language and the pages on the commands are held against the model and the parser."""

from __future__ import annotations

import argparse
import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from support.configurations import written

from reportgen import cli
from reportgen.spec import check, keras_names, model, read
from reportgen.spec.load import load

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
OPENINGS: dict[str, type[model.Base]] = {
    "## `[report]`": model.Report,
    "**`mute`.**": model.Mute,
    "## `[data]`": model.Data,
    "`split = {": model.Split,
    "`subset`": model.Subset,
    "## `[training]`": model.Training,
    "## `[model.ID]`": model.Model,
    "## `[study.ID]`": model.Study,
    "**`[study.ID.variant.NAME]`.**": model.Variant,
    "**`from = {": model.Origin,
    "**`labels.AXIS`.**": model.Labels,
    "**`table`.**": model.Table,
    "## `[claim.ID]`": model.Claim,
}
"""What opens the passage on each table of the language."""


def rows(opening: str) -> dict[str, tuple[str, str]]:
    """Field -> default and text of the first table after a line that begins so."""
    (start,) = [at for at, line in enumerate(PAGE.splitlines()) if line.startswith(opening)]
    lines = PAGE.splitlines()[start:]
    table = itertools.takewhile(
        lambda line: line.startswith("|"),
        itertools.dropwhile(lambda line: not line.startswith("|"), lines),
    )
    cells = [re.split(r"(?<!\\)\|", line)[1:-1] for line in table]
    assert [cell.strip() for cell in cells[0]] == ["field", "default", "what it says"], opening
    return {name.strip(" `"): (default.strip(" `"), text.strip()) for name, default, text in cells[2:]}


def fields(part: type[model.Base]) -> dict[str, Any]:
    """Field -> default; settings are told once, with `[training]`."""
    inherited = set(model.Settings.model_fields) if part in (model.Study, model.Variant) else set()
    return {
        field.alias or name: field.default
        for name, field in part.model_fields.items()
        if name not in inherited
    }


def spelled(default: Any) -> str:
    """As TOML writes it; nothing for what means that nothing was said."""
    plain = isinstance(default, bool | int | float | str) or (isinstance(default, tuple) and default)
    return json.dumps(default) if plain and default != "" else ""


@pytest.mark.parametrize("opening", OPENINGS)
def test_every_field_has_its_row_with_its_default(opening):
    found = rows(opening)
    known = fields(OPENINGS[opening])
    assert set(found) == set(known)
    for name, default in known.items():
        assert found[name][0] == spelled(default), f"{opening}: {name}"
        assert len(found[name][1]) > 4, name


def test_every_table_of_the_language_is_told():
    told = {part.__name__ for part in OPENINGS.values()}
    shaped = {"Base", "Settings", "Author", "ReportPatch", "Reports", "DataPatch", "DataSets", "Spec"}
    classes = {
        name for name, part in vars(model).items() if isinstance(part, type) and issubclass(part, model.Base)
    }
    assert classes == told | shaped
    for name in model.Spec.model_fields:
        assert re.search(rf"^## `\[?{name}\b", PAGE, re.MULTILINE), name
    for name in model.Author.model_fields:
        assert f"{name} =" in rows("## `[report]`")["authors"][1]


@pytest.mark.parametrize(
    ("opening", "field", "words"),
    [
        ("## `[report]`", "kind", model.Kind),
        ("## `[report]`", "sections", model.Section),
        ("## `[report]`", "language", model.Language),
        ("## `[data]`", "name", model.DataName),
        ("## `[training]`", "precision", model.Precision),
        ("## `[study.ID]`", "figures", model.Figure),
        ("**`table`.**", "columns", model.Column),
    ],
)
def test_every_word_that_a_field_may_have_is_there(opening, field, words):
    told = " ".join(rows(opening)[field])
    assert [word for word in get_args(words) if word not in told] == []


def test_limits_are_those_of_the_code():
    text = PAGE[PAGE.index("## Limits") :]
    for limit in (
        f"{read.MAX_BYTES // 1024} KiB", f"{read.MAX_FILES} files", f"{read.MAX_DEPTH} levels",
        f"{check.MAX_RUNS} runs",
    ):  # fmt: skip
        assert limit in text, limit


def test_what_is_said_to_be_an_axis_is_one():
    told = list(rows("## `[training]`"))
    assert told[: told.index("class_weight") + 1] == list(model.TRAINING_FIELDS)
    assert told[: told.index("repeats") + 1] == list(model.Settings.model_fields)


def blocks() -> list[str]:
    return re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


def test_examples_of_whole_files_load(tmp_path):
    assert blocks()
    for text in blocks():
        load(written(tmp_path, text))


def test_refused_layers_that_are_named_are_refused():
    named = re.search(r"says \(`(\w+)`, `(\w+)`, `(\w+)`\.\.\.\)", PAGE)
    assert named
    everything = {name for kind in ("layers", "callbacks") for name in keras_names.names(kind)}
    assert not set(named.groups()) & everything


# --- commands ------------------------------------------------------------------------------------


def parsers() -> dict[str, argparse.ArgumentParser]:
    """Verb -> its parser."""
    (verbs,) = (action for action in cli._parser()._actions if isinstance(action, argparse._SubParsersAction))
    return dict(verbs.choices)


def options() -> Iterator[tuple[str, str]]:
    """Verb and option, of every verb; those of the command itself have no verb."""
    for verb, parser in {"": cli._parser(), **parsers()}.items():
        for action in parser._actions:
            for option in action.option_strings:
                if option.startswith("--"):
                    yield verb, option


@pytest.mark.parametrize("page", ["docs/language.md", "README.md"])
def test_every_verb_has_its_row(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `reportgen (\w+) ", text, re.MULTILINE)) == set(parsers())


@pytest.mark.parametrize("page", ["docs/language.md", "README.md"])
def test_every_option_is_told_and_no_other(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    text = text[text.index("## Commands") :].split("\n## ")[0]
    known = {option for _, option in options()}
    assert set(re.findall(r"(--[a-z][a-z-]*)", text)) == known


def test_options_of_a_row_are_options_of_its_verb():
    for verb, text in re.findall(r"^\| `reportgen (\w+) (.*)$", PAGE + README, re.MULTILINE):
        own = {option for name, option in options() if name == verb}
        assert set(re.findall(r"(--[a-z][a-z-]*)", text)) <= own, verb


def test_exit_codes_are_told_the_same_everywhere():
    line = (
        "0 done, 1 some runs have no result, 2 configuration or usage, 3 something is missing on the machine"
    )
    for text in (PAGE, README):
        assert line in " ".join(text.split())
