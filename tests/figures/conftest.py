"""Takes nothing, gives Spanish words like those of the report, and the info values of ``figure_samples``."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from figures.figure_samples import INFOS

HERE = Path(__file__).parent
_STRINGS = tomllib.loads((HERE / "strings.toml").read_text(encoding="utf-8"))


class Spanish:
    """The words of a report: decimal comma, digits grouped from five on, a space before the unit."""

    def __call__(self, key: str) -> str:
        value = _STRINGS
        for part in key.split("."):
            value = value[part]
        return value

    def number(self, value: float, digits: int) -> str:
        return f"{value:.{digits}f}".replace(".", ",").replace("-", "−")

    def percent(self, value: float, digits: int) -> str:
        return f"{self.number(100 * value, digits)}\u00a0%"

    def integer(self, value: int) -> str:
        return f"{value:,}".replace(",", "\u202f") if abs(value) > 9999 else str(value)

    def duration(self, seconds: float) -> str:
        if seconds < 60:
            return f"{self.number(seconds, 1)}\u00a0s"
        minutes, rest = divmod(round(seconds), 60)
        if minutes < 60:
            return f"{minutes}\u00a0min\u00a0{rest:02d}\u00a0s"
        return f"{minutes // 60}\u00a0h\u00a0{minutes % 60:02d}\u00a0min"


@pytest.fixture
def words() -> Spanish:
    return Spanish()


@pytest.fixture(params=sorted(INFOS))
def info(request):
    return INFOS[request.param]()
