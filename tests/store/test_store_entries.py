"""Entries are whole or absent, whatever happens to their bytes or to who writes them."""

from __future__ import annotations

import errno
import logging
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.configurations import ROOT

from reportgen.errors import StoreError
from reportgen.store import Store
from reportgen.store import store as store_module
from reportgen.store.lock import exclusive

KEY, OTHER = "ab" * 32, "ab" + "cd" * 31
FILES = {"result.json": b'{"status": "ok"}', "labels.npy": bytes(range(256)) * 20, "empty": b""}


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path / "almacén con espacios")
    made.prepare()
    return made


def test_what_is_put_is_got(store):
    assert store.get("runs", KEY) is None
    assert not store.has("runs", KEY)
    store.put("runs", KEY, FILES)
    assert store.get("runs", KEY).files == FILES
    assert store.get("runs", KEY, ["labels.npy"]).files == {"labels.npy": FILES["labels.npy"]}
    assert store.get("failed", KEY) is None
    assert store.has("runs", KEY)
    assert store.verify("runs", KEY)
    assert list(store.keys("runs")) == [KEY]
    assert not list((store.root / "tmp").iterdir())


def test_a_whole_entry_is_kept_and_the_second_one_dropped(store):
    store.put("runs", KEY, FILES)
    store.put("runs", KEY, {"result.json": b"second"})
    assert store.get("runs", KEY).files == FILES
    store.put("runs", KEY, {"result.json": b"third"}, replace=True)
    assert store.get("runs", KEY).files == {"result.json": b"third"}
    assert not list((store.root / "tmp").iterdir())


def test_a_staging_folder_is_gone_whatever_becomes_of_it(store):
    store.put("runs", KEY, FILES)
    for key in (KEY, OTHER):
        staging = store.stage(key)
        (staging / "result.json").write_bytes(b"x")
        store.commit("runs", key, staging)
        assert not staging.exists()
    assert store.get("runs", KEY).files == FILES
    assert store.get("runs", OTHER).files == {"result.json": b"x"}


def test_discarding_is_whole_and_twice_is_no_error(store):
    store.put("failed", KEY, FILES)
    store.discard("failed", KEY)
    store.discard("failed", KEY)
    assert store.get("failed", KEY) is None
    assert not list((store.root / "tmp").iterdir())


def flip(path):
    content = bytearray(path.read_bytes() or b"\0")
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def extra(path):
    path.with_name(path.name + ".pkl").write_bytes(b"cos\nsystem\n(S'true'\ntR.")


def replaced_by_folder(path):
    path.unlink()
    path.mkdir()


DAMAGE = {
    "flip": flip,
    "truncate": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "grow": lambda path: path.write_bytes(path.read_bytes() + b" "),
    "empty": lambda path: path.write_bytes(b""),
    "delete": lambda path: path.unlink(),
    "extra": extra,
    "folder": replaced_by_folder,
    "rename": lambda path: path.rename(path.with_name("otro")),
}
HARMLESS = {("empty", "truncate"), ("empty", "empty"), ("MANIFEST.json", "grow")}
"""(file, damage) that leaves the same content."""


@pytest.mark.parametrize("read", ["get", "verify"])
@pytest.mark.parametrize("name", [*FILES, "MANIFEST.json"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_every_damage_is_found_told_and_set_aside(store, caplog, damage, name, read):
    if (name, damage) in HARMLESS:
        return
    store.put("runs", KEY, FILES)
    store.put("runs", OTHER, FILES)
    DAMAGE[damage](store.folder("runs", KEY) / name)
    with caplog.at_level(logging.WARNING, logger="reportgen.store"):
        assert not getattr(store, read)("runs", KEY)
    assert KEY[:12] in caplog.text
    if name != "MANIFEST.json":
        assert name in caplog.text
    assert not store.has("runs", KEY)
    assert [path.name[:64] for path in (store.root / "corrupt").iterdir()] == [KEY]
    assert store.get("runs", OTHER).files == FILES
    store.put("runs", KEY, FILES)
    assert store.get("runs", KEY).files == FILES


def test_reading_some_files_does_not_read_the_others(store):
    store.put("runs", KEY, FILES)
    flip(store.folder("runs", KEY) / "labels.npy")
    assert store.get("runs", KEY, ["result.json"]).files == {"result.json": FILES["result.json"]}


def test_an_entry_under_another_key_is_refused(store):
    store.put("runs", KEY, FILES)
    shutil.copytree(store.folder("runs", KEY), store.folder("runs", OTHER))
    assert store.get("runs", OTHER) is None
    assert store.get("runs", KEY).files == FILES


def test_a_newer_manifest_is_set_aside_and_not_misread(store):
    store.put("runs", KEY, FILES)
    manifest = store.folder("runs", KEY) / "MANIFEST.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"schema": 1', b'"schema": 2'))
    assert store.get("runs", KEY) is None
    assert list((store.root / "corrupt").iterdir())


def test_copies_touches_and_permissions_change_nothing(store, tmp_path):
    store.put("runs", KEY, FILES)
    shutil.copytree(store.root, tmp_path / "copia", copy_function=shutil.copyfile)
    for path in (tmp_path / "copia").rglob("*"):
        path.chmod(0o777)
        os.utime(path, (1, 1))
    assert Store(tmp_path / "copia").get("runs", KEY).files == FILES


def test_content_that_nobody_understands_is_set_aside(store, caplog):
    store.put("runs", KEY, FILES)
    store.reject("runs", KEY, "esquema 7")
    assert not store.has("runs", KEY)
    assert "esquema 7" in caplog.text


@pytest.mark.parametrize("code", [errno.EACCES, errno.EMFILE, errno.ENOMEM])
def test_what_this_process_cannot_read_is_an_error_and_no_damage(store, monkeypatch, code):
    store.put("runs", KEY, FILES)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", lambda path: (_ for _ in ()).throw(OSError(code, "no", str(path))))
        with pytest.raises(StoreError):
            store.get("runs", KEY)
    assert store.get("runs", KEY).files == FILES


def test_a_disk_that_cannot_read_the_bytes_is_damage(store, monkeypatch):
    store.put("runs", KEY, FILES)
    with monkeypatch.context() as patch:
        patch.setattr(
            Path, "read_bytes", lambda path: (_ for _ in ()).throw(OSError(errno.EIO, "EIO", str(path)))
        )
        assert store.get("runs", KEY) is None
    assert list((store.root / "corrupt").iterdir())


def test_a_reader_does_not_take_a_replaced_entry_for_a_damaged_one(store, monkeypatch):
    store.put("failed", KEY, {"result.json": b"old"})
    plain = store_module._contents
    writes = iter([b"new"])

    def overtaken(folder, manifest, names):
        for content in writes:
            store.put("failed", KEY, {"result.json": content}, replace=True)
        return plain(folder, manifest, names)

    monkeypatch.setattr(store_module, "_contents", overtaken)
    assert store.get("failed", KEY).files == {"result.json": b"new"}
    assert not (store.root / "corrupt").exists()


@pytest.mark.parametrize("scenario", ["fresh", "kept", "damaged", "replaced"])
def test_a_kill_anywhere_leaves_a_whole_entry_or_none(tmp_path, scenario):
    script = ROOT / "tests" / "support" / "kill_loop.py"
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path), scenario], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 10, "fewer operations than a commit has: the loop patches the wrong ones"


LIMITED = """
import resource, sys
from pathlib import Path
from reportgen.errors import StoreError
from reportgen.store import Store
from reportgen.store import store as store_module
store = Store(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    store.put("runs", "ab" * 32, {"a": b"x" * 4000, "b": b"y"})
except StoreError as error:
    print(error)
    sys.exit(error.exit_code)
"""


@pytest.mark.parametrize("size", [0, 1000, 3999, 4000])
def test_a_full_disk_is_told_and_leaves_nothing(store, size):
    store.put("runs", OTHER, FILES)
    command = [sys.executable, "-c", LIMITED, str(store.root), str(size)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if size == 4000:  # everything fits
        assert done.returncode == 0, done.stderr
        return
    assert done.returncode == 3, done.stderr
    assert "espacio" in done.stdout
    assert store.get("runs", KEY) is None
    assert not list((store.root / "tmp").iterdir())
    assert store.get("runs", OTHER).files == FILES


def test_the_limit_of_this_test_process_is_untouched():
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


@pytest.mark.parametrize("place", ["", "tmp"])
def test_a_folder_that_cannot_be_written_is_told_before_anything_else(tmp_path, place):
    root = tmp_path / "store"
    (root / place).parent.mkdir(parents=True, exist_ok=True)
    (root / place).write_text("un archivo donde iría la carpeta")
    with pytest.raises(StoreError, match="no se puede escribir") as caught:
        Store(root).prepare()
    assert caught.value.exit_code == 3
    assert str(root) in str(caught.value)


def test_a_lock_that_cannot_be_had_is_told(tmp_path):
    (tmp_path / "store").write_text("")
    with pytest.raises(StoreError, match="no se puede escribir"), exclusive(tmp_path / "store", lambda: None):
        pass


EIGHT = """
import sys, time
from pathlib import Path
from reportgen.store import Store
from reportgen.store import store as store_module
store = Store(Path(sys.argv[1]))
for number in range(20):
    store.put("runs", f"ab{number:062d}", {"a": b"x" * 10000, "b": b"y"})
"""


def test_eight_writers_of_the_same_keys_leave_one_entry_each(store):
    running = [
        subprocess.Popen([sys.executable, "-c", EIGHT, str(store.root)], stderr=subprocess.PIPE)
        for _ in range(8)
    ]
    for process in running:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    assert len(list(store.keys("runs"))) == 20
    assert all(store.verify("runs", key) for key in store.keys("runs"))
    assert not list((store.root / "tmp").iterdir())
    assert not (store.root / "corrupt").exists()


HOLDER = """
import sys, time
from pathlib import Path
from reportgen.store.lock import exclusive
with exclusive(Path(sys.argv[1]), lambda: print("waiting", flush=True)):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(root):
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("end", ["let go", "kill"])
def test_the_second_waits_until_the_first_is_gone_however_it_goes(tmp_path, end):
    with holder(tmp_path) as first:
        assert first.stdout.readline() == "held\n"
        with holder(tmp_path) as second:
            assert second.stdout.readline() == "waiting\n"
            first.kill() if end == "kill" else first.stdin.close()
            assert second.stdout.readline() == "held\n"
            second.stdin.close()


def test_fifty_kills_leave_no_stale_lock(tmp_path):
    code = (
        "import os, sys, pathlib; from reportgen.store.lock import exclusive\n"
        "for _ in range(50):\n"
        "    child = os.fork()\n"
        "    if child == 0:\n"
        "        with exclusive(pathlib.Path(sys.argv[1]), lambda: os._exit(7)):\n"
        "            os.kill(os.getpid(), 9)\n"
        "    status = os.waitpid(child, 0)[1]\n"
        "    assert os.WIFSIGNALED(status), status\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
