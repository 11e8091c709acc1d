"""Takes a room's name, gives its logger; nothing else in the project configures logging."""

from __future__ import annotations

import logging


def logger(room: str) -> logging.Logger:
    """The logger of one room, a child of ``reportgen``."""
    return logging.getLogger(f"reportgen.{room}")
