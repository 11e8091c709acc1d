"""Takes a store's folder, gives the exclusive right to write into it.

The kernel frees the lock when its holder dies, however it dies: there is
never anything to unlock by hand.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from reportgen.errors import StoreError, os_reason

if sys.platform == "win32":  # not run on the machines where this is built
    import msvcrt
    import time

    def _try(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _wait(handle: int) -> None:
        while not _try(handle):
            time.sleep(0.2)
else:
    import fcntl

    def _try(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _wait(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX)


@contextmanager
def exclusive(root: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the store at ``root``; ``waiting`` is called once when somebody else has it.

    Raises:
        StoreError: when the folder cannot be made or written, or knows no locks.
    """
    handle = -1
    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        free = _try(handle)
    except OSError as error:
        if handle >= 0:
            os.close(handle)
        raise StoreError(
            f"no se puede escribir en el almacén: {os_reason(error)}",
            where=str(root),
            next_step="revisa permisos y espacio, o elige otra carpeta con --build",
        ) from error
    try:
        if not free:
            waiting()
            _wait(handle)
        yield
    finally:
        os.close(handle)
