"""Takes what a run left behind, gives it as values; bytes to values and back.

In: named bytes. Out: :class:`RunRecord` and :class:`DataRecord`. Never a path.
"""
