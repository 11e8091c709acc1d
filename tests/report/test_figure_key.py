"""Figures share a key only if they are drawn from the same."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from figures.figure_samples import INFOS

from reportgen.analysis.infos import BoxInfo, BoxLevel, MosaicInfo
from reportgen.report.figure_key import figure_key
from reportgen.report.locale import Locale
from reportgen.report.packaged import packaged
from reportgen.report.templates import Templates

TERMS = Templates([packaged()]).toml("es/strings.toml")
ES = Locale("es", TERMS)


def key(info, locale=ES, program="p"):
    return figure_key(info, locale, program)


def test_all_samples_differ_and_each_is_itself_again():
    found = {name: key(make()) for name, make in INFOS.items()}
    assert len(set(found.values())) == len(found)
    assert found == {name: key(make()) for name, make in INFOS.items()}


@pytest.mark.parametrize("name", sorted(INFOS))
def test_every_field_counts(name):
    info = INFOS[name]()
    for field in fields(info):
        assert key(replace(info, **{field.name: "otra cosa"})) != key(info), field.name


def test_words_region_and_program_count():
    info = next(iter(INFOS.values()))()
    others = [
        key(info, Locale("es-MX", TERMS)),
        key(info, Locale("es", {**TERMS, "figure": {**TERMS["figure"], "epoch": "vuelta"}})),
        key(info, ES.plain()),
        key(info, program="q"),
    ]
    assert len({key(info), *others}) == 5


def test_values_that_look_alike_differ():
    levels = [(1,), (1.0,), (True,), ("1",), (None,), ("None",), (), ((1,),), (1, 1), ("1", "1"), ("11",)]
    found = {key(BoxInfo("a", "b", "c", (BoxLevel("x", values),))) for values in levels}
    assert len(found) == len(levels)


def test_images_count_by_content_shape_and_type():
    def info(images):
        return MosaicInfo("wrong", "x", 2, images, ("a",))

    one = np.zeros((1, 2, 4, 1), np.uint8)
    other = one.copy()
    other[0, 0, 0, 0] = 1
    found = {key(info(array)) for array in (one, other, one.reshape(1, 4, 2, 1), one.astype(np.int8))}
    assert len(found) == 4
    assert key(info(np.asfortranarray(other))) == key(info(other))


def test_what_has_no_digest_is_refused():
    with pytest.raises(TypeError, match="drawn from a set"):
        key(BoxInfo("a", "b", "c", {1}))
