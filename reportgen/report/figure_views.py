"""Takes info values, gives figures ready to stand in the document, with their CSV beside them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from reportgen.report.context import FigureView
from reportgen.report.locale import Locale

if TYPE_CHECKING:  # they load Matplotlib, which a figure that is known already does not need
    from reportgen.report.figure import Figure
    from reportgen.report.figures import Info

Drawing = Callable[["Info", Locale], Callable[[], "Figure"]]
"""Begins to draw; what it gives waits for the figure. The same values must give the same figure."""


def at_once(info: Info, locale: Locale) -> Callable[[], Figure]:
    """Draw here and now."""
    from reportgen.report.figures import draw

    figure = draw(info, locale)
    return lambda: figure


class Figures:
    """Has figures drawn and keeps each under its id."""

    def __init__(
        self,
        locale: Locale,
        drawing: Drawing = at_once,
        begun: dict[str, Callable[[], Figure]] | None = None,
    ) -> None:
        self.locale = locale
        self._drawing = drawing
        self._begun = {} if begun is None else begun

    def view(self, name: str, info: Info) -> FigureView:
        """The figure ``name``, which others may still be drawing."""
        self._begun[name] = self._drawing(info, self.locale)
        return FigureView(name, self._begun[name])

    def plain(self) -> Figures:
        """The same with words for readers outside the trade."""
        return Figures(self.locale.plain(), self._drawing, self._begun)

    def csv(self) -> dict[str, str]:
        """The data of each figure by its id; waits for all of them."""
        return {name: figure().csv for name, figure in self._begun.items()}
