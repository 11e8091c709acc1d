"""A real language server with the shipped schema: what it accepts, what it complains of, what it offers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.configurations import ROOT, written
from support.schema_cases import document

from reportgen.spec import schema

TOMBI = Path(sys.executable).parent / "tombi"
FILES = [
    ROOT / "experiments.toml",
    *sorted((ROOT / "examples").glob("*.toml")),
    *sorted((ROOT / "templates" / "init").glob("*/*.toml")),
]


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def with_schema(folder: Path, text: str, name: str = "e.toml") -> Path:
    """A file that names the shipped schema in its first line."""
    lines = [line for line in text.splitlines() if not line.startswith("#:schema")]
    (folder / schema.FILE).write_bytes(schema.SHIPPED.read_bytes())
    return written(folder, f"#:schema ./{schema.FILE}\n\n" + "\n".join(lines) + "\n", name)


def tombi(path: Path) -> list[str]:
    """What the linter says of a file: its errors, not its advice on order."""
    out = path.with_suffix(".json")
    done = subprocess.run(
        [TOMBI, "lint", "--offline", "--quiet", "--diagnostics-format", "json",
         "--diagnostics-file", out, path],
        capture_output=True, text=True, check=False, cwd=path.parent, timeout=60,
        env={**os.environ, "TOMBI_CACHE_HOME": str(path.parent / "cache")},
    )  # fmt: skip
    found = json.loads(out.read_text(encoding="utf-8") or "[]")
    errors = [item["message"] for item in found if item["level"].lower() == "error"]
    assert (done.returncode != 0) == bool(errors), (done.stderr, found)
    unresolved = [
        item["message"] for item in found if "json pointer" in item["message"] or "strict" in item["message"]
    ]
    assert not unresolved
    return errors


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_tombi_accepts_every_file_of_ours(path, tmp_path):
    assert tombi(with_schema(tmp_path, path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_the_schema_that_a_file_names_is_there(path):
    first = path.read_text(encoding="utf-8").splitlines()[0]
    if path.parent.parent.name == "init":
        assert first == f"#:schema ./{schema.FILE}"  # init puts it beside the file
    else:
        assert path.parent.joinpath(first.removeprefix("#:schema ")).resolve() == schema.SHIPPED


TOLD = {
    ("study", json.dumps({"gird": {}})): '"gird" is not allowed',
    ("epochs", '"3"'): "expected a value of type Integer",
    ("epochs", "0"): "must be ≥ 1",
    ("precision", '"float16"'): 'one of ["float32"',
    ("optimizer", '"Adan"'): '"Adam"',
    ("optimizer", json.dumps({"name": "Adam", "learning_rat": 1})): '"learning_rat" is not allowed',
    ("optimizer", json.dumps({"name": "Adam", "learning_rate": "0.1"})): "expected a value of type Float",
    ("callbacks", json.dumps([{"callback": "EarlyStoping"}])): '"EarlyStopping"',
    ("callbacks", json.dumps([{"callback": "EarlyStopping", "patiense": 3}])): '"patiense" is not allowed',
    ("layer", json.dumps({"layer": "Densa", "units": 3})): '"Dense"',
    ("layer", json.dumps({"layer": "Dense"})): '"units" is required',
    ("layer", json.dumps({"layer": "Dense", "units": 3, "unit": 3})): '"unit" is not allowed',
    ("layer", json.dumps({"layer": "Dense", "units": 3, "activation": "rellu"})): '"relu"',
    ("layer", '"Densa"'): '"Flatten"',
    ("layer", json.dumps({"backbone": "VGG61"})): '"VGG16"',
    (
        "layer",
        json.dumps({"each": "lista", "layers": [{"layer": "Dense", "unts": 3}]}),
    ): '"unts" is not allowed',
    ("data", json.dumps({"name": "cifar"})): '"cifar10"',
    ("report", json.dumps({"title": "x", "kind": "largo"})): '"proyecto"',
    ("seeds", "[1, 1]"): "unique",
    ("study", json.dumps({"variant": {"A": {}}})): "pattern",
    ("study", json.dumps({"variant": {"a": {}}, "grid": {"epochs": [1]}})): "at most 0",
}


@pytest.mark.parametrize(("name", "value"), TOLD)
def test_tombi_says_what_is_wrong_and_little_else(name, value, tmp_path):
    found = tombi(with_schema(tmp_path, document({name: json.loads(value)})))
    assert any(TOLD[name, value] in message for message in found), found
    assert len(found) <= 4


class Server:
    """A language server that is asked as an editor asks."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.asked = folder, 0
        self.process = subprocess.Popen(
            [TOMBI, "lsp", "--offline"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env={**os.environ, "TOMBI_CACHE_HOME": str(folder / "cache")},
        )  # fmt: skip
        self.ask("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}})
        self.send({"method": "initialized", "params": {}})

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def read(self) -> dict[str, Any]:
        length = 0
        assert self.process.stdout
        while line := self.process.stdout.readline().strip():
            if line.lower().startswith(b"content-length"):
                length = int(line.split(b":")[1])
        return dict(json.loads(self.process.stdout.read(length)))

    def ask(self, method: str, params: dict[str, Any]) -> Any:
        self.asked += 1
        number = self.asked
        self.send({"id": number, "method": method, "params": params})
        while True:
            answer = self.read()
            if "method" in answer and "id" in answer:
                self.send({"id": answer["id"], "result": None})
            elif answer.get("id") == number:
                return answer.get("result")

    def at(self, text: str, what: str) -> Any:
        """What it says where the text has a bar; asked again while it is still reading the file."""
        before, _, after = text.partition("|")
        path = with_schema(self.folder, before + after, f"f{self.asked}.toml")
        whole = path.read_text(encoding="utf-8")
        above = whole[: whole.index("\n\n") + 2] + before
        place = {"line": above.count("\n"), "character": len(above.rpartition("\n")[2])}
        item = {"uri": path.as_uri(), "languageId": "toml", "version": 1, "text": whole}
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": item}})
        for _attempt in range(50):
            asked = {"textDocument": {"uri": path.as_uri()}, "position": place}
            if answer := self.ask(f"textDocument/{what}", asked):
                return answer
            time.sleep(0.1)
        return None

    def offers(self, text: str) -> list[str]:
        answer = self.at(text, "completion") or []
        items = answer if isinstance(answer, list) else answer["items"]
        return [item["label"].strip('"') for item in items]


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Server]:
    found = Server(tmp_path_factory.mktemp("editor"))
    yield found
    found.process.kill()
    found.process.wait()
    for stream in (found.process.stdin, found.process.stdout):
        assert stream
        stream.close()


LAYER = "[model.m]\nlayers = ["
STUDY = "[study.s]\n"
OFFERED = [
    (LAYER + '{ layer = "|" }]', ["Dense", "Conv2D", "Dropout"], ["Lambda"]),
    (LAYER + '{ layer = "Dense", | }]', ["units", "activation", "use_bias"], ["filters", "pool_size"]),
    (LAYER + '{ layer = "Dense", units = 3, activation = "|" }]', ["relu", "tanh"], ["Dense"]),
    (LAYER + '{ backbone = "VGG16", | }]', ["weights", "until", "trainable"], ["units"]),
    (STUDY + 'optimizer = "|"', ["Adam", "SGD"], ["Dense"]),
    (STUDY + 'optimizer = { name = "Adam", | }', ["learning_rate", "beta_1"], ["momentum"]),
    (STUDY + 'callbacks = [{ callback = "EarlyStopping", | }]', ["patience", "monitor"], ["factor"]),
    (STUDY + "grid.|", ["optimizer", "epochs", "model"], ["title"]),
    (STUDY + 'figures = ["|"]', ["curves", "heatmap"], ["datos"]),
    ("[profile.demo.study.s]\n|", ["epochs", "grid", "variant"], ["institution"]),
]


@pytest.mark.parametrize(("text", "wanted", "unwanted"), OFFERED, ids=lambda item: str(item)[:60])
def test_an_editor_offers_what_fits(server, text, wanted, unwanted):
    found = server.offers(text)
    assert set(wanted) <= set(found), found
    assert not set(unwanted) & set(found)


def test_an_editor_tells_what_a_field_is(server):
    assert "Épocas, como máximo." in json.dumps(server.at(STUDY + "ep|ochs = 3", "hover"), ensure_ascii=False)
    text = LAYER + '{ layer = "Dense", uni|ts = 3 }]'
    assert "Número de neuronas." in json.dumps(server.at(text, "hover"), ensure_ascii=False)
