"""Whether early stopping could have ended a run is what Keras' own callback does on the worst curve."""

from __future__ import annotations

import itertools

import pytest

from reportgen.analysis import stopping

EPOCHS = range(1, 8)


class Model:
    """As much of a model as the callback asks for."""

    stop_training = False


def shortened(epochs, patience, start, baseline):
    """Whether the callback ends a training that gets worse from the first epoch on before its last."""
    import keras

    callback = keras.callbacks.EarlyStopping(
        monitor="val_loss", mode="min", patience=patience, start_from_epoch=start, baseline=baseline
    )
    callback.set_model(Model())
    callback.on_train_begin()
    for epoch in range(epochs - 1):
        callback.on_epoch_end(epoch, {"val_loss": 1.0 + epoch})
        if callback.model.stop_training:
            return True
    return False


@pytest.mark.parametrize("start_baseline", [(0, None), (2, None), (0, 0.1)])
def test_as_keras_counts(start_baseline):
    start, baseline = start_baseline
    for epochs, patience in itertools.product(EPOCHS, range(7)):
        callback = {"callback": "EarlyStopping", "patience": patience, "start_from_epoch": start}
        callback |= {"baseline": baseline} if baseline is not None else {}
        assert stopping._can(callback, epochs) is shortened(epochs, patience, start, baseline), (
            epochs,
            patience,
        )
