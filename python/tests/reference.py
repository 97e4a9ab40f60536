"""What the functions of the package ought to give, computed in float64 by NumPy alone.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import itertools

import numpy as np

EPSILON = 2.0**-23
SOFTMAX_TOLERANCE = 10.5 * EPSILON  # relative, from twopass.h

# Of one rounding to the type, at most half a unit in the last place.
ROUNDING = {"float32": 0.0, "float16": 2.0**-11, "bfloat16": 2.0**-8}


def logsumexp(x, axis=None, keepdims=False):
    x = np.asarray(x, dtype=np.float64)
    axis = tuple(range(x.ndim)) if axis is None else axis
    with np.errstate(all="ignore"):
        largest = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
        largest = np.where(np.isneginf(largest), 0.0, largest)
        result = np.log(np.sum(np.exp(x - largest), axis=axis, keepdims=True)) + largest
    return result if keepdims else np.squeeze(result, axis=axis)


def log_softmax(x, axis=-1):
    with np.errstate(all="ignore"):
        return np.asarray(x, dtype=np.float64) - logsumexp(x, axis, keepdims=True)


def softmax(x, axis=-1):
    return np.exp(log_softmax(x, axis))


def assert_close(actual, expected, relative, absolute=0.0):
    """Of the same shape, NaN and infinities in the same places, and the rest within the tolerances."""
    actual = np.asarray(actual).astype(np.float64)
    assert actual.shape == np.shape(expected)
    np.testing.assert_allclose(actual, expected, rtol=relative, atol=absolute, equal_nan=True)


def axes_of(ndim):
    """Every argument axis, but for the order of a tuple and for negative numbers."""
    yield None
    for count in range(ndim + 1):
        yield from itertools.combinations(range(ndim), count)


def views_of(x):
    """The elements of an array in all sorts of strides."""
    for order in itertools.permutations(range(x.ndim)):
        moved = x.transpose(order)
        yield moved
        yield moved[..., ::2]
        yield moved[..., ::-1]
        yield moved[1:, ...]
    yield np.broadcast_to(x[:1], x.shape)
    yield np.broadcast_to(x[..., :1], x.shape)
