"""No sentence names one winner of several: whoever is equal, or shown as equal, is named or said to tie."""

from __future__ import annotations

import pytest
from findings.cases.ties import CASES

TIED = {
    "overall_best inconclusive behind tied": ("«SGD» (90,0 %, que empata con «RMSprop»)",),
    "overall_best refuted tied": ("(95,0 %, que empata con «RMSprop»)",),
    "overall_best supported equal validation": ("como «Adam»: entre iguales decide",),
    "grid_best inconclusive behind tied": ("(90,0 %, que empata con «RMSprop»)",),
    "grid_best refuted tied": ("(95,0 %, que empata con «RMSprop»)",),
    "unequal_budgets tied": ("en «Estudio uno» y «Estudio dos» por igual", "3,0 veces"),
    "unequal_budgets several": ("en «Estudio uno», va de 10 a 30",),
    "slower_is_better refuted tied accuracy": ("no es más exacto que otros más rápidos",),
    "slower_is_better refuted tied times": ("«Adam», que empata con «RMSprop», tardó",),
    "slower_is_better supported tied fastest": ("«SGD», que empata con «RMSprop»",),
    "pareto_parameters refuted tied sizes": ("Las redes más grandes", "la mejor de ellas, «Adam»,"),
    "pareto_parameters refuted tied all": ("la mejor de ellas, «Adam», que empata con «RMSprop»,",),
    "pareto_parameters inconclusive tied smallest": ("la menor es «SGD», que empata con «RMSprop»",),
    "time_per_epoch supported tied": ("que empata con «RMSprop»",),
    "time_per_epoch refuted tied": (),
    "overfitting supported tied": ("«SGD», que empata con la de «Adam»",),
    "overfitting refuted tied": ("«Adam», que empata con la de «SGD»",),
    "unstable_training supported tied": ("(tanto como la de «Adam»)",),
    "gap_reduced inconclusive tied": ("igual que el de",),
    "variants_overview supported tied": ("que empata con la de «Red dos», «Red tres» y «Red cuatro»",),
    "class_gains supported tied": ("(tanto como «barco»)",),
    "effect_size supported tied": ("como «RMSprop»)",),
    "factor_best inconclusive tied second": ("«Adam», que empata con «RMSprop»",),
    "fold_scores inconclusive tied": ("que empata con la de «Red b»",),
    "seeds_best inconclusive tied": ("que empatan en la mayor media",),
    "seeds_best inconclusive all tied": ("(y con ellas, otras)",),
    "seeds_best supported tied second": ("que empata con",),
    "seeds_tied supported tied": ("que empata con «Red b» y «Red c»",),
    "ranking_stability refuted tied": ("que empata con «Red b» y «Red c»",),
    "seed_spread tied": ("que empata con «Red",),
    "dropout_effect supported tied": ("igual de grande en otra pareja",),
    "overall_worst tied": ("los de menor exactitud de prueba son",),
    "class_strengths supported several confusions": ("con 9 imágenes de prueba cada una",),
}


@pytest.mark.parametrize("name", TIED)
def test_ties_are_told(told, name):
    texts = [item.text.replace("\N{NO-BREAK SPACE}", " ") for item in told(CASES[name](), name.split()[0])]
    for words in TIED[name]:
        assert any(words in text for text in texts), texts


def test_every_case_is_looked_at():
    assert set(TIED) | {
        "overall_best inconclusive leading tied",
        "pareto_parameters supported tied sizes",
    } == set(CASES)


def test_who_is_alone_at_the_top_is_told_to_tie_with_nobody(told):
    for name in ("unequal_budgets several", "pareto_parameters supported tied sizes"):
        for item in told(CASES[name](), name.split()[0]):
            assert "empata" not in item.text
