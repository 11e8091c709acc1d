"""Takes a seed, gives the numbers that XLA draws from it on a CPU, written so that it compiles them well.

XLA writes Philox down as ten rounds in a row, each of which reads the one before it twice, and its code for
a CPU works a round out anew wherever it is read: a thousand times the work for each number. Here the rounds
are a loop, and the bits are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import tensorflow as tf

ROUNDS = 10
MULTIPLIERS = 0xD2511F53, 0xCD9E8D57
WEYL = 0x9E3779B9, 0xBB67AE85
WORD, LOW = 32, 0xFFFFFFFF
MANTISSA = 23
"""Bits of a float32 that are drawn."""
SMALLEST = 1e-7
"""In place of a zero whose logarithm is wanted."""
HIGH_HALF = 0xFFFF0000
"""Bits of a float32 that a bfloat16 keeps."""
WRITTEN = (tf.float32, tf.bfloat16)
"""Types that are drawn here; others are left to XLA."""


@contextmanager
def in_place_of_xla() -> Iterator[None]:
    """While a graph for XLA is traced, what Keras' layers draw is written as it is here."""
    places = [
        (tf.random, "stateless_uniform", _uniform_or(tf.random.stateless_uniform)),
        (tf.random, "stateless_normal", _normal_or(tf.random.stateless_normal)),
        (tf.nn.experimental, "stateless_dropout", _dropout),
    ]
    before = [getattr(module, name) for module, name, _ in places]
    try:
        for module, name, function in places:
            setattr(module, name, function)
        yield
    finally:
        for (module, name, _), function in zip(places, before, strict=True):
            setattr(module, name, function)


def _uniform_or(plain: Any) -> Any:
    """``tf.random.stateless_uniform``; ``plain`` for integers and other generators."""

    def uniform(
        shape: Any, seed: Any, minval: Any = 0, maxval: Any = None, dtype: Any = tf.float32, **more: Any
    ) -> Any:
        dtype = tf.as_dtype(dtype)
        if more or dtype not in WRITTEN:
            return plain(shape, seed, minval, maxval, dtype, **more)
        low, high = (tf.convert_to_tensor(one, dtype) for one in (minval, 1 if maxval is None else maxval))
        return _as(dtype, _unit(_sizes(shape), seed)) * (high - low) + low

    return uniform


def _normal_or(plain: Any) -> Any:
    """``tf.random.stateless_normal``; ``plain`` for other types and generators, and for a single number."""

    def normal(
        shape: Any, seed: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = tf.float32, **more: Any
    ) -> Any:
        dtype = tf.as_dtype(dtype)
        if more or dtype not in WRITTEN or not _sizes(shape).shape[0]:
            return plain(shape, seed, mean, stddev, dtype, **more)
        mean, stddev = (tf.convert_to_tensor(one, dtype) for one in (mean, stddev))
        return _as(dtype, _gauss(_sizes(shape), seed)) * stddev + mean

    return normal


def _dropout(tensor: Any, rate: Any, seed: Any, rng_alg: Any = None, **more: Any) -> Any:
    """``tf.nn.experimental.stateless_dropout``, which is the general one with a sampler of its own."""
    given = {} if rng_alg is None else {"alg": rng_alg}

    def sample(shape: Any, dtype: Any) -> Any:
        return tf.random.stateless_uniform(shape, seed, dtype=dtype, **given)

    return tf.nn.experimental.general_dropout(tensor, rate, sample, **more)


def _sizes(shape: Any) -> Any:
    """A shape as a tensor, int32 (axes,)."""
    return tf.cast(tf.convert_to_tensor(shape), tf.int32)


def _as(dtype: Any, numbers: Any) -> Any:
    """float32 in another type, as XLA has it: what a bfloat16 does not keep is cut off."""
    if dtype == tf.float32:
        return numbers
    kept = tf.bitwise.bitwise_and(tf.bitcast(numbers, tf.uint32), tf.constant(HIGH_HALF, tf.uint32))
    return tf.cast(tf.bitcast(kept, tf.float32), dtype)


def _unit(sizes: Any, seed: Any) -> Any:
    """float32 of these sizes, uniform in [0, 1)."""
    drawn = tf.bitwise.right_shift(
        _bits(tf.reduce_prod(sizes), seed), tf.constant(WORD - MANTISSA, tf.uint32)
    )
    return tf.reshape(tf.cast(drawn, tf.float32) * 2.0**-MANTISSA, sizes)


def _gauss(sizes: Any, seed: Any) -> Any:
    """float32 of these sizes, normal, by pairs of neighbours (Box and Muller, 1958).

    Neighbours along the first axis of an even size, or else along the largest one.
    """
    even = sizes % 2 == 0
    along = tf.where(tf.reduce_any(even), tf.argmax(tf.cast(even, tf.int32)), tf.argmax(sizes))
    axes = tf.range(tf.size(sizes), dtype=along.dtype)
    before = tf.reduce_prod(tf.where(axes < along, sizes, 1))
    size = tf.reduce_sum(tf.where(axes == along, sizes, 0))
    after = tf.reduce_prod(tf.where(axes > along, sizes, 1))
    pairs = _unit(tf.stack([before, (size + 1) // 2, 2, after]), seed)
    length = tf.sqrt(-2.0 * tf.math.log(tf.maximum(pairs[:, :, :1], SMALLEST)))
    angle = tf.constant(6.28318548, tf.float32) * pairs[:, :, 1:]
    both = tf.concat([tf.sin(angle) * length, tf.cos(angle) * length], axis=2)
    return tf.reshape(tf.reshape(both, tf.stack([before, -1, after]))[:, :size], sizes)


def _bits(size: Any, seed: Any) -> Any:
    """uint32 (size,) of Philox 4x32-10 (Salmon et al., Parallel random numbers: as easy as 1, 2, 3, 2011)."""
    key, counter = tf.raw_ops.StatelessRandomGetKeyCounter(seed=seed)
    number = tf.cast(tf.range((size + 3) // 4), tf.uint64)
    first = counter[0] + number
    second = counter[1] + tf.cast(first < number, tf.uint64)  # what the first one carries over
    words = (_low(first), _high(first), _low(second), _high(second))
    keys = (_low(key[0]), _high(key[0]))
    _, _, words = tf.while_loop(lambda taken, *_: taken < ROUNDS, _round, (0, keys, words))
    drawn = tf.stack([tf.cast(word, tf.uint32) for word in words], axis=1)
    return tf.reshape(drawn, [-1])[:size]


def _round(taken: Any, keys: Sequence[Any], words: Sequence[Any]) -> tuple[Any, Any, Any]:
    """One round over words of 32 bits, which uint64 hold so that their products fit."""
    xor, (k0, k1), (x0, x1, x2, x3) = tf.bitwise.bitwise_xor, keys, words
    (m0, m1), (w0, w1) = _long(MULTIPLIERS), _long(WEYL)
    p0, p1 = x0 * m0, x2 * m1
    words = (xor(xor(_high(p1), x1), k0), _low(p1), xor(xor(_high(p0), x3), k1), _low(p0))
    return taken + 1, (_low(k0 + w0), _low(k1 + w1)), words


def _long(numbers: Sequence[int]) -> list[Any]:
    return [tf.constant(number, tf.uint64) for number in numbers]


def _low(numbers: Any) -> Any:
    """The last 32 bits."""
    return tf.bitwise.bitwise_and(numbers, tf.constant(LOW, tf.uint64))


def _high(numbers: Any) -> Any:
    """The first 32 bits."""
    return tf.bitwise.right_shift(numbers, tf.constant(WORD, tf.uint64))
