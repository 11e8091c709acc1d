"""Takes a Keras tensor, gives the tensor after one block; `{ python = "redes:separable", ... }` calls it."""

import keras


def separable(tensor: keras.KerasTensor, *, filtros: int, paso: int = 1) -> keras.KerasTensor:
    """A depthwise separable block: a 3 x 3 filter per channel, then 1 x 1 filters that mix the channels.

    Each of the two convolutions is followed by batch normalization and swish, as in EfficientNet.

    Args:
        tensor: (batch, height, width, channels).
        filtros: channels that come out.
        paso: stride of the depthwise convolution; 2 halves height and width.
    """
    for convolution in (
        keras.layers.DepthwiseConv2D(3, strides=paso, padding="same", use_bias=False),
        keras.layers.Conv2D(filtros, 1, use_bias=False),
    ):
        tensor = convolution(tensor)
        tensor = keras.layers.BatchNormalization()(tensor)
        tensor = keras.layers.Activation("swish")(tensor)
    return tensor
