from __future__ import annotations

import numpy as np
import pytest
from findings.cases.linear import LINEAR, against
from support.results import Outcome, data_record, run, spec_of

from reportgen.analysis.linear import against_linear, is_linear

CODE = "linear_baseline"


def wrong(*images):
    return Outcome(wrong=images)


@pytest.mark.parametrize(
    ("other", "verdict", "worse"),
    [(0.95, "refuted", 0), (0.81, "supported", 0), (0.8, "supported", 0), (0.5, "supported", 1)],
)
def test_verdicts(only, other, verdict, worse):
    told = only(against(0.8, other), CODE)
    assert told.verdict == verdict
    assert told.cells["worse"] == worse
    assert told.cells["base"] == 0.8
    assert told.cells["lowest"] == other


def test_the_images_are_paired(only):
    """20 errors against 10: apart where these are among those, not where they are of other images."""
    base = wrong(*range(20))
    assert only(against(base, wrong(*range(10))), CODE).verdict == "refuted"
    assert only(against(base, wrong(*range(100, 110))), CODE).verdict == "supported"


def test_the_family_is_corrected(only):
    base, ahead = wrong(*range(10)), wrong(*range(4))
    assert only(against(base, wrong(*range(3))), CODE).verdict == "refuted"
    told = only(against(base, wrong(*range(3)), *[ahead] * 6), CODE)
    assert told.cells["level"] == 7


def test_those_that_do_not_beat_it_are_named_apart_from_those_that_are_worse(only):
    told = only(against(0.8, 0.81, 0.5, 0.95), CODE)
    assert told.lists == {"level": ("SGD",), "worse": ("Adam",)}
    assert told.names["lowest"] == "Adam"
    assert (told.cells["runs"], told.cells["level"], told.cells["worse"]) == (3, 1, 1)


def test_of_several_linear_networks_validation_chooses(only):
    text = LINEAR.replace('model = "lineal"\n', 'model = "lineal"\ngrid.optimizer = ["SGD", "Adam"]\n')
    spec = spec_of(text + '[study.otra]\nmodel = "cnn"\n')
    best = {"SGD": Outcome(0.8, validation=0.7), "Adam": Outcome(0.7, validation=0.9)}
    told = only(run(spec, lambda plan: best.get(str(plan.parameters.get("optimizer")), 0.75)), CODE)
    assert told.cells["base"] == 0.7
    assert told.names["base"] == "Adam"


def test_not_judged_without_a_linear_network_and_then_told_how_to_add_one(only):
    told = only(against(0.8, 0.9, text=""), CODE)
    assert told.verdict == "not_applicable"
    assert "[model.lineal] y layers = ['Flatten']" in told.text
    assert "[study.lineal] y model = 'lineal'" in told.text
    failed = only(against(None, 0.9), CODE)
    assert failed.verdict == "not_applicable"
    assert only(against(0.8), CODE).verdict == "not_applicable"


def test_folds_are_not_judged_one_by_one(only):
    told = only(against(0.8, 0.5, text=LINEAR + "folds = 3\n"), CODE)
    assert told.verdict == "not_applicable"


@pytest.mark.parametrize(
    ("layers", "linear"),
    [
        ('["Flatten"]', True),
        ('[{ layer = "Rescaling", scale = 0.5 }, "Flatten"]', True),
        ('[{ layer = "Reshape", target_shape = [64] }]', True),
        ('["Flatten", { layer = "Dense", units = 4 }]', False),
        ('["Flatten", { layer = "Activation", activation = "relu" }]', False),
        ('["MaxPooling2D", "Flatten"]', False),
        ('[{ backbone = "MobileNetV2" }, "Flatten"]', False),
    ],
)
def test_it_is_known_by_its_layers_and_not_by_its_name(layers, linear):
    spec = spec_of(f'[model.profunda]\nlayers = {layers}\n[study.profunda]\nmodel = "profunda"\n')
    (result,) = run(spec, lambda _: 0.8).unique()
    assert is_linear(result) is linear


@pytest.mark.parametrize(
    ("loss", "linear"),
    [
        ('"categorical_crossentropy"', True),
        ('"SparseCategoricalCrossentropy"', True),
        ('"mean_squared_error"', False),
    ],
)
def test_another_loss_makes_another_model(loss, linear):
    (result,) = run(spec_of(f"{LINEAR}loss = {loss}\n"), lambda _: 0.8).unique()
    assert is_linear(result) is linear


def test_the_comparison_is_mcnemar():
    """Against the exact binomial test, computed here by itself."""
    from scipy import stats

    found = against_linear(against(wrong(*range(12)), wrong(*range(3))))
    assert found.judged[0].beats is bool(stats.binomtest(0, 9).pvalue < 0.05)
    assert np.isclose(found.judged[0].accuracy, 1 - 3 / data_record().test_labels.size)


def test_how_many_beat_it_comes_first(only):
    told = only(against(0.8, 0.81, 0.5, 0.95, 0.96), CODE)
    assert [told.cells[name] for name in ("runs", "beats", "worse", "level")] == [4, 2, 1, 1]
    assert len(told.sources["beats"]) == 2
    assert told.text.startswith("De las otras 4 redes, 2 superan demostrablemente a «Lineal»")
    assert "ninguna supera demostrablemente a" in only(against(0.8, 0.81, 0.5), CODE).text
    assert "De las otras 2 redes no se puede decir si" in only(against(0.8, 0.81, 0.8), CODE).text
