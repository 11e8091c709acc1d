from __future__ import annotations

import re

import pytest
from support.results import result_of, variants

from reportgen.analysis.layer_changes import Argument, Change
from reportgen.analysis.run_changes import RunChanges, run_changes
from reportgen.report.change_view import ChangeWords
from reportgen.report.layer_texts import LayerTexts
from reportgen.report.layer_words import entry_text, name_text, setting_text, value_text
from reportgen.report.locale import Locale
from reportgen.report.packaged import packaged
from reportgen.report.templates import Templates
from reportgen.spec.keras_names import names

TEMPLATES = Templates([packaged()])
ES = Locale("es", TEMPLATES.toml("es/strings.toml"))
USUAL = (
    "Dense", "Conv2D", "MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D", "GlobalMaxPooling2D",
    "Flatten", "Reshape", "Dropout", "SpatialDropout2D", "BatchNormalization", "LayerNormalization",
    "SeparableConv2D", "DepthwiseConv2D", "Conv2DTranspose", "Resizing", "Rescaling", "Activation", "ReLU",
    "LeakyReLU", "ZeroPadding2D", "UpSampling2D", "RandomFlip", "RandomRotation", "RandomTranslation",
    "RandomZoom", "RandomCrop", "RandomContrast", "RandomBrightness", "RandomShear", "GaussianNoise",
)  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ({"layer": "Flatten"}, "Flatten"),
        ({"layer": "Dropout", "rate": 0.25}, "Dropout(0,25)"),
        (
            {"layer": "Conv2D", "kernel_size": 3, "filters": 64, "activation": "relu", "padding": "same"},
            "Conv2D(64, 3 × 3, relu, padding=same)",
        ),
        ({"layer": "MaxPooling2D", "pool_size": [2, 3]}, "MaxPooling2D(2 × 3)"),
        ({"layer": "Resizing", "height": 64, "width": 32}, "Resizing(64 × 32)"),
        (
            {"layer": "Dense", "units": 128, "kernel_regularizer": {"name": "L2", "l2": 0.001}},
            "Dense(128; kernel_regularizer=L2(l2=0,001))",
        ),
        ({"name": "Adam", "learning_rate": 1e-05}, "Adam(learning_rate=0,00001)"),
        (
            {"callback": "EarlyStopping", "patience": 5, "restore_best_weights": True},
            "EarlyStopping(patience=5, restore_best_weights=sí)",
        ),
        ({"python": "redes:bloque", "source": "abc", "filtros": 64}, "bloque(filtros=64)"),
        (
            {"backbone": "VGG16", "weights": "imagenet", "trainable": False, "until": "block3_pool"},
            "VGG16(pesos de ImageNet, congelada, hasta block3_pool)",
        ),
        (
            {"backbone": "VGG16", "weights": "run:k", "trainable": "block5_conv1", "until": None},
            "VGG16(pesos de «Proyecto 6», entrenable desde block5_conv1)",
        ),
        ({"backbone": "VGG16", "weights": "a" * 64, "trainable": True}, "VGG16(pesos de un archivo)"),
    ],
)
def test_entries_as_a_reader_sees_them(entry, text):
    assert entry_text(entry, ES, {"k": "Proyecto 6"}) == text


def test_values_settings_and_names():
    assert value_text(12345, ES) == ES.integer(12345)
    assert value_text([1, 2.5], ES) == "1, 2,5"
    assert setting_text("weights", "none", ES) == "pesos al azar"
    assert setting_text("learning_rate", None, ES) == ""
    assert setting_text("until", None, ES) == "la última"
    assert setting_text("class_weight", {"gato": 2.0}, ES) == "gato: 2"
    assert name_text("optimizer.learning_rate", ES) == "tasa de aprendizaje"
    assert name_text("batch_size", ES) == "tamaño de lote"
    assert name_text("nada_conocido", ES) == "nada_conocido"


def test_every_text_is_of_a_layer_of_keras_and_is_one_sentence_or_more():
    files = sorted((packaged() / "es" / "layers").glob("*.md"))
    known = {*names("layers"), "output", "backbone", "python"}
    assert {path.stem for path in files} <= known
    for path in files:
        text = path.read_text(encoding="utf-8").strip()
        assert "\n" not in text, path.stem
        assert text.endswith("."), path.stem
        assert text[0].islower(), path.stem
        assert not re.search(r"\d", text), path.stem


@pytest.mark.parametrize("name", USUAL)
def test_usual_layers_have_a_text(name):
    assert LayerTexts(TEMPLATES, ES, {}).text(name)


def test_lines_and_parts():
    texts = LayerTexts(TEMPLATES, ES, {})
    entries = [
        {"layer": "Dense", "units": 8},
        {"layer": "Identity"},
        {"layer": "Masking"},
        {"layer": "Dense", "units": 4},
    ]
    lines = texts.lines(entries)
    assert [(line.number, line.code, bool(line.text)) for line in lines] == [
        (1, "Dense(8)", True),
        (2, "Identity", True),
        (3, "Masking", False),
        (4, "Dense(4)", False),  # told above
    ]
    parts = texts.parts(entries)
    assert [(part.type, part.codes) for part in parts] == [
        ("Dense", ("Dense(8)", "Dense(4)")), ("Identity", ("Identity",)), ("Masking", ("Masking",)), ("", ()),
    ]  # fmt: skip
    assert "puntuación a cada clase" in parts[-1].text


def view(*changes, kept=1, settings=(), lists=None):
    result = result_of(variants({"p0": 0.6}, {"p0": ""}), "Red p0")  # Conv2D, MaxPooling2D, Flatten
    found = RunChanges(changes, lists or {}, settings, data=False, kept=kept, layers_before=3)
    return ChangeWords(ES, {}).view(found, result)


def test_changes_have_their_places():
    (added,) = view(Change("added", (), ({"layer": "Flatten"},), ((2, 2),))).layers
    assert (added.places, added.several, added.beside) == (("2",), False, "MaxPooling2D")
    (first,) = view(Change("added", (), ({"layer": "Flatten"},), ((0, 0),))).layers
    assert (first.places, first.beside) == ((), "")
    (twice,) = view(Change("removed", ({"layer": "Flatten"},), (), ((1, 1), (3, 3)))).layers
    assert (twice.places, twice.several) == (("1", "3"), True)
    (stretch,) = view(Change("removed", ({"layer": "Flatten"},) * 3, (), ((1, 3),))).layers
    assert (stretch.places, stretch.several) == (("1 a 3",), True)


def test_many_entries_are_counted_and_a_whole_network_is_said_to_go():
    old = ({"layer": "Conv2D", "filters": 1},) * 4 + ({"layer": "Flatten"},)
    change = Change("replaced", old, ({"layer": "Dense", "units": 1},), ((1, 5),))
    (told,) = view(change, kept=0).layers
    assert told.before == ("4 Conv2D", "Flatten")
    assert told.after == ("Dense(1)",)
    assert told.whole
    assert not view(change).layers[0].whole


FLATTEN, POOL, DROP = {"layer": "Flatten"}, {"layer": "MaxPooling2D"}, {"layer": "Dropout", "rate": 0.25}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (Change("added", (), (DROP,), ((2, 2),)), "Añade Dropout(0,25) después de la capa 2 (MaxPooling2D)."),
        (
            Change("added", (), (POOL, DROP, FLATTEN), ((1, 1), (3, 3))),
            "Añade MaxPooling2D, Dropout(0,25) y Flatten después de las capas 1 y 3.",
        ),
        (Change("added", (), (FLATTEN,), ((0, 0),)), "Añade Flatten al principio."),
        (
            Change("added", (), (FLATTEN, {"layer": "Identity"}), ((0, 0),)),
            "Añade Flatten e Identity al principio.",
        ),
        (
            Change("removed", (POOL, FLATTEN), (), ((2, 3),)),
            "Quita MaxPooling2D y Flatten (las capas 2 a 3).",
        ),
        (
            Change("replaced", (POOL,), (FLATTEN,), ((2, 2),)),
            "Sustituye la capa 2 (MaxPooling2D) por Flatten.",
        ),
        (
            Change(
                "changed",
                (DROP,),
                (DROP,),
                ((1, 1), (3, 3)),
                (Argument("rate", 0.25, 0.5), Argument("seed", 1, None)),
            ),
            (
                "Cambia las capas 1 y 3 (Dropout): fracción desactivada de 0,25 a 0,5; "
                "semilla de 1 al valor por defecto."
            ),
        ),
    ],
)
def test_a_change_is_a_sentence(change, sentence, tmp_path):
    source = '{% from "es/kinds.html.j2" import layer_change with context %}{{ layer_change(change) }}'
    (tmp_path / "a.j2").write_text(source, encoding="utf-8")
    context = {"change": view(change).layers[0], "words": ES, "locale": ES}
    html = Templates([tmp_path, packaged()]).render("a.j2", context)
    assert re.sub("<[^>]+>", "", html).strip() == sentence


def test_changes_of_lists_are_told_without_places(tmp_path):
    stop = {"callback": "EarlyStopping", "patience": 5}
    found = (Change("added", (), (DROP,), ((0, 0),)),
             Change("changed", (stop,), (stop,), ((1, 1),), (Argument("patience", 5, 10),)))  # fmt: skip
    source = '{% from "es/kinds.html.j2" import list_changes with context %}{{ list_changes(changes) }}'
    (tmp_path / "a.j2").write_text(source, encoding="utf-8")
    told = view(lists={"callbacks": found}).lists["callbacks"]
    html = Templates([tmp_path, packaged()]).render("a.j2", {"changes": told, "words": ES, "locale": ES})
    assert (
        re.sub("<[^>]+>", "", html).strip()
        == "añade Dropout(0,25); cambia EarlyStopping (paciencia de 5 a 10)"
    )


def test_settings_and_their_defaults():
    changed = view(settings=(Argument("optimizer.learning_rate", None, 1e-4), Argument("epochs", 20, 5)))
    assert [(item.name, item.before, item.after) for item in changed.settings] == [
        ("tasa de aprendizaje", "", "0,0001"),
        ("épocas", "20", "5"),
    ]


def test_a_published_network_brings_its_own_rescaling():
    collected = variants({"p0": 0.6, "p1": 0.7}, {"p0": "", "p1": "p0"}, p1='model = "red"\nweights = "none"')
    base, red = result_of(collected, "Red p0"), result_of(collected, "Red p1")
    found = run_changes(base, red)
    assert "rescale" not in {item.name for item in found.settings}
    assert found.kept == 0
