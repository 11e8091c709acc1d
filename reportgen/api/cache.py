"""Takes content by name, gives it back while every byte of it is as it was written, else nothing.

What is in here only spares work. It may be deleted at any time; what is damaged, of another name or cannot
be written is as if it were not there.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from reportgen.log import logger

DIGITS = 64
_LOG = logger("cache")


class Cache:
    """A folder of files, each after the SHA-256 of its name and its content."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, name: str) -> bytes | None:
        """The content, None where it is not there or not what was written."""
        try:
            found = (self.folder / name).read_bytes()
        except OSError:
            return None
        digest, content = found[:DIGITS], found[DIGITS:]
        if digest != _digest(name, content):
            _LOG.info("%s no es lo que se guardó; se hace de nuevo", name)
            return None
        return content

    def any(self, kind: str) -> bool:
        """Whether there is anything in a folder."""
        return next((self.folder / kind).glob("*"), None) is not None

    def put(self, name: str, content: bytes) -> None:
        """Keep the content; not being able to costs no more than doing the work again."""
        path = self.folder / name
        scratch = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            scratch.write_bytes(_digest(name, content) + content)
            scratch.replace(path)
        except OSError as error:
            _LOG.info("no se pudo guardar %s: %s", name, error)
            with suppress(OSError):
                scratch.unlink(missing_ok=True)

    def sweep(self, kind: str, kept: Collection[str], limit: int) -> None:
        """Bound the files of a folder to ``limit`` bytes: the oldest go first, none of ``kept``.

        What killed processes left goes too.
        """
        with suppress(OSError):
            found = [(path, path.stat()) for path in (self.folder / kind).iterdir()]
            total = sum(facts.st_size for _, facts in found)
            for path, facts in sorted(found, key=lambda item: item[1].st_mtime_ns):
                if total <= limit:
                    return
                if f"{kind}/{path.name}" not in kept:
                    path.unlink(missing_ok=True)
                    total -= facts.st_size


def _digest(name: str, content: bytes) -> bytes:
    digest = hashlib.sha256(name.encode() + b"\n")
    digest.update(content)
    return digest.hexdigest().encode()
