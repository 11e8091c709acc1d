"""The same claims in many words: what is written the right way round stands, the other way round is told."""

from __future__ import annotations

from itertools import permutations

import pytest
from prose.result_sets import results

from reportgen.prose import Kind
from reportgen.prose.check import Reviewer

MORE = (
    "{x} supera a {y}.",
    "{x} superó claramente a {y}.",
    "{x} es mejor que {y}.",
    "{x} resultó mejor que {y} en este problema.",
    "{x} funciona mejor que {y}.",
    "{x} rinde más que {y}",
    "{x} obtuvo mayor exactitud que {y}.",
    "{x} obtiene una exactitud mayor que {y}.",
    "{x} obtuvo una mejor exactitud que {y}.",
    "{x} logra mejores resultados que {y}.",
    "{x} tuvo un mejor desempeño que {y}.",
    "{x} alcanza un accuracy más alto que {y}.",
    "{x} alcanza una exactitud superior a la de {y}.",
    "{x} es superior a {y}.",
    "La exactitud de {x} es mayor que la de {y}.",
    "La exactitud de {x} supera a la de {y}.",
    "La exactitud con {x} es más alta que con {y}.",
    "Los resultados de {x} son mejores que los de {y}.",
    "Los modelos con {x} superan a los modelos con {y}.",
    "Los modelos entrenados con {x} aciertan más que los entrenados con {y}.",
    "{x} queda por encima de {y}.",
    "{x} está por delante de {y}.",
    "{x} aventaja a {y}.",
    "{x} le gana a {y}.",
    "{x} ganó a {y} en exactitud.",
    "{x} vence a {y}.",
    "{x} mejora los resultados de {y}.",
    "{x} clasifica mejor que {y}.",
    "{x} generaliza mejor que {y}.",
    "En promedio, {x} es mejor que {y}.",
    "Se observa que {x} supera a {y} en el conjunto de prueba.",
    "Podemos concluir que {x} es mejor que {y}.",
    "Como muestra la tabla 2, {x} supera a {y}",
    "Comparado con {y}, {x} obtiene mejor exactitud.",
    "En comparación con {y}, {x} es mejor.",
    "Frente a {y}, {x} logra una exactitud mayor.",
    "{y} es superado por {x}.",
    "{y} fue superada ampliamente por {x}.",
    "{y} es peor que {x}.",
    "{y} rinde menos que {x}.",
    "{y} obtuvo peor exactitud que {x}.",
    "{y} obtiene una exactitud inferior a la de {x}.",
    "{y} es inferior a {x}.",
    "{y} queda por debajo de {x}.",
    "{y} queda por detrás de {x}.",
    "{y} tuvo menor exactitud que {x}.",
    "{y} acierta menos que {x}.",
    "{y} no supera a {x}.",
    "{y} no es mejor que {x}.",
    "{y} no logra superar a {x}.",
    "{y} nunca llega a superar a {x}.",
    "{y} pierde frente a {x}.",
    "{y} no alcanza a {x}.",
    "Entre {x} y {y}, es mejor {x}.",
    "Entre {x} y {y}, el mejor es {x}.",
    "Es mejor {x} que {y}.",
    "Usar {x} da mejores resultados que usar {y}.",
    "Con {x} se obtienen mejores resultados que con {y}.",
    "Con {x} se logra más exactitud que con {y}.",
    "Se consigue mayor exactitud con {x} que con {y}.",
    "{x} > {y} en exactitud.",
    "mejor {x} que {y}",
)
"""Each says that x is better than y."""

FIRST = (
    "El mejor optimizador fue {x}.",
    "Mejor optimizador: {x}",
    "mejor optimizador = {x}",
    "{x} es el mejor optimizador.",
    "{x} resultó ser el mejor optimizador.",
    "{x} fue el optimizador ganador.",
    "El optimizador ganador es {x}.",
    "El optimizador con mejor exactitud es {x}.",
    "El optimizador con mayor exactitud media fue {x}.",
    "El optimizador que mejor funcionó fue {x}.",
    "El optimizador que obtuvo los mejores resultados es {x}.",
    "De los tres optimizadores, {x} es el mejor.",
    "De los tres optimizadores el mejor es {x}.",
    "Entre los optimizadores destaca {x}, que es el mejor.",
    "{x} obtuvo los mejores resultados de los tres optimizadores.",
    "{x} es el optimizador que mejores resultados ofrece.",
    "{x} supera a los demás optimizadores.",
    "{x} supera al resto de optimizadores.",
    "{x} es mejor que los otros dos.",
    "{x} obtuvo mayor exactitud que todos los demás.",
    "Ningún optimizador supera a {x}.",
    "Los mejores resultados se obtienen con {x}.",
    "Con {x} se obtienen los mejores resultados.",
    "La mejor exactitud media corresponde a {x}.",
    "El mejor de los optimizadores es {x}",
    "El optimizador más efectivo fue {x}.",
    "El optimizador más preciso fue {x}.",
    "Premio al mejor optimizador: {x}.",
    "🏆 Mejor optimizador → {x}",
    "Podemos afirmar que {x} es el optimizador más exacto.",
    "El primer lugar lo ocupa {x}.",
    "{x} ocupa el primer lugar entre los optimizadores.",
    "{x} se lleva el premio al mejor optimizador.",
)
LAST = (
    "El peor optimizador fue {x}.",
    "{x} fue el peor optimizador.",
    "{x} es el peor de los tres.",
    "El optimizador con menor exactitud fue {x}.",
    "El optimizador con peor exactitud es {x}.",
    "{x} obtuvo los peores resultados.",
    "Los peores resultados se obtuvieron con {x}.",
    "{x} queda por debajo de los demás optimizadores.",
    "{x} es el optimizador que peor rinde.",
    "El último lugar lo ocupa {x}.",
    "{x} quedó en último lugar.",
)
FASTEST = (
    "El optimizador más rápido fue {x}.",
    "{x} es el optimizador más rápido.",
    "{x} es el más rápido.",
    "{x} fue el que menos tardó.",
    "El optimizador que menos tarda es {x}.",
    "El optimizador con menor tiempo de entrenamiento es {x}.",
    "{x} tuvo el menor tiempo de entrenamiento.",
    "El menor tiempo se obtuvo con {x}.",
    "{x} necesita menos tiempo que los demás.",
    "{x} tarda menos que el resto.",
)
FASTER = (
    "{x} es más rápido que {y}.",
    "{x} tarda menos que {y}.",
    "{x} tardó menos tiempo que {y}.",
    "{x} demora menos en entrenar que {y}.",
    "{x} necesita menos tiempo que {y}.",
    "El tiempo de entrenamiento de {x} es menor que el de {y}.",
    "{x} se entrena más rápido que {y}.",
    "Entrenar con {x} es más rápido que con {y}.",
    "{y} es más lento que {x}.",
    "{y} tarda más que {x}.",
    "{y} requiere más tiempo de entrenamiento que {x}.",
    "{y} tiene un tiempo de entrenamiento mayor que {x}.",
    "{y} consume más tiempo que {x}.",
)
GOOD = ("RMSprop", "Adam", "SGD")
QUICK = ("SGD", "RMSprop", "Adam")
ACTIVATIONS = ("ReLU", "tanh", "sigmoide")
UNREAD = {
    # What is let pass, and known to be: no bar is lowered for it, and none may be added without a reason.
    "{y} no alcanza a {x}.",
    "{x} > {y} en exactitud.",
}


@pytest.fixture(scope="module")
def reviewer():
    return Reviewer(results("rejilla"))


def wrong(reviewer, text):
    return any(r.kind in (Kind.REFUTED, Kind.CONTRADICTED) for r in reviewer.review({"resumen.md": text}))


def judged(reviewer, template, order, right):
    """(Right sentences that are refuted, wrong ones that pass) among all uses of a template."""
    alarms, misses = [], []
    pairs = permutations(order, 2) if "{y}" in template else ((name, "") for name in order)
    for x, y in pairs:
        text = template.format(x=x, y=y)
        told = wrong(reviewer, text)
        if right(x, y) and told:
            alarms.append(text)
        if not right(x, y) and not told:
            misses.append(text)
    return alarms, misses


def _ahead(order):
    return lambda x, y: order.index(x) < order.index(y)


@pytest.mark.parametrize("template", MORE)
@pytest.mark.parametrize("order", [GOOD, ACTIVATIONS], ids=["optimizers", "activations"])
def test_better(reviewer, template, order):
    alarms, misses = judged(reviewer, template, order, _ahead(order))
    assert not alarms
    assert not misses or template in UNREAD


@pytest.mark.parametrize("template", FASTER)
def test_faster(reviewer, template):
    alarms, misses = judged(reviewer, template, QUICK, _ahead(QUICK))
    assert (alarms, misses) == ([], [])


@pytest.mark.parametrize(
    ("template", "order", "place"),
    [(t, GOOD, 0) for t in FIRST] + [(t, GOOD, -1) for t in LAST] + [(t, QUICK, 0) for t in FASTEST],
)
def test_first_and_last(reviewer, template, order, place):
    alarms, misses = judged(reviewer, template, order, lambda x, _: x == order[place])
    assert (alarms, misses) == ([], [])


VALUES = (
    "{who} obtuvo {n} de exactitud.",
    "{who} obtuvo una exactitud de {n}.",
    "{who} alcanza {n} de accuracy en el conjunto de prueba",
    "{who}: {n}",
    "{who} = {n}",
    "{who} → {n}",
    "{who} ({n})",
    "{who} llegó a {n} en test.",
    "{who} llegó hasta los {n} de exactitud.",
    "{who} logró un valor de {n} de test accuracy.",
    "Con {who} se alcanzó una exactitud de {n}.",
    "Con {who} la exactitud fue {n}.",
    "Con {who} conseguimos {n} de aciertos.",
    "La exactitud de {who} fue de {n}.",
    "La exactitud (test) de {who} es {n}",
    "La test acc de {who} fue {n}.",
    "El accuracy obtenido con {who} fue de {n} en la prueba.",
    "El resultado de {who} fue {n}.",
    "El modelo {who} clasifica bien el conjunto de prueba con una exactitud de {n}.",
    "En el conjunto de prueba, {who} obtiene {n}.",
    "Se obtuvo {n} con {who}.",
    "Se obtuvo un {n} de exactitud con {who}.",
    "Una exactitud de {n} es lo que logra {who}.",
    "- {who}: acc {n}",
    "**{who}**: exactitud **{n}**",
    "Por su parte, {who} se quedó en {n}.",
    "Finalmente, {who} terminó con {n} de exactitud tras 50 épocas.",
    "{who} obtuvo {n} de exactitud en 299 s.",
    "{who} tardó 299 s y obtuvo {n} de exactitud.",
    "El 9 de junio entrenamos {who} y obtuvimos {n} de exactitud.",
)
WHO = (
    "Adam con relu y 3 capas",
    "Adam, ReLU y tres capas",
    "Adam + ReLu + 3 capas",
    "Adam relu 3 capas",
    "Adam-relu-3 capas",
)
SPELLED = {True: ("0.6039", "0,6039", "0,604", "60,39 %", "60.4%", "60 por ciento"),
           False: ("0.6239", "0,6293", "0,614", "62,39 %", "63.4%", "66 por ciento")}  # fmt: skip


@pytest.mark.parametrize("template", VALUES)
@pytest.mark.parametrize("who", WHO)
def test_numbers(reviewer, template, who):
    alarms = [text for n in SPELLED[True] if wrong(reviewer, text := template.format(who=who, n=n))]
    misses = [text for n in SPELLED[False] if not wrong(reviewer, text := template.format(who=who, n=n))]
    assert (alarms, misses) == ([], [])


TIMES = (
    "{who} tardó {n}.",
    "{who} tardó {n} en entrenar.",
    "{who} necesitó {n} de entrenamiento.",
    "El tiempo de entrenamiento de {who} fue de {n}.",
    "El entrenamiento de {who} duró {n}.",
    "Entrenar {who} llevó {n}.",
    "{who} se entrenó en {n}.",
    "{who}: {n}",
    "Con {who} el tiempo fue {n}.",
)
CLOCKS = {
    True: (
        "16:41 mins", "16:41 min", "16:41 minutos", "16 min 41 s", "16 minutos y 41 segundos", "1001 s",
        "1001 segundos", "0:16:41", "00:16:41", "16 min", "17 minutos", "16,7 minutos", "unos 17 minutos",
        "casi 17 minutos", "más de 16 minutos", "menos de 20 minutos",
    ),
    False: (
        "16:14 mins", "14:16 min", "61:41 minutos", "16 min 14 s", "26 minutos y 41 segundos", "1101 s",
        "101 segundos", "0:14:16", "1:16:41", "12 min", "71 minutos", "61,7 minutos", "unos 27 minutos",
        "casi 30 minutos", "más de 18 minutos", "menos de 15 minutos",
    ),
}  # fmt: skip


@pytest.mark.parametrize("template", TIMES)
def test_times(template):
    asked = Reviewer(results("redes"))
    alarms = [t for n in CLOCKS[True] if wrong(asked, t := template.format(who="la CNN base", n=n))]
    misses = [t for n in CLOCKS[False] if not wrong(asked, t := template.format(who="la CNN base", n=n))]
    assert (alarms, misses) == ([], [])
