"""Takes every info value of the samples, gives what holds for all figures."""

from __future__ import annotations

import csv
import io
import logging
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
import weasyprint
from figures import figure_samples as samples
from figures.boxes import faults

from reportgen.report.figure import Figure
from reportgen.report.figures import draw, plot, style
from reportgen.report.figures.canvas import blank, write

ENGLISH = {
    "accuracy", "loss", "epoch", "train", "validation", "test", "best", "true", "predicted", "time",
    "seconds", "none", "nan", "run", "label", "count", "class",
}  # fmt: skip


def rows(figure):
    return list(csv.DictReader(io.StringIO(figure.csv)))


def texts(figure):
    root = ET.fromstring(figure.data)  # noqa: S314 - our own SVG
    return [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]


def test_same_value_gives_same_bytes(info, words):
    assert draw(info, words) == draw(info, words)


def test_texts_stay_inside_and_apart(info, words):
    wrong, count = faults(plot(info, words))
    assert count > 0
    assert wrong == []


def test_the_check_of_the_boxes_sees_what_it_is_for():
    canvas = blank(2, 1)
    for text, x, y in (("uno", 0.5, 0.5), ("otro", 0.6, 0.5), ("fuera", 1.9, 0.1)):
        write(canvas, x, y, text)
    wrong, count = faults(canvas)
    assert count == 3
    assert [fault.split(":")[0] for fault in wrong] == ["outside", "overlap"]


def test_fits_the_page(info, words):
    figure = draw(info, words)
    assert figure.media == "image/svg+xml"
    assert 0 < figure.width <= style.WIDTH
    assert 0 < figure.height <= style.TALLEST + 0.01


def test_says_nothing_in_english_and_no_decimal_point(info, words):
    figure = draw(info, words)
    for text in (*texts(figure), figure.alt):
        assert not ENGLISH & set(re.findall(r"\w+", text.lower()))
        assert not re.search(r"\d\.\d", text)


def test_every_text_keeps_its_width(info, words):
    data = draw(info, words).data.decode()
    assert data.count("<text ") == data.count(' textLength="') > 0


def test_alternative_text_has_numbers_with_a_comma(info, words):
    alt = draw(info, words).alt
    assert "{" not in alt
    assert "  " not in alt
    assert re.search(r"\d,\d", alt) or not re.search("curva|calor|coste|barras|cajas|tasa", alt.lower())


def test_csv_is_rectangular_and_in_spanish(info, words):
    figure = draw(info, words)
    header, *body = csv.reader(io.StringIO(figure.csv))
    assert body
    assert {len(row) for row in body} == {len(header)}
    assert all(header)
    assert not ENGLISH & {word.lower() for name in header for word in name.split()}


ONE_OF_EACH = (samples.curve, samples.multiples, samples.heatmap, samples.confusion, samples.mosaic,
               samples.counts, samples.cost, samples.factor, samples.bars, samples.architecture,
               samples.overlays, samples.box, samples.rates)  # fmt: skip


@pytest.mark.parametrize("make", ONE_OF_EACH)
def test_weasyprint_has_nothing_to_say(make, words, caplog):
    figure = draw(make(), words)
    with caplog.at_level(logging.WARNING):
        pdf = weasyprint.HTML(
            string=f'<html lang="es"><title>.</title><img alt="." src="{figure.address}">'
        ).write_pdf()
    assert pdf.startswith(b"%PDF")
    assert [record.getMessage() for record in caplog.records] == []


@pytest.mark.parametrize("text", ["a", "50 % de «C & D» <#1>", "l'année \"q\" = 'x'", "日本 +\n&amp;%20"])
def test_an_svg_comes_out_of_its_address_as_it_was(text):
    """Of the quotation marks of its tags nobody sees which they are."""
    root = ET.Element("svg", {"class": text, "id": "x"})
    ET.SubElement(root, "text", {"x": "1"}).text = text
    figure = Figure(ET.tostring(root), "image/svg+xml", 1, 1, "", "")
    kind, _, content = figure.address.partition(",")
    assert kind == "data:image/svg+xml"
    assert not set('"<>#&\n') & set(content)
    assert content.isascii()
    (back,) = ET.fromstring(unquote(content))  # noqa: S314 - our own
    assert back.text == text
    assert ET.canonicalize(unquote(content)) == ET.canonicalize(ET.tostring(root, encoding="unicode"))


def test_curve_csv_gives_the_values_back(words):
    info = samples.curve(60, gaps=(5, 6))
    table = rows(draw(info, words))
    back = tuple(
        float(row["Exactitud (validación)"]) if row["Exactitud (validación)"] else None for row in table
    )
    assert back == info.val_accuracy
    assert [int(row["Época"]) for row in table] == list(range(1, 61))


def test_confusion_csv_gives_the_counts_back(words):
    info = samples.confusion()
    table = rows(draw(info, words))
    assert [int(row["Imágenes"]) for row in table] == [count for row in info.counts for count in row]
    assert {row["Clase real"] for row in table} == set(info.classes)


def test_cost_csv_gives_the_points_back(words):
    info = samples.cost()
    table = rows(draw(info, words))
    assert [float(row["Tiempo de entrenamiento (s)"]) for row in table] == [p.seconds for p in info.points]
    assert [row["Frente de Pareto"] == "sí" for row in table] == [p.efficient for p in info.points]


def test_heatmap_csv_leaves_the_failed_run_empty(words):
    info = samples.heatmap()
    table = rows(draw(info, words))
    assert table[-1]["Exactitud (prueba)"] == ""
    assert float(table[0]["Exactitud (prueba)"]) == info.values[0][0]


def test_alternative_text_names_what_it_shows(words):
    assert "LeNet-5, Adam" in draw(samples.curve(), words).alt
    assert "mejor época es la 19" in draw(samples.curve(), words).alt
    assert "paró antes" not in draw(samples.curve(stopped=False), words).alt
    assert "Camiseta/top → Pantalón (50,0\u00a0%)" in draw(samples.mosaic(), words).alt
    assert all(level.label in draw(samples.factor(), words).alt for level in samples.factor().levels)


def test_failed_run_is_said_to_be_one(words):
    for info in (samples.heatmap(), samples.multiples()):
        assert "sin datos" in texts(draw(info, words))


def test_wrong_and_right_are_told_by_a_sign(words):
    assert any(text.startswith("✗ ") for text in texts(draw(samples.mosaic("wrong"), words)))
    assert any(text.startswith("✓ ") for text in texts(draw(samples.mosaic("right"), words)))


def test_a_hundred_classes_have_no_numbers_in_the_cells(words):
    assert len(texts(draw(samples.confusion(100), words))) < 120
    assert len(texts(draw(samples.confusion(20), words))) > 400


def test_class_without_images_has_no_share(words):
    info = samples.confusion(3)
    empty = replace(info, counts=((0, 0, 0), *info.counts[1:]))
    figure = draw(empty, words)
    assert rows(figure)[0]["Proporción de la clase real"] == ""


def test_history_without_one_finite_value_says_so(words):
    lost = samples.curve(3, gaps=(0, 1, 2), stopped=False)
    figure = draw(lost, words)
    assert texts(figure).count("sin datos") == 2
    assert faults(plot(lost, words))[0] == []


def test_dollars_and_angles_in_a_label_are_letters(words):
    info = replace(samples.factor(), levels=(replace(samples.factor().levels[0], label="$a_1$ <b> & «c»"),))
    assert "$a_1$ <b> & «c»" in texts(draw(info, words))


def test_settings_of_the_machine_change_nothing(words):
    import matplotlib as mpl

    before = draw(samples.curve(), words).data
    with mpl.rc_context({"font.size": 20, "lines.linewidth": 9, "axes.grid": True, "svg.fonttype": "path"}):
        assert draw(samples.curve(), words).data == before


def test_no_pyplot_and_no_seaborn():
    code = (
        "import sys, reportgen.report.figures\n"
        "print(sorted({'matplotlib.pyplot', 'seaborn', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_boxes_leave_nothing_behind():
    """Seaborn loads pyplot: no window, no figure, no backend, no random number, no setting is touched."""
    code = """
import os, sys
sys.path.insert(0, "tests")
import matplotlib as mpl
import numpy as np
from figures import figure_samples as samples
from figures.conftest import Spanish
from reportgen.report.figures import draw

def settings():
    return {name: mpl.rcParams[name] for name in mpl.rcParams if name != "backend"}

before, state = settings(), np.random.get_state()[1].tolist()
draw(samples.box(), Spanish())
assert settings() == before
assert np.random.get_state()[1].tolist() == state
import matplotlib.pyplot as plt
assert plt.get_fignums() == []
assert not [name for name in sys.modules if name.startswith("matplotlib.backends.backend_tk")]
print("clean")
"""
    machine = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False,
        env={**machine, "MPLBACKEND": "TkAgg"}, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.stdout.strip() == "clean", done.stderr


def test_boxes_csv_and_alternative_text_give_the_values_back(words):
    info = samples.box(2, 3)
    figure = draw(info, words)
    table = rows(figure)
    assert [float(row["Exactitud (validación)"]) for row in table] == [
        value for level in info.levels for value in level.values
    ]
    for level in info.levels:
        assert words.percent(min(level.values), 1) in figure.alt
        assert words.percent(max(level.values), 1) in figure.alt
    assert "sin datos" in texts(draw(replace(info, levels=(replace(info.levels[0], values=()),)), words))


def test_a_box_holds_the_quartiles(words):
    info = samples.box(1, 5)
    (axes,) = (axes for axes in plot(info, words).axes if axes.patches)
    across = axes.patches[0].get_path().vertices[:, 0]
    low, high = np.quantile(info.levels[0].values, [0.25, 0.75])
    assert (across.min(), across.max()) == (pytest.approx(low), pytest.approx(high))


def test_overlaid_curves_csv_has_every_run_and_the_mean_last(words):
    info = samples.overlays(3, 10, short=4)
    table = rows(draw(info, words))
    assert [row["Ejecución"] for row in table] == [
        *[info.names[0]] * 10, *[info.names[1]] * 6, *[info.names[2]] * 10, *["Media"] * 6,
    ]  # fmt: skip
    assert [float(row["Pérdida (validación)"]) for row in table[-6:]] == list(info.mean.val_loss)


def test_overlaid_curves_draw_thin_runs_and_a_thick_mean(words):
    info = samples.overlays(4, 10)
    accuracy = plot(info, words).axes[0]
    widths = [line.get_linewidth() for line in accuracy.get_lines()]
    assert len(widths) == 2 * (4 + 1)
    assert sorted(widths)[-2:] == [2.0, 2.0]
    assert max(sorted(widths)[:-2]) < 1


def test_learning_rates_csv_gives_the_values_back(words):
    info = samples.rates(2, 12)
    table = rows(draw(info, words))
    for label, values in zip(info.labels, info.rates, strict=True):
        assert [float(row["Tasa de aprendizaje"]) for row in table if row["Ejecución"] == label] == list(
            values
        )
    assert "entre 0,001 y 0,0005" in draw(info, words).alt


def test_catalogue_of_the_report_has_every_term():
    import tomllib

    here = Path(__file__).parent

    def keys(table, above=""):
        for name, value in table.items():
            if isinstance(value, dict):
                yield from keys(value, f"{above}{name}.")
            else:
                yield above + name

    mine = tomllib.loads((here / "strings.toml").read_text(encoding="utf-8"))
    report = tomllib.loads((here.parents[1] / "templates/es/strings.toml").read_text(encoding="utf-8"))
    assert set(keys(mine)) - set(keys(report)) == set()
