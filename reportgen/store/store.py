"""Takes staged folders, gives content-addressed entries that are whole or absent.

An entry is the folder ``KIND/ab/KEY/`` with its files and a ``MANIFEST.json``
that carries the key and the size and SHA-256 of every file. It is filled
under ``tmp/``, synced, and appears by one rename, so that a kill at any moment
leaves either the whole entry or none. Every read checks every file; an entry
that fails moves to ``corrupt/`` and counts as missing.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from reportgen.errors import StoreError
from reportgen.log import logger

MANIFEST = "MANIFEST.json"
SCHEMA = 1
_LOG = logger("store")


@dataclass(frozen=True, slots=True)
class Entry:
    """One verified entry: file name -> bytes."""

    key: str
    files: Mapping[str, bytes]


class Store:
    """A folder of entries, shared by any number of readers and writers.

    Raises:
        StoreError: when the folder cannot be made or written.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def prepare(self) -> None:
        """Make the folders and prove that they can be written, before hours of work depend on it."""
        try:
            (self.root / "tmp").mkdir(parents=True, exist_ok=True, mode=0o700)
            probe = self.root / "tmp" / f"probe.{uuid.uuid4().hex}"
            probe.write_bytes(b"reportgen")
            probe.rename(probe.with_suffix(".done"))
            probe.with_suffix(".done").unlink()
        except OSError as error:
            raise StoreError(
                f"no se puede escribir en el almacén: {error.strerror}",
                where=str(self.root),
                next_step="elige otra carpeta con --build o revisa permisos y espacio",
            ) from error

    def folder(self, kind: str, key: str) -> Path:
        """Where the entry is or will be."""
        return self.root / kind / key[:2] / key

    def has(self, kind: str, key: str) -> bool:
        """Whether an entry stands there; says nothing of its bytes."""
        return (self.folder(kind, key) / MANIFEST).is_file()

    def keys(self, kind: str) -> Iterator[str]:
        """Keys of all entries of a kind, in order."""
        for manifest in sorted((self.root / kind).glob(f"??/*/{MANIFEST}")):
            yield manifest.parent.name

    def stage(self, key: str) -> Path:
        """A new empty folder to fill for ``key``."""
        folder = self.root / "tmp" / f"{key}.{uuid.uuid4().hex}"
        folder.mkdir(parents=True, mode=0o700)
        return folder

    def drop(self, staging: Path) -> None:
        """Throw a staging folder away."""
        shutil.rmtree(staging, ignore_errors=True)

    def sweep(self) -> None:
        """Throw away all that killed processes left in ``tmp``; only with the lock held."""
        for leftover in (self.root / "tmp").glob("*"):
            self.drop(leftover)

    def commit(self, kind: str, key: str, staging: Path) -> None:
        """Make the staged files the entry ``key``; what stood there before is replaced.

        Raises:
            StoreError: when the disk is full or the folder not writable; nothing is visible then.
        """
        try:
            _write_manifest(key, staging)
            target = self.folder(kind, key)
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if target.exists():
                self._retire(target)
            staging.rename(target)
            _sync(target.parent)
        except OSError as error:
            raise StoreError(
                f"no se pudo guardar la entrada {key[:12]}: {error.strerror}",
                where=str(self.root),
                next_step="libera espacio y repite la misma orden: lo ya guardado se conserva",
            ) from error

    def put(self, kind: str, key: str, files: Mapping[str, bytes]) -> None:
        """Write an entry from bytes."""
        staging = self.stage(key)
        for name, content in files.items():
            (staging / name).write_bytes(content)
        self.commit(kind, key, staging)

    def get(self, kind: str, key: str, names: Collection[str] | None = None) -> Entry | None:
        """The entry, or only its files ``names``, with every byte verified; None when absent or damaged."""
        folder = self.folder(kind, key)
        try:
            manifest = cast("dict[str, Any]", json.loads((folder / MANIFEST).read_bytes()))
            return Entry(key, _verified(folder, key, manifest, names))
        except FileNotFoundError:
            if not folder.exists():
                return None
            reason = "falta un archivo"
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            reason = str(error)
        _LOG.warning("entrada %s dañada (%s); se aparta y se repetirá", key[:12], reason)
        self._quarantine(folder)
        return None

    def discard(self, kind: str, key: str) -> None:
        """Remove an entry, whole."""
        folder = self.folder(kind, key)
        if folder.exists():
            self._retire(folder)

    def _retire(self, folder: Path) -> None:
        grave = self.root / "tmp" / f"{folder.name}.{uuid.uuid4().hex}"
        grave.parent.mkdir(parents=True, exist_ok=True)
        folder.rename(grave)
        self.drop(grave)

    def _quarantine(self, folder: Path) -> None:
        grave = self.root / "corrupt" / f"{folder.name}.{uuid.uuid4().hex[:8]}"
        try:
            grave.parent.mkdir(parents=True, exist_ok=True)
            folder.rename(grave)
        except OSError as error:  # a read-only store can still be rendered from
            _LOG.warning("no se pudo apartar %s: %s", folder.name, error)


def _verified(
    folder: Path, key: str, manifest: Mapping[str, Any], names: Collection[str] | None
) -> dict[str, bytes]:
    if manifest["schema"] != SCHEMA:
        raise ValueError(f"esquema {manifest['schema']}, se esperaba {SCHEMA}")
    if manifest["key"] != key:
        raise ValueError("el manifiesto es de otra clave")
    present = {item.name for item in folder.iterdir()} - {MANIFEST}
    if present != set(manifest["files"]):
        raise ValueError("los archivos no son los del manifiesto")
    wanted = set(manifest["files"]) if names is None else set(names)
    return {name: _checked(folder / name, manifest["files"][name]) for name in sorted(wanted)}


def _checked(path: Path, facts: Mapping[str, Any]) -> bytes:
    content = path.read_bytes()
    if len(content) != facts["size"] or hashlib.sha256(content).hexdigest() != facts["sha256"]:
        raise ValueError(f"{path.name} no coincide con su suma SHA-256")
    return content


def _write_manifest(key: str, staging: Path) -> None:
    files = {}
    for path in sorted(staging.iterdir()):
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            os.fsync(stream.fileno())
        files[path.name] = {"size": path.stat().st_size, "sha256": digest}
    content = json.dumps({"schema": SCHEMA, "key": key, "files": files}, indent=1, sort_keys=True)
    with (staging / MANIFEST).open("w", encoding="utf-8") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())
    _sync(staging)


def _sync(folder: Path) -> None:
    """Make a rename inside ``folder`` last; a no-op where folders cannot be opened (Windows)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
