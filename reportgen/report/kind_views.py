"""Takes a data set's results and the sections of a report, gives what sections of its kind show."""

from __future__ import annotations

from collections.abc import Iterable

from reportgen.report.answer_view import answers, doubts
from reportgen.report.context_kinds import KindViews
from reportgen.report.family_view import discussion, families, networks
from reportgen.report.step_view import Material, chapters, ladders
from reportgen.report.templates import Templates


def kind_views(sections: Iterable[str], material: Material, templates: Templates, title: str) -> KindViews:
    """Only what the sections need: figures take time. ``title`` names the data set."""
    wanted = set(sections)

    def any_of(*names: str) -> bool:
        return not wanted.isdisjoint(names)

    return KindViews(
        ladders=ladders(material) if any_of("peldanos", "intentos") else (),
        networks=networks(material, templates) if any_of("modelos") else (),
        chapters=chapters(material) if any_of("capitulos") else (),
        families=families(material, templates) if any_of("familias") else (),
        discussions=(discussion(material, title),) if any_of("discusion") else (),
        answers=answers(material, title) if any_of("respuesta", "costo") else (),
        doubts=doubts(material, templates) if any_of("dudas") else (),
    )
