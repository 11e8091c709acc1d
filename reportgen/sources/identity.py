"""Takes the location of a data set, gives the SHA-256 of everything in it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from reportgen.errors import MissingError

CHUNK = 1 << 20


def fingerprint(location: str) -> str:
    """SHA-256 over the sorted relative names and the contents of a file or folder.

    Hidden files and folders do not count, so that opening the folder in a file manager changes
    nothing. A single file counts by its content alone: renaming it costs no training.

    Args:
        location: path of the declared file or folder; ``~`` is the home folder.

    Returns:
        64 hexadecimal digits.

    Raises:
        MissingError: nothing is there, it is empty, or it cannot be read.
    """
    root = Path(location).expanduser()
    digest = hashlib.sha256()
    try:
        if root.is_file():
            _feed(digest, "", root)
            return digest.hexdigest()
        files = _files(root)
        for name, path in files:
            _feed(digest, name, path)
    except OSError as error:
        raise _missing("no se pueden leer los datos", root, str(error.strerror or error)) from error
    if not files:
        raise _missing("no hay ningún archivo" if root.is_dir() else "no están los datos declarados", root)
    return digest.hexdigest()


def _files(root: Path) -> list[tuple[str, Path]]:
    """Visible regular files below ``root`` as (name with forward slashes, path), sorted by name."""
    found = []
    for path in root.rglob("*"):
        relative = path.relative_to(root)
        if path.is_file() and not any(part.startswith(".") for part in relative.parts):
            found.append((relative.as_posix(), path))
    return sorted(found)


def _feed(digest: hashlib._Hash, name: str, path: Path) -> None:
    """Adds one file: length-prefixed name and the digest of its content, so that no two sets collide."""
    content = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(CHUNK):
            content.update(block)
    encoded = name.encode("utf-8", "surrogateescape")
    digest.update(len(encoded).to_bytes(8, "big") + encoded + content.digest())


def _missing(what: str, root: Path, detail: str = "") -> MissingError:
    text = f"{what} ({detail})" if detail else what
    return MissingError(
        text,
        where=str(root),
        next_step="revisa `path` en la configuración: la carpeta o el archivo con las imágenes, "
        "con permiso de lectura",
    )
