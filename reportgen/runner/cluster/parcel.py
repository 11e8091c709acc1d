"""Takes a command with paths of the driver, gives it with the files behind them, and for a node's paths.

Files are named by the SHA-256 of their content, so that a node can tell which it has.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportgen.errors import MissingError
from reportgen.runner.worker import Message
from reportgen.sources.plugin import root_of, sources

CHUNK = 32 * 1024**2
"""Bytes that travel at once."""
GROUPS = ("weights_files", "plugins")
"""Fields of a command that map names to files; ``data_folder`` is a folder."""
Field = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """One path of a command: what it was, the files it needs (name below a folder -> digest), and ``inner``.

    ``inner`` is the path below that folder; empty for the folder itself.
    """

    original: str
    files: Mapping[str, str]
    inner: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A command that can be done elsewhere: ``sizes`` is the number of bytes of every file, by digest."""

    command: Message
    places: Mapping[Field, Place]
    sizes: Mapping[str, int]

    def placed(self, paths: Mapping[Field, str], **more: str) -> dict[str, Any]:
        """The command with other paths, and with other fields replaced."""
        command: dict[str, Any] = {**self.command, **more}
        for group in GROUPS:
            command[group] = dict(self.command.get(group) or {})
        for (group, name), path in paths.items():
            if name:
                command[group][name] = path
            else:
                command[group] = path
        return command


class Packer:
    """Makes parcels; every file is read once for its digest."""

    def __init__(self) -> None:
        self.paths: dict[str, Path] = {}
        """Digest -> a file with that content."""
        self._known: dict[tuple[str, int, int], str] = {}

    def pack(self, command: Message) -> Parcel:
        """The parcel of a command; what is not there stays out, and training says so.

        Raises:
            OSError: a file that cannot be read.
        """
        places = dict(self._places(command))
        digests = {digest for place in places.values() for digest in place.files.values()}
        return Parcel(command, places, {digest: self.paths[digest].stat().st_size for digest in digests})

    def _places(self, command: Message) -> Iterator[tuple[Field, Place]]:
        folder = Path(str(command["data_folder"]))
        files = {path.name: self._digest(path) for path in sorted(folder.glob("*")) if path.is_file()}
        yield ("data_folder", ""), Place(str(folder), files)
        for name, text in (command.get("weights_files") or {}).items():
            path = Path(text)
            if path.is_file():
                yield ("weights_files", name), Place(text, {path.name: self._digest(path)}, path.name)
        for module, text in (command.get("plugins") or {}).items():
            path = Path(text)
            if found := _code(module, path):
                inner = str(path.relative_to(root_of(module, path)))
                yield (
                    ("plugins", module),
                    Place(text, {name: self._digest(file) for name, file in found.items()}, inner),
                )

    def _digest(self, path: Path) -> str:
        facts = path.stat()
        mark = (str(path), facts.st_size, facts.st_mtime_ns)
        if mark not in self._known:
            with path.open("rb") as stream:
                self._known[mark] = hashlib.file_digest(stream, "sha256").hexdigest()
        self.paths[self._known[mark]] = path
        return self._known[mark]


def _code(module: str, path: Path) -> dict[str, Path]:
    """The files of a module and of all that it imports, by path below its root; none where it is gone."""
    if not path.is_file():
        return {}
    root = root_of(module, path)
    try:
        found = sources(path, root)
    except MissingError:  # training judges the file by itself, with the place of the mistake
        return {path.name: path} if path.parent == root else {}
    return {source.name: source.path for source in found.values()}


def chunks(path: Path) -> Iterator[bytes]:
    """A file in pieces that travel well; an empty one is one empty piece."""
    with path.open("rb") as stream:
        piece = stream.read(CHUNK)
        yield piece
        while piece := stream.read(CHUNK):
            yield piece


def is_plain(name: str) -> bool:
    """Whether a name that comes from elsewhere stays inside the folder it is written into."""
    return bool(name) and name not in (".", "..") and not set(name) & {"/", "\\", "\0"}
