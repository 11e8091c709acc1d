"""Takes a folder and the kind of a report, gives the files of a new project in it."""

from __future__ import annotations

from pathlib import Path

from reportgen.api.files import write
from reportgen.errors import MissingError, StoreError, os_reason
from reportgen.spec.schema import FILE, SHIPPED

PACKAGED = Path(__file__).resolve().parent.parent / "templates" / "init"
CHECKOUT = Path(__file__).resolve().parent.parent.parent / "templates" / "init"


def init(folder: Path, kind: str) -> tuple[Path, ...]:
    """Copy the start of a project of that kind, and the schema with which editors check it.

    Nothing that is there is overwritten; what is there already, byte by byte, is left alone, so that the
    same command finishes what was interrupted.

    Raises:
        StoreError: when another file has one of the names, or the folder cannot be written.
        MissingError: when the package lacks that kind.
    """
    source = (PACKAGED if PACKAGED.is_dir() else CHECKOUT) / kind
    files = sorted(path for path in source.rglob("*") if path.is_file())
    if not files:
        raise MissingError(
            f"no hay plantilla de «{kind}»", where=str(source), next_step="reinstala reportgen"
        )
    targets = {folder / path.relative_to(source): path.read_bytes() for path in files}
    targets[folder / FILE] = SHIPPED.read_bytes()
    missing = [target for target, content in targets.items() if not _is_there(target, content)]
    for target in missing:
        write(target, targets[target])
    return tuple(targets)


def _is_there(target: Path, content: bytes) -> bool:
    """Whether the file is there already; one that is different is nobody's to overwrite."""
    try:
        found = target.read_bytes()
    except FileNotFoundError:
        return False
    except OSError as error:
        what = f"no se puede leer: {os_reason(error)}"
        raise StoreError(what, where=str(target), next_step="elige otra carpeta") from error
    if found != content:
        raise StoreError("ya existe y no se toca", where=str(target), next_step="elige otra carpeta")
    return True
