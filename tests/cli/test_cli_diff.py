"""`reportgen diff`: its words, its exit codes, its JSON."""

from __future__ import annotations

import json
import re

import pytest
from support.published import publish
from support.results import Outcome, table

from reportgen.cli import main

NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def told(tmp_path, capsys):
    """Runs the command on two results; gives its exit code and what it said."""

    def tell(before, after, *options, store=False, findings=True):
        places = []
        for name, outcomes in (("a", before), ("b", after)):
            more = {key: outcomes[key] for key in ("epochs", "seeds") if key in outcomes}
            values = {(key,): outcome for key, outcome in outcomes.items() if key not in more}
            axes = {"optimizer": [key for (key,) in values]}
            publish(tmp_path / name, table(values, axes, **more), store=store, findings=findings)
            places.append(str(tmp_path / name))
        code = main(["diff", *places, *options])
        return code, capsys.readouterr().out.replace(NBSP, " ").replace(str(tmp_path), "")

    return tell


def test_the_same_is_said_to_be_the_same(told):
    code, text = told({"SGD": 0.5, "Adam": 0.8}, {"SGD": 0.5, "Adam": 0.8})
    assert code == 0
    assert text.splitlines() == [
        "A: /a/report/results.json (2 ejecuciones)",
        "B: /b/report/results.json (2 ejecuciones)",
        "",
        "A y B dicen lo mismo, hasta la última cifra: 2 ejecuciones iguales.",
    ]


def test_what_noise_explains_is_counted_and_listed_only_when_asked_for(told):
    before, after = {"SGD": 0.5, "Adam": 0.8}, {"SGD": 0.52, "Adam": 0.79}
    code, text = told(before, after, findings=False)
    assert code == 0
    assert "Diferencias mayores que las del azar: ninguna, de 2 comparaciones." in text
    assert "  exactitud de prueba: 2; la mayor, +2,0 puntos en rejilla.sgd" in text
    assert "no de lo que daría otra semilla" in text
    assert "Conclusiones sin comparar: junto a A ni B no hay ningún findings.json." in text
    assert text.endswith("Nada cambia más allá del azar.\n")
    assert "50,0 % → 52,0 %" not in text


def test_all_lists_what_noise_explains(told):
    _, text = told({"SGD": 0.5, "Adam": 0.8}, {"SGD": 0.52, "Adam": 0.79}, "--all")
    assert (
        "rejilla.sgd  SGD: exactitud de prueba 50,0 % → 52,0 % (+2,0 puntos; p = 1,000 con Holm; "
        "dos proporciones sin emparejar, 800 imágenes entre las dos)"
    ) in text


def test_what_noise_does_not_explain_has_code_1(told):
    code, text = told({"SGD": 0.5, "Adam": 0.8}, {"SGD": 0.7, "Adam": 0.8}, store=True)
    assert code == 1
    assert "Diferencias mayores que las del azar: 1 de 1 comparación" in text
    assert (
        "  rejilla.sgd  SGD: exactitud de prueba 50,0 % → 70,0 % (+20,0 puntos; p < 0,001 con Holm; "
        "McNemar sobre las mismas 400 imágenes de prueba)"
    ) in text
    assert "Sin cambios: 1 ejecución igual." in text
    assert text.endswith("Hay cambios que el azar no explica.\n")


def test_runs_recipes_and_ends_are_told(told):
    code, text = told(
        {"SGD": 0.5, "Adam": 0.8, "RMSprop": 0.8, "epochs": 10},
        {"Nadam": 0.5, "Adam": 0.8, "RMSprop": Outcome(status="diverged"), "epochs": 12},
        store=True,
    )
    assert code == 1
    assert "Solo en A: 1 ejecución\n  rejilla.sgd  SGD" in text
    assert "Solo en B: 1 ejecución\n  rejilla.nadam  Nadam" in text
    assert "Con otra receta: 2 ejecuciones\n  training.epochs: 10 → 12\n    rejilla.adam  Adam" in text
    assert "Terminaron de otro modo: 1 ejecución\n  rejilla.rmsprop  RMSprop: terminada → divergente" in text


def test_seeds_are_told_as_seeds(told):
    before = {"SGD": 0.5, "seeds": (0, 1, 2), "epochs": 10}
    _, text = told(before, {"SGD": 0.9, "seeds": (0, 1, 2), "epochs": 12}, "--all")
    assert "t pareada sobre 3 semillas" in text
    assert "Cubren el azar de la semilla, no el de las imágenes de prueba." in text


def test_conclusions_are_told_with_their_sentences(told):
    code, text = told({"SGD": 0.5, "Adam": 0.8}, {"SGD": 0.8, "Adam": 0.5})
    assert code == 1
    assert re.search(r"Conclusiones que cambian: \d+", text)
    assert "  overall_best: se sostiene, pero habla de otros\n    A: " in text


def test_json_is_for_programs(told):
    code, text = told({"SGD": 0.5, "Adam": 0.8}, {"SGD": 0.7, "Adam": 0.8}, "--json", store=True)
    content = json.loads(text)
    assert (code, content["schema"], content["settled"], content["equal"]) == (1, 1, False, 1)
    (compared,) = content["compared"]
    assert (compared["study"], compared["name"], compared["method"]) == ("rejilla", "sgd", "mcnemar")
    assert (compared["a"], compared["b"], compared["covers"], compared["beyond"]) == (
        0.5,
        0.7,
        "images",
        True,
    )
    assert {item["turn"] for item in content["conclusions"]} <= {"verdict", "names", "new", "gone"}


def test_what_is_not_there_has_code_2(tmp_path, capsys):
    assert main(["diff", str(tmp_path / "a"), str(tmp_path / "b")]) == 2
    told = capsys.readouterr().err
    assert "no existe" in told
    assert "→ indica un results.json" in told
