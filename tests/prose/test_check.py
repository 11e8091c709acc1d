"""Remarks: their kinds, lines, offers and acceptance; tables; several data sets; what has no result."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from prose.result_sets import results
from support.results import OPTIMIZERS, Outcome, data_record, folded, grid, parts, spec_of

from reportgen.prose import Kind
from reportgen.prose.check import review
from reportgen.prose.model import Remark
from reportgen.records.model import Status


def remarks(name, text, file="resumen.md"):
    return review({file: text}, results(name))


def kinds(name, text, file="resumen.md"):
    return [remark.kind for remark in remarks(name, text, file)]


def test_a_remark_has_file_line_text_and_what_is_expected():
    text = "# Resultados\n\nTodo bien.\nPero **SGD** supera\na `Adam`. Fin."
    assert remarks("rejilla", text) == (
        Remark(
            "resumen.md", 4, Kind.REFUTED, "Pero SGD supera a Adam.",
            "exactitud (prueba) de media: «SGD» 0,4664; «Adam» 0,5548", place=(4, 1),
        ),
    )  # fmt: skip


def test_a_result_typed_by_hand_is_offered_as_a_live_value():
    (remark,) = remarks("redes", "La CNN base alcanza 0,5817 de exactitud.")
    assert remark.kind is Kind.RETYPED
    assert '{{ valor("cnn.cnn-base", "test.accuracy") }}' in remark.expected
    assert not remark.stands


def test_a_wrong_number_is_told_with_the_right_one():
    (remark,) = remarks("redes", "La CNN base alcanza 0,5871 de exactitud.")
    assert remark.kind is Kind.CONTRADICTED
    assert "0,5817" in remark.expected
    assert remark.stands


def test_an_accepted_remark_stays_with_its_reason_and_stands_no_more():
    (remark,) = remarks("rejilla", "SGD supera a Adam. <!-- aceptado: con otra tasa -->")
    assert remark.accepted == "con otra tasa"
    assert not remark.stands
    (bare,) = remarks("rejilla", "SGD supera a Adam. <!-- aceptado: -->")
    assert bare.stands


def test_a_sentence_has_one_remark_and_the_gravest():
    (remark,) = remarks("rejilla", "SGD supera a Adam: Adam con relu y 3 capas obtuvo 0,6039 de exactitud.")
    assert remark.kind is Kind.REFUTED


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('Vale {{ valor("cnn.cnn-base", "test.accuracy") }}.', None),
        ('Vale {{ valor("cnn.base", "test.accuracy") }}.', None),
        ('Vale {{ valor("cnn.base", "seconds") }}.', None),
        ('Vale {{ valor("cnn.otra", "test.accuracy") }}.', Kind.UNKNOWN),
        ('Vale {{ valor("otro.base", "test.accuracy") }}.', Kind.UNKNOWN),
        ('Vale {{ valor("cnn.base", "test.nada") }}.', Kind.UNKNOWN),
        ("Vale {{ valor('cnn.base', 'prueba.accuracy') }}.", Kind.UNKNOWN),
    ],
)
def test_live_values_name_what_there_is(text, kind):
    assert kinds("redes", text) == ([kind] if kind else [])


def test_a_claim_on_what_failed_is_unknown_and_says_why():
    (remark,) = remarks("rejilla", "RMSprop con sigmoide y 3 capas obtuvo 0,53 de exactitud.")
    assert remark.kind is Kind.UNKNOWN
    assert "la pérdida dejó de ser un número" in remark.expected


def test_a_claim_on_what_nobody_trained_is_unknown():
    assert kinds("rejilla", "Nadam supera a SGD.") == [Kind.UNKNOWN]
    assert kinds("rejilla", "Nadam es una variante de Adam.") == []


# --- scope -----------------------------------------------------------------------------------------


def test_a_file_called_after_a_study_is_about_it():
    text = "La versión mejorada obtuvo 0,6409 de exactitud."
    assert kinds("redes", text, "textos/vgg16.md") == [Kind.RETYPED]
    assert kinds("redes", text, "textos/cnn.md") == [Kind.CONTRADICTED]


def test_a_heading_says_what_the_numbers_under_it_are_of():
    assert kinds("redes", "## CNN base\n\nSe obtuvo una exactitud de 0,5817.") == [Kind.RETYPED]
    assert kinds("redes", "## CNN base\n\nSe obtuvo una exactitud de 0,6670.") == [Kind.CONTRADICTED]


# --- tables ----------------------------------------------------------------------------------------

HEAD = "| Optimizador | Activación | Capas | Exactitud (prueba) |\n|---|---|---|---|\n"


def test_cells_are_held_against_the_results():
    right = HEAD + "| Adam | relu | 3 | 0,6039 |\n| RMSprop | relu | 2 | 0,6630 |\n"
    assert set(kinds("rejilla", right)) == {Kind.RETYPED}
    (remark,) = [r for r in remarks("rejilla", right.replace("0,6630", "0,6930")) if r.stands]
    assert (remark.kind, remark.line, remark.text) == (Kind.CONTRADICTED, 4, "0,6930")


def test_bold_belongs_on_the_best_row():
    wrong = HEAD + "| Adam | relu | 3 | **0,6039** |\n| RMSprop | relu | 2 | 0,6630 |\n"
    (remark,) = [r for r in remarks("rejilla", wrong) if r.stands]
    assert (remark.kind, remark.line) == (Kind.REFUTED, 3)
    right = HEAD + "| Adam | relu | 3 | 0,6039 |\n| RMSprop | relu | 2 | **0,6630** |\n"
    assert not [r for r in remarks("rejilla", right) if r.stands]


def test_several_bold_numbers_are_ties_and_no_claim():
    both = HEAD + "| Adam | relu | 3 | **0,6039** |\n| RMSprop | relu | 2 | **0,6630** |\n"
    assert not [r for r in remarks("rejilla", both) if r.stands]


def test_names_may_stand_in_the_header():
    text = "| Capas | SGD relu | Adam relu |\n|---|---|---|\n| 3 | 0,5802 | 0,6093 |\n"
    (remark,) = [r for r in remarks("rejilla", text) if r.stands]
    assert remark.text == "0,6093"


def test_a_table_of_other_things_is_left_alone():
    text = "| Capa | Unidades | Parámetros |\n|---|---|---|\n| Densa | 512 | 1.573.376 |\n"
    assert remarks("rejilla", text) == ()


# --- what decides ----------------------------------------------------------------------------------


def two(first, second, **more):
    """SGD and Adam with these outcomes."""
    outcomes = {"SGD": first, "Adam": second}
    return grid({"optimizer": OPTIMIZERS[:2]}, lambda plan: outcomes[plan.parameters["optimizer"]], **more)


def test_an_order_that_agrees_stands_however_small_the_difference():
    close = two(0.8000, 0.8025)
    assert review({"a.md": "Adam supera a SGD."}, [close]) == ()
    assert len(review({"a.md": "SGD supera a Adam."}, [close])) == 1


def test_a_denial_is_refuted_only_beyond_chance():
    assert review({"a.md": "Adam no supera a SGD."}, [two(0.8000, 0.8025)]) == ()
    assert len(review({"a.md": "Adam no supera a SGD."}, [two(0.8000, 0.9000)])) == 1


def test_equal_is_not_better():
    assert len(review({"a.md": "Adam supera a SGD."}, [two(0.8, 0.8)])) == 1


def test_test_decides_unless_the_sentence_says_validation():
    split = two(Outcome(0.80, validation=0.90), Outcome(0.85, validation=0.70))
    assert review({"a.md": "En validación, SGD supera a Adam."}, [split]) == ()
    assert len(review({"a.md": "En validación, Adam supera a SGD."}, [split])) == 1
    assert len(review({"a.md": "SGD supera a Adam en la prueba."}, [split])) == 1


def test_less_loss_is_better_and_less_time():
    facts = two(
        Outcome(0.8, seconds=10.0, further={"loss": 0.9}), Outcome(0.8, seconds=20.0, further={"loss": 0.4})
    )
    assert review({"a.md": "Adam tiene menor pérdida que SGD. SGD es más rápido que Adam."}, [facts]) == ()
    wrong = "SGD tiene menor pérdida que Adam. Adam es más rápido que SGD."
    assert len(review({"a.md": wrong}, [facts])) == 2


def test_folds_are_judged_by_the_part_that_each_leaves_out():
    def of(validation, test):
        return [Outcome(test, validation=validation)] * 5

    folds = folded({"a1": of(0.9, 0.7), "b1": of(0.8, 0.75)})
    assert review({"a.md": "Red a1 supera a Red b1."}, [folds]) == ()
    assert len(review({"a.md": "Red b1 supera a Red a1."}, [folds])) == 1


def test_the_mean_of_several_seeds_counts():
    seeded = grid(
        {"optimizer": OPTIMIZERS[:2]},
        lambda plan: 0.80 + 0.02 * plan.seed if plan.parameters["optimizer"] == "SGD" else 0.81,
        seeds=(0, 1, 2),
    )
    assert review({"a.md": "SGD supera a Adam."}, [seeded]) == ()
    assert len(review({"a.md": "Adam supera a SGD."}, [seeded])) == 1


def test_a_claim_is_refuted_only_where_no_data_set_bears_it_out():
    first, second = two(0.8, 0.9), two(0.9, 0.8)
    other = replace(second, source=replace(second.source, id="otros"))
    assert len(review({"a.md": "SGD supera a Adam."}, [first])) == 1
    assert review({"a.md": "SGD supera a Adam."}, [first, other]) == ()


def test_classes_that_are_digits_swallow_no_numbers():
    digits = grid({"optimizer": OPTIMIZERS[:2]}, lambda _: 0.8, data_record(tuple("0123456789"), 400))
    (remark,) = review({"a.md": "SGD obtuvo 0,91 de exactitud con 7 de los casos."}, [digits])
    assert remark.kind is Kind.CONTRADICTED


def test_nothing_is_said_without_results():
    spec = spec_of('[study.uno]\nmodel = "mlp"\ngrid.optimizer = ["SGD", "Adam"]\n')
    empty = parts(spec, lambda _: None, None)
    assert review({"a.md": "El tiempo es oro. Nadie supera nada."}, empty) == ()
    (remark,) = review({"a.md": "SGD supera a Adam."}, empty)
    assert remark.kind is Kind.UNKNOWN


def test_failed_runs_favour_nobody():
    lost = two(Outcome(status=Status.FAILED, reason="falló"), 0.8)
    assert [r.kind for r in review({"a.md": "SGD supera a Adam."}, [lost])] == [Kind.UNKNOWN]


@pytest.mark.parametrize(
    "piece", ["0,5 ", "Adam ", "más que ", "1 h ", "con la ", "el mejor ", "(", "**", "| "]
)
def test_no_text_takes_long(piece):
    begun = time.process_time()
    remarks("rejilla", piece * 3000)
    assert time.process_time() - begun < 3


def test_a_long_text_of_short_sentences_is_read_to_its_end():
    found = remarks("rejilla", "Todo bien. " * 2000 + "SGD supera a Adam.")
    assert [remark.kind for remark in found] == [Kind.REFUTED]


@pytest.mark.parametrize(
    "text",
    [
        "SGD obtuvo una exactitud de prueba de 0,5414 y Adam, de 0,5748.",
        "SGD obtuvo 0,5414 y Adam, 0,5748.",
        "la exactitud de SGD fue 0,5414 y la de Adam, 0,5748.",
        "SGD, el más flojo, obtuvo 0,5414 y Adam, un 0,5748.",
        "Adam (0,5748) supera a SGD (0,5414).",
        "de 0,5414 con SGD se pasa a 0,5748 con Adam.",
        "SGD y Adam obtuvieron 0,5414 y 0,5748, respectivamente.",
    ],
)
def test_each_of_two_numbers_goes_with_its_own_name(text):
    start = "Con una capa y ReLU, "
    assert kinds("rejilla", start + text) == [Kind.RETYPED]
    turned = text.replace("0,5414", "…").replace("0,5748", "0,5414").replace("…", "0,5748")
    assert kinds("rejilla", start + turned) == [Kind.CONTRADICTED]
