"""Takes what a report was made of, gives it again as long as it would be made of the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from reportgen.api.cache import Cache
from reportgen.api.files import to_json
from reportgen.report.skeleton import Skeleton

RECORD = "rendered.json"
FOLDER = "skeletons"
_Libraries = Mapping[str, Collection[int]]


@dataclass(frozen=True, slots=True)
class Pdf:
    """What a PDF was made from, what came of it, and the system's libraries that laid it out."""

    key: str
    digest: str
    libraries: _Libraries


@dataclass(frozen=True, slots=True)
class Made:
    """The reports without the author's prose, SHA-256 of the files beside them, and counts of runs."""

    skeletons: Mapping[str, Skeleton]
    files: Mapping[str, str]
    declared: int
    finished: int


class Memory:
    """What the last report in a build folder was made of."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    def recall(self, state: str) -> tuple[Made | None, dict[str, Pdf]]:
        """What was made in this state, None in any other; and the PDF of each report, by its own key."""
        try:
            return self._recall(state, json.loads(self._cache.get(RECORD) or b"{}"))
        except (KeyError, TypeError, ValueError):  # none, or that of another release
            return None, {}

    def _recall(self, state: str, found: Mapping[str, Any]) -> tuple[Made | None, dict[str, Pdf]]:
        pdfs = {name: Pdf(**facts) for name, facts in found["pdfs"].items()}
        if found["state"] != state:
            return None, pdfs
        skeletons: dict[str, Skeleton] = {}
        for name, digest in found["skeletons"].items():
            text = self._cache.get(f"{FOLDER}/{name}")
            if text is None or sha256(text) != digest:
                return None, pdfs
            skeletons[name] = Skeleton(**json.loads(text))
        return Made(skeletons, found["files"], found["declared"], found["finished"]), pdfs

    def keep(self, state: str, made: Made, pdfs: Mapping[str, Pdf]) -> None:
        """Remember, the record last: an earlier one finds that the skeletons are not its own."""
        texts = {name: to_json(asdict(skeleton)).encode() for name, skeleton in made.skeletons.items()}
        record = {
            "state": state,
            "files": dict(made.files),
            "declared": made.declared,
            "finished": made.finished,
            "skeletons": {name: sha256(text) for name, text in texts.items()},
            "pdfs": {name: asdict(pdf) for name, pdf in pdfs.items()},
        }
        content = to_json(record).encode()
        entries = {f"{FOLDER}/{name}": text for name, text in texts.items()}
        for name, text in {**entries, RECORD: content}.items():
            if self._cache.get(name) != text:
                self._cache.put(name, text)
        self._cache.sweep(FOLDER, {f"{FOLDER}/{name}" for name in texts}, 0)


def sha256(content: bytes) -> str:
    """Its digits."""
    return hashlib.sha256(content).hexdigest()


def holds(path: Path, digest: str) -> bool:
    """Whether the file is there with this content."""
    try:
        return sha256(path.read_bytes()) == digest
    except OSError:
        return False
