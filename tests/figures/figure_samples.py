"""Takes sizes, gives realistic info values of every type, and awkward ones: one epoch, a hundred classes."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from reportgen.analysis import infos
from reportgen.analysis.architecture import ArchitectureInfo, LayerBox

CLOTHES = ("Camiseta/top", "Pantalón", "Jersey", "Vestido", "Abrigo", "Sandalia", "Camisa", "Zapatilla",
           "Bolso", "Botín")  # fmt: skip


def curve(epochs=24, *, planned=40, label="LeNet-5, Adam", seed=0, gaps=(), stopped=True, back=5):
    noise = np.random.default_rng(seed).normal(0, 1, (4, epochs))

    def series(row, start, end, speed, size):
        return tuple(
            None if e in gaps else float(end + (start - end) * math.exp(-speed * e) + size * noise[row, e])
            for e in range(epochs)
        )

    return infos.CurveInfo(
        run=f"run-{seed}", label=label,
        accuracy=series(0, 0.72, 0.952, 0.16, 0.001), val_accuracy=series(1, 0.78, 0.913, 0.3, 0.003),
        loss=series(2, 0.78, 0.14, 0.16, 0.003), val_loss=series(3, 0.58, 0.262, 0.3, 0.008),
        learning_rate=(0.001,) * epochs, best_epoch=max(1, epochs - back) if epochs else None,
        epochs_planned=planned, stopped_early=stopped,
    )  # fmt: skip


def multiples(rows=3, columns=3, metric="accuracy"):
    names = [f"{o} · lote {b}" for o in ("SGD con momento", "RMSprop", "Adam") for b in (32, 64, 128)][:rows]
    panels = [
        curve(10 + n % 7, seed=n, label=f"Celda {n}", stopped=n % 3 == 1, back=3)
        for n in range(rows * columns)
    ]
    models = ("LeNet-5", "MLP de dos capas", "ResNet pequeña")[:columns]
    return infos.SmallMultiplesInfo(
        "Rejilla de optimizadores", metric, tuple(names), models,
        tuple(None if n == rows * columns - 2 else panel for n, panel in enumerate(panels)),
    )  # fmt: skip


def heatmap(rows=3, columns=3, metric="accuracy"):
    draw = np.random.default_rng(3)
    values = 0.85 + 0.08 * draw.random((rows, columns))
    cells = [[float(v) for v in row] for row in values]
    cells[-1][-1] = None
    return infos.HeatmapInfo(
        metric, "test", "Optimizador", "Tasa de aprendizaje",
        tuple(f"{('SGD con momento', 'RMSprop', 'Adam')[r % 3]}, {32 << r // 3}" for r in range(rows)),
        tuple(f"0,{10 ** (c % 3) * (c + 1):04d}" for c in range(columns)),
        tuple(tuple(row) for row in cells),
    )  # fmt: skip


def confusion(count=10, images=1000, names=CLOTHES):
    draw = np.random.default_rng(count)
    classes = tuple(names[n] if n < len(names) and count <= 10 else f"clase número {n}" for n in range(count))
    counts = draw.multinomial(images, [*[0.1 / max(count, 1)] * count, 0.0], size=count)[:, :count]
    counts[np.arange(count), np.arange(count)] += images - counts.sum(axis=1)
    return infos.ConfusionInfo(
        "run-0", "LeNet-5, Adam", classes, tuple(tuple(map(int, row)) for row in counts)
    )


def mosaic(kind="wrong", count=15, columns=5, shape=(28, 28, 1)):
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]]
    base = 127 + 120 * np.sin(x / shape[1] * 9 + np.arange(count)[:, None, None]) * np.cos(y / shape[0] * 7)
    images = np.repeat(base[..., None], shape[2], axis=3).astype(np.uint8)
    truth = tuple(CLOTHES[n % 10] for n in range(count))
    shift = 1 if kind == "wrong" else 0
    predicted = tuple(CLOTHES[(n + shift) % 10] for n in range(count)) if kind != "samples" else ()
    probability = tuple(0.5 + 0.03 * (n % 15) for n in range(count)) if kind != "samples" else ()
    return infos.MosaicInfo(kind, "LeNet-5, Adam", columns, images, truth, predicted, probability)


def counts(count=10):
    names = CLOTHES if count == 10 else tuple(f"clase número {n}" for n in range(count))
    return infos.ClassCountsInfo(
        names,
        {"train": tuple(5400 - 37 * (n % 9) for n in range(count)), "validation": (600,) * count,
         "test": (1000,) * count},
    )  # fmt: skip


def cost(count=12, ratio=100.0):
    draw = np.random.default_rng(5)
    studies = ("base", "rejilla", "aumento")
    raw = []
    for n in range(count):
        seconds = 14.0 * ratio ** (n / max(count - 1, 1))
        accuracy = 0.84 + 0.07 * (n / max(count - 1, 1)) ** 0.5 + float(draw.normal(0, 0.008))
        raw.append((seconds, accuracy))
    points = []
    for n, (seconds, accuracy) in enumerate(raw):
        half = 1.96 * math.sqrt(accuracy * (1 - accuracy) / 10000)
        efficient = all(not (s < seconds and a >= accuracy) for s, a in raw)
        label = ("LeNet-5, lote 64", "MLP de dos capas", "ResNet pequeña, con aumento")[n % 3] + f" ({n})"
        points.append(infos.CostPoint(f"run-{n}", studies[n % 3], label, seconds, accuracy, accuracy - half,
                                      accuracy + half, 10_000 * (n + 1), efficient))  # fmt: skip
    titles = {"base": "Modelos de partida", "rejilla": "Rejilla de optimizadores y lotes",
              "aumento": "Efecto del aumento de datos"}  # fmt: skip
    return infos.CostInfo(tuple(points), titles)


def factor():
    draw = np.random.default_rng(6)
    levels = [
        infos.FactorLevel(name, tuple(float(v) for v in draw.normal(middle, 0.01, size)))
        for name, middle, size in (("SGD con momento", 0.87, 9), ("RMSprop", 0.9, 9), ("Adam", 0.905, 8))
    ]
    return infos.FactorInfo("Optimizador", "accuracy", "validation", tuple(levels))


def bars(count=5):
    values = tuple(0.92 - 0.011 * n for n in range(count))
    return infos.BarInfo(
        "accuracy", "test", tuple(f"Modelo {n} con un nombre bastante largo" for n in range(count)), values,
        tuple(v - 0.0056 for v in values), tuple(v + 0.0052 for v in values),
    )  # fmt: skip


def overlays(runs=5, epochs=24, kind="folds", short=0):
    each = tuple(curve(epochs - (short if n == 1 else 0), seed=n, stopped=False) for n in range(runs))
    end = epochs - short

    def mean(name):
        return tuple(sum(getattr(item, name)[e] for item in each) / runs for e in range(end))

    middle = infos.CurveInfo(
        "lenet", "LeNet-5, Adam", mean("accuracy"), mean("val_accuracy"), mean("loss"), mean("val_loss"),
        mean("learning_rate"), None, 40, False,
    )  # fmt: skip
    names = tuple(f"LeNet-5, Adam · {'partición' if kind == 'folds' else 's'} {n + 1}" for n in range(runs))
    return infos.ArmCurvesInfo("LeNet-5, Adam", kind, names, each, middle)


def box(arms=3, runs=5, kind="folds"):
    draw = np.random.default_rng(11)
    levels = tuple(
        infos.BoxLevel(
            f"Red propia v{n} con un nombre bastante largo",
            tuple(float(v) for v in draw.normal(0.9 + n / 200, 0.004, runs)),
        )
        for n in range(arms)
    )
    return infos.BoxInfo("accuracy", "validation" if kind == "folds" else "test", kind, levels)


def rates(runs=3, epochs=30):
    steps = [tuple(1e-3 * 0.5 ** ((epoch + n) // 9) for epoch in range(epochs - n)) for n in range(runs)]
    return infos.RatesInfo(tuple(f"Red propia v{n} · partición {n + 1}" for n in range(runs)), tuple(steps))


def architecture(blocks=4, frozen=False):
    boxes = [
        LayerBox("input", "", (32, 32, 3), 0, False),
        LayerBox("augmentation", "RandomFlip", (32, 32, 3), 0, False),
    ]
    for block in range(blocks):
        filters = 32 << min(block, 4)
        side = 32 >> min(block, 5)
        boxes += [
            LayerBox("convolution", "SeparableConv2D", (side, side, filters), 1_234_567, frozen),
            LayerBox("normalization", "BatchNormalization", (side, side, filters), 4 * filters, frozen),
            LayerBox("pooling", "MaxPooling2D", (side // 2, side // 2, filters), 0, False),
            LayerBox("regularization", "SpatialDropout2D", (side // 2, side // 2, filters), 0, False),
        ]
    boxes += [
        LayerBox(
            "backbone", "EfficientNetV2B0 hasta block6a_expand_activation", (7, None, 1280), 20_000_000, True
        ),
        LayerBox("pooling", "GlobalAveragePooling2D", (1280,), 0, False),
        LayerBox("dense", "Dense", (128,), 163_968, False),
        LayerBox("output", "Dense", (10,), 1290, False),
    ]
    return ArchitectureInfo("run-0", "Red propia v3", tuple(boxes))


INFOS = {
    "curva": curve,
    "curva_una_epoca": lambda: curve(1, stopped=False),
    "curva_huecos": lambda: curve(60, gaps=(5, 6, 30), planned=60, stopped=False),
    "curva_larga": lambda: curve(200, planned=400),
    "multiples_3x3": multiples,
    "multiples_9x3": lambda: multiples(9, 3),
    "multiples_1x1": lambda: multiples(2, 1, "loss"),
    "calor_3x3": heatmap,
    "calor_9x9": lambda: heatmap(9, 9),
    "calor_1x1": lambda: heatmap(1, 2),
    "confusion_10": confusion,
    "confusion_10_grande": lambda: confusion(10, 10000),
    "confusion_1": lambda: confusion(1),
    "confusion_2": lambda: confusion(2),
    "confusion_20": lambda: confusion(20),
    "confusion_100": lambda: confusion(100),
    "mosaico_fallos": mosaic,
    "mosaico_aciertos": lambda: mosaic("right", 12, 6),
    "mosaico_muestras": lambda: mosaic("samples", 20, 10, (32, 32, 3)),
    "mosaico_fotos": lambda: mosaic("wrong", 3, 3, (224, 160, 3)),
    "recuento_10": counts,
    "recuento_1": lambda: counts(1),
    "recuento_100": lambda: counts(100),
    "coste_12": cost,
    "coste_1": lambda: cost(1),
    "coste_lineal": lambda: cost(9, 4.0),
    "coste_75": lambda: cost(75),
    "factor": factor,
    "barras": bars,
    "barras_20": lambda: bars(20),
    "factor_medias": lambda: replace(factor(), means=True),
    "superpuestas": overlays,
    "superpuestas_una": lambda: overlays(1, 1, "seeds"),
    "superpuestas_desiguales": lambda: overlays(15, 60, short=40),
    "cajas": box,
    "cajas_una": lambda: box(1, 1, "seeds"),
    "cajas_27": lambda: box(27, 3),
    "tasas": rates,
    "tasas_una": lambda: rates(1, 2),
    "tasas_muchas": lambda: rates(27, 60),
    "arquitectura": architecture,
    "arquitectura_corta": lambda: architecture(0, frozen=True),
    "arquitectura_larga": lambda: architecture(30),
}
