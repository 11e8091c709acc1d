"""Takes info values and words on its standard input, gives figures on its output: a process that draws.

Both are pickles between a process and its own child; the parent that is gone closes the input, which ends it.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from typing import BinaryIO

from reportgen.report.figures import draw


def main(source: BinaryIO, target: BinaryIO) -> None:
    """Draw until the input ends. A figure that fails ends it too: the parent draws it and says why."""
    while True:
        try:
            info, words = pickle.load(source)  # noqa: S301 - from the process that started this one
        except EOFError:
            return
        pickle.dump(draw(info, words), target)
        target.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent's to answer
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever prints spoils no answer
    main(sys.stdin.buffer, answers)
