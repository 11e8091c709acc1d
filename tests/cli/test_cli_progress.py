"""What a person sees while runs are trained, on a terminal and in a log."""

from __future__ import annotations

import io

from rich.console import Console

from reportgen.cli import progress
from reportgen.runner.events import Event

LABEL = "[512, 256] · [/b]"
EVENTS = [
    Event("waiting"),
    Event("preparing", key="d", label="digits"),
    Event("queued", total=2),
    Event("started", key="a", study="s", label=LABEL, epochs=3),
    Event("step", key="a", study="s", label=LABEL, step=3, steps=9),
    Event("epoch", key="a", study="s", label=LABEL, epoch=1, epochs=3, metrics={"val_accuracy": 0.8125}),
    Event("finished", key="a", study="s", label=LABEL, status="ok"),
    Event("queued", total=1),
    Event("started", key="b", study="s", label="b", epochs=3),
    Event("finished", key="b", study="s", label="b", status="failed", reason="se acabó"),
    Event("rendering"),
]


def test_plain_lines_where_there_is_no_terminal(capsys):
    with progress.progress() as listen:
        for event in EVENTS:
            listen(event)
    lines = capsys.readouterr().err.splitlines()
    assert lines[:3] == [
        "Otra orden usa este almacén; esperando a que termine",
        "Preparando los datos «digits»",
        "2 ejecuciones por entrenar",
    ]
    assert lines[3].startswith(f"[1/2] s · {LABEL}: lista; quedan unos ")
    assert lines[5:] == ["[2/2] s · b: fallida (se acabó)", "Escribiendo el informe"]


def test_bars_on_a_terminal_show_labels_as_they_are():
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=120, color_system=None, highlight=False)
    with progress._bars(console) as bars:
        shown = progress._Bars(bars)
        for event in EVENTS[:6]:
            shown(event)
        bars.refresh()
        assert f"s · {LABEL}" in screen.getvalue()
        assert "exactitud 0,812" in screen.getvalue()
        assert "1/3" in screen.getvalue()
        for event in EVENTS[6:]:
            shown(event)
    assert "s · b: fallida (se acabó)" in screen.getvalue()
    assert "2/2" in screen.getvalue()


def test_a_run_that_begins_anew_has_one_bar():
    console = Console(file=io.StringIO(), force_terminal=True, width=120)
    with progress._bars(console) as bars:
        shown = progress._Bars(bars)
        for _ in range(2):  # its worker was lost in between
            shown(Event("started", key="a", study="s", label="a", epochs=3))
        assert len(bars.tasks) == 1
        shown(Event("finished", key="a", study="s", label="a", status="ok"))
        assert not bars.tasks


def test_a_cluster_is_told_of_on_a_terminal_and_in_a_log(capsys):
    screen = io.StringIO()
    events = [Event("connecting", label="nodo:6379"), Event("crowded")]
    console = Console(file=screen, force_terminal=True, width=120, color_system=None, highlight=False)
    with progress._bars(console) as bars:
        for event in events:
            progress._Bars(bars)(event)
    for event in events:
        progress._Lines()(event)
    for told in (screen.getvalue(), capsys.readouterr().err):
        assert "Conectando con el clúster Ray (nodo:6379)" in told
        assert "El clúster no tiene sitio libre; esperando a que lo haya" in told


def test_what_is_shared_is_told_and_why_it_is_not(capsys):
    with progress.progress() as listen:
        listen(Event("sharing", key="f", label="VGG16", total=3))
        listen(Event("sharing", key="f", label="VGG16", total=1))
        listen(Event("unshared", key="f", label="VGG16", reason="ocuparían 9,0 GB"))
    assert capsys.readouterr().err.splitlines() == [
        "Calculando una sola vez lo que da VGG16, congelada, para 3 ejecuciones",
        "Calculando una sola vez lo que da VGG16, congelada, para 1 ejecución",
        "No se guarda lo que da VGG16, congelada (ocuparían 9,0 GB): se entrena entera",
    ]


def test_spans_are_told_in_the_unit_that_fits():
    assert [progress._span(seconds) for seconds in (1, 89, 90, 5399, 5400)] == [
        "1 s",
        "89 s",
        "2 min",
        "90 min",
        "1,5 h",
    ]
