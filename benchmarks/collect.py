"""Takes the scripts of this folder, runs them one after the other, gives one table of their bars.

python benchmarks/collect.py                     everything, about an hour on two cores
python benchmarks/collect.py plan memory         these two
python benchmarks/collect.py --write             and the table into docs/performance.md
python benchmarks/collect.py --quick             small sizes: shows that the scripts work, not how fast it is
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from harness import ROOT, machine, say
from sides import environment

HERE = Path(__file__).resolve().parent
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
HEADER = ("bar", "measured", "asked", "interval", "same against itself", "met", "of what")
FIELDS = {"bar", "value", "unit", "limit", "sense", "met", "detail"}
"""What every line has; ``interval`` and ``control`` may be missing."""
Line = Mapping[str, Any]
Row = tuple[str, ...]


def scripts() -> dict[str, Path]:
    """Name -> script, in the order of the names."""
    return {path.stem.removeprefix("bench_"): path for path in sorted(HERE.glob("bench_*.py"))}


def bars(text: str) -> list[Line]:
    """The lines of a script's output that are bars; others are none.

    Raises:
        ValueError: a line of JSON that lacks something.
    """
    found = []
    for line in text.splitlines():
        if not line.startswith("{"):
            continue
        bar = json.loads(line)
        if lacking := FIELDS - set(bar):
            raise ValueError(f"a bar lacks {', '.join(sorted(lacking))}: {line}")
        found.append(bar)
    return found


def row(bar: Line) -> Row:
    """One line of the table."""
    sign = {"<=": "≤", ">=": "≥"}[bar["sense"]]
    return (
        bar["bar"],
        amount(bar["value"], bar["unit"]),
        f"{sign} {amount(bar['limit'], bar['unit'])}",
        span(bar.get("interval")),
        span(bar.get("control")),
        "yes" if bar["met"] else "**no**",
        str(bar["detail"]).replace("|", "/"),
    )


def amount(value: float, unit: str) -> str:
    """``9.1x``, ``0.61 s``: three significant digits are more than the noise leaves."""
    return f"{short(value)}x" if unit == "x" else f"{short(value)} {unit}"


def short(value: float) -> str:
    """Three significant digits, without an exponent unless the number is tiny."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def span(values: Sequence[float] | None) -> str:
    """``8.7 to 9.4``, or a dash."""
    return f"{short(values[0])} to {short(values[1])}" if values else "–"


def table(rows: Iterable[Row]) -> str:
    """The rows as Markdown."""
    lines = [HEADER, tuple("---" for _ in HEADER), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


# --- the page ------------------------------------------------------------------------------------


def written(page: str, told: str, rows: Iterable[Row]) -> str:
    """The page with these rows between its markers.

    Rows of other bars stay where the machine and the versions are those of the new ones; figures of another
    machine go, for ratios of a table must have been measured alike.

    Args:
        page: the text with both markers.
        told: the line on the machine.
        rows: what was measured now.

    Raises:
        ValueError: the page has no markers.
    """
    if page.count(BEGIN) != 1 or page.count(END) != 1:
        raise ValueError(f"the page needs one {BEGIN} and one {END}")
    before, _, rest = page.partition(BEGIN)
    old, _, after = rest.partition(END)
    known = {cells[0]: cells for cells in read(old)} if told in old else {}
    known |= {cells[0]: cells for cells in rows}
    return f"{before}{BEGIN}\n{told}\n\n{table(known.values())}\n{END}{after}"


def read(text: str) -> list[Row]:
    """The rows of a table that :func:`table` made."""
    cells = [
        tuple(cell.strip() for cell in line.strip().strip("|").split("|"))
        for line in text.splitlines()
        if line.startswith("| ")
    ]
    return [one for one in cells if one != HEADER and not re.fullmatch("-*", one[0])]


# --- running -------------------------------------------------------------------------------------


def run(path: Path, options: Sequence[str]) -> tuple[list[Line], int]:
    """The bars of a script and its exit code; what it says goes on to the standard error stream."""
    began = time.monotonic()
    say(f"== {path.name}")
    done = subprocess.run(
        [sys.executable, str(path), *options],
        cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    say(f"== {path.name}: exit {done.returncode} after {time.monotonic() - began:.0f} s")
    return bars(done.stdout), done.returncode


def main() -> int:
    """Gives 0 when every bar is met, 1 when one is missed, 2 when one could not be measured."""
    known = scripts()
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help=f"which: {', '.join(known)}; all of them by default")
    parser.add_argument("--quick", action="store_true", help="small sizes; not for the page")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    options = parser.parse_args()
    if unknown := set(options.names) - set(known):
        parser.error(f"no such script: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    if options.quick and options.write:
        parser.error("figures of --quick say nothing of speed and are not for the page")
    told = machine()
    say(told)
    rows: list[Row] = []
    codes: list[int] = []
    for name in options.names or known:
        found, code = run(known[name], ["--quick"] if options.quick else [])
        rows += [row(bar) for bar in found]
        codes.append(code if found and code in (0, 1) else 2)
    if options.write:
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), told, rows), encoding="utf-8")
    today = dt.datetime.now(tz=dt.UTC).date()
    print(f"{told}, {today}\n\n{table(rows)}")
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
