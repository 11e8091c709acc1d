"""Takes nothing, gives the seconds that `reportgen --help` takes, in a fresh process each time."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from harness import Bar, Options, Promise, main, repeated
from render_material import reportgen

PROMISE = Promise("--help", "s", 0.25, "<=")


def measure(options: Options) -> Iterator[Bar]:
    """The whole command and that of a verb, one as often as the other."""
    times = options.rounds or options.pick(11, 3)
    for arguments in (("--help",), ("run", "--help")):
        trial = repeated(lambda arguments=arguments: reportgen(*arguments).seconds, times)
        yield trial.bar(PROMISE, " ".join(("reportgen", *arguments)))


if __name__ == "__main__":
    sys.exit(main(measure))
