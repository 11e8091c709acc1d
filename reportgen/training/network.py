"""Takes a download that Keras is about to make, gives it a time limit and knows its failures."""

from __future__ import annotations

import socket
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager

TIMEOUT = 30.0
"""Seconds of silence after which a server counts as unreachable."""
SIGNS = ("URL fetch failure", "Incomplete or corrupted file", "urlopen error")
"""What Keras writes into the bare exceptions it raises."""


@contextmanager
def impatient() -> Iterator[None]:
    """Gives up on a silent server instead of waiting for ever."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def is_download_failure(error: Exception) -> bool:
    """Whether an exception of Keras means that a file could not be had."""
    offline = isinstance(error, (urllib.error.URLError, OSError))
    return offline or any(sign in str(error) for sign in SIGNS)
