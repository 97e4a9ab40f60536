"""cross_entropy of arrays of NumPy.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import ml_dtypes
import numpy as np
import pytest
import reference

import twopass

RANDOM = np.random.default_rng(4)


def expected(logits, labels, axis, *, weight=None, label_smoothing=0.0, z_loss=0.0):
    """Losses and gradient, in float64."""
    x = np.moveaxis(logits.astype(np.float64), axis, -1)
    classes = x.shape[-1]
    weight = np.ones(classes) if weight is None else weight.astype(np.float64)
    counts = labels >= 0
    share = np.eye(classes)[np.where(counts, labels, 0)]
    share = ((1 - label_smoothing) * share + label_smoothing / classes) * weight * counts[..., np.newaxis]
    log_sum = reference.logsumexp(x, -1, keepdims=True)
    z = z_loss * counts[..., np.newaxis]
    losses = -np.sum(share * (x - log_sum), -1) + np.squeeze(z * log_sum**2, -1)
    gradient = np.exp(x - log_sum) * (share.sum(-1, keepdims=True) + 2 * z * log_sum) - share
    return losses, np.moveaxis(gradient, -1, axis)


@pytest.mark.parametrize("shape", [(6,), (4, 6), (4, 6, 5), (2, 3, 4, 5)])
def test_any_axis_and_strides(shape):
    for x in reference.views_of(RANDOM.standard_normal(shape).astype("f")):
        for axis in range(x.ndim):
            of_rows = x.shape[:axis] + x.shape[axis + 1:]
            labels = RANDOM.integers(-1, x.shape[axis], of_rows)
            losses, gradient = expected(x, labels, axis)
            reference.assert_close(twopass.cross_entropy(x, labels, axis), losses, 1e-6, 1e-6)
            both = twopass.cross_entropy(x, labels, axis, gradient=True)
            reference.assert_close(both[0], losses, 1e-6, 1e-6)
            reference.assert_close(both[1], gradient, 1e-5, 1e-6)


@pytest.mark.parametrize("how", [
    {"weight": RANDOM.random(6).astype("f")},
    {"label_smoothing": 0.1},
    {"z_loss": 1e-2},
    {"weight": RANDOM.random(6), "label_smoothing": 0.3, "z_loss": 1e-3},
], ids=str)
def test_options(how):
    x, labels = RANDOM.standard_normal((8, 6)).astype("f"), RANDOM.integers(0, 6, 8)
    losses, gradient = expected(x, labels, -1, **how)
    result = twopass.cross_entropy(x, labels, gradient=True, gradient_scale=0.125, **how)
    reference.assert_close(result[0], losses, 1e-5, 1e-6)
    reference.assert_close(result[1], gradient / 8, 1e-5, 1e-6)


def test_ignore_index():
    x, labels = RANDOM.standard_normal((3, 6)).astype("f"), np.array([5, 2, -100])
    losses, gradient = twopass.cross_entropy(x, labels, ignore_index=2, gradient=True)
    assert losses[1] == losses[2] == 0 and losses[0] > 0
    assert (gradient[1:] == 0).all()
    assert twopass.cross_entropy(x, [7, 0, 0], ignore_index=7)[0] == 0


def test_gradient_in_the_place_of_logits():
    for dtype in ("float32", "float16", ml_dtypes.bfloat16):
        x, labels = RANDOM.standard_normal((3, 6)).astype(dtype), np.array([5, 2, 0], np.uint8)
        losses, gradient = twopass.cross_entropy(x, labels, gradient=True)
        assert losses.dtype == np.float32 and gradient.dtype == x.dtype
        in_place = twopass.cross_entropy(x, labels, gradient=x)
        assert in_place[1] is x
        assert np.array_equal(in_place[0], losses) and np.array_equal(x.astype("f"), gradient.astype("f"))


def test_empty():
    losses, gradient = twopass.cross_entropy(np.empty((0, 5), "f"), np.empty(0, int), gradient=True)
    assert losses.shape == (0,) and gradient.shape == (0, 5)
    assert twopass.cross_entropy(np.empty((2, 0), "f"), [-1, -1]).tolist() == [0, 0]


@pytest.mark.parametrize("labels, how, error, words", [
    ([0, 6], {}, ValueError, "labels: 6 is not below the number of classes, 6"),
    ([0, 1, 2], {}, ValueError, "labels must have the shape"),
    ([0.0, 1.0], {}, TypeError, "labels must be integers"),
    ([0, 1], {"axis": None}, TypeError, "axis must be an integer"),
    ([0, 1], {"axis": 2}, ValueError, "axis 2 is out of bounds"),
    ([0, 1], {"weight": np.ones(5)}, ValueError, "weight must have one axis"),
    ([0, 1], {"label_smoothing": 2}, ValueError, "label_smoothing must be from 0 to 1"),
    ([0, 1], {"label_smoothing": "x"}, TypeError, "label_smoothing must be a number"),
    ([0, 1], {"z_loss": -1}, ValueError, "z_loss must be"),
    ([0, 1], {"gradient_scale": 0}, ValueError, "gradient_scale must be"),
    ([0, 1], {"gradient": np.empty((2, 5), "f")}, ValueError, "gradient has another shape"),
    ([0, 1], {"ignore_index": 1.5}, TypeError, "ignore_index must be an integer"),
])
def test_errors_name_the_argument(labels, how, error, words):
    with pytest.raises(error, match=words):
        twopass.cross_entropy(np.zeros((2, 6), "f"), labels, **how)
