"""Divergences of two arrays of logits, and their gradients.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import ml_dtypes
import numpy as np
import pytest
import reference
from test_dlpack import Foreign

import twopass


def expected(x, y, axis):
    log_p, log_q = reference.log_softmax(x, axis), reference.log_softmax(y, axis)
    p, q = np.exp(log_p), np.exp(log_q)
    log_mean = np.log((p + q) / 2)
    return {
        "kl_divergence": np.sum(p * (log_p - log_q), axis),
        "js_divergence": np.sum(p * (log_p - log_mean) + q * (log_q - log_mean), axis) / 2,
        "soft_cross_entropy": -np.sum(p * log_q, axis),
    }


@pytest.mark.parametrize("axis", [0, 1, 2, -1, (0, 2)])
@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_against_numpy(axis, dtype):
    random = np.random.default_rng(3)
    x, y = (random.normal(0, 3, (4, 50, 7)).astype(dtype) for _ in range(2))
    for name, value in expected(x, y, axis).items():
        actual = getattr(twopass, name)(x, y, axis)
        assert actual.dtype == np.float32
        reference.assert_close(actual, value, 2e-6)


def test_types_may_differ():
    x = np.array([[1.0, 2.0, 4.0]], np.float32)
    assert twopass.kl_divergence(x, x.astype(np.float16)) == 0


def test_of_equal_rows_is_0_and_of_none_too():
    x = np.random.default_rng(4).normal(0, 3, (3, 1000)).astype(np.float32)
    assert not twopass.kl_divergence(x, x).any()
    assert not twopass.js_divergence(x, x + 1000 * 0).any()
    assert twopass.kl_divergence(np.zeros((2, 0), np.float32), np.zeros((2, 0), np.float32)).tolist() == [0, 0]


GRADIENTS = [twopass.kl_divergence_backward, twopass.soft_cross_entropy_backward]


@pytest.mark.parametrize("backward", GRADIENTS)
@pytest.mark.parametrize("axis", [0, 1, 2, -1, (0, 2)])
@pytest.mark.parametrize("dtype", ["float32", "float16", ml_dtypes.bfloat16])
def test_gradients_against_numpy(backward, axis, dtype):
    random = np.random.default_rng(5)
    x, y = (random.normal(0, 3, (4, 50, 7)).astype(dtype) for _ in range(2))
    p, q = reference.softmax(x, axis), reference.softmax(y, axis)
    d = random.normal(0, 1, np.sum(p, axis).shape)
    for factors in (None, d):
        d_of_rows = 1 if factors is None else np.expand_dims(factors.astype("f"), axis)
        dy = backward(x, y, axis, d=factors)
        assert dy.dtype == y.dtype
        bound = np.maximum(p, q) * np.abs(d_of_rows) * (16 * reference.EPSILON + reference.ROUNDING[str(dy.dtype)])
        assert (np.abs(dy.astype("d") - (q - p) * d_of_rows) <= bound + 2.0**-24).all()


@pytest.mark.parametrize("name", ["kl_divergence", "soft_cross_entropy"])
def test_gradients_against_finite_differences(name):
    random = np.random.default_rng(6)
    x, y = (random.normal(0, 2, (3, 12)).astype("f") for _ in range(2))
    d, step = random.normal(0, 1, 3).astype("f"), 1e-5
    differences = np.empty(y.shape)
    for place in np.ndindex(y.shape):
        change = np.zeros(y.shape)
        change[place] = step
        above, below = (np.sum(d * expected(x, y + sign * change, 1)[name]) for sign in (1, -1))
        differences[place] = (above - below) / (2 * step)
    reference.assert_close(getattr(twopass, f"{name}_backward")(x, y, d=d), differences, 1e-5, 1e-6)


@pytest.mark.parametrize("backward", GRADIENTS)
def test_where_gradients_go(backward):
    random = np.random.default_rng(7)
    x, y = random.normal(0, 3, (2, 30, 40)).astype("f")
    dy = backward(x, y, d=2)
    assert np.array_equal(backward(x, y, d=np.full(30, 2), threads=2), dy)
    for copy in (np.copy, np.asfortranarray, lambda it: it[:, ::-1].copy()[:, ::-1]):
        for place in (0, 1, 2):
            arrays = [copy(it) for it in (x, y, x)]
            assert backward(*arrays[:2], d=2, out=arrays[place]) is arrays[place]
            reference.assert_close(arrays[place], dy, 1e-6, 1e-9)
    # Of the elements and the kind of y.
    assert backward(x, y.astype("float16")).dtype == np.float16
    assert np.array_equal(backward(x, Foreign(y), d=Foreign(np.float32([2]))).array, dy)
    assert backward(np.empty((3, 0), "f"), np.empty((3, 0), "f"), d=[1, 2, 3]).shape == (3, 0)


@pytest.mark.parametrize("backward", GRADIENTS)
def test_mistakes_of_gradients_name_the_argument(backward):
    x = np.zeros((2, 3), np.float32)
    with pytest.raises(ValueError, match="y has another shape"):
        backward(x, x[:, :2])
    with pytest.raises(ValueError, match="d cannot be broadcast"):
        backward(x, x, d=[1, 2, 3])
    with pytest.raises(TypeError, match="d: elements"):
        backward(x, x, d="text")
    with pytest.raises(ValueError, match="out has another shape"):
        backward(x, x, out=x[:, :2])


def test_mistakes_name_the_argument():
    x = np.zeros((2, 3), np.float32)
    with pytest.raises(ValueError, match="y"):
        twopass.kl_divergence(x, x[:, :2])
    with pytest.raises(TypeError, match="y"):
        twopass.kl_divergence(x, "no array")
