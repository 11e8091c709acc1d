"""Takes argv, gives an exit code: 0 done, 1 results lack or differ, 2 usage, 3 missing, 130 interrupted.

The only room that prints. Nothing heavy is imported before a command needs it.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from reportgen.cli.parser import Parser
from reportgen.errors import ReportgenError

INTERRUPTED = 130
TRAINED = "\nInterrumpido: lo ya entrenado está guardado; repite la misma orden para seguir."
INTERRUPTION = {"verify": "\nInterrumpido: de la comprobación no se guarda nada."}
MAX_RUNS = 2000
"""As in the room that checks; said again here so that `--help` loads nothing (a test compares them)."""
KINDS = ("proyecto", "curso", "escalera", "breve", "actividad", "ejecutivo")
"""Likewise."""
EXECUTORS = ("local", "ray")
LONGEST = 100_000
"""Hours."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    if getattr(arguments, "ray_address", "") and arguments.executor != "ray":
        parser.error("--ray-address: solo tiene sentido con --executor ray")
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
        print(INTERRUPTION.get(arguments.verb, TRAINED), file=sys.stderr)
        return INTERRUPTED
    return code


def _command(arguments: argparse.Namespace) -> int:
    from reportgen.cli import commands

    verb: Callable[[argparse.Namespace], int] = getattr(commands, arguments.verb)
    return verb(arguments)


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
    for name, text in VERBS.items():
        verb = verbs.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        _argument(verb, name)
        _options(verb.options, name)
    return parser


VERBS = {
    "run": "entrena lo que falta y escribe los informes",
    "render": "escribe de nuevo los informes con lo guardado, sin entrenar",
    "plan": "muestra qué se entrenaría, qué está guardado, por qué y cuánto tardará",
    "check": "revisa la configuración y, si hay resultados, lo que los textos dicen de ellos",
    "show": "muestra la configuración con todo lo que da por dicho, o una ejecución",
    "explain": "dice de qué ejecuciones sale un número del informe, o qué regla hay tras un hallazgo",
    "diff": "compara dos resultados y dice qué cambió más allá del azar",
    "verify": "entrena de nuevo unas ejecuciones guardadas y dice si dan lo mismo",
    "prepare": "trae los datos y los pesos, para entrenar después sin red",
    "init": "crea una carpeta con una configuración lista para ejecutar",
}


def _argument(verb: Parser, name: str) -> None:
    if name == "init":
        verb.needed.add_argument("folder", type=Path, metavar="CARPETA", help="la carpeta que se crea")
        verb.options.add_argument(
            "--kind", choices=KINDS, default=KINDS[0], help=f"qué informe: {', '.join(KINDS)} ({KINDS[0]})"
        )
        return
    if name == "diff":
        told = "results.json, o la carpeta de un informe o de un proyecto (build)"
        verb.needed.add_argument("before", type=Path, metavar="A", help=f"lo de antes: {told}")
        verb.needed.add_argument("after", type=Path, metavar="B", help="lo de después, igual")
        verb.options.add_argument("--all", action="store_true", help="muestra también lo que explica el azar")
        verb.options.add_argument("--json", action="store_true", help="escribe las diferencias como JSON")
        return
    verb.needed.add_argument(
        "config", type=Path, metavar="ARCHIVO", help="el archivo TOML con los experimentos"
    )
    if name == "explain":
        verb.needed.add_argument(
            "text",
            metavar="TEXTO",
            help='un número como lo muestra el informe ("0,912") o un código de hallazgo',
        )
    if name == "show":
        verb.needed.add_argument(
            "run", nargs="?", default="", metavar="EJECUCIÓN",
            help="ESTUDIO.EJECUCIÓN o el principio de una clave; sin ella, toda la configuración",
        )  # fmt: skip
    verb.options.add_argument(
        "--profile", default="", metavar="NOMBRE", help="perfil que se superpone al archivo"
    )
    verb.options.add_argument(
        "--max-runs", type=_count, default=MAX_RUNS, metavar="N",
        help=f"más ejecuciones que estas se toman por un error ({MAX_RUNS})",
    )  # fmt: skip


def _options(options: argparse._ArgumentGroup, name: str) -> None:
    """Options of one command, beside those that all have."""
    if name not in ("init", "diff"):
        options.add_argument(
            "--build", type=Path, default=Path("build"), metavar="CARPETA", help="almacén e informes (build)"
        )
    if name == "verify":
        _sample(options)
    if name in ("run", "plan"):
        options.add_argument(
            "--study", action="append", default=[], metavar="ID",
            help="solo este estudio y aquellos de los que depende; puede repetirse",
        )  # fmt: skip
        options.add_argument(
            "--jobs", type=_jobs, default=0, metavar="N", help="procesos de entrenamiento; auto decide (auto)"
        )
        options.add_argument(
            "--executor", choices=EXECUTORS, default=EXECUTORS[0],
            help="dónde se entrena: en esta máquina (local) o en los nodos de un clúster Ray (ray)",
        )  # fmt: skip
        options.add_argument(
            "--ray-address", default="", metavar="DIRECCIÓN",
            help="clúster para --executor ray: MÁQUINA:PUERTO, auto o local (RAY_ADDRESS; si no, local)",
        )  # fmt: skip
    if name == "run":
        options.add_argument(
            "--max-hours", type=_hours, default=0.0, metavar="H",
            help="no empieza nada que no quepa en estas horas; el informe dice qué falta",
        )  # fmt: skip
        options.add_argument("--yes", action="store_true", help="no pregunta antes de entrenar mucho tiempo")
    if name in ("run", "render"):
        options.add_argument(
            "--templates", type=Path, default=None, metavar="CARPETA", help="plantillas propias, por delante"
        )
    if name in ("plan", "explain", "check"):
        what = {"plan": "el plan", "check": "lo que se observa en los textos", "explain": "lo mismo"}[name]
        options.add_argument("--json", action="store_true", help=f"escribe {what} como JSON")
    if name == "plan":
        options.add_argument(
            "--runs", action="store_true", help="muestra cada ejecución, también las guardadas"
        )
        options.add_argument(
            "--probe", action="store_true", help="prueba unos segundos las redes que nadie ha entrenado aún"
        )


def _sample(options: argparse._ArgumentGroup) -> None:
    """Which runs are trained again."""
    options.add_argument(
        "--sample", type=_count, default=0, metavar="N",
        help="cuántas, repartidas entre estudios y redes (las que quepan en unos diez minutos)",
    )  # fmt: skip
    options.add_argument(
        "--run", action="append", default=[], dest="named", metavar="EJECUCIÓN",
        help="esta: ESTUDIO.EJECUCIÓN o el principio de una clave; puede repetirse",
    )  # fmt: skip
    options.add_argument(
        "--study", action="append", default=[], metavar="ID", help="solo de este estudio; puede repetirse"
    )
    options.add_argument("--seed", type=_seed, default=0, metavar="N", help="otra semilla, otra muestra (0)")
    options.add_argument("--json", action="store_true", help="escribe el resultado como JSON")


def _hours(text: str) -> float:
    try:
        hours = float(text.replace(",", "."))
    except ValueError:
        hours = 0.0
    if not 0 < hours < LONGEST:
        raise argparse.ArgumentTypeError("un número de horas mayor que 0")
    return hours


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("un número entero desde 1")
    return int(text)


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError("un número entero desde 0")
    return int(text)


def _jobs(text: str) -> int:
    if text == "auto":
        return 0
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("un número entero desde 1, o auto")
    return int(text)
