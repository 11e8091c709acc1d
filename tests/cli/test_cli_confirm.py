"""A person is asked before a long training, on a real terminal; a script never is."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time

import pytest
from support.configurations import HEAD, ROOT, written

from reportgen.store import Store

COMMAND = (sys.executable, str(ROOT / "tests" / "support" / "fake_reportgen.py"))
TEXT = HEAD + '[study.s]\nmodel = "mlp"\ngrid.optimizer = ["SGD", "Adam"]\n'
HOURS = "400"  # seconds a step, ten steps an epoch, two epochs, two runs side by side: more than an hour
QUESTION = "¿Empezar? [s/N]"
PATIENCE = 60.0


class Terminal:
    """A command on a pseudo-terminal: what it prints, what is typed."""

    def __init__(self, folder, *arguments, **environment):
        self.handle, other = pty.openpty()
        self.process = subprocess.Popen(
            [*COMMAND, "run", "e.toml", *arguments],
            stdin=other,
            stdout=other,
            stderr=other,
            cwd=folder,
            start_new_session=True,
            env={**os.environ, "TERM": "xterm", "COLUMNS": "200", "FAKE_NO_REPORT": "1", **environment},
        )
        os.close(other)
        self.seen = ""

    def read(self, until=None):
        """Go on reading until something is seen, or to the end."""
        end = time.monotonic() + PATIENCE
        while until is None or until not in self.seen:
            assert time.monotonic() < end, self.seen
            ready, _, _ = select.select([self.handle], [], [], 0.2)
            if not ready:
                continue
            try:
                content = os.read(self.handle, 65536)
            except OSError:  # the other end is closed
                content = b""
            if not content:
                assert until is None, self.seen
                break
            self.seen += content.decode("utf-8", "replace")
        return self.seen

    def type(self, text):
        os.write(self.handle, text.encode())

    def end(self):
        """Read to the end and give the exit code."""
        self.read()
        return self.process.wait(PATIENCE)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.handle)


@pytest.fixture
def terminal(tmp_path):
    opened = []

    def start(*arguments, **environment):
        written(tmp_path, TEXT)
        made = Terminal(tmp_path, *arguments, FAKE_TRAINED=str(tmp_path / "trained"), **environment)
        opened.append(made)
        return made

    yield start
    for made in opened:
        made.close()


def stored(folder):
    return len(list(Store(folder / "build" / "store").keys("runs")))


@pytest.mark.parametrize(
    "answer", ["n\n", "\n", "no\n", "nunca\n", "\x04"], ids=["n", "empty", "no", "nunca", "end"]
)
def test_anything_but_yes_trains_nothing(tmp_path, terminal, answer):
    screen = terminal(FAKE_STEP=HOURS)
    assert "Tiempo previsto: de " in screen.read(QUESTION)
    screen.type(answer)
    assert screen.end() == 0
    assert "No se ha entrenado nada." in screen.seen
    assert stored(tmp_path) == 0
    assert not (tmp_path / "trained").exists()


@pytest.mark.parametrize("answer", ["s\n", "Sí\n", "yes\n"], ids=["s", "si", "yes"])
def test_yes_goes_on(tmp_path, terminal, answer):
    screen = terminal(FAKE_STEP=HOURS)
    screen.read(QUESTION)
    screen.type(answer)
    assert screen.end() == 0, screen.seen
    assert stored(tmp_path) == 2
    assert screen.seen.count(QUESTION) == 1


def test_whoever_says_yes_beforehand_is_told_and_not_asked(tmp_path, terminal):
    screen = terminal("--yes", FAKE_STEP=HOURS)
    assert screen.end() == 0, screen.seen
    assert QUESTION not in screen.seen
    assert "Tiempo previsto: de " in screen.seen
    assert stored(tmp_path) == 2


def test_a_short_training_is_told_and_not_asked(tmp_path, terminal):
    screen = terminal(FAKE_STEP="0.01")
    assert screen.end() == 0, screen.seen
    assert QUESTION not in screen.seen
    assert "Tiempo previsto" in screen.seen
    assert stored(tmp_path) == 2


def test_what_is_stored_already_is_not_asked_about(terminal):
    assert terminal(FAKE_STEP="0.01").end() == 0
    screen = terminal(FAKE_STEP=HOURS)
    assert screen.end() == 0
    assert "No hay nada que entrenar." in screen.seen
    assert "Probando" not in screen.seen


def test_an_interruption_at_the_question_is_an_interruption(tmp_path, terminal):
    screen = terminal(FAKE_STEP=HOURS)
    screen.read(QUESTION)
    screen.process.send_signal(signal.SIGINT)
    assert screen.end() == 130
    assert "Traceback" not in screen.seen
    assert stored(tmp_path) == 0


def test_the_bars_come_back_after_the_question(terminal):
    screen = terminal(FAKE_STEP=HOURS, FAKE_SECONDS="0.5")
    screen.read(QUESTION)
    screen.type("s\n")
    assert screen.end() == 0
    after = screen.seen.split(QUESTION)[1]
    assert "Ejecuciones" in after
    assert "2/2" in after


@pytest.mark.parametrize("stdin", ["pipe", "null"])
def test_a_script_is_never_asked_and_nothing_is_probed(tmp_path, stdin):
    written(tmp_path, TEXT)
    done = subprocess.run(
        [*COMMAND, "run", "e.toml"],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=PATIENCE,
        **({"input": ""} if stdin == "pipe" else {"stdin": subprocess.DEVNULL}),
        env={**os.environ, "FAKE_NO_REPORT": "1", "FAKE_STEP": HOURS},
    )
    assert done.returncode == 0, done.stderr
    assert QUESTION not in done.stderr
    assert "Probando" not in done.stderr
    assert stored(tmp_path) == 2


def test_a_terminal_behind_which_nobody_reads_is_no_person(tmp_path):
    """Output to a file: there is nobody who could see the question."""
    written(tmp_path, TEXT)
    handle, other = pty.openpty()
    try:
        done = subprocess.run(
            [*COMMAND, "run", "e.toml"],
            check=False,
            stdin=other,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            timeout=PATIENCE,
            env={**os.environ, "FAKE_NO_REPORT": "1", "FAKE_STEP": HOURS},
        )
    finally:
        os.close(handle)
        os.close(other)
    assert done.returncode == 0, done.stderr
    assert QUESTION not in done.stderr
