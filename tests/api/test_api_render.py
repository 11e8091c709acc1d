"""What is made again and what is not: every input once, every file that is written or kept."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from support import fake_trainer as fake
from support.configurations import HEAD, written

from reportgen import api
from reportgen.analysis.repetition import Repetition, Sameness
from reportgen.api import drawing, inputs, rendering
from reportgen.api.verified import Repeated, keep
from reportgen.errors import RenderError
from reportgen.records.codec import encode_run
from reportgen.report import packaged as shipped
from reportgen.store import Store

REPORT = 'title = "Prueba"\nprose = "textos"\nsections = ["resumen", "estudios", "anexos"]'
STUDY = """\
[study.rejilla]
model = "mlp"
grid.optimizer = ["SGD", "Adam"]
[profile.otro]
training.epochs = 3
"""
TEXT = HEAD.replace('title = "Prueba"', REPORT) + STUDY


class Desk:
    """A folder with a full store, and what each rendering of it made."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.report, self.cache = folder, folder / "b" / "report", folder / "b" / "cache"
        self.store = Store(folder / "b" / "store")
        self.made: list[str] = []
        self.told: list[str] = []
        make = rendering._Rendering._make
        monkeypatch.setattr(rendering._Rendering, "_make", lambda one: self.made.append("all") or make(one))
        monkeypatch.setattr("reportgen.report.pdf.to_pdf", self.pdf)
        monkeypatch.setattr(rendering, "usable_cores", lambda: 1)
        monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)

    def pdf(self, text: str, *, timestamp: int) -> bytes:
        """Bytes that follow from the same as those of a PDF."""
        self.made.append("pdf")
        return f"%PDF {timestamp} {hashlib.sha256(text.encode()).hexdigest()}".encode()

    def request(self, **more: object) -> api.Request:
        return api.Request(self.folder / "e.toml", **{"build": self.folder / "b"} | more)

    def render(self, reasons: dict[str, str] | None = None, **more: object) -> list[str]:
        """Renders; gives what had to be made."""
        self.made.clear()
        self.told.clear()
        project = api.open_project(self.request(**more))
        rendering.render_all(project, reasons or {}, None, lambda: self.told.append("told"))
        assert self.told == (["told"] if self.made else [])
        return list(self.made)

    def files(self) -> dict[str, bytes]:
        found = (path for path in self.report.rglob("*") if path.is_file())
        return {str(path.relative_to(self.report)): path.read_bytes() for path in found}

    def runs(self) -> list[str]:
        """Keys of the runs that were told last."""
        return [run["key"] for run in json.loads((self.report / "results.json").read_bytes())["runs"]]


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """A folder that has been rendered once, to be copied."""
    folder = tmp_path_factory.mktemp("rendered")
    written(folder, TEXT)
    (folder / "textos").mkdir()
    (folder / "textos" / "resumen.md").write_text("Un **resumen**.\n")
    project = api.open_project(api.Request(folder / "e.toml", build=folder / "b"))
    project.store.prepare()
    for profile in ("", "otro"):
        opened = api.open_project(api.Request(folder / "e.toml", profile=profile, build=folder / "b"))
        for plan in opened.data:
            opened.store.put("data", plan.key, fake.data_files(plan.key))
        for run in api.plan_with(opened, {}).runs:
            opened.store.put("runs", run.key, encode_run(fake.record_of(run.key, 3)))
    with pytest.MonkeyPatch.context() as patches:
        Desk(folder, patches).render()
    return folder


@pytest.fixture
def desk(rendered, tmp_path, monkeypatch):
    shutil.copytree(rendered, tmp_path / "p")
    return Desk(tmp_path / "p", monkeypatch)


def test_what_is_there_is_not_made_again_and_no_file_is_touched(desk):
    times = {path: path.stat().st_mtime_ns for path in desk.folder.rglob("*")}
    assert desk.render() == []
    assert {path: path.stat().st_mtime_ns for path in desk.folder.rglob("*")} == times


def test_the_outcome_is_told_as_when_it_was_made(desk):
    known = api.render(desk.request())
    shutil.rmtree(desk.cache)
    anew = api.render(desk.request())
    assert replace(anew, written=()) == replace(known, written=())
    assert set(anew.written) == set(known.written) == {desk.report / name for name in desk.files()}


def flipped(content):
    return bytes([content[0] ^ 1]) + content[1:]


# --- every input ---------------------------------------------------------------------------------


def retitle(desk, _patches):
    (desk.folder / "e.toml").write_text(TEXT.replace('"Prueba"', '"Otra"'))


def comment(desk, _patches):
    (desk.folder / "e.toml").write_text(TEXT + "# una nota, que el anexo muestra\n")


def new_text(desk, _patches):
    (desk.folder / "textos" / "rejilla.md").write_text("De la rejilla.\n")


def gone_text(desk, _patches):
    (desk.folder / "textos" / "resumen.md").write_text("\n")


def another_record(desk, _patches):
    key = desk.runs()[0]
    record = replace(fake.record_of(key, 3), seconds=77.0)
    desk.store.put("runs", key, encode_run(record), replace=True)


def no_record(desk, _patches):
    for key in desk.runs():
        desk.store.discard("runs", key)


def damaged_record(desk, _patches):
    path = desk.store.folder("runs", desk.runs()[0]) / "probabilities.npy"
    path.write_bytes(flipped(path.read_bytes()))


def damaged_data(desk, _patches):
    (key,) = desk.store.keys("data")
    path = desk.store.folder("data", key) / "test_labels.npy"
    path.write_bytes(flipped(path.read_bytes()))


def another_program(desk, patches):
    shutil.copytree(inputs.PACKAGE, desk.folder / "copia", ignore=shutil.ignore_patterns("__pycache__"))
    with (desk.folder / "copia" / "report" / "locale.py").open("a") as stream:
        stream.write("# otra\n")
    patches.setattr(inputs, "PACKAGE", desk.folder / "copia")


def another_release(desk, patches):
    (desk.folder / "lib" / "matplotlib-99.dist-info").mkdir(parents=True)
    patches.syspath_prepend(desk.folder / "lib")


def another_template(desk, patches):
    shutil.copytree(shipped.packaged(), desk.folder / "plantillas")
    with (desk.folder / "plantillas" / "report.css").open("a") as stream:
        stream.write("p { margin: 0 }\n")
    patches.setattr(inputs, "packaged", lambda: desk.folder / "plantillas")


def repeated(desk, _patches):
    key, found = desk.runs()[0], Repetition(Sameness.EQUIVALENT, images=40, changed=1, accuracy=-0.025)
    entry = desk.store.manifest("runs", key)
    keep(desk.report, [Repeated("rejilla", "sgd", "SGD", key, entry, found, None)], seed=0, stored=2)


INPUTS = (retitle, comment, new_text, gone_text, another_record, no_record, damaged_record, damaged_data,
          another_program, another_release, another_template, repeated)  # fmt: skip


@pytest.mark.parametrize("change", INPUTS, ids=lambda change: change.__name__)
def test_every_input_that_changes_has_all_made_again(desk, monkeypatch, change):
    change(desk, monkeypatch)
    assert desk.render()[0] == "all"
    assert desk.render() == []


def test_what_was_repeated_is_told_as_long_as_it_is_what_is_stored(desk, monkeypatch):
    def told():
        desk.render()
        findings = json.loads(desk.files()["findings.json"])
        return [item for item in findings if item["code"] == "nondeterminism"]

    repeated(desk, monkeypatch)
    (finding,) = told()
    assert finding["verdict"] == "supported"
    assert "no dio exactamente lo mismo" in finding["text"]
    another_record(desk, monkeypatch)
    assert "supported" not in [item["verdict"] for item in told()]


def test_a_profile_a_template_of_ones_own_and_a_reason_too(desk):
    (desk.folder / "propias").mkdir()
    assert desk.render(profile="otro")[0] == "all"
    assert desk.render(profile="otro") == []
    assert desk.render(templates=desk.folder / "propias") == ["all", "pdf"]
    (desk.folder / "propias" / "report.css").write_text("p { margin: 0 }\n")
    assert desk.render(templates=desk.folder / "propias") == ["all", "pdf"]
    assert desk.render({desk.runs()[0]: "no hay red"}, templates=desk.folder / "propias")[0] == "all"


def test_a_link_among_the_templates_that_leads_elsewhere_has_all_made_again(desk):
    own = desk.folder / "propias"
    for name, margin in (("uno", 0), ("dos", 1)):
        (own / name).mkdir(parents=True)
        (own / name / "report.css").write_text(f"p {{ margin: {margin} }}\n")
    (own / "es").symlink_to("uno")
    desk.render(templates=own)
    assert desk.render(templates=own) == []
    (own / "es").unlink()
    (own / "es").symlink_to("dos")
    assert desk.render(templates=own)[0] == "all"


def test_what_is_damaged_is_set_aside_and_its_run_is_told_as_missing(desk):
    damaged_record(desk, None)
    assert desk.render() == ["all", "pdf"]
    assert [path.name[:64] for path in (desk.store.root / "corrupt").iterdir()] == desk.runs()[:1]
    told = json.loads(desk.files()["results.json"])["runs"]
    assert [run["status"] for run in told] == ["missing", "ok"]


def html(desk):
    return (desk.report / "informe.html").read_text(encoding="utf-8")


def test_a_refuted_sentence_is_marked_and_the_mark_goes_with_it(desk, monkeypatch):
    text = desk.folder / "textos" / "resumen.md"
    assert '<span class="refuted"' not in html(desk)
    text.write_text("SGD supera a Adam. Adam supera a SGD.\n")
    assert desk.render() == ["pdf"]
    assert html(desk).count('<span class="refuted"') == 1
    monkeypatch.setattr("reportgen.prose.check.Reviewer", None)  # judged again only after a change
    assert desk.render() == []
    monkeypatch.undo()


def test_a_typed_number_leads_to_its_run_once_the_text_was_judged(desk, monkeypatch):
    told = {run["id"]: run for run in json.loads(desk.files()["results.json"])["runs"]}
    accuracy = told["adam"]["metrics"]["test"]["accuracy"]
    text = f"Adam obtuvo una exactitud de prueba de {accuracy:.4f}. Lotes de 32.\n"
    (desk.folder / "textos" / "resumen.md").write_text(text, encoding="utf-8")
    written, first = rendering._write_new, []

    def watched(path, content):
        first.append(content.decode())
        written(path, content)

    monkeypatch.setattr(rendering, "_write_new", watched)
    assert desk.render() == ["pdf"]
    assert len(first) == 2
    assert f"de {accuracy:.4f}. Lotes de 32." in first[0]
    link = rf'de <(a|span) class="n" [^>]*data-n="accuracy.test" title="{accuracy!r} · [^>]*>{accuracy:.4f}</'
    assert re.search(link, first[1])
    assert html(desk) == first[1]
    monkeypatch.setattr("reportgen.prose.check.Reviewer", None)  # what was found is kept with the text
    assert desk.render() == []


def test_an_accepted_sentence_bears_no_mark_and_its_reason_is_not_shown(desk):
    accepted = "<!-- aceptado: a propósito -->"
    text = f"SGD supera a Adam. {accepted} Adam supera a SGD. {accepted}\n"
    (desk.folder / "textos" / "resumen.md").write_text(text, encoding="utf-8")
    desk.render()
    assert "refuted" not in html(desk).partition("</style>")[2].partition("<ul")[0]
    assert "aceptado" not in html(desk)


def test_new_results_are_judged_anew(desk):
    text = "SGD supera a Adam. Adam supera a SGD.\n"
    (desk.folder / "textos" / "resumen.md").write_text(text)
    desk.render()
    before = re.findall(r'<span class="refuted"[^>]*>([^<]*)</span>', html(desk))
    for key in desk.runs():
        record = fake.record_of(key, 3)
        other = {
            part: {"accuracy": 1 - v["accuracy"], "loss": v["loss"]} for part, v in record.metrics.items()
        }
        desk.store.put("runs", key, encode_run(replace(record, metrics=other)), replace=True)
    desk.render()
    after = re.findall(r'<span class="refuted"[^>]*>([^<]*)</span>', html(desk))
    assert len(before) == len(after) == 1
    assert before != after


def test_an_edit_of_the_prose_makes_the_html_and_the_pdf_and_nothing_else(desk, monkeypatch):
    before = desk.files()
    (desk.folder / "textos" / "resumen.md").write_text("Otro *resumen*.\n")
    monkeypatch.setattr("reportgen.report.figures.draw", None)
    assert desk.render() == ["pdf"]
    after = desk.files()
    assert "Otro <em>resumen</em>." in after["informe.html"].decode()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"informe.html", "informe.pdf"}


def test_an_edited_report_is_the_same_as_one_made_from_nothing(desk):
    (desk.folder / "textos" / "resumen.md").write_text("Otro *resumen*, con un [enlace](#no-esta).\n")
    assert desk.render() == ["pdf"]
    edited = desk.files()
    shutil.rmtree(desk.cache)
    shutil.rmtree(desk.report)
    assert desk.render() == ["all", "pdf"]
    assert desk.files() == edited


def test_the_date_the_fonts_and_the_libraries_make_the_pdf_alone(desk, monkeypatch, tmp_path):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    assert desk.render() == ["pdf"]
    assert desk.render() == []
    monkeypatch.setattr(inputs, "FONTS", (str(tmp_path / "letras"),))
    assert desk.render() == ["pdf"]
    (tmp_path / "letras").mkdir()
    (tmp_path / "letras" / "nueva.ttf").write_bytes(b"x")
    library = tmp_path / "libpango.so"
    library.write_bytes(b"1")
    monkeypatch.setattr(rendering, "libraries", lambda: {str(library): inputs._facts(library)[1:]})
    assert desk.render() == ["pdf"]
    assert desk.render() == []
    library.write_bytes(b"22")
    assert desk.render() == ["pdf"]
    library.unlink()
    monkeypatch.setattr(rendering, "libraries", dict)
    assert desk.render() == ["pdf"]
    assert desk.render() == []


# --- every file ----------------------------------------------------------------------------------


DAMAGES = {"flipped": flipped, "short": lambda content: content[:-1], "empty": lambda _: b"", "gone": None}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_file_that_is_not_what_was_written_is_mended(desk, damage):
    before = desk.files()
    for name, content in before.items():
        path = desk.report / name
        if DAMAGES[damage] is None:
            path.unlink()
        else:
            path.write_bytes(DAMAGES[damage](content))
        expected = {".html": [], ".pdf": ["pdf"]}.get(path.suffix, ["all"])
        assert desk.render() == expected, name
        assert desk.files() == before, name


def test_a_table_of_nobody_goes(desk):
    (desk.report / "csv" / "tabla-de-nadie.csv").write_text("a")
    before = desk.files()
    assert desk.render() == []
    assert set(before) - set(desk.files()) == {"csv/tabla-de-nadie.csv"}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_kept_and_damaged_is_made_again_and_never_shown(desk, damage):
    before = desk.files()
    kept = sorted(path for path in desk.cache.rglob("*") if path.is_file())
    figures = [path for path in kept if path.parent.name == "figures"]
    assert len(kept) == len(figures) + 3  # the record, the skeleton, the remarks on the texts
    for path in [path for path in kept if path not in figures] + figures[:1]:
        if DAMAGES[damage] is None:
            path.unlink()
        else:
            path.write_bytes(DAMAGES[damage](path.read_bytes()))
        (desk.report / "results.json").unlink()  # so that figures are asked for
        assert desk.render()[0] == "all", path
        assert desk.files() == before, path
        assert desk.render() == [], "it is kept again"


def test_a_figure_under_the_name_of_another_is_not_taken_for_it(desk):
    before = desk.files()
    one, other = sorted((desk.cache / "figures").iterdir())[:2]
    one.write_bytes(other.read_bytes())
    (desk.report / "results.json").unlink()
    desk.render()
    assert desk.files() == before


def test_a_record_of_another_release_is_nobodys(desk):
    memory = rendering.Cache(desk.cache)
    for content in (b"[]", b"{}", b'{"state": 1}', b"no es JSON", b'{"pdfs": {"informe": {"x": 1}}}'):
        memory.put("rendered.json", content)
        assert desk.render() == ["all", "pdf"]


def test_a_cache_that_cannot_be_written_costs_only_time(desk):
    before = desk.files()
    shutil.rmtree(desk.cache)
    desk.cache.write_text("un archivo")
    for _ in range(2):
        assert desk.render() == ["all", "pdf"]
        assert desk.files() == before


def test_what_somebody_stores_meanwhile_is_told_by_the_next(desk, monkeypatch):
    shutil.rmtree(desk.cache)
    make = rendering._Rendering._make

    def meanwhile(one):
        found = make(one)
        another_record(desk, None)
        return found

    with monkeypatch.context() as patches:
        patches.setattr(rendering._Rendering, "_make", meanwhile)
        desk.render()
    assert desk.render()[0] == "all"
    assert desk.render() == []


# --- who draws -----------------------------------------------------------------------------------


def test_however_many_processes_draw_the_bytes_are_the_same(desk, monkeypatch):
    before = desk.files()
    (desk.report / "results.json").unlink()
    shutil.rmtree(desk.cache)
    monkeypatch.setattr(rendering, "usable_cores", lambda: 2)
    monkeypatch.setattr(drawing, "_here", None)  # nothing is drawn in this process
    assert desk.render() == ["all", "pdf"]
    assert desk.files() == before


@pytest.mark.parametrize("command", [("false",), ("true",), ("yes",)], ids=" ".join)
def test_a_process_that_does_not_draw_costs_only_time(desk, monkeypatch, command):
    before = desk.files()
    (desk.report / "results.json").unlink()
    shutil.rmtree(desk.cache)
    monkeypatch.setattr(rendering, "usable_cores", lambda: 2)
    monkeypatch.setattr(drawing, "COMMAND", command)
    monkeypatch.setattr(drawing, "PATIENCE", 0.2)
    assert desk.render() == ["all", "pdf"]
    assert desk.files() == before


@pytest.mark.parametrize("cores", [1, 2])
def test_a_figure_that_cannot_be_drawn_is_named(desk, monkeypatch, cores):
    shutil.rmtree(desk.cache)

    def fail(*_):
        raise ValueError("sin tinta")

    monkeypatch.setattr(rendering, "usable_cores", lambda: cores)
    monkeypatch.setattr(drawing, "COMMAND", ("false",))
    monkeypatch.setattr("reportgen.report.figures.draw", fail)
    with pytest.raises(RenderError, match="no se pudo dibujar una figura: sin tinta") as caught:
        desk.render()
    assert caught.value.where.endswith("Info")
