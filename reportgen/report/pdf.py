"""Takes the HTML text, gives PDF bytes; a warning of WeasyPrint is an error, nothing is fetched."""

from __future__ import annotations

import logging
import os
from importlib import import_module
from typing import TYPE_CHECKING

from reportgen.errors import MissingError, RenderError

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcherResponse


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def load() -> bool:
    """Load what makes the PDF, which takes a while; whether it is on the machine."""
    try:
        import_module("weasyprint")
    except OSError:  # told when a PDF is asked for
        return False
    return True


def to_pdf(text: str, *, timestamp: int) -> bytes:
    """The document as PDF; the same text and timestamp give the same bytes.

    Args:
        text: the HTML; all its images must be data addresses.
        timestamp: seconds since 1970 that stand for the time of making.

    Raises:
        MissingError: when pango or harfbuzz is not on the machine.
        RenderError: when WeasyPrint warns of anything.
    """
    try:
        from weasyprint import HTML
        from weasyprint.urls import FatalURLFetchingError, URLFetcher
    except OSError as error:
        raise MissingError(
            "WeasyPrint no encuentra las bibliotecas del sistema (pango, harfbuzz)",
            where=str(error).splitlines()[0],
            next_step="Debian/Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; "
            "Fedora: dnf install pango; macOS: brew install pango; Windows: MSYS2 mingw-w64-x86_64-pango",
        ) from error

    class DataOnly(URLFetcher):  # type: ignore[misc] # untyped package
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            if not url.startswith("data:"):
                raise PermissionError(f"el informe no puede leer {url}")
            return super().fetch(url, headers)

    collector = _Collector()
    log = logging.getLogger("weasyprint")
    log.addHandler(collector)
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(timestamp)  # fontTools stamps subset fonts with it
    try:
        fetcher = DataOnly(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)
        content = HTML(string=text, url_fetcher=fetcher).write_pdf(pdf_variant="pdf/ua-1")
    except FatalURLFetchingError as error:
        raise RenderError(
            f"el informe solo puede llevar dentro lo que muestra: {error}",
            next_step="quita la dirección de la plantilla o del CSS",
        ) from error
    finally:
        log.removeHandler(collector)
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before
    if collector.messages:
        shown = "\n".join(collector.messages[:12])
        raise RenderError(f"WeasyPrint avisó al hacer el PDF: {shown}", next_step="revisa plantillas y CSS")
    if not isinstance(content, bytes):
        raise RenderError("WeasyPrint no devolvió el PDF")
    return content
