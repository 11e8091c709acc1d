"""What the executor for clusters is made of, without Ray: addresses, lanes, parcels, shelves, seats."""

from __future__ import annotations

import hashlib
import os
import queue
import socket
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from support import fake_trainer as fake
from support.configurations import HEAD, plan_of
from support.studies import FAKE

from reportgen.cli import main
from reportgen.errors import MissingError
from reportgen.runner.cluster import parcel as parcels
from reportgen.runner.cluster import seat as seats_module
from reportgen.runner.cluster import shelf as shelves
from reportgen.runner.cluster.address import AUTO, LOCAL, parse
from reportgen.runner.cluster.driver import Cluster, Ticket
from reportgen.runner.cluster.parcel import CHUNK, Packer, chunks, is_plain
from reportgen.runner.cluster.seat import Seat
from reportgen.runner.cluster.shelf import Shelf
from reportgen.runner.cluster.size import Node, lanes, seats, widest, width_for

# --- addresses ---------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def no_address(monkeypatch):
    monkeypatch.delenv("RAY_ADDRESS", raising=False)


def test_an_address_is_what_was_asked_for_else_that_of_ray_else_this_machine(monkeypatch):
    assert parse("").text == LOCAL
    monkeypatch.setenv("RAY_ADDRESS", "nodo:6379")
    assert parse("") == parse("nodo:6379")
    assert (parse("").host, parse("").port) == ("nodo", 6379)
    assert parse(AUTO).host == ""
    assert (parse("ray://[::1]:10001").host, parse("ray://[::1]:10001").port) == ("::1", 10001)


@pytest.mark.parametrize("text", ["nodo", "nodo:", "nodo:0", "nodo:99999", "http://a:1", "a b:1", ":6379"])
def test_what_is_no_address_is_told(text):
    with pytest.raises(MissingError, match="no es la dirección de un clúster Ray"):
        parse(text)


@pytest.mark.parametrize("text", ["0.0.0.0:6379", "[::]:6379"])
def test_all_networks_at_once_are_no_cluster(text):
    with pytest.raises(MissingError, match="todas las redes") as caught:
        parse(text)
    assert "127.0.0.1" in caught.value.next_step


def test_where_nothing_listens_the_error_comes_at_once_with_the_way_out():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began = time.monotonic()
    with pytest.raises(MissingError) as caught:
        parse(f"127.0.0.1:{port}").probe()
    assert time.monotonic() - began < 3.5
    assert "--executor local" in caught.value.next_step
    assert not parse(f"127.0.0.1:{port}").listens()
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert parse(f"127.0.0.1:{server.getsockname()[1]}").listens()


CONFIG = HEAD + '[study.s]\nmodel = "mlp"\n'


def test_a_cluster_that_listens_and_does_not_answer_is_an_error_within_ten_seconds(tmp_path, capsys):
    (tmp_path / "e.toml").write_text(CONFIG)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        began = time.monotonic()
        code = main(
            [
                "run",
                str(tmp_path / "e.toml"),
                "--build",
                str(tmp_path / "b"),
                "--executor",
                "ray",
                "--ray-address",
                address,
            ]
        )
        assert time.monotonic() - began < 10
    assert code == 3
    assert "usa --executor local" in capsys.readouterr().err
    assert not list((tmp_path / "b" / "store").glob("data/*")), "something was prepared for it"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--ray-address", "a:1"], "--ray-address: solo tiene sentido con --executor ray"),
        (["--executor", "nube"], "--executor: 'nube' no vale; hay: 'local', 'ray'"),
    ],
)
def test_options_that_do_not_fit_are_told(tmp_path, capsys, arguments, told):
    with pytest.raises(SystemExit) as caught:
        main(["run", str(tmp_path / "e.toml"), *arguments])
    assert caught.value.code == 2
    assert told in capsys.readouterr().err


def test_a_connection_that_is_lost_between_two_jobs_is_told_at_the_next(tmp_path):
    cluster = Cluster("127.0.0.1:1", tmp_path / "log", lambda _event: None)
    ticket = Ticket(cluster, queue.Queue())
    assert not ticket.send({}), "there is no bridge"
    assert ticket.silence() == 0.0, "it waits for a place"
    cluster._break("se perdió la conexión", "nodo:6379", "repite la orden")
    with pytest.raises(MissingError, match="nodo:6379: se perdió la conexión"):
        ticket.send({})
    with pytest.raises(MissingError):
        ticket.exit_reason()


# --- lanes -------------------------------------------------------------------------------------

MIXED = (
    HEAD
    + '[model.conv]\nlayers = [{ layer = "Conv2D", filters = 2, kernel_size = 3 }, "Flatten"]\n'
    + '[study.densas]\nmodel = "mlp"\nseeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]\n'
    + '[study.convs]\nmodel = "conv"\nseeds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]\n'
)
PLAIN = (Node("a", 4, 0), Node("b", 4, 0))
CARDS = (Node("a", 2, 0), Node("b", 8, 2), Node("c", 8, 4))


@pytest.mark.parametrize(
    ("nodes", "jobs", "light", "heavy"),
    [
        (PLAIN, 0, (8, 1, 0), (2, 4, 0)),
        (PLAIN, 1, (1, 1, 0), (1, 4, 0)),
        (PLAIN, 3, (3, 1, 0), (3, 2, 0)),
        (PLAIN, 99, (8, 1, 0), (8, 1, 0)),
        (CARDS, 0, (12, 1, 0), (6, 2, 1)),
        (CARDS, 5, (5, 1, 0), (5, 2, 1)),
        ((Node("a", 1, 0),), 0, (1, 1, 0), (1, 1, 0)),
    ],
)
def test_lanes_are_as_wide_as_the_cluster(tmp_path, nodes, jobs, light, heavy):
    found = lanes(plan_of(tmp_path, MIXED).runs, jobs, nodes)
    assert [(lane.workers, lane.threads, lane.gpus) for lane in found] == [light, heavy]
    assert [{run.study for run in lane.runs} for lane in found] == [{"densas"}, {"convs"}]


@pytest.mark.parametrize(
    ("sizes", "width"), [((8, 8), 8), ((2, 32, 32), 32), ((8, 8, 8, 32), 8), ((3, 4), 3), ((1,), 1)]
)
def test_a_wide_run_has_a_node_for_itself_unless_much_would_stay_idle(sizes, width):
    assert widest([Node(str(number), size, 0) for number, size in enumerate(sizes)]) == width


def test_so_many_runs_at_once_have_all_the_processors_that_can_be_had():
    nodes = [Node("a", 8, 0), Node("b", 8, 0)]
    assert [width_for(jobs, nodes) for jobs in (1, 2, 3, 4, 5, 16, 40)] == [8, 8, 4, 4, 2, 1, 1]
    assert seats(nodes, 3) == 4


# --- parcels -----------------------------------------------------------------------------------


def command_of(folder, **more):
    """A command whose files exist."""
    data = folder / "data"
    data.mkdir(exist_ok=True)
    (data / "x.npy").write_bytes(b"images")
    return {
        "command": "run", "key": "k" * 64, "data_folder": str(data), "staging": str(folder / "staging"),
        "log": str(folder / "log"), "weights_files": {}, "plugins": {}, **more,
    }  # fmt: skip


def test_a_parcel_holds_every_file_that_a_command_means_and_takes_other_paths(tmp_path):
    (tmp_path / "w.weights.h5").write_bytes(b"weights")
    package = tmp_path / "paquete"
    package.mkdir()
    (package / "redes.py").write_text("import comun\n")
    (tmp_path / "comun.py").write_text("N = 1\n")
    (tmp_path / "ajeno.py").write_text("N = 2\n")
    command = command_of(
        tmp_path,
        weights_files={"base": str(tmp_path / "w.weights.h5"), "gone": str(tmp_path / "none.h5")},
        plugins={"paquete.redes": str(package / "redes.py")},
    )
    packer = Packer()
    made = packer.pack(command)
    assert set(made.places[("data_folder", "")].files) == {"x.npy"}
    assert set(made.places[("plugins", "paquete.redes")].files) == {"paquete/redes.py", "comun.py"}
    assert made.places[("plugins", "paquete.redes")].inner == "paquete/redes.py"
    assert ("weights_files", "gone") not in made.places
    for digest, size in made.sizes.items():
        content = b"".join(chunks(packer.paths[digest]))
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (digest, size)
    there = made.placed({("weights_files", "base"): "/n/w.h5", ("data_folder", ""): "/n/d"}, staging="/n/out")
    assert (there["data_folder"], there["staging"], there["log"]) == ("/n/d", "/n/out", command["log"])
    assert there["weights_files"] == {"base": "/n/w.h5", "gone": str(tmp_path / "none.h5")}
    assert command["weights_files"]["base"] == str(tmp_path / "w.weights.h5"), (
        "the command itself is as it was"
    )


def test_a_file_that_changes_has_another_digest(tmp_path):
    packer = Packer()
    command = command_of(tmp_path)
    first = packer.pack(command)
    (tmp_path / "data" / "x.npy").write_bytes(b"others")
    os.utime(tmp_path / "data" / "x.npy", (1, 1))
    assert set(packer.pack(command).sizes) == {hashlib.sha256(b"others").hexdigest()}
    assert set(first.sizes) == {hashlib.sha256(b"images").hexdigest()}


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/etc/passwd", "..\\a", "a\0"])
def test_a_name_that_leads_elsewhere_is_none(name):
    assert not is_plain(name)


# --- the shelf ---------------------------------------------------------------------------------


def sha(content):
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def shelf_of(tmp_path):
    """Makes shelves, of one node unless another folder is named."""
    made = []

    def make(folder=tmp_path / "node"):
        made.append(Shelf(folder))
        return made[-1]

    yield make
    for shelf in made:
        shelf.close()


def test_a_file_is_fetched_once_and_one_that_was_damaged_again(shelf_of):
    fetched = []

    def fetch():
        fetched.append(1)
        return iter([b"ab", b"c"])

    shelf = shelf_of()
    path = shelf.file(sha(b"abc"), fetch)
    assert path.read_bytes() == b"abc"
    assert shelf.file(sha(b"abc"), fetch) == path
    assert shelf_of().file(sha(b"abc"), fetch) == path
    assert len(fetched) == 1
    path.write_bytes(b"abx")
    assert shelf_of().file(sha(b"abc"), fetch).read_bytes() == b"abc"
    assert len(fetched) == 2


def test_what_is_not_what_was_announced_is_refused_and_not_kept(shelf_of):
    shelf = shelf_of()
    with pytest.raises(ValueError, match="dañados"):
        shelf.file(sha(b"abc"), lambda: iter([b"abd"]))
    assert not [path for path in shelf.files.iterdir() if path.suffix != ".lock"]


def test_a_folder_has_the_files_under_their_names_and_none_outside_of_it(shelf_of):
    shelf = shelf_of()
    content = {sha(b"1"): b"1", sha(b"2"): b"2"}
    files = {"a.npy": sha(b"1"), "p/b.py": sha(b"2")}
    folder = shelf.folder(files, lambda digest: iter([content[digest]]))
    assert (folder / "a.npy").read_bytes() == b"1"
    assert (folder / "p" / "b.py").read_bytes() == b"2"
    assert shelf.folder(files, lambda _digest: pytest.fail("it is there")) == folder
    with pytest.raises(ValueError, match="leads out"):
        shelf.folder({"../x": sha(b"1")}, lambda digest: iter([content[digest]]))


def test_dead_seats_and_old_files_are_swept_and_living_ones_are_not(shelf_of, monkeypatch):
    monkeypatch.setattr(shelves, "YOUNG", 0.0)
    living = shelf_of()
    dead = shelf_of()
    dead._alive.close()  # as the kernel does when the process dies
    for content in (b"old", b"new"):
        living.file(sha(content), lambda content=content: iter([content]))
    os.utime(living.files / sha(b"old"), (0, 0))
    third = shelf_of()
    assert living.scratch.is_dir()
    assert not dead.scratch.exists()
    assert not (living.files / sha(b"old")).exists()
    assert (living.files / sha(b"new")).exists()
    third.close()
    assert not third.scratch.exists()


def test_a_folder_of_somebody_elses_is_refused(tmp_path, shelf_of):
    (tmp_path / "other").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "other")
    with pytest.raises(PermissionError, match="REPORTGEN_NODE_FOLDER"):
        shelf_of(tmp_path / "link")
    assert (shelf_of(tmp_path / "other").root.stat().st_mode & 0o777) == 0o700


# --- seats -------------------------------------------------------------------------------------


@pytest.fixture
def sit(tmp_path, monkeypatch):
    """Makes a seat with the trainer that trains nothing; what is sent is a file to read."""
    monkeypatch.setenv("FAKE_TRAINED", str(tmp_path / "trained"))
    monkeypatch.setenv("REPORTGEN_NODE_FOLDER", str(tmp_path / "node"))
    made = []

    def make():
        made.append(Seat(FAKE, 1, lambda path: Path(path).read_bytes(), gpu=False))
        return made[-1]

    yield make
    for seat in made:
        seat.stop()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def sent(folder, optimizer, key="a" * 64, **more):
    """A parcel and what stands for its pieces."""
    recipe = {
        "training": {"optimizer": {"name": optimizer}, "epochs": 2},
        "model": {"layers": [{"backbone": "VGG16"}]},
    }
    packer = Packer()
    parcel = packer.pack(command_of(folder, key=key, recipe=recipe, keep_weights=True, **more))
    return parcel, {digest: [str(packer.paths[digest])] for digest in parcel.sizes}


def heard(seat):
    """All that a seat says of a job."""
    found, end = [], time.monotonic() + 30
    while not found or found[-1]["event"] not in ("done", "gone"):
        assert time.monotonic() < end, found
        found += seat.poll(len(found), 0.2)
    return found


def brought(seat, message):
    files = Counter()
    content = {}
    for number in range(message["batches"]):
        for name, piece in seat.take(number):
            content[name] = content.get(name, b"") + piece
            files[name] += 1
    assert {name: sha(text) for name, text in content.items()} == message["digests"]
    return content


def test_a_job_that_is_begun_twice_is_done_once_and_every_answer_can_be_asked_for_again(sit, tmp_path):
    seat = sit()
    sent_now = sent(tmp_path, fake.OK)
    assert [seat.begin(7, *sent_now), seat.begin(7, *sent_now)] == [True, False]
    events = heard(seat)
    assert [event["event"] for event in events] == [
        "shipping",
        "shipped",
        "ready",
        "start",
        "epoch",
        "epoch",
        "done",
    ]
    assert seat.poll(len(events) - 1, 0.0) == events[-1:]
    assert brought(seat, events[-1]) == brought(seat, events[-1])
    assert (tmp_path / "trained").read_text().split() == ["a" * 64]
    assert seat.begin(8, *sent(tmp_path, fake.OK, key="b" * 64))
    assert [event["event"] for event in heard(seat)] == ["start", "epoch", "epoch", "done"], (
        "the process is warm"
    )


def test_files_that_are_larger_than_a_piece_come_back_whole(sit, tmp_path, monkeypatch):
    monkeypatch.setattr(seats_module, "CHUNK", 100)
    seat = sit()
    seat.begin(1, *sent(tmp_path, fake.OK))
    done = heard(seat)[-1]
    content = brought(seat, done)
    assert done["batches"] > 3
    assert content["model.weights.h5"] == b"whole " + b"a" * 64


def test_large_files_travel_in_pieces_and_empty_ones_too(tmp_path):
    (tmp_path / "large").write_bytes(b"x" * (CHUNK + 1))
    (tmp_path / "empty").touch()
    assert [len(piece) for piece in chunks(tmp_path / "large")] == [CHUNK, 1]
    assert list(chunks(tmp_path / "empty")) == [b""]
    assert parcels.CHUNK == CHUNK


def test_a_process_that_dies_takes_only_the_job_and_its_last_words_come_back(sit, tmp_path):
    seat = sit()
    seat.begin(1, *sent(tmp_path, fake.EXIT))
    gone = heard(seat)[-1]
    assert (gone["event"], gone["reason"]) == ("gone", "el proceso terminó sin resultado (código 0)")
    assert gone["log_text"] == "fake\n"
    seat.begin(2, *sent(tmp_path, fake.OK))
    assert heard(seat)[-1]["status"] == "ok"


COMPLAINER = """\
import json, sys
told = json.loads(sys.stdin.readline())
reason = told["data_folder"] + "/x.npy no vale"
done = {"event": "done", "key": told["key"], "status": "failed", "reason": reason, "where": told["staging"]}
print(json.dumps(done), flush=True)
sys.stdin.readline()
"""


def test_paths_of_the_node_are_told_as_the_users(sit, tmp_path):
    trainer = tmp_path / "trainer.py"
    trainer.write_text(COMPLAINER)
    seat = sit()
    seat._command = (sys.executable, str(trainer))
    parcel, pieces = sent(tmp_path, fake.OK)
    seat.begin(1, parcel, pieces)
    done = heard(seat)[-1]
    assert done["reason"] == f"{tmp_path / 'data'}/x.npy no vale"
    assert done["where"] == str(tmp_path / "staging")


def test_a_node_without_place_is_not_the_runs_fault(sit, tmp_path, monkeypatch):
    seat = sit()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shelves, "_write", full)
    seat.begin(1, *sent(tmp_path, fake.OK))
    done = heard(seat)[-1]
    assert (done["status"], done["record"]) == ("unavailable", False)
    assert "no queda espacio en el disco" in done["reason"]
    assert not (tmp_path / "trained").exists()
