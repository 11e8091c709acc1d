from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import classification_report
from support.results import CLASSES, IMAGES, Outcome, data_record, grid

from reportgen.analysis.evaluation import (
    EXAMPLES,
    class_counts,
    confusion,
    evaluate,
    majority_share,
    mosaic,
    samples,
)

DATA = data_record()


def one(outcome):
    return next(grid({"optimizer": ["SGD"]}, lambda _: outcome, data=DATA).results())


def predictions(seed=3, right=0.6):
    rng = np.random.default_rng(seed)
    guess = rng.integers(0, len(CLASSES), IMAGES)
    return tuple(int(v) for v in np.where(rng.random(IMAGES) < right, DATA.test_labels, guess))


def test_scores_equal_those_of_scikit_learn():
    result = one(Outcome(predicted=predictions()))
    found = evaluate(result, DATA)
    report = classification_report(
        DATA.test_labels, result.predicted(), target_names=CLASSES, output_dict=True, zero_division=0
    )
    for row in (*found.classes, found.macro):
        expected = report[row.name or "macro avg"]
        assert row.precision == pytest.approx(expected["precision"])
        assert row.recall == pytest.approx(expected["recall"])
        assert row.f1 == pytest.approx(expected["f1-score"])
        assert row.support == expected["support"]


def test_confusions_are_complete_and_most_frequent_first():
    result = one(Outcome(predicted=predictions()))
    found = evaluate(result, DATA).confusions
    counts = [images for _, _, images in found]
    assert counts == sorted(counts, reverse=True)
    assert sum(counts) == int(np.sum(~result.correct()))
    matrix = confusion(result, DATA).counts
    for true, predicted, images in found:
        assert true != predicted
        assert matrix[CLASSES.index(true)][CLASSES.index(predicted)] == images
    assert sum(map(sum, matrix)) == IMAGES


def test_a_class_that_is_never_predicted_scores_zero():
    result = one(Outcome(predicted=tuple(0 if v == 1 else int(v) for v in DATA.test_labels)))
    scores = evaluate(result, DATA)
    assert (scores.classes[1].precision, scores.classes[1].recall, scores.classes[1].f1) == (0, 0, 0)
    assert scores.confusions == (("barco", "avión", 100),)


def test_mosaics_are_disjoint_sure_and_spread_over_the_classes():
    result = one(Outcome(predicted=predictions()))
    right, wrong = mosaic(result, DATA, right=True), mosaic(result, DATA, right=False)
    assert right.truth == right.predicted
    assert all(true != predicted for true, predicted in zip(wrong.truth, wrong.predicted, strict=True))
    for shown in (right, wrong):
        assert len(shown.images) == len(shown.probability) == EXAMPLES
        per_class = [shown.truth.count(name) for name in CLASSES]
        assert max(per_class) - min(per_class) <= 1
        assert set(shown.truth[: len(CLASSES)]) == set(CLASSES)  # one of each before any second one
    # Exactly the surest of each class: nothing left out is surer.
    for name in CLASSES:
        label = CLASSES.index(name)
        own = result.record.probabilities.max(axis=1)[(DATA.test_labels == label) & result.correct()]
        shown = [p for p, true in zip(right.probability, right.truth, strict=True) if true == name]
        assert shown == pytest.approx(sorted(own, reverse=True)[: len(shown)])
    images = {image.tobytes() for image in right.images} & {image.tobytes() for image in wrong.images}
    assert not images


def test_a_perfect_network_has_no_wrong_examples_and_a_hopeless_one_no_right_ones():
    perfect, hopeless = one(1.0), one(0.0)
    assert mosaic(perfect, DATA, right=False) is None
    assert mosaic(hopeless, DATA, right=True) is None
    assert mosaic(perfect, DATA, right=True) is not None
    assert evaluate(perfect, DATA).confusions == ()


def test_few_errors_give_a_short_mosaic():
    assert len(mosaic(one(Outcome(wrong=(3, 8))), DATA, right=False).truth) == 2


def test_a_run_without_predictions_cannot_be_evaluated():
    missing = one(None)
    for call in (lambda: evaluate(missing, DATA), lambda: mosaic(missing, DATA, right=True), missing.correct):
        with pytest.raises(ValueError, match="no predictions"):
            call()


def test_samples_show_every_class():
    shown = samples(DATA)
    assert len(shown.images) == len(shown.truth) == 20
    for image, name in zip(shown.images, shown.truth, strict=True):
        assert any(np.array_equal(image, own) for own in DATA.samples[CLASSES.index(name)])


def test_counts_and_majority():
    data = data_record(train=[100, 700, 100, 100])
    assert class_counts(data).counts["train"] == (100, 700, 100, 100)
    assert majority_share(data) == 0.7
