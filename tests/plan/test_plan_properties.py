"""What must hold for every configuration: spelled anyhow, decorated, split over files, shown again."""

from __future__ import annotations

import copy

import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st
from support.configurations import written
from support.generated import all_keys, documents, stages
from support.spellings import spelled

from reportgen import api
from reportgen.plan.expand import expand
from reportgen.spec.check import runs_of
from reportgen.spec.keras_names import filled
from reportgen.spec.load import load
from reportgen.spec.model import Training

EXAMPLES = settings(max_examples=40, deadline=None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("properties")


def loaded(folder, document, name="e.toml"):
    return load(written(folder, tomli_w.dumps(document), name))


@EXAMPLES
@given(st.data(), documents())
def test_the_same_tables_spelled_otherwise_are_the_same_runs(folder, data, document):
    plain = all_keys(loaded(folder, document))
    text = data.draw(spelled(document))
    assert all_keys(load(written(folder, text))) == plain


WORDS = st.text(alphabet='aáñ 1·[]"\\-', max_size=8)


@st.composite
def decorated(draw, document):
    """The document with words for people wherever there may be some."""
    found = copy.deepcopy(document)
    found["report"] |= {
        "title": f"x{draw(WORDS)}",
        "subtitle": draw(WORDS),
        "language": "es-CL",
        "kind": "breve",
    }
    found["report"] |= {"authors": [{"name": draw(WORDS)}], "rope": 0.01, "sections": ["resumen", "cierre"]}
    found["report"]["corto"] = {"title": f"x{draw(WORDS)}", "studies": ["s0"]}
    found["data"]["classes"] = [str(number) for number in range(10)]
    found["training"]["timeout_minutes"] = 7.5
    for model in found["model"].values():
        model["title"] = draw(WORDS)
    for study in found["study"].values():
        study["title"] = draw(WORDS)
        study["figures"] = ["curves"]
        study["table"] = {"columns": ["accuracy.test"]}
        for axis, content in study.get("grid", {}).items():
            if isinstance(content, list):
                names = [f"{draw(WORDS)} {index}" for index, _ in enumerate(content)]
                study.setdefault("labels", {})[axis] = {"name": draw(WORDS), "values": names}
                study["table"]["rows"] = axis
        for variant in study.get("variant", {}).values():
            variant |= {"title": draw(WORDS), "change": draw(WORDS)}
    return found


@EXAMPLES
@given(st.data(), documents())
def test_words_for_people_change_no_key(folder, data, document):
    plain = all_keys(loaded(folder, document))
    assert all_keys(loaded(folder, data.draw(decorated(document)))) == plain


def with_defaults(settings_table):
    """Settings with all that Keras would fill in."""
    found = dict(settings_table)
    if "optimizer" in found:
        found["optimizer"] = filled("optimizers", found["optimizer"])
    if "callbacks" in found:
        found["callbacks"] = [filled("callbacks", item) for item in found["callbacks"]]
    return found


def with_filled_layers(layers):
    return [
        {**item, "layers": with_filled_layers(item["layers"])}
        if isinstance(item, dict) and "each" in item
        else filled("layers", item)
        for item in layers
    ]


@EXAMPLES
@given(documents())
def test_defaults_spelled_out_change_no_key(folder, document):
    found = copy.deepcopy(document)
    defaults = {
        name: field.default
        for name, field in Training.model_fields.items()
        if not isinstance(field.default, tuple) and name != "keep_weights"
    }
    found["training"] = with_defaults({**defaults, "seeds": [0], "callbacks": [], **found["training"]})
    for model in found["model"].values():
        model["layers"] = with_filled_layers(model["layers"])
    for name, study in found["study"].items():
        found["study"][name] = said = with_defaults(study)
        for key, variant in said.get("variant", {}).items():
            said["variant"][key] = with_defaults(variant)
        for part in ("grid", "zip"):
            for axis, kind in (("optimizer", "optimizers"), ("callbacks", "callbacks")):
                content = said.get(part, {}).get(axis)
                if isinstance(content, list):
                    said[part][axis] = [
                        [filled(kind, entry) for entry in item] if axis == "callbacks" else filled(kind, item)
                        for item in content
                    ]
    assert all_keys(loaded(folder, found)) == all_keys(loaded(folder, document))


def parted(draw, document, decoy):
    """The document in two parts of which the second is laid over the first, which it partly corrects."""
    first, second = {}, {}
    for key, value in document.items():
        if isinstance(value, dict) and value and "name" not in value and "layers" not in value:
            first[key], second[key] = parted(draw, value, decoy)
            continue
        part = draw(st.integers(0, 2))
        if part == 0:
            first[key] = value
        else:
            second[key] = value
        if part == 2 and not isinstance(value, dict):
            first[key] = decoy
    return first, second


@EXAMPLES
@given(st.data(), documents())
def test_includes_are_as_writing_it_in_one_file(folder, data, document):
    first, second = parted(data.draw, document, "nada de esto vale")
    one, two = first, {}
    if data.draw(st.booleans()):
        one, two = parted(data.draw, first, 0)
    written(folder, tomli_w.dumps(one), "uno.toml")
    written(folder, tomli_w.dumps(two), "dos.toml")
    text = 'include = ["uno.toml", "dos.toml"]\n' + tomli_w.dumps(second)
    assert all_keys(load(written(folder, text))) == all_keys(loaded(folder, document, "todo.toml"))


@EXAMPLES
@given(st.data(), documents())
def test_a_profile_is_as_writing_it_in_one_file(folder, data, document):
    first, second = parted(data.draw, document, "nada de esto vale")
    text = tomli_w.dumps({**first, "profile": {"p": second, "otro": {"data": {"name": "mnist"}}}})
    found = load(written(folder, text), "p")
    assert all_keys(found) == all_keys(loaded(folder, document, "todo.toml"))


@EXAMPLES
@given(documents())
def test_what_is_shown_loads_to_the_same_runs(folder, document):
    path = written(folder, tomli_w.dumps(document))
    shown = written(folder, api.show(api.Request(path, build=folder / "b")), "shown.toml")
    spec = load(path)
    again = load(shown)
    assert [run.key for run in expand(again, {}, {}).runs] == [run.key for run in expand(spec, {}, {}).runs]
    assert stages(again)[-1] == stages(spec)[-1]
    assert api.show(api.Request(shown, build=folder / "b")) == shown.read_text(encoding="utf-8")


def counts(plan):
    found = {item.study: item.count for item in plan.pending}
    for run in plan.runs:
        found[run.study] = found.get(run.study, 0) + 1
    return found


@EXAMPLES
@given(documents())
def test_what_waits_is_counted_as_it_will_be(folder, document):
    spec = loaded(folder, document)
    plans = stages(spec)
    assert [counts(plan) for plan in plans] == [counts(plans[-1])] * len(plans)
    for name, count in counts(plans[-1]).items():  # the limit on runs never counts too few
        assert runs_of(spec, name) >= count
        assert spec.study[name].origin or runs_of(spec, name) == count


@EXAMPLES
@given(documents())
def test_every_run_has_its_own_name_and_its_place(folder, document):
    spec = loaded(folder, document)
    runs = stages(spec)[-1].runs
    assert len({(run.study, run.id) for run in runs}) == len(runs)
    order = list(spec.study)
    assert [run.study for run in runs] == sorted((run.study for run in runs), key=order.index)
    keys = {run.key for run in runs}
    for run in runs:
        assert run.content()["seed"] == run.seed
        assert (run.fold is None) == (run.folds == 0) == (run.content()["fold"] is None)
        assert run.parent in ("", *keys)
