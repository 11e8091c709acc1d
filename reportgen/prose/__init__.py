"""Takes the author's texts and the results, gives what in them the results refute: ``check.review``."""

from reportgen.prose.model import Kind, Mark, Remark, Typed, marks

__all__ = ["Kind", "Mark", "Remark", "Typed", "marks"]
