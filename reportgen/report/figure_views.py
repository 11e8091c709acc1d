"""Takes info values, gives figures ready to stand in the document, with their CSV beside them."""

from __future__ import annotations

import base64

from reportgen.report.context import FigureView
from reportgen.report.figures import Info, draw
from reportgen.report.locale import Locale

TEXT_WIDTH = 6.3
"""Inches between the margins of the page; figures are drawn for this width."""


class Figures:
    """Draws figures and keeps the CSV of each under its id."""

    def __init__(self, locale: Locale, csv: dict[str, str] | None = None) -> None:
        self.locale = locale
        self.csv = {} if csv is None else csv

    def view(self, name: str, info: Info) -> FigureView:
        """The figure ``name``: drawn, encoded, described."""
        figure = draw(info, self.locale)
        self.csv[name] = figure.csv
        data = base64.b64encode(figure.data).decode()
        width = min(100, round(100 * figure.width / TEXT_WIDTH))
        return FigureView(name, f"data:{figure.media};base64,{data}", figure.alt, width)
