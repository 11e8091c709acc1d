"""The methods behind several seeds are explained where there are several seeds, and only there."""

from __future__ import annotations

from findings.cases.seeds import FIVE, SURE
from support.documents import write
from support.results import folds_text, grid, grid_text, run, spec_of
from support.seeded import seeded, seeded_text

T, W, H = "Prueba t pareada sobre semillas", "Concordancia de Kendall", "Tamaño del efecto"


def page(spec, collected):
    return write(spec, collected, pdf=False).html


def test_several_seeds_bring_their_methods_and_works():
    scores = {"a": FIVE, "b": SURE, "c": [value - 0.1 for value in FIVE]}
    spec = spec_of(seeded_text(tuple(scores)), seeds=[1, 2, 3, 4, 5])
    html = page(spec, seeded(scores))
    assert all(title in html for title in (T, W, H))
    assert all(author in html for author in ("Student.", "Kendall, M. G.", "Cohen, J.", "Hedges, L. V."))
    assert "«Red b» es " in html


def test_one_seed_and_folds_do_not():
    axes = {"optimizer": ["SGD", "Adam"]}
    html = page(
        spec_of(grid_text(axes)), grid(axes, lambda plan: 0.5 if plan.labels["optimizer"] == "SGD" else 0.8)
    )
    assert H in html
    assert T not in html
    assert W not in html
    text = folds_text(["a", "b"], folds=2)
    folded = page(spec_of(text, seeds=[1, 2]), run(spec_of(text, seeds=[1, 2]), lambda _: 0.5))
    assert T not in folded
    assert H not in folded
