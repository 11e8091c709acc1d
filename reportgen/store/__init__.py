"""Takes bytes under a key, gives them back intact or not at all.

In: a staging folder that somebody filled. Out: verified bytes. Nothing here
knows what a run is.
"""

from reportgen.store.store import Entry, Store

__all__ = ["Entry", "Store"]
