from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reportgen.analysis.changes_between import Unknown, changes_between, needs_predictions
from reportgen.analysis.flipped import Turn
from reportgen.analysis.noise import Method
from reportgen.analysis.snapshot import PublishedFinding, PublishedRun, Snapshot

IMAGES = 1000


def run(arm, accuracy, key="", *, seed=0, many=False, loss=0.5, validation=None, **more):
    told = {"accuracy": accuracy, "loss": loss}
    held = {"accuracy": accuracy if validation is None else validation, "loss": loss}
    return PublishedRun(
        **{
            "key": key or f"{arm}-{seed}-{more.get('fold')}", "study": "s",
            "id": f"{arm}-s{seed}" if many else arm, "arm": arm, "label": arm.upper(), "seed": seed,
            "fold": None, "folds": 0, "data": "d", "status": "ok", "images": IMAGES,
            "metrics": {"train": held, "validation": held, "test": told},
        } | more
    )  # fmt: skip


def seeds(arm, values, key, **more):
    return [
        run(arm, value, f"{key}{seed}", seed=seed, many=True, **more) for seed, value in enumerate(values)
    ]


def between(before, after, **more):
    return changes_between(Snapshot(tuple(before), **more.get("a", {})),
                           Snapshot(tuple(after), **more.get("b", {})))  # fmt: skip


def measured(changes):
    return {item.name: item for item in changes.compared if (item.split, item.metric) == ("test", "accuracy")}


def test_a_report_and_itself_are_the_same():
    runs = [run("a", 0.8), run("b", 0.9), run("c", 0.0, status="failed", metrics={})]
    changes = between(runs, runs)
    assert changes.nothing
    assert changes.settled
    assert changes.equal == 3


def test_runs_of_one_side_are_told():
    changes = between([run("a", 0.8), run("b", 0.9)], [run("b", 0.9), run("c", 0.7)])
    assert [item.arm for item in changes.only_before] == ["a"]
    assert [item.arm for item in changes.only_after] == ["c"]
    assert changes.equal == 1
    assert not changes.settled


def test_a_run_that_was_renamed_is_found_by_its_recipe_and_changes_nothing():
    changes = between([run("a", 0.8, "k")], [run("b", 0.8, "k")])
    assert not changes.only_before + changes.only_after + changes.recipes
    (pair,) = changes.moved
    assert (pair.before.arm, pair.after.arm) == ("a", "b")
    assert changes.settled
    assert not changes.nothing


def test_the_name_comes_before_the_recipe():
    """Two variants that change places are two variants with another recipe."""
    changes = between([run("a", 0.8, "k"), run("b", 0.9, "l")], [run("a", 0.9, "l"), run("b", 0.8, "k")])
    assert [pair.after.arm for pair in changes.recipes] == ["a", "b"]
    assert not changes.moved


def test_a_recipe_that_changed_without_consequences_is_told_and_settles():
    changes = between([run("a", 0.8, "k")], [run("a", 0.801, "l")])
    assert len(changes.recipes) == 1
    assert changes.retrained == ()
    assert changes.settled
    assert not changes.nothing


def test_a_run_that_ended_otherwise_is_told():
    changes = between([run("a", 0.8)], [run("a", 0.8, status="diverged")])
    assert len(changes.statuses) == 1
    assert changes.compared == ()
    assert not changes.settled


def test_a_large_difference_is_beyond_noise_and_a_small_one_within():
    changes = between([run("a", 0.80), run("b", 0.80)], [run("a", 0.90), run("b", 0.81)])
    assert [item.name for item in changes.beyond()] == ["a"]
    assert [item.name for item in changes.within()] == ["b"]
    assert measured(changes)["a"].found.method is Method.PROPORTIONS
    assert not changes.settled


def test_what_is_compared_is_one_family():
    """A difference that stands alone does not among forty others that chance made."""
    one = between([run("x", 0.80)], [run("x", 0.84)])
    assert one.beyond()
    assert one.compared[0].p == one.compared[0].found.p
    many = between(
        [run("x", 0.80), *(run(f"a{at}", 0.80) for at in range(40))],
        [run("x", 0.84), *(run(f"a{at}", 0.801) for at in range(40))],
    )
    assert many.compared[0].p == pytest.approx(41 * many.compared[0].found.p)
    assert many.settled


def test_runs_that_did_not_change_at_all_make_no_family():
    same = [run(f"a{at}", 0.80) for at in range(40)]
    changes = between([run("x", 0.80), *same], [run("x", 0.84), *same])
    assert (len(changes.compared), changes.equal) == (1, 40)
    assert changes.beyond()


def test_predictions_are_paired_where_both_sides_have_them():
    before, after = np.arange(IMAGES) < 800, np.arange(IMAGES) < 812
    runs = [run("a", 0.800, "k")], [run("a", 0.812, "l")]
    counted = between(*runs)
    assert counted.settled
    sides = {"a": {"correct": {"k": before}}, "b": {"correct": {"l": after}}}
    paired = between(*runs, **sides)
    assert paired.compared[0].found.method is Method.MCNEMAR
    assert paired.beyond()
    assert between(*runs, a=sides["a"]).compared == counted.compared


def test_one_training_says_nothing_of_a_loss():
    changes = between([run("a", 0.8, loss=0.5)], [run("a", 0.8, loss=0.9)])
    assert {(item.split, item.metric) for item in changes.unjudged} == {
        ("train", "loss"), ("validation", "loss"), ("test", "loss"),
    }  # fmt: skip
    assert {item.reason for item in changes.unjudged} == {Unknown.NO_SPREAD}
    assert changes.doubtful == ()
    assert changes.settled


# --- what cannot be judged -------------------------------------------------------------------------


def test_other_data_are_never_compared():
    changes = between([run("a", 0.8, "k")], [run("a", 0.9, "l", data="e")])
    assert changes.compared == ()
    assert {item.reason for item in changes.unjudged} == {Unknown.OTHER_DATA}
    assert len(changes.doubtful) == 1
    assert not changes.settled


def test_a_file_that_does_not_tell_its_data_is_compared_only_with_the_same_recipe():
    changes = between([run("a", 0.8, "k", data="")], [run("a", 0.9, "l")])
    assert changes.compared == ()
    assert {item.reason for item in changes.unjudged} == {Unknown.UNTOLD_DATA}
    assert between([run("a", 0.8, "k", data="")], [run("a", 0.9, "k")]).beyond()


def test_a_file_that_does_not_tell_how_many_images_leaves_doubt():
    changes = between([run("a", 0.8, images=None)], [run("a", 0.8001)])
    assert changes.compared == ()
    assert len(changes.doubtful) == 1
    assert not changes.settled


# --- several seeds -----------------------------------------------------------------------------------


def test_a_changed_configuration_is_judged_over_its_seeds():
    before = seeds("a", [0.80, 0.81, 0.79, 0.80, 0.82], "k")
    after = seeds("a", [0.84, 0.86, 0.83, 0.84, 0.85], "l")
    changes = between(before, after)
    told = measured(changes)["a"]
    assert (told.found.method, told.found.n) == (Method.PAIRED_T, 5)
    assert told.beyond
    assert {(item.split, item.metric) for item in changes.compared} == {
        ("validation", "accuracy"), ("validation", "loss"), ("test", "accuracy"), ("test", "loss"),
    }  # fmt: skip
    assert {item.split for item in changes.unjudged} == {"train"}
    assert changes.doubtful == ()


def test_seeds_that_scatter_hide_what_the_images_alone_would_show():
    before, after = seeds("a", [0.6, 0.9, 0.75], "k"), seeds("a", [0.9, 0.7, 0.95], "l")
    changes = between(before, after)
    assert changes.within()
    assert changes.settled


def test_other_seeds_of_a_changed_configuration_are_compared_all_the_same():
    before = seeds("a", [0.80, 0.81, 0.79, 0.80], "k")
    after = [replace(item, seed=item.seed + 10) for item in seeds("a", [0.90, 0.91, 0.89, 0.92], "l")]
    changes = between(before, after)
    assert len(changes.only_before) == len(changes.only_after) == 4
    assert measured(changes)["a"].found.method is Method.WELCH


def test_the_same_recipes_are_judged_one_by_one():
    """Of a network that was trained again the question is whether this one changed."""
    before, after = seeds("a", [0.80, 0.80], "k"), seeds("a", [0.80, 0.90], "k")
    changes = between(before, after)
    assert [item.name for item in changes.compared] == ["a-s1"]
    assert [pair.after.id for pair in changes.retrained] == ["a-s1"]
    assert changes.equal == 1
    assert changes.beyond()


def test_seeds_that_were_added_change_no_configuration():
    before = seeds("a", [0.8, 0.8], "k")
    changes = between(before, [*before, *seeds("a", [0, 0, 0.9, 0.9], "k")[2:]])
    assert (changes.equal, len(changes.only_after), changes.compared) == (2, 2, ())


def test_other_data_over_seeds_are_not_compared():
    changes = between(seeds("a", [0.8, 0.8], "k"), seeds("a", [0.9, 0.9], "l", data="e"))
    assert changes.compared == ()
    assert len(changes.doubtful) == 2


def folds(values, key, of=5):
    return [
        run("a", 0.8, f"{key}{fold}", validation=value, fold=fold, folds=of)
        for fold, value in enumerate(values)
    ]


def test_folds_are_judged_by_what_each_leaves_out():
    changes = between(folds([0.8, 0.7, 0.75, 0.8, 0.7], "k"), folds([0.9, 0.82, 0.86, 0.9, 0.83], "l"))
    assert {(item.split, item.found.method) for item in changes.compared} == {
        ("validation", Method.CORRECTED_T)
    }
    assert changes.beyond()


def test_other_folds_are_not_compared():
    changes = between(folds([0.8, 0.7, 0.75], "k", 3), folds([0.9, 0.82, 0.86], "l", 5))
    assert changes.compared == ()
    assert len(changes.doubtful) == 3


def test_what_needs_predictions_is_what_is_judged_by_images():
    before = [run("a", 0.8, "k"), run("b", 0.8), run("c", 0.8, "m"), *seeds("d", [0.8, 0.9], "n")]
    after = [run("a", 0.9, "l"), run("b", 0.8), run("c", 0.9, "o", data="e"), *seeds("d", [0.7, 0.9], "p")]
    assert [pair.before.arm for pair in needs_predictions(before, after)] == ["a"]


# --- conclusions -------------------------------------------------------------------------------------


def finding(code="factor_best", verdict="supported", names=None, **more):
    return PublishedFinding(**{"report": "", "code": code, "data": "", "study": "s", "verdict": verdict,
                               "text": f"{code} {verdict}", "names": names} | more)  # fmt: skip


def turns(before, after):
    sides = {"a": {"findings": tuple(before)}, "b": {"findings": tuple(after)}}
    changes = between([], [], **sides)
    assert changes.settled is not bool(changes.conclusions)
    return [(flip.turn, flip.before, flip.after) for flip in changes.conclusions]


def test_a_verdict_that_changed_is_a_flip_and_other_numbers_are_none():
    one, other = finding(), finding(verdict="refuted")
    assert turns([one], [replace(one, text="otros números")]) == []
    assert turns([one], [other]) == [(Turn.VERDICT, one, other)]


def test_conclusions_come_and_go():
    one = finding()
    assert turns([one], []) == [(Turn.GONE, one, None)]
    assert turns([], [one]) == [(Turn.NEW, None, one)]
    elsewhere = finding(study="t")
    assert turns([one], [elsewhere]) == [(Turn.GONE, one, None), (Turn.NEW, None, elsewhere)]


def test_the_same_verdict_on_somebody_else_is_a_flip():
    one, other = finding(names={"axis": "o", "best": "Adam"}), finding(names={"axis": "o", "best": "SGD"})
    assert turns([one], [other]) == [(Turn.NAMES, one, other)]


def test_names_that_no_verdict_vouches_for_are_none():
    one = finding(verdict="inconclusive", names={"best": "Adam"})
    assert turns([one], [replace(one, names={"best": "SGD"})]) == []
    assert turns([replace(one, verdict="supported", names=None)], [replace(one, verdict="supported")]) == []


def test_about_something_else_one_is_gone_and_the_other_new():
    one, other = finding(names={"axis": "optimizer"}), finding(names={"axis": "units"})
    assert turns([one], [other]) == [(Turn.GONE, one, None), (Turn.NEW, None, other)]


def test_a_title_that_was_edited_flips_nothing():
    one = finding(names={"axis": "units", "factor": "Capas", "title": "Rejilla", "best": "8"})
    other = finding(names={"axis": "units", "factor": "Unidades", "title": "Otra", "best": "8"})
    assert turns([one], [other]) == []


def test_an_old_file_is_held_against_a_new_one():
    one, other = finding(), finding(verdict="refuted", names={"axis": "units"})
    assert turns([one], [other]) == [(Turn.VERDICT, one, other)]


def test_several_of_one_code_are_held_against_those_on_the_same():
    first, second = finding(names={"axis": "optimizer"}), finding(names={"axis": "units"})
    assert turns([first, second], [second, first]) == []
    gone = [(Turn.GONE, first, None)]
    assert turns([first, second], [second]) == gone
    assert turns([second, first], [second]) == gone


def test_several_of_an_old_file_are_taken_in_their_order():
    one, other = finding(), finding(verdict="refuted")
    assert turns([one, other], [one, one]) == [(Turn.VERDICT, other, one)]


def test_without_findings_on_a_side_nothing_is_said_of_conclusions():
    changes = between([], [], a={"findings": (finding(),)})
    assert changes.conclusions is None
    assert changes.settled
