"""Takes analysed results, gives findings: a code, a verdict and the evidence behind it.

In: :class:`~reportgen.analysis.collected.Collected`. Out:
:class:`~reportgen.findings.model.Finding`. No sentence is written here and no
number rounded: the words of each code live in ``templates/<language>/findings/``.
"""

from reportgen.findings.model import Cell, Finding, Verdict
from reportgen.findings.registry import find

__all__ = ["Cell", "Finding", "Verdict", "find"]
