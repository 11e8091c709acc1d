"""Takes argv, gives an exit code: 0 done, 1 runs without results, 2 usage, 3 missing, 130 interrupted.

The only room that prints. Nothing heavy is imported before a command needs it.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from reportgen.cli.parser import Parser
from reportgen.errors import ReportgenError

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command."""
    arguments = _parser().parse_args(argv)
    signal.signal(signal.SIGTERM, _terminate)
    try:
        code = _command(arguments)
        sys.stdout.flush()
    except ReportgenError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print(
            "\nInterrumpido: lo ya entrenado está guardado; repite la misma orden para seguir.",
            file=sys.stderr,
        )
        return INTERRUPTED
    return code


def _command(arguments: argparse.Namespace) -> int:
    from reportgen.cli import commands

    verbs = {"run": commands.run, "render": commands.render, "plan": commands.plan, "check": commands.check}
    return verbs[arguments.verb](arguments)


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


class _Version(argparse.Action):
    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,  # noqa: ARG002 - argparse hands it in
        values: object,  # noqa: ARG002
        option_string: str | None = None,  # noqa: ARG002
    ) -> None:
        """Print the installed version and end."""
        from importlib import metadata

        print(f"reportgen {metadata.version('reportgen')}")
        parser.exit()


def _parser() -> Parser:
    parser = Parser(
        prog="reportgen",
        description="Entrena los estudios de un archivo TOML con Keras y escribe el informe en PDF y HTML.",
    )
    parser.options.add_argument("--version", action=_Version, nargs=0, help="muestra la versión y termina")
    verbs = parser.add_subparsers(title="órdenes", required=True, dest="verb", metavar="ORDEN")
    for name, text in (
        ("run", "entrena lo que falta y escribe el informe"),
        ("render", "escribe de nuevo el informe con lo guardado, sin entrenar"),
        ("plan", "muestra qué se entrenaría, qué está guardado y por qué"),
        ("check", "revisa la configuración y dice todos los errores a la vez"),
    ):
        verb = verbs.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        verb.needed.add_argument(
            "config", type=Path, metavar="ARCHIVO", help="el archivo TOML con los experimentos"
        )
        verb.options.add_argument(
            "--profile", default="", metavar="NOMBRE", help="perfil que se superpone al archivo"
        )
        _options(verb.options, name)
    return parser


def _options(options: argparse._ArgumentGroup, name: str) -> None:
    """Options of one command, beside those that all have."""
    if name != "check":
        options.add_argument(
            "--build", type=Path, default=Path("build"), metavar="CARPETA", help="almacén e informe (build)"
        )
    if name == "run":
        options.add_argument(
            "--study",
            action="append",
            default=[],
            metavar="ID",
            help="entrena solo este estudio y aquellos de los que deriva; puede repetirse",
        )
        options.add_argument(
            "--jobs", type=_jobs, default=0, metavar="N", help="procesos de entrenamiento; auto decide (auto)"
        )
    if name in ("run", "render"):
        options.add_argument(
            "--templates", type=Path, default=None, metavar="CARPETA", help="plantillas propias, por delante"
        )
    if name == "plan":
        options.add_argument("--json", action="store_true", help="escribe el plan como JSON")


def _jobs(text: str) -> int:
    if text == "auto":
        return 0
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("un número entero desde 1, o auto")
    return int(text)
