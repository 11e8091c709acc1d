"""Takes content, gives files: written by rename, so that a kill leaves the old file whole."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from reportgen.errors import StoreError, os_reason


def to_json(content: object) -> str:
    """Sorted JSON without NaN."""
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)


def write(path: Path, content: bytes) -> Path:
    """Write by rename, so that a kill leaves the old file whole."""
    scratch = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch.write_bytes(content)
        scratch.replace(path)
    except OSError as error:
        with suppress(OSError):
            scratch.unlink(missing_ok=True)
        raise StoreError(
            f"no se puede escribir: {os_reason(error)}",
            where=str(path),
            next_step="revisa permisos y espacio y repite la misma orden: lo ya entrenado se conserva",
        ) from error
    return path
