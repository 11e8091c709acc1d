"""Takes commands on the standard input, gives events on the standard output: the worker process.

The order matters: the descriptors, the CPUs and the environment are set before anything loads NumPy
or TensorFlow.
"""

from __future__ import annotations

import os

from reportgen.training import process


def main() -> None:
    """Prepares the process, loads Keras and serves until told to stop."""
    channel = process.take_stdout()
    process.die_with_parent()
    process.pin()
    process.limit_threads()
    commands = process.read_commands()
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "1")

    from reportgen.training.worker import serve

    serve(commands, channel)


if __name__ == "__main__":
    main()
