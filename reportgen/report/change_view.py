"""Takes what changed between two runs, gives it in the words of the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from reportgen.analysis.collected import Result
from reportgen.analysis.layer_changes import Argument, Change, Entry, name_of
from reportgen.analysis.run_changes import RunChanges
from reportgen.report.context_kinds import ChangesView, ChangeView, SettingView
from reportgen.report.layer_words import entry_text, name_text, setting_text
from reportgen.report.locale import Locale

MANY = 4
"""Entries up to which each is told; of more, names with their number."""


class ChangeWords:
    """Words for changes; ``weights`` maps the keys of runs to what the report calls them."""

    def __init__(self, locale: Locale, weights: Mapping[str, str]) -> None:
        self.locale = locale
        self.weights = weights

    def view(self, changes: RunChanges, before: Result) -> ChangesView:
        """All changes of a run against ``before``."""
        recipe = before.plan.content()
        layers: Sequence[Entry] = recipe["model"]["layers"]
        lists = {name: recipe["training"].get(name) or [] for name in changes.lists}
        return ChangesView(
            layers=tuple(self._change(item, layers, whole=changes.kept == 0) for item in changes.layers),
            lists={
                name: tuple(self._change(item, lists[name], whole=False) for item in found)
                for name, found in changes.lists.items()
            },
            settings=tuple(self._setting(item) for item in changes.settings),
            data=changes.data,
        )

    def _change(self, change: Change, entries: Sequence[Entry], *, whole: bool) -> ChangeView:
        single = len(change.places) == 1
        last = change.places[0][1]
        beside = name_of(entries[last - 1]) if change.kind == "added" and single and last else ""
        changed = change.kind == "changed"
        return ChangeView(
            kind=change.kind,
            before=(name_of(change.before[0]),) if changed else self._entries(change.before),
            after=() if changed else self._entries(change.after, many=2 * MANY),
            places=tuple(self._place(*place) for place in change.places if place[1]),
            several=not single or change.places[0][0] < change.places[0][1],
            beside=beside,
            arguments=tuple(self._setting(item) for item in change.arguments),
            whole=whole and change.kind == "replaced",
        )

    def _entries(self, entries: Sequence[Entry], many: int = MANY) -> tuple[str, ...]:
        if len(entries) <= many:
            return tuple(entry_text(entry, self.locale, self.weights) for entry in entries)
        counts = Counter(name_of(entry) for entry in entries)
        return tuple(
            name if count == 1 else f"{self.locale.integer(count)} {name}" for name, count in counts.items()
        )

    def _place(self, first: int, last: int) -> str:
        start, end = self.locale.integer(first), self.locale.integer(last)
        return start if first == last else self.locale("changes.range").format(first=start, last=end)

    def _setting(self, item: Argument) -> SettingView:
        before, after = (
            setting_text(item.name.removeprefix("optimizer."), value, self.locale, self.weights)
            for value in (item.before, item.after)
        )
        return SettingView(name_text(item.name, self.locale), before, after)
