"""Takes texts and rooms, gives what the measuring, the scales and the colours promise."""

from __future__ import annotations

import numpy as np
import pytest

from reportgen.report.figures import labels, scales, style
from reportgen.report.figures.canvas import legend_columns


def test_shorten_fits_and_keeps_what_fits():
    assert labels.shorten("Bolso", 7, 2) == "Bolso"
    cut = labels.shorten("Camiseta de manga larga", 7, 0.6)
    assert cut.endswith("…")
    assert labels.text_width(cut, 7) <= 0.6


def test_unique_tells_long_names_apart():
    names = [f"un nombre larguísimo que acaba en {n}" for n in range(3)]
    assert len(set(labels.unique(names, 7, 0.8))) == 3


def test_wrap_breaks_after_a_bar_and_drops_a_dangling_dot():
    assert labels.wrap("Camiseta/top", 7, 0.5, 2) == "Camiseta/\ntop"
    assert labels.wrap("SGD con momento · lote 64", 7, 1.05, 3) == "SGD con momento\nlote 64"


def test_place_gives_up_where_there_is_no_room():
    area = labels.Box(0, 0, 1, 1)
    assert labels.place("texto", (0.5, 0.5), taken=[area], whole=[], area=area) is None


@pytest.mark.parametrize("epochs", [1, 2, 3, 7, 10, 24, 100, 999])
def test_epoch_ticks_are_whole_and_inside(epochs, words):
    scale = scales.epoch_scale(epochs, words)
    assert scale.ticks[0] == 1
    assert all(tick == int(tick) and scale.low < tick <= epochs for tick in scale.ticks)
    assert len(set(scale.ticks)) == len(scale.ticks) <= 8


@pytest.mark.parametrize("values", [[0.9], [0.0, 1.0], [0.9123, 0.9124], [0.5, None], [1.0, 1.0]])
def test_accuracy_ticks_are_distinct_and_possible(values, words):
    scale = scales.metric_scale(values, "accuracy", words)
    assert len(scale.ticks) >= 2
    assert len(set(scale.labels)) == len(scale.labels)
    assert all(0 <= tick <= 1 for tick in scale.ticks)
    assert all(scale.low < value < scale.high for value in values if value is not None)


@pytest.mark.parametrize("seconds", [[0.2], [14.0], [3.0, 4.0], [30.0, 90.0], [1.0, 5000.0], [600.0, 7000.0]])
def test_time_ticks_are_distinct(seconds, words):
    scale, logarithmic = scales.duration_scale(seconds, words, 5.0)
    assert logarithmic == (max(seconds) / min(seconds) > 20)
    assert len(scale.ticks) >= 2
    assert len(set(scale.labels)) == len(scale.labels)


def test_legend_takes_more_rows_rather_than_run_over():
    names = ["Rejilla de optimizadores y tamaños de lote"] * 5
    assert legend_columns(names, 6.3) == 2
    assert legend_columns(names, 2.0) == 1


def test_colour_map_darkens_evenly_and_every_note_can_be_read():
    def luminance(colour):
        linear = style._linear(colour)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    colours = [style.SEQUENTIAL(n) for n in range(256)]
    light = np.array([luminance(colour) for colour in colours])
    assert (np.diff(light) < 0).all()
    for colour, value in zip(colours, light, strict=True):
        ink = 1.0 if style.ink_on(colour) == "white" else 0.0
        assert (max(ink, value) + 0.05) / (min(ink, value) + 0.05) >= 4.5
