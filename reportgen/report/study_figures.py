"""Takes one study's results, gives the figures of its section: those asked for, else the usual ones."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from reportgen.analysis import curves, grid
from reportgen.analysis.arms import by_arm
from reportgen.analysis.collected import StudyResults
from reportgen.analysis.comparison import bars, boxes
from reportgen.analysis.naming import own_labels
from reportgen.analysis.tables import ResultTable
from reportgen.report.context import ArmView, FactorView, FigureView, Panel
from reportgen.report.figure_views import Figures
from reportgen.report.numbers import arm_place

_PANELS = 3
"""Axes from which a grid is shown in panels, one for each level of one of them."""


def shows(study: StudyResults, figure: str) -> bool:
    """Whether a study shows a kind of figure, where it has anything to show.

    Without a word from the author everything is shown but the bars of a grid, which has too many.
    """
    if study.figures is not None:
        return figure in study.figures
    return figure != "bars" or study.shape != "grid"


@dataclass(frozen=True, slots=True)
class StudyFigures:
    """The figures of one study; each method gives one kind, or nothing where it does not apply.

    ``wanted`` are the kinds that the report's sections have a place for: drawing takes time.
    """

    study: StudyResults
    table: ResultTable
    figures: Figures
    wanted: Collection[str]

    def _shows(self, figure: str) -> bool:
        return figure in self.wanted and shows(self.study, figure)

    def _named(self) -> StudyResults:
        """The study with a name for every axis, from the author or from the catalogue."""
        study, term = self.study, self.figures.locale.term
        return replace(
            study,
            axis_names={axis: study.axis_names.get(axis) or term("axes", axis) for axis in study.axes},
        )

    def _is_grid(self, axes: int) -> bool:
        """A grid with results and so many axes; what does not cross has no effect of its own to show."""
        study = self.study
        return study.shape == "grid" and len(study.axes) >= axes and bool(study.ok())

    def heatmap(self) -> FigureView | None:
        """One cell for each combination of a grid."""
        if not self._is_grid(2) or not self._shows("heatmap"):
            return None
        return self.figures.view(f"{self.study.id}-mapa", grid.heatmap(self._named()))

    def factors(self) -> tuple[FactorView, ...]:
        """Results by level, for each crossed axis of a grid."""
        if not self._is_grid(2) or not self._shows("factors"):
            return ()
        named = self._named()
        return tuple(
            FactorView(
                named.axis_names[axis],
                self.figures.view(
                    f"{named.id}-factor-{axis.replace('.', '-')}", grid.factor_info(named, axis)
                ),
            )
            for axis in named.crossed
        )

    def panels(self) -> tuple[Panel, ...]:
        """Small multiples for each level of the first grouping axis of a grid."""
        study = self._named()
        if not self._is_grid(_PANELS) or not self._shows("panels") or set(study.crossed) < set(study.axes):
            return ()
        if all(result.imported and not result.record.history for result in study.ok()):
            return ()  # nobody tells how they learned
        axis = study.by[0] if study.by else study.axes[0]
        levels = dict.fromkeys(result.plan.labels[axis] for result in study.results)
        return tuple(self._panel(study, axis, level, at) for at, level in enumerate(levels, start=1))

    def _panel(self, study: StudyResults, axis: str, level: str, at: int) -> Panel:
        def view(name: str, metric: str) -> FigureView:
            info = curves.small_multiples(study, metric, (axis, level))
            return self.figures.view(f"{study.id}-{name}-{at}", info)

        groups = tuple(group for group in self.table.groups if group.labels.get(axis) == level)
        return Panel(level, view("exactitud", "accuracy"), view("perdida", "loss"), groups)

    def bars(self) -> FigureView | None:
        """Test accuracy of a few runs with their intervals.

        Not of repeated configurations: such an interval is of the test images for one network, and would
        pass for that of the method.
        """
        if self.study.repeated or not self._shows("bars"):
            return None
        info = bars(self.study.single())
        return self.figures.view(f"{self.study.id}-exactitud", info) if info.labels[1:] else None

    def box(self) -> FigureView | None:
        """How the accuracy spreads over seeds or folds."""
        info = boxes(self.study) if self.study.repeated and self._shows("box") else None
        return self.figures.view(f"{self.study.id}-cajas", info) if info else None

    def overlays(self) -> tuple[ArmView, ...]:
        """The curves of each configuration with several runs, over one another."""
        if not self.study.repeated or not self._shows("curves"):
            return ()
        names = own_labels(result.plan for result in self.study.results)
        found = ((arm, curves.arm_curves(arm, names)) for arm in by_arm(self.study))
        return tuple(
            ArmView(
                label=arm.label,
                source=arm_place(self.study.id, arm.id),
                runs=len(arm.ok()),
                figure=self.figures.view(f"curvas-{self.study.id}-{arm.id}", info),
            )
            for arm, info in found
            if info is not None
        )

    def learning_rate(self) -> FigureView | None:
        """The learning rate by epoch, where it changes."""
        info = curves.rates(self.study) if self._shows("learning_rate") else None
        return self.figures.view(f"{self.study.id}-tasa", info) if info else None
