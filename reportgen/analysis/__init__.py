"""Takes records, gives tables of numbers, intervals, paired comparisons and curves.

In: :class:`~reportgen.analysis.collected.Collected`. Out: frozen values,
unrounded, without Spanish. No I/O.
"""
