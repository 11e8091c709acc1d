from __future__ import annotations

import pytest

from reportgen.analysis.layer_changes import Argument, changes, differing

POOL, FLAT, NORM = {"layer": "MaxPooling2D"}, {"layer": "Flatten"}, {"layer": "BatchNormalization"}
DROP = {"layer": "Dropout", "rate": 0.25}


def conv(filters, **more):
    return {"layer": "Conv2D", "filters": filters, "kernel_size": 3, **more}


def dense(units):
    return {"layer": "Dense", "units": units}


def told(before, after):
    """Kind, names before, names after, places."""
    return [
        (c.kind, [item["layer"] for item in c.before], [item["layer"] for item in c.after], list(c.places))
        for c in changes(before, after)
    ]


def test_nothing_changes():
    assert changes([conv(32), POOL], [conv(32), POOL]) == ()
    assert changes([], []) == ()


def test_the_same_layer_added_in_several_places_is_one_change():
    before = [conv(32), POOL, conv(64), POOL, FLAT, dense(10)]
    after = [conv(32), POOL, DROP, conv(64), POOL, DROP, FLAT, dense(10)]
    assert told(before, after) == [("added", [], ["Dropout"], [(2, 2), (4, 4)])]


def test_an_added_stretch_stays_together_and_begins_anywhere():
    assert told([FLAT], [conv(32), POOL, FLAT]) == [("added", [], ["Conv2D", "MaxPooling2D"], [(0, 0)])]
    assert told([FLAT], [FLAT, dense(8)]) == [("added", [], ["Dense"], [(1, 1)])]


def test_removed_layers_are_placed_in_the_earlier_network():
    before = [conv(32), DROP, FLAT, dense(8), DROP]
    assert told(before, [conv(32), FLAT, dense(8)]) == [("removed", ["Dropout"], [], [(2, 2), (5, 5)])]
    assert told(before, [conv(32)]) == [("removed", ["Dropout", "Flatten", "Dense", "Dropout"], [], [(2, 5)])]


def test_changed_arguments_are_told_and_not_as_another_layer():
    (change,) = changes([conv(32), FLAT, dense(32)], [conv(32), FLAT, dense(256)])
    assert change.kind == "changed"
    assert change.places == ((3, 3),)
    assert change.arguments == (Argument("units", 32, 256),)


def test_equal_changes_of_arguments_are_merged():
    before, after = [conv(32), POOL, conv(64)], [conv(32, padding="same"), POOL, conv(64, padding="same")]
    (change,) = changes(before, after)
    assert change.places == ((1, 1), (3, 3))
    assert change.arguments == (Argument("padding", None, "same"),)


def test_of_two_alignments_the_shorter_story_is_told():
    """By whole layers the second block would be the first: three gone at the start, three new at the end."""
    before = [conv(32), NORM, POOL, conv(64), NORM, POOL]
    after = [conv(64), NORM, POOL, conv(128), NORM, POOL]
    assert [(c.kind, c.arguments) for c in changes(before, after)] == [
        ("changed", (Argument("filters", 32, 64),)),
        ("changed", (Argument("filters", 64, 128),)),
    ]


def test_a_network_that_gives_way_to_another():
    before = [conv(32), POOL, conv(64), POOL, FLAT, dense(10)]
    backbone = {"backbone": "VGG16", "weights": "none", "trainable": True, "until": None}
    (change,) = changes(before, [backbone, FLAT, dense(10)])
    assert (change.kind, change.places) == ("replaced", ((1, 4),))
    assert change.after == (backbone,)
    (frozen,) = changes([backbone], [{**backbone, "trainable": False}])
    assert frozen.arguments == (Argument("trainable", True, False),)


def test_deeper_networks():
    before = [conv(32), POOL, FLAT, dense(32)]
    after = [conv(32), POOL, conv(64), POOL, conv(128), POOL, FLAT, dense(256), dense(128)]
    assert told(before, after) == [
        ("added", [], ["Conv2D", "MaxPooling2D", "Conv2D", "MaxPooling2D"], [(2, 2)]),
        ("changed", ["Dense"], ["Dense"], [(4, 4)]),
        ("added", [], ["Dense"], [(4, 4)]),
    ]


@pytest.mark.parametrize("value", [0, 1, None, "x"])
def test_true_is_not_one_and_false_is_not_zero(value):
    assert differing({"layer": "A", "x": True}, {"layer": "A", "x": value})
    assert differing({"layer": "A", "x": False}, {"layer": "A", "x": value})


def test_callbacks_and_functions_are_entries_too():
    stop = {"callback": "EarlyStopping", "patience": 5}
    (change,) = changes([stop], [{**stop, "patience": 10}])
    assert change.arguments == (Argument("patience", 5, 10),)
    one, other = ({"python": f"redes:{name}", "source": "a"} for name in ("uno", "otro"))
    (swapped,) = changes([one], [other])
    assert swapped.kind == "replaced"
