"""Takes a project and its plan, gives digests of all that the bytes of its reports follow from.

Two states with one digest give the same bytes; what is not sure to change nothing is in it. The author's
prose is not: it is filled in last, and the outcome is compared byte by byte.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from reportgen.api.files import to_json
from reportgen.api.project import Project
from reportgen.plan.model import Plan
from reportgen.report.packaged import packaged
from reportgen.spec.read import read

if TYPE_CHECKING:
    from reportgen.records.model import RunRecord

DATA_FILES = ("data.json", "samples.npy", "test_images.npy", "test_labels.npy")
"""What a report shows of a data set."""
VERIFICATION = "verificacion.json"
"""What came of training runs again; it lies beside the reports."""
PACKAGE = Path(__file__).resolve().parent.parent
FONTS = (
    "/etc/fonts", "/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts",
    "~/.config/fontconfig", "/Library/Fonts", "~/Library/Fonts", "/System/Library/Fonts", "C:/Windows/Fonts",
)  # fmt: skip
"""Where systems keep fonts, and what they choose among them by."""
LIBRARIES = ("pango", "harfbuzz", "fontconfig", "freetype", "gobject", "glib")
"""Libraries outside of Python that lay out text."""


def program() -> str:
    """SHA-256 of this program and of the names and releases of all that is installed beside it."""
    installed = {
        path.name
        for folder in sys.path
        if Path(folder).is_dir()
        for path in Path(folder).iterdir()
        if path.suffix in (".dist-info", ".egg-info")
    }
    own = tree(PACKAGE, (".py", ".json"))
    return _digest([sys.version, sys.platform, platform.machine(), sorted(installed), own])


def state(  # noqa: PLR0917 - all that there is
    project: Project,
    plan: Plan,
    known: Mapping[str, RunRecord],
    reasons: Mapping[str, str],
    prose: Mapping[str, Collection[str]],
    program: str,
) -> str:
    """SHA-256 of all that the reports follow from, but for the texts of the prose.

    Args:
        project: the loaded request.
        plan: what the store allows to be named.
        known: the records of its runs, verified just before.
        reasons: key of a run or data set -> why it could not be had.
        prose: report -> names of the texts that say something.
        program: as :func:`program` gives it.
    """
    request, store = project.request, project.store
    entries = {key: store.manifest("runs", key) or store.manifest("failed", key) for key in known}
    whole = {item.key for item in plan.data if store.get("data", item.key, DATA_FILES) is not None}
    data = {item.key: store.manifest("data", item.key) if item.key in whole else "" for item in plan.data}
    own = request.templates
    facts = {
        "program": program,
        "templates": [tree(packaged()), tree(own) if own else None],
        "configuration": [(path.name, text) for path, text in read(request.config).texts.items()],
        "spec": project.spec.model_dump_json(),  # the files may have been edited since they were read
        "profile": request.profile,
        "digests": dict(project.digests),
        "imported": {name: study.digest for name, study in project.imported.items()},
        "entries": entries,
        "data": data,
        "pending": [(item.study, item.waits_for, item.count) for item in plan.pending],
        "reasons": dict(reasons),
        "verification": list(_digests(request.build / "report" / VERIFICATION)),
        "prose": {name: sorted(texts) for name, texts in prose.items()},
    }
    return _digest(facts)


def tree(folder: Path, endings: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Name and SHA-256 of every file of a folder, or of those with these endings, and where links lead."""
    found = []
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found.append((name, f"-> {path.readlink()}"))
        if not endings or path.suffix in endings:
            found += [(name, digest) for digest in _digests(path)]
    return found


def _digests(path: Path) -> Iterator[str]:
    """SHA-256 of a file; none of a folder; what is wrong with one that cannot be read or is gone by now."""
    try:
        if path.is_file():
            yield hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        yield f"errno {error.errno}"


def fonts() -> str:
    """SHA-256 of which fonts the system has, by name, size and date: reading them all would take seconds."""
    return _digest([facts for folder in FONTS for facts in sorted(_stats(Path(folder).expanduser()))])


def _stats(folder: Path) -> Iterator[tuple[str, int, int]]:
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                yield _facts(Path(place, name))


def libraries() -> dict[str, tuple[int, int]]:
    """The libraries that this process laid out text with: path -> size and date; nothing but on Linux."""
    found: dict[str, tuple[int, int]] = {}
    with suppress(OSError):
        for line in Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace").splitlines():
            path = Path(line.partition("/")[1] + line.partition("/")[2])
            if str(path) not in found and any(name in path.name for name in LIBRARIES):
                found[str(path)] = _facts(path)[1:]
    return found


def unchanged(libraries: Mapping[str, Collection[int]]) -> bool:
    """Whether the libraries of an earlier process are those that this one would load."""
    try:
        return all(list(_facts(Path(path))[1:]) == list(facts) for path, facts in libraries.items())
    except OSError:
        return False


def _facts(path: Path) -> tuple[str, int, int]:
    facts = path.stat()
    return str(path), facts.st_size, facts.st_mtime_ns


def _digest(content: object) -> str:
    return hashlib.sha256(to_json(content).encode("utf-8", "surrogatepass")).hexdigest()
