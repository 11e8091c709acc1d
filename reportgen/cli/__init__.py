"""Takes argv, gives an exit code: 0 done, 1 runs without results, 2 usage, 3 missing, 130 interrupted.

The only room that prints. Nothing heavy is imported before a command needs it.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from reportgen.errors import ReportgenError

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command."""
    arguments = _parser().parse_args(argv)
    signal.signal(signal.SIGTERM, _terminate)
    command: Callable[[argparse.Namespace], int] = arguments.command
    try:
        return command(arguments)
    except ReportgenError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print(
            "\nInterrumpido: lo ya entrenado está guardado; repite la misma orden para seguir.",
            file=sys.stderr,
        )
        return INTERRUPTED


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    from reportgen.cli import commands

    parser = argparse.ArgumentParser(
        prog="reportgen",
        description="Entrena los estudios de un archivo TOML con Keras y escribe el informe en PDF y HTML.",
    )
    parser.add_argument("--version", action="version", version=commands.version())
    verbs = parser.add_subparsers(required=True, metavar="ORDEN")
    for name, command, text in (
        ("run", commands.run, "entrena lo que falta y escribe el informe"),
        ("render", commands.render, "escribe de nuevo el informe con lo guardado, sin entrenar"),
        ("plan", commands.plan, "muestra qué se entrenaría, qué está guardado y por qué"),
        ("check", commands.check, "revisa la configuración y dice todos los errores a la vez"),
    ):
        verb = verbs.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        verb.set_defaults(command=command)
        verb.add_argument("config", type=Path, metavar="ARCHIVO", help="el archivo TOML con los experimentos")
        verb.add_argument("--profile", default="", metavar="NOMBRE", help="perfil que se superpone al archivo")
        _options(verb, name)
    return parser


def _options(verb: argparse.ArgumentParser, name: str) -> None:
    """Options of one command, beside those that all have."""
    if name != "check":
        verb.add_argument(
            "--build", type=Path, default=Path("build"), metavar="CARPETA", help="almacén e informe (build)"
        )
    if name == "run":
        verb.add_argument(
            "--study",
            action="append",
            default=[],
            metavar="ID",
            help="entrena solo este estudio y aquellos de los que deriva; puede repetirse",
        )
        verb.add_argument(
            "--jobs", type=_jobs, default=0, metavar="N", help="procesos de entrenamiento; auto decide (auto)"
        )
    if name in ("run", "render"):
        verb.add_argument(
            "--templates", type=Path, default=None, metavar="CARPETA", help="plantillas propias, por delante"
        )
    if name == "plan":
        verb.add_argument("--json", action="store_true", help="escribe el plan como JSON")


def _jobs(text: str) -> int:
    if text == "auto":
        return 0
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("un número entero desde 1, o auto")
    return int(text)
