"""Takes digests of files, gives the files on a node: fetched once, checked, shared by its runs.

Everything lies in one folder of the user's own (``REPORTGEN_NODE_FOLDER``, else below the temporary folder).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO

FOLDER = "REPORTGEN_NODE_FOLDER"
"""Variable of the node's environment with the folder for data and scratch."""
KEPT_DAYS = 14
"""Days after which a file that no run has used is thrown away."""
YOUNG = 60.0
"""Seconds within which a folder may not have been locked yet."""
LOCK = ".lock"
Fetch = Callable[[], Iterable[bytes]]


class Shelf:
    """What a node keeps between runs, and the scratch folder of one seat."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = _own(root or _default())
        self.files = self.root / "files"
        self.files.mkdir(exist_ok=True)
        self.scratch = self.root / "seats" / uuid.uuid4().hex
        self.scratch.mkdir(parents=True)
        self._alive = _locked(self.scratch / "alive")
        self._sound: set[str] = set()
        self._sweep()

    def close(self) -> None:
        """Throw the scratch folder away; the files stay."""
        self._alive.close()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def file(self, digest: str, fetch: Fetch) -> Path:
        """The file with that content; ``fetch`` is asked for its pieces only when the node has it not.

        Raises:
            OSError: no place on the disk.
            ValueError: what came is not what was announced.
        """
        path = self.files / digest
        if digest in self._sound and path.is_file():
            return path
        with _locked(self.files / f"{digest}{LOCK}"):
            if not (path.is_file() and _digest(path) == digest):
                _write(path, digest, fetch())
            os.utime(path)
        self._sound.add(digest)
        return path

    def folder(self, files: Mapping[str, str], fetch: Callable[[str], Iterable[bytes]]) -> Path:
        """A folder of this seat with such files (name -> digest), the same one each time."""
        mark = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()
        target = self.scratch / "in" / mark
        if target.is_dir():
            return target
        draft = target.with_name(f"{mark}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        for name, digest in files.items():
            place = draft / name
            if not place.resolve().is_relative_to(draft.resolve()):
                raise ValueError(f"{name!r} leads out of its folder")
            place.parent.mkdir(parents=True, exist_ok=True)
            _link(self.file(digest, partial(fetch, digest)), place)
        draft.mkdir(parents=True, exist_ok=True)
        draft.rename(target)
        return target

    def _sweep(self) -> None:
        """Throw away what dead seats left, and files that nobody has used for long."""
        for folder in (self.root / "seats").iterdir():
            if folder != self.scratch and not _held(folder / "alive"):
                shutil.rmtree(folder, ignore_errors=True)
        oldest = time.time() - KEPT_DAYS * 24 * 3600
        for path in self.files.iterdir():
            with suppress(OSError):
                if (
                    path.suffix != LOCK
                    and path.stat().st_mtime < oldest
                    and not _held(path.with_suffix(LOCK))
                ):
                    path.unlink()


def _default() -> Path:
    return Path(os.environ.get(FOLDER) or Path(tempfile.gettempdir()) / f"reportgen-{os.getuid()}")


def _own(folder: Path) -> Path:
    """The folder, made for its user alone.

    Raises:
        PermissionError: it is somebody else's, who could put other data into it.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    facts = folder.lstat()
    if facts.st_uid != os.getuid() or folder.is_symlink():
        raise PermissionError(f"{folder} no es de este usuario: elige otra carpeta con {FOLDER}")
    folder.chmod(0o700)
    return folder.resolve()


def _locked(path: Path) -> IO[bytes]:
    """The file, held by this process until it is closed or the process ends."""
    stream = path.open("wb")
    fcntl.flock(stream, fcntl.LOCK_EX)
    return stream


def _held(path: Path) -> bool:
    """Whether a living process holds it, or is about to: its folder is very young."""
    try:
        with path.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return _young(path.parent)
    except OSError:
        return True
    return False


def _young(folder: Path) -> bool:
    try:
        return time.time() - folder.stat().st_mtime < YOUNG
    except OSError:
        return False


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write(path: Path, digest: str, pieces: Iterable[bytes]) -> None:
    """Write under another name, check, rename: nothing half-written ever bears a digest."""
    draft = path.with_suffix(".draft")
    total = hashlib.sha256()
    try:
        with draft.open("wb") as stream:
            for piece in pieces:
                total.update(piece)
                stream.write(piece)
        if total.hexdigest() != digest:
            raise ValueError(f"los datos llegaron dañados ({digest[:12]})")
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)


def _link(source: Path, place: Path) -> None:
    try:
        os.link(source, place)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, place)
