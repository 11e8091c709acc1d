"""Weights of other runs, local files and Python functions: order, keys, what waits, what is kept."""

from __future__ import annotations

import pytest
from support.configurations import HEAD, ROOT, keys_of, plan_of, spec_of
from support.generated import stages

from reportgen.errors import MissingError
from reportgen.spec.references import all_parents, ancestors, python_of, sources_of

MODEL = """\
[model.base]
parameters = { size = 8 }
layers = [{ backbone = "VGG16" }, "Flatten", { layer = "Dense", units = "$size" }]
"""
SOURCE = """\
[study.previa]
model = "base"
weights = "none"
"""
USES = """\
[study.fina]
model = "base"
weights = "run:previa"
epochs = 3
"""
BASE = HEAD + MODEL + SOURCE + USES


def by_id(plan):
    return {f"{run.study}.{run.id}": run for run in plan.runs}


def weights_in(run):
    return [layer["weights"] for layer in run.content()["model"]["layers"] if "backbone" in layer]


@pytest.mark.parametrize("text", [BASE, HEAD + MODEL + USES + SOURCE])
def test_the_key_of_the_source_stands_in_the_recipe(tmp_path, text):
    runs = by_id(plan_of(tmp_path, text))
    source, user = runs["previa.unica"], runs["fina.unica"]
    assert weights_in(user) == [f"run:{source.key}"]
    assert user.needs == (source.key,)
    assert (source.needs, source.keep_weights, user.keep_weights) == ((), True, False)
    assert user.weights_files == {}


def test_what_changes_the_source_changes_whoever_starts_from_it(tmp_path):
    before, after = keys_of(tmp_path, BASE), keys_of(tmp_path, BASE.replace('"none"', '"none"\nepochs = 9'))
    assert not set(before) & set(after)
    named = BASE.replace("previa", "otra")
    assert keys_of(tmp_path, named) == before


ARMS = (
    HEAD
    + MODEL
    + """\
[study.previa]
model = "base"
weights = "none"
grid.size = [4, 8]
[study.otra]
model = "base"
weights = "none"
variant.a = { }
variant.b = { epochs = 4 }
[study.nadie]
model = "base"
weights = "none"
epochs = 7
[study.fina]
model = "base"
grid.weights = ["run:previa.8", "run:otra.b", "imagenet"]
"""
)


def test_only_the_arms_that_are_wanted_keep_their_weights(tmp_path):
    runs = by_id(plan_of(tmp_path, ARMS))
    assert {name for name, run in runs.items() if run.keep_weights} == {"previa.8", "otra.b"}
    users = [run for run in runs.values() if run.study == "fina"]
    assert [run.needs for run in users] == [(runs["previa.8"].key,), (runs["otra.b"].key,), ()]
    kept = ARMS.replace("epochs = 2", "epochs = 2\nkeep_weights = true")
    assert all(run.keep_weights for run in plan_of(tmp_path, kept).runs)
    assert keys_of(tmp_path, kept) == keys_of(tmp_path, ARMS)


def test_a_parameter_may_name_the_weights(tmp_path):
    text = HEAD + MODEL + SOURCE
    text += '[model.otra]\nparameters = { w = "none" }\nlayers = [{ backbone = "VGG16", weights = "$w" }]\n'
    text += '[study.fina]\nmodel = "otra"\nvariant.a = { }\nvariant.b = { set.w = "run:previa" }\n'
    runs = by_id(plan_of(tmp_path, text))
    assert [weights_in(runs[f"fina.{name}"]) for name in "ab"] == [
        ["none"],
        [f"run:{runs['previa.unica'].key}"],
    ]
    assert runs["fina.a"].needs == ()
    assert sources_of(spec_of(tmp_path, text), "fina") == (("previa", ""),)


def test_each_seed_and_fold_starts_from_its_own(tmp_path):
    text = BASE.replace("epochs = 2", "epochs = 2\nseeds = [0, 1]\nfolds = 2")
    runs = plan_of(tmp_path, text).runs
    sources = {run.key: (run.seed, run.fold) for run in runs if run.study == "previa"}
    users = [run for run in runs if run.study == "fina"]
    assert [sources[run.needs[0]] for run in users] == [(run.seed, run.fold) for run in users]
    alone = text + "seeds = [7]\nfolds = 0\n"
    (user,) = [run for run in plan_of(tmp_path, alone).runs if run.study == "fina"]
    assert sources[user.needs[0]] == (0, 0)


CHAIN = (
    HEAD
    + MODEL
    + """\
[study.ultima]
model = "base"
weights = "run:mejor.4"
[study.mejor]
from = { study = "previa" }
set.dropout = 0.0
[study.previa]
model = "base"
weights = "none"
grid.size = [4, 8]
"""
).replace("size = 8", "size = 8, dropout = 0.0")


def test_weights_of_a_winner_wait_until_it_is_known(tmp_path):
    spec = spec_of(tmp_path, CHAIN)
    first, *_, last = stages(spec, lambda run: 0.9 if run.id == "4" else 0.5)
    assert [(item.study, item.waits_for, item.count) for item in first.pending] == [
        ("ultima", "mejor", 1),
        ("mejor", "previa", 1),
    ]
    runs = by_id(last)
    assert runs["ultima.unica"].needs == (runs["mejor.4"].key,)
    assert runs["mejor.4"].keep_weights
    assert not runs["previa.8"].keep_weights
    assert ancestors(all_parents(spec), "ultima") == {"mejor", "previa"}
    with pytest.raises(MissingError, match="ninguna ejecución «4»") as caught:
        stages(spec, lambda run: 0.9 if run.id == "8" else 0.5)
    assert caught.value.where == "study.ultima"
    assert "hay: 8" in str(caught.value)


def test_what_a_study_says_hides_the_weights_that_training_names(tmp_path):
    text = (HEAD + MODEL + SOURCE + '[study.fina]\nmodel = "base"\nepochs = 3\n').replace(
        "epochs = 2", 'epochs = 2\nweights = "run:previa"'
    )
    assert plan_of(tmp_path, text).runs == plan_of(tmp_path, BASE).runs
    variants = SOURCE.replace(
        'weights = "none"',
        'variant.unica = { weights = "none" }\nvariant.otra = { extends = "unica", epochs = 5 }',
    )
    text = text.replace(SOURCE, variants).replace("run:previa", "run:previa.unica")
    runs = by_id(plan_of(tmp_path, text))
    assert runs["fina.unica"].needs == (runs["previa.unica"].key,)
    assert runs["previa.otra"].needs == ()


def test_a_study_without_a_backbone_waits_for_no_weights(tmp_path):
    text = BASE.replace("epochs = 2", 'epochs = 2\nweights = "run:previa"') + '[study.densa]\nmodel = "mlp"\n'
    spec = spec_of(tmp_path, text)
    assert sources_of(spec, "densa") == ()
    assert all_parents(spec) == {"previa": (), "fina": ("previa",), "densa": ()}


PLUGIN = (
    HEAD
    + """\
[model.propia]
layers = [{ each = "n", layers = [{ python = "redes:bloque", filtros = "$n" }] }, "Flatten"]
parameters = { n = [1, 2] }
[study.s]
model = "propia"
[study.t]
model = "mlp"
"""
)


def test_the_source_of_a_function_is_in_the_keys_of_whoever_uses_it(tmp_path):
    one = plan_of(tmp_path, PLUGIN, digests={"python:redes": "1" * 64})
    two = plan_of(tmp_path, PLUGIN, digests={"python:redes": "2" * 64})
    assert one.runs[0].key != two.runs[0].key
    assert one.runs[1:] == two.runs[1:]
    assert one.runs[0].content()["model"]["layers"][:2] == [
        {"python": "redes:bloque", "source": "1" * 64, "filtros": number} for number in (1, 2)
    ]
    assert [run.plugins for run in one.runs] == [("redes",), ()]
    assert python_of(spec_of(tmp_path, PLUGIN)) == ("redes:bloque",)


def test_data_of_a_function_count_by_its_source(tmp_path):
    text = HEAD.replace('name = "digits"', 'python = "datos:cargar"') + '[study.s]\nmodel = "mlp"\n'
    plans = [plan_of(tmp_path, text, digests={"python:datos": digit * 64}) for digit in "12"]
    assert plans[0].runs[0].key != plans[1].runs[0].key
    content = plans[0].data[0].content()
    assert (content["name"], content["python"]) == (
        "python",
        {"function": "datos:cargar", "source": "1" * 64},
    )
    assert plans[0].data[0].plugins == ("datos",)


def test_a_web_of_weights_is_planned_at_once(tmp_path):
    """Each of many studies starts from two others: paths through them double with every study."""
    text = (
        HEAD + '[model.b]\nparameters = { w = "none" }\nlayers = [{ backbone = "VGG16", weights = "$w" }]\n'
    )
    text += '[study.a0]\nmodel = "b"\n[study.a1]\nmodel = "b"\nepochs = 3\n'
    for number in range(2, 60):
        ends = [".x" if number - back > 1 else "" for back in (1, 2)]
        text += f'[study.a{number}]\nmodel = "b"\n'
        text += f'variant.x = {{ set.w = "run:a{number - 1}{ends[0]}" }}\n'
        text += f'variant.y = {{ set.w = "run:a{number - 2}{ends[1]}" }}\n'
    assert len(plan_of(tmp_path, text).runs) == 2 + 2 * 58


def test_the_ladder_of_the_examples_starts_from_its_previous_training():
    plan = plan_of_example("escalera_cifar10", "demo")
    runs = by_id(plan)
    assert runs["previa.unica"].keep_weights
    assert {run.needs for name, run in runs.items() if name[9:] in ("proyecto-7", "proyecto-8")} == {
        (runs["previa.unica"].key,)
    }


def plan_of_example(name, profile):
    from reportgen.plan.expand import expand
    from reportgen.spec.load import load

    return expand(load(ROOT / "examples" / f"{name}.toml", profile), {}, {})
