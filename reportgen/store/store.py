"""Takes staged folders, gives content-addressed entries that are whole or absent.

An entry is the folder ``KIND/ab/KEY/`` with its files and a ``MANIFEST.json``
that carries the key and the size and SHA-256 of every file. It is filled
under ``tmp/``, synced, and appears by one rename, so that a kill at any moment
leaves either the whole entry or none. Every read checks every file; an entry
that fails moves to ``corrupt/`` and counts as missing.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar, cast

from reportgen.errors import StoreError, os_reason
from reportgen.log import logger

MANIFEST = "MANIFEST.json"
SCHEMA = 1
ATTEMPTS = 5
"""Times that publishing may find another writer's entry in its place."""
Manifest = Mapping[str, Any]
_T = TypeVar("_T")
_LOG = logger("store")


@dataclass(frozen=True, slots=True)
class Entry:
    """One verified entry: file name -> bytes."""

    key: str
    files: Mapping[str, bytes]


class Store:
    """A folder of entries, shared by any number of readers and one writer at a time."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def prepare(self) -> None:
        """Make the folders and prove that they can be written, before hours of work depend on it.

        Raises:
            StoreError: when they cannot.
        """
        with self._told("no se puede escribir en el almacén"):
            (self.root / "tmp").mkdir(parents=True, exist_ok=True, mode=0o700)
            probe = self.root / "tmp" / f"probe.{uuid.uuid4().hex}"
            probe.write_bytes(b"reportgen")
            _sync(probe)
            probe.rename(probe.with_suffix(".done"))
            probe.with_suffix(".done").unlink()

    def folder(self, kind: str, key: str) -> Path:
        """Where the entry is or will be."""
        return self.root / kind / key[:2] / key

    def has(self, kind: str, key: str) -> bool:
        """Whether an entry stands there; says nothing of its bytes."""
        return (self.folder(kind, key) / MANIFEST).is_file()

    def manifest(self, kind: str, key: str) -> str:
        """SHA-256 of the entry's manifest, which names that of every file of it; empty where there is none.

        It says what the entry is, and not that it is whole.
        """
        try:
            content = (self.folder(kind, key) / MANIFEST).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return ""
        except OSError as error:
            self._refuse(f"no se puede leer la entrada {key[:12]}", error)
        return hashlib.sha256(content).hexdigest()

    def keys(self, kind: str) -> Iterator[str]:
        """Keys of all entries of a kind, in order."""
        for manifest in sorted((self.root / kind).glob(f"??/*/{MANIFEST}")):
            yield manifest.parent.name

    def present(self, kind: str) -> frozenset[str]:
        """Keys under which anything stands, whole or not: one look, however many are asked for."""
        return frozenset(folder.name for folder in (self.root / kind).glob("??/*"))

    def stage(self, key: str) -> Path:
        """A new empty folder to fill for ``key``.

        Raises:
            StoreError: when it cannot be made.
        """
        folder = self.root / "tmp" / f"{key}.{uuid.uuid4().hex}"
        with self._told("no se puede escribir en el almacén"):
            folder.mkdir(parents=True, mode=0o700)
        return folder

    def drop(self, staging: Path) -> None:
        """Throw a staging folder, or what a probe left, away; nothing that is not in ``tmp``.

        Raises:
            ValueError: for any other path, above all an empty one: it is the working directory.
        """
        if staging.resolve().parent != (self.root / "tmp").resolve():
            raise ValueError(f"{str(staging)!r} is not in the staging area")
        if staging.is_dir():
            shutil.rmtree(staging, ignore_errors=True)
        else:
            staging.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Throw away all that killed processes left in ``tmp``; only with the lock held."""
        for leftover in (self.root / "tmp").glob("*"):
            self.drop(leftover)

    def commit(self, kind: str, key: str, staging: Path, *, replace: bool = False) -> None:
        """Make the staged files the entry ``key``, or drop them where a whole one stands already.

        Args:
            kind: namespace of the entry.
            key: of the entry.
            staging: folder from :meth:`stage`, gone afterwards in any case.
            replace: take the place of what stands there. A kill in the middle leaves no entry, so
                this is for outcomes that may be had again, never for a training that succeeded.

        Raises:
            StoreError: when the disk is full or the folder not writable; nothing is visible then.
        """
        try:
            with self._told(f"no se pudo guardar la entrada {key[:12]}"):
                _write_manifest(key, staging)
                self._publish(kind, key, staging, replace=replace)
        finally:
            self.drop(staging)

    def _publish(self, kind: str, key: str, staging: Path, *, replace: bool) -> None:
        target = self.folder(kind, key)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        for attempt in range(ATTEMPTS):
            if replace:
                self.discard(kind, key)
            elif target.exists() and self.verify(kind, key):
                return  # one key, one content: somebody else was first
            try:
                staging.rename(target)
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST) or attempt == ATTEMPTS - 1:
                    raise
            else:
                _sync(target.parent)
                return

    def put(self, kind: str, key: str, files: Mapping[str, bytes], *, replace: bool = False) -> None:
        """Write an entry from bytes; arguments and errors as in :meth:`commit`."""
        staging = self.stage(key)
        try:
            with self._told(f"no se pudo guardar la entrada {key[:12]}"):
                for name, content in files.items():
                    (staging / name).write_bytes(content)
            self.commit(kind, key, staging, replace=replace)
        finally:
            self.drop(staging)

    def get(self, kind: str, key: str, names: Collection[str] | None = None) -> Entry | None:
        """The entry, or only its files ``names``, with every byte of them verified.

        Returns:
            None when it is absent or damaged.

        Raises:
            StoreError: when it is there and this user or process cannot read it.
        """
        files = self._whole(kind, key, lambda manifest, folder: _contents(folder, manifest, names))
        return None if files is None else Entry(key, files)

    def digests(self, kind: str, key: str) -> Mapping[str, str] | None:
        """File -> SHA-256 that it should have; reads no file but the manifest. None as in :meth:`get`."""
        return self._whole(kind, key, lambda manifest, _: _digests(manifest))

    def verify(self, kind: str, key: str) -> bool:
        """Whether the entry is there and whole; holds no more than a block of it in memory."""
        return self._whole(kind, key, lambda manifest, folder: _compare(folder, manifest)) is not None

    def reject(self, kind: str, key: str, reason: str) -> None:
        """Set an entry aside whose bytes are whole and whose content nobody here understands."""
        _LOG.warning("entrada %s dañada (%s); se aparta y se repetirá", key[:12], reason)
        self._quarantine(self.folder(kind, key))

    def discard(self, kind: str, key: str) -> None:
        """Remove an entry, whole."""
        folder = self.folder(kind, key)
        if not folder.exists():
            return
        grave = self.root / "tmp" / f"{key}.{uuid.uuid4().hex}"
        grave.parent.mkdir(parents=True, exist_ok=True)
        folder.rename(grave)
        self.drop(grave)

    def _whole(self, kind: str, key: str, read: Callable[[Manifest, Path], _T]) -> _T | None:
        """What ``read`` gives, None and the entry set aside when it finds damage.

        Read twice before that: a writer may have replaced the entry in the middle of the first time.
        """
        folder = self.folder(kind, key)
        reason = ""
        for _ in range(2):
            try:
                return read(_manifest(folder, key), folder)
            except FileNotFoundError as error:
                if not folder.exists():
                    return None
                reason = f"falta {Path(error.filename).name}"
            except (NotADirectoryError, IsADirectoryError) as error:
                reason = f"{Path(error.filename).name}: {os_reason(error)}"
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                reason = str(error)
            except OSError as error:
                if error.errno != errno.EIO:
                    self._refuse(f"no se puede leer la entrada {key[:12]}", error)
                reason = os_reason(error)
        self.reject(kind, key, reason)
        return None

    def _quarantine(self, folder: Path) -> None:
        grave = self.root / "corrupt" / f"{folder.name}.{uuid.uuid4().hex[:8]}"
        try:
            grave.parent.mkdir(parents=True, exist_ok=True)
            folder.rename(grave)
        except OSError as error:  # a read-only store can still be rendered from
            _LOG.warning("no se pudo apartar %s: %s", folder.name, error)

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._refuse(what, error)

    def _refuse(self, what: str, error: OSError) -> NoReturn:
        raise StoreError(
            f"{what}: {os_reason(error)}",
            where=str(self.root),
            next_step="revisa permisos y espacio, o elige otra carpeta con --build, y repite la misma orden: "
            "lo ya guardado se conserva",
        ) from error


def _manifest(folder: Path, key: str) -> Manifest:
    """The manifest of an entry whose list of files is right."""
    manifest = cast("dict[str, Any]", json.loads((folder / MANIFEST).read_bytes()))
    if manifest["schema"] != SCHEMA:
        raise ValueError(f"esquema {manifest['schema']}, se esperaba {SCHEMA}")
    if manifest["key"] != key:
        raise ValueError("el manifiesto es de otra clave")
    present = {item.name for item in folder.iterdir()} - {MANIFEST}
    if present != set(manifest["files"]):
        differing = ", ".join(sorted(present ^ set(manifest["files"])))
        raise ValueError(f"los archivos no son los del manifiesto: {differing}")
    return manifest


def _digests(manifest: Manifest) -> dict[str, str]:
    return {name: str(facts["sha256"]) for name, facts in manifest["files"].items()}


def _contents(folder: Path, manifest: Manifest, names: Collection[str] | None) -> dict[str, bytes]:
    wanted = set(manifest["files"]) if names is None else set(names)
    return {name: _checked(folder / name, manifest["files"][name]) for name in sorted(wanted)}


def _checked(path: Path, facts: Mapping[str, Any]) -> bytes:
    content = path.read_bytes()
    if len(content) != facts["size"] or hashlib.sha256(content).hexdigest() != facts["sha256"]:
        raise ValueError(f"{path.name} no coincide con su suma SHA-256")
    return content


def _compare(folder: Path, manifest: Manifest) -> bool:
    """True, or a ValueError that names the first file that is not what it should be."""
    for name, facts in manifest["files"].items():
        with (folder / name).open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            if stream.tell() != facts["size"] or digest != facts["sha256"]:
                raise ValueError(f"{name} no coincide con su suma SHA-256")
    return True


def _write_manifest(key: str, staging: Path) -> None:
    """Add the manifest and make everything staged last."""
    files = {}
    paths = sorted(staging.iterdir())
    for path in paths:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        files[path.name] = {"size": path.stat().st_size, "sha256": digest}
    content = json.dumps({"schema": SCHEMA, "key": key, "files": files}, indent=1, sort_keys=True)
    (staging / MANIFEST).write_text(content, encoding="utf-8")
    # At once and not one after the other: the system then writes its journal once (15 ms -> 1 ms here).
    with ThreadPoolExecutor(max_workers=len(paths) + 2) as pool:
        list(pool.map(_sync, [*paths, staging / MANIFEST, staging]))


def _sync(path: Path) -> None:
    """Make a file, or a rename inside a folder, last; a no-op for folders where they cannot be opened."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
