"""Tables that others made are read whoever wrote them, and refused with file and line for what is wrong."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.imported import FILES, request_of

from reportgen import api
from reportgen.errors import ConfigurationError

TABLE = "Optimizador;Capas;exactitud;val_accuracy;tiempo\nSGD;1;0,54;0,52;82\nAdam;2;60 %;0,57;16:41 min\n"
LOG = "epoch,accuracy,loss,val_accuracy,val_loss\n0,0.5,1.2,0.45,1.3\n1,0.7,0.8,0.6,1.0\n2,0.8,nan,0.55,1.1\n"


def study_of(folder, table, **more):
    content = {"tabla.csv": table} if isinstance(table, str | bytes) else table
    return api.open_project(request_of(folder, content, **more)).imported["tabla"]


def problems_of(folder, table, **more):
    content = {"tabla.csv": table} if isinstance(table, str | bytes) else table
    with pytest.raises(ConfigurationError) as caught:
        api.open_project(request_of(folder, content, **more))
    return [
        (item.file.rpartition("/")[2], item.line, item.field, item.what) for item in caught.value.problems
    ]


def metrics_of(study):
    return [run.metrics for run in study.runs]


# --- what spreadsheets write ----------------------------------------------------------------------


def test_a_table_is_read(tmp_path):
    study = study_of(tmp_path, TABLE)
    assert study.axes == {"optimizer": "", "capas": "Capas"}
    first, second = study.runs
    assert first.parameters == {"optimizer": "SGD", "capas": 1}
    assert first.metrics == {"train": {"accuracy": 0.54}, "validation": {"accuracy": 0.52}}
    assert second.metrics["train"] == {"accuracy": 0.6}
    assert (first.seconds, second.seconds) == (82, 1001)
    assert (first.line, second.line) == (2, 3)
    assert first.images == 10_000  # of CIFAR-10


@pytest.mark.parametrize(
    "written",
    [
        TABLE.encode("utf-8-sig"),
        TABLE.encode("utf-16"),
        TABLE.encode("cp1252"),
        TABLE.replace("\n", "\r\n").encode(),
        ("sep=;\n" + TABLE).encode(),
        TABLE.replace(";", "\t").encode(),
        ("\n;;;;\n" + TABLE + ";;;;\n").encode(),
        TABLE.replace("tiempo", "tiempo;;").replace("82\n", "82;;\n").replace("min\n", "min;;\n").encode(),
        b'"' + TABLE.replace(";", '";"').replace("\n", '"\n"').encode().rstrip(b'"'),
        TABLE.replace(",", ".").replace(";", ",").encode(),
        re.sub(r"(\d,\d+)", r'"\1"', TABLE).replace(";", ",").encode(),
    ],
    ids=["bom", "utf-16", "windows", "crlf", "sep", "tabs", "blank", "wide", "quoted", "points", "commas"],
)  # fmt: skip
def test_however_it_was_saved(tmp_path, written):
    plain, found = (study_of(tmp_path, text).runs for text in (TABLE, written))
    assert [replace(run, line=0) for run in found] == [replace(run, line=0) for run in plain]


def test_a_column_of_percentages_without_their_sign(tmp_path):
    study = study_of(tmp_path, "a;accuracy;val_accuracy\nx;54,4;0,5\ny;9,5;0,6\n")
    assert [found["train"]["accuracy"] for found in metrics_of(study)] == [0.544, 0.095]


def test_layers_joined_by_hyphens_are_lists_and_numbers_numbers(tmp_path):
    study = study_of(tmp_path, "units;rate;red;val_accuracy\n512;0,1;a;0,5\n512-256;0,2;1;0,6\n")
    assert [run.parameters for run in study.runs] == [
        {"units": [512], "rate": 0.1, "red": "a"},
        {"units": [512, 256], "rate": 0.2, "red": "1"},
    ]


def test_a_row_without_any_accuracy_is_a_run_without_result(tmp_path):
    request = request_of(tmp_path, {"tabla.csv": "a;accuracy;val_accuracy\nx;0,5;0,5\ny;;n/d\n"})
    known = {}
    plan = api.plan_with(api.open_project(request), known)
    assert [str(known[run.key].status) for run in plan.runs] == ["ok", "failed"]


def test_validation_on_the_test_set_is_the_test(tmp_path):
    data = 'name = "cifar10"\nsplit = { validation = "test" }'
    for table in ("a;val_accuracy\nx;0,5\n", "a;test_accuracy\nx;0,5\n"):
        (found,) = metrics_of(study_of(tmp_path, table, data=data))
        assert found == {"validation": {"accuracy": 0.5}, "test": {"accuracy": 0.5}}
    ((_, _, field, what),) = problems_of(tmp_path, "a;val_accuracy;test_accuracy\nx;0,5;0,6\n", data=data)
    assert (field, "da otra exactitud" in what) == ("study.tabla.results", True)


def test_runs_of_one_configuration_are_told_apart_by_their_seeds(tmp_path):
    study = study_of(tmp_path, "a;seed;val_accuracy\nx;1;0,5\nx;2;0,6\n")
    assert [run.seed for run in study.runs] == [1, 2]
    runs = api.plan_with(api.open_project(request_of(tmp_path, {})), {}).runs
    assert [(run.id, run.arm) for run in runs] == [("x-s1", "x"), ("x-s2", "x")]
    found = problems_of(tmp_path, "a;val_accuracy\nx;0,5\nx;0,6\n")
    assert found == [("tabla.csv", 3, "fila", "es la misma configuración que la de la línea 2")]


def test_runs_may_only_have_a_name(tmp_path):
    study = study_of(
        tmp_path, "etiqueta;val_accuracy;parámetros\nCNN base;0,58;1.846.410\nCNN mejorada;0,66;666.890\n"
    )
    assert [run.parameters for run in study.runs] == [{"variant": "cnn_base"}, {"variant": "cnn_mejorada"}]
    assert [run.parameters_count for run in study.runs] == [1_846_410, 666_890]


@pytest.mark.parametrize("header", ["inference", "Inferencia", "Inferencia (ms por imagen)"])
def test_the_time_of_an_answer_is_a_known_column(tmp_path, header):
    study = study_of(tmp_path, f"a;val_accuracy;{header}\nx;0,5;3,2 ms\ny;0,6;–\n")
    assert list(study.axes) == ["a"]
    assert [run.inference for run in study.runs] == [3.2, None]
    found = problems_of(tmp_path, f"a;val_accuracy;{header}\nx;0,5;3 s\n")
    assert found == [("tabla.csv", 2, "inference", "«3 s» no es un número")]


def test_a_time_that_is_not_told_leaves_the_keys_as_they_were(tmp_path):
    keys = []
    for header, cell in (("", ""), (";inferencia", ";–"), (";inferencia", ";3,2")):
        study_of(tmp_path, f"a;val_accuracy{header}\nx;0,5{cell}\n")
        (run,) = api.plan_with(api.open_project(request_of(tmp_path, {})), {}).runs
        keys.append(run.key)
    assert keys[0] == keys[1] != keys[2]


# --- files of CSVLogger ---------------------------------------------------------------------------


def test_files_of_csvlogger_are_runs(tmp_path):
    files = {"base.csv": LOG, "mejorada.csv": LOG.replace("0.55", "0.66")}
    study = study_of(tmp_path, files, study='results = ["base.csv", "mejorada.csv"]')
    first = study.runs[0]
    assert [run.labels for run in study.runs] == [{"variant": "base"}, {"variant": "mejorada"}]
    assert first.history["val_accuracy"] == (0.45, 0.6, 0.55)
    assert first.history["loss"] == (1.2, 0.8, None)
    assert first.metrics == {"train": {"accuracy": 0.8}, "validation": {"accuracy": 0.55, "loss": 1.1}}
    assert first.epochs == 3
    known = {}
    project = api.open_project(request_of(tmp_path, {}, study='results = ["base.csv", "mejorada.csv"]'))
    plan = api.plan_with(project, known)
    assert [known[run.key].best_epoch for run in plan.runs] == [2, 2]


def test_labels_name_them(tmp_path):
    study = 'results = ["base.csv"]\nlabels.variant.values = ["Red base"]'
    project = api.open_project(request_of(tmp_path, {"base.csv": LOG}, study=study))
    assert [run.label for run in api.plan_with(project, {}).runs] == ["Red base"]


def test_epochs_that_do_not_follow_are_told(tmp_path):
    found = problems_of(tmp_path, {"base.csv": LOG.replace("2,0.8", "5,0.8")}, study='results = "base.csv"')
    assert found == [("base.csv", 4, "epoch", "la época «5» no sigue a la anterior")]


def test_a_table_and_a_history_do_not_mix(tmp_path):
    files = {"base.csv": LOG, "tabla.csv": TABLE}
    ((_, _, field, what),) = problems_of(tmp_path, files, study='results = ["base.csv", "tabla.csv"]')
    assert field == "study.tabla.results"
    assert "no son todos historias" in what


# --- epochs and predictions of a table ------------------------------------------------------------

TWO = "optimizer;val_accuracy;test_accuracy\nSGD;0,6;0,5\nAdam;0,9;1\n"
EPOCHS = "optimizer;epoch;accuracy;val_accuracy\nSGD;0;0,4;0,5\nSGD;1;0,5;0,6\nadam;0;0,7;0,9\n"
ANSWERS = (
    "optimizer;imagen;label;predicted\nSGD;1;avión;avión\nSGD;0;coche;avión\nAdam;0;coche;1\nAdam;1;0;avión\n"
)


def test_histories_go_to_their_runs(tmp_path):
    files = {"tabla.csv": TWO, "h.csv": EPOCHS}
    study = study_of(tmp_path, files, study=FILES + '\nhistories = "h.csv"')
    assert [run.epochs for run in study.runs] == [2, 1]
    assert study.runs[0].history["val_accuracy"] == (0.5, 0.6)
    found = problems_of(
        tmp_path,
        {"tabla.csv": TWO, "h.csv": EPOCHS.replace("adam", "Nadam")},
        study=FILES + '\nhistories = "h.csv"',
    )
    assert found == [("h.csv", 4, "fila", "la tabla no tiene «Nadam»")]


def test_predictions_go_to_their_runs(tmp_path):
    files = {"tabla.csv": TWO, "p.csv": ANSWERS}
    study = study_of(tmp_path, files, study=FILES + '\npredictions = "p.csv"')
    sgd, adam = (run.predictions for run in study.runs)
    assert list(sgd.labels) == list(adam.labels) == [1, 0]  # in the order of the images
    assert list(sgd.predicted) == [0, 0]
    assert list(adam.predicted) == [1, 0]
    assert sgd.classes[:2] == ("avión", "coche")
    assert [run.images for run in study.runs] == [2, 2]


def test_predictions_with_a_column_for_each_class(tmp_path):
    data = 'name = "folder"\npath = "x"\nclasses = ["no", "sí"]'
    answers = (
        "optimizer;image;label;sí;no\nSGD;0;no;0,2;0,8\nSGD;1;sí;0,4;0,6\nAdam;0;no;0;1\nAdam;1;sí;1;0\n"
    )
    files = {"tabla.csv": TWO, "p.csv": answers}
    study = study_of(tmp_path, files, study=FILES + '\npredictions = "p.csv"', data=data)
    sgd = study.runs[0].predictions
    assert list(sgd.predicted) == [0, 0]
    assert list(sgd.probabilities) == pytest.approx([0.8, 0.2, 0.6, 0.4])


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("SGD;0;coche;avión", "SGD;0;coche;perra", "no es una clase"),
        ("SGD;0;coche;avión", "SGD;1;coche;avión", "dos veces"),
        ("Adam;0;coche;1", "Adam;0;ave;2", "no tiene las mismas imágenes"),
        ("Adam;0;coche;1", "Adam;7;coche;1", "no tiene las mismas imágenes"),
        ("SGD;0;coche;avión", "SGD;0;coche;coche", "la tabla dice 0.5 de exactitud"),
        ("predicted", "otra", "no son una por clase"),
    ],
)
def test_predictions_that_cannot_be_used(tmp_path, before, after, said):
    files = {"tabla.csv": TWO, "p.csv": ANSWERS.replace(before, after)}
    found = problems_of(tmp_path, files, study=FILES + '\npredictions = "p.csv"')
    assert any(said in what for *_, what in found), found
    assert all(file == "p.csv" for file, *_ in found)


# --- what is refused, all at once -----------------------------------------------------------------


def test_every_wrong_cell_is_told_with_its_line(tmp_path):
    table = (
        "a;accuracy;val_accuracy;tiempo;epochs\nx;alto;0,5;82;5\n;0,5;150 %;pronto;5,5\n=A1;0,5;-0,1;82;0\n"
    )
    found = problems_of(tmp_path, table)
    assert {(line, column) for _, line, column, _ in found} == {
        (2, "accuracy"), (3, "a"), (3, "seconds"), (3, "epochs"), (4, "a"),
        (3, "val_accuracy"), (4, "val_accuracy"), (4, "epochs"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("table", "line", "said"),
    [
        ("", 1, "está vacío"),
        ("a;val_accuracy\n", 1, "ninguna fila"),
        ("a;b\nx;y\n", 1, "ninguna columna de exactitud"),
        ("val_accuracy\n0,5\n0,6\n", 1, "nada distingue"),
        ("a;val_acuracy;accuracy\nx;0,5;0,5\n", 1, "no es una columna conocida"),
        ("a;a;val_accuracy\nx;x;0,5\n", 1, "dos veces"),
        ("a;;val_accuracy\nx;1;0,5\n", 1, "no tiene cabecera"),
        ("a;val_accuracy\nx;0,5;7\n", 2, "3 celdas y no 2"),
        ("a;val_accuracy\nx\n", 2, "1 celdas y no 2"),
        ("a,val_accuracy\nx,0,5\n", 2, "3 celdas y no 2"),
        ("a;val_accuracy\nx;0,5\nX;0,6\n", 3, "solo difieren en mayúsculas"),
        ("a;val_accuracy\nx;54\ny;0,5\n", 3, "mezcla proporciones y porcentajes"),
        ("a;val_accuracy\nx;540\ny;60\n", 2, "no puede ser una exactitud"),
        ("a;val_accuracy\n#¡REF!;0,5\n", 2, "error de la hoja"),
        ('a;val_accuracy\n"x;0,5\n', 2, "comillas"),
        ("a;val_accuracy\nx\0;0,5\n", 2, "no es un archivo de texto"),
        (b"PK\x03\x04\x00\x00\xff\xfe", 1, "no es un archivo de texto"),
        ("a;val_accuracy\n" + "y" * 130 + ";0,5\n", 2, "caracteres"),
        ("a;val_accuracy\n" + "y" * 200_000 + ";0,5\n", 2, "celda enorme"),
        ("a;val_accuracy\n" + "".join(f"x{n};0,5\n" for n in range(2001)), 2002, "más de 2000 filas"),
        (";".join(f"c{n}" for n in range(600)) + "\n", 1, "columnas"),
    ],
    ids=lambda value: str(value)[:24] if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_told_where_it_is(tmp_path, table, line, said):
    found = problems_of(tmp_path, table)
    assert any(at == line and said in what for _, at, _, what in found), found


def test_a_file_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr("reportgen.sources.spreadsheet.MAX_BYTES", 20)
    ((_, _, _, what),) = problems_of(tmp_path, TABLE)
    assert "ocupa más de" in what


def test_of_many_mistakes_only_so_many_are_told(tmp_path):
    found = problems_of(tmp_path, "a;val_accuracy\n" + "".join(f"x{n};alto\n" for n in range(300)))
    assert len(found) == 41
    assert "más de 40" in found[-1][3]


@pytest.mark.parametrize(
    ("study", "field", "said"),
    [
        ('results = "falta.csv"', "results[0]", "no existe"),
        (FILES + '\ntable.rows = "units"', "table.rows", "no es una columna"),
        (FILES + '\nlabels.units.name = "Capas"', "labels.units", "no es una columna"),
        (FILES + '\nlabels.optimizer.values = ["a"]', "labels.optimizer.values", "1 etiquetas para 2"),
        (FILES + '\nhistories = "falta.csv"', "histories", "no existe"),
    ],
)
def test_what_the_configuration_says_of_the_table(tmp_path, study, field, said):
    ((file, line, at, what),) = problems_of(tmp_path, TABLE, study=study)
    assert (file, at) == ("e.toml", f"study.tabla.{field}")
    assert line > 7
    assert said in what


def test_a_link_that_leads_out_is_not_followed(tmp_path):
    inside = tmp_path / "dentro"
    inside.mkdir()
    (tmp_path / "fuera.csv").write_text(TABLE)
    (inside / "tabla.csv").symlink_to(tmp_path / "fuera.csv")
    ((_, _, _, what),) = problems_of(inside, {})
    assert "fuera de la carpeta" in what


# --- whatever a spreadsheet holds -----------------------------------------------------------------

NAMES = st.text(alphabet="abcdefghijklmnñopqrstuvwxyzáéíóú ABC/()-", min_size=1, max_size=12).map(str.strip)
ROWS = st.lists(
    st.tuples(NAMES.filter(bool), st.floats(0.001, 1), st.floats(0.001, 1), st.integers(1, 10**5)),
    min_size=1, max_size=8, unique_by=lambda row: row[0].casefold(),
)  # fmt: skip


@given(rows=ROWS, sign=st.sampled_from([";", "\t", ","]), comma=st.booleans(),
       encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
       end=st.sampled_from(["\n", "\r\n"]))  # fmt: skip
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_a_spreadsheet_writes_comes_back(tmp_path, *, rows, sign, comma, encoding, end):
    rows = [row for row in rows if not row[0].startswith("-")]
    if not rows:
        return
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=sign, lineterminator=end)
    writer.writerow(["red", "accuracy", "val_accuracy", "tiempo"])

    def cell(value):
        text = f"{value:.6f}"
        return text.replace(".", ",") if comma else text

    for name, train, validation, time in rows:
        writer.writerow([name, cell(train), cell(validation), time])
    study = study_of(tmp_path, stream.getvalue().encode(encoding))
    assert [run.parameters["red"] for run in study.runs] == [" ".join(row[0].split()) for row in rows]
    assert [run.metrics["validation"]["accuracy"] for run in study.runs] == [round(row[2], 6) for row in rows]
    assert [run.seconds for run in study.runs] == [row[3] for row in rows]


def assert_read_or_refused(folder, content):
    try:
        study_of(folder, content)
        problems = ()
    except ConfigurationError as error:
        problems = error.problems
    assert all(item.line >= 1 and item.what for item in problems)


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_bytes_break_the_reader(tmp_path, content):
    assert_read_or_refused(tmp_path, content)


@given(st.text(alphabet="abx;,\t\"'=%0159.:\n-#", max_size=200))
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_table_breaks_the_reader(tmp_path, body):
    assert_read_or_refused(tmp_path, "a;accuracy;tiempo\n" + body)
