"""Takes argparse, gives a parser that speaks Spanish throughout."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable
from typing import NoReturn

_MESSAGES = (
    (r"the following arguments are required: (.*)", r"falta: \1"),
    (r"unrecognized arguments: (.*)", r"no se reconoce: \1"),
    (r"argument (--\S+): invalid choice: (\S+) \(choose from (.*)\)", r"\1: \2 no vale; hay: \3"),
    (r"argument (\S+): invalid choice: (\S+) \(choose from (.*)\)", r"\2 no es una orden; hay: \3"),
    (r"argument (\S+): expected one argument", r"\1 necesita un valor"),
    (r"argument (\S+): ignored explicit argument (.*)", r"\1 no lleva valor: \2"),
    (r"argument (\S+): (.*)", r"\1: \2"),
)
"""What argparse complains of in English -> what the user reads."""


class _Formatter(argparse.HelpFormatter):
    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        """The line of usage, announced in Spanish."""
        super().add_usage(usage, actions, groups, "uso: " if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """Help, usage and complaints in Spanish; ends with exit code 2 like argparse."""

    def __init__(self, *, prog: str, description: str) -> None:
        super().__init__(
            prog=prog,
            description=description,
            add_help=False,
            allow_abbrev=False,
            formatter_class=_Formatter,
        )
        self.needed = self.add_argument_group("argumentos")
        self.options = self.add_argument_group("opciones")
        self.options.add_argument("-h", "--help", action="help", help="muestra esta ayuda y termina")

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command and how it is used."""
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {in_spanish(message)}\n")


def in_spanish(message: str) -> str:
    """A complaint of argparse in Spanish."""
    for english, spanish in _MESSAGES:
        if re.fullmatch(english, message):
            return re.sub(english, spanish, message)
    return message
