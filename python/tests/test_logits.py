"""What becomes of logits first: scale, softcap, bias, slope, keep, lengths, sink.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import itertools

import ml_dtypes
import numpy as np
import pytest
import reference

import twopass

RANDOM = np.random.default_rng(3)
BATCH, HEADS, QUERIES, KEYS = SHAPE = 2, 3, 5, 7


def expected_logits(x, *, scale=1.0, softcap=0.0, bias=0.0, slope=1.0, keep=True, lengths=None):
    """Of the last axis, in float64."""
    def of_rows(value):
        return np.asarray(value, np.float64)[..., np.newaxis] if np.ndim(value) else value

    z = x.astype(np.float64) * of_rows(scale)
    z = softcap * np.tanh(z / softcap) if softcap else z
    z = z + of_rows(slope) * np.asarray(bias, np.float64)
    z = np.where(keep, z, -np.inf)
    if lengths is not None:
        z = np.where(np.arange(x.shape[-1]) < np.asarray(lengths)[..., np.newaxis], z, -np.inf)
    return z


def expected_softmax(z, sink=None):
    if sink is None:
        return reference.softmax(z)
    sink = np.broadcast_to(np.asarray(sink, np.float64)[..., np.newaxis], (*z.shape[:-1], 1))
    return reference.softmax(np.concatenate([z, sink], -1))[..., :-1]


def broadcast_shapes(shape):
    return list(itertools.product(*((1, length) for length in shape)))


def moved(x, order):
    """The same array in another order of axes in memory."""
    return np.ascontiguousarray(x.transpose(order)).transpose(np.argsort(order))


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (0, 1, 3, 2), (3, 0, 1, 2), (2, 0, 1, 3)])
def test_every_way_to_broadcast(order):
    x = moved(RANDOM.standard_normal(SHAPE).astype("f"), order)
    for of_bias in broadcast_shapes(SHAPE):
        bias = RANDOM.standard_normal(of_bias).astype("f")
        for of_slope in broadcast_shapes(SHAPE[:-1]):
            slope = RANDOM.random(of_slope).astype("f")
            scale = RANDOM.random(of_slope[::-1][:1]).astype("f")
            z = expected_logits(x, scale=scale, softcap=2.0, bias=bias, slope=slope)
            for sink in (None, slope):
                y = twopass.softmax(x, scale=scale, softcap=2.0, bias=bias, slope=slope, sink=sink)
                reference.assert_close(y, expected_softmax(z, sink), 1e-5)


@pytest.mark.parametrize("axis", range(4))
def test_other_axes(axis):
    x = np.moveaxis(RANDOM.standard_normal(SHAPE).astype("f"), -1, axis)
    bias = np.moveaxis(RANDOM.standard_normal((1, HEADS, 1, KEYS)).astype("f"), -1, axis)
    lengths = RANDOM.integers(1, KEYS + 1, SHAPE[:-1])
    z = expected_logits(np.moveaxis(x, axis, -1), bias=np.moveaxis(bias, axis, -1), lengths=lengths)
    for view in (x, np.ascontiguousarray(x)):
        y = twopass.softmax(view, axis, bias=bias, lengths=lengths)
        reference.assert_close(np.moveaxis(y, axis, -1), expected_softmax(z), 1e-5)


@pytest.mark.parametrize("dtype", ["float32", "float16", ml_dtypes.bfloat16, "float64"])
def test_types_of_bias(dtype):
    x, bias = RANDOM.standard_normal((4, 9)).astype("f"), RANDOM.standard_normal(9).astype(dtype)
    reference.assert_close(twopass.softmax(x, bias=bias), reference.softmax(x + bias.astype("d")), 1e-5)


def test_masks():
    x = RANDOM.standard_normal(SHAPE).astype("f")
    keep = RANDOM.random((1, HEADS, QUERIES, KEYS)) > 0.3
    lengths = RANDOM.integers(0, KEYS + 1, (BATCH, 1, QUERIES))
    z = expected_logits(x, keep=keep, lengths=lengths)
    y, log_sums = twopass.softmax(x, keep=keep, lengths=lengths, zero_masked_rows=True, log_sums=True)
    reference.assert_close(y, np.nan_to_num(expected_softmax(z)), 1e-5)
    reference.assert_close(log_sums, reference.logsumexp(z, -1), 1e-6, 1e-6)
    reference.assert_close(twopass.logsumexp(x, -1, keep=keep, lengths=lengths), reference.logsumexp(z, -1), 1e-6, 1e-6)


def test_inputs_beyond_lengths_do_not_count():
    x = RANDOM.standard_normal((3, 8)).astype("f")
    spoilt = x.copy()
    spoilt[:, 5:] = np.nan
    y = twopass.softmax(spoilt, lengths=5)
    reference.assert_close(y[:, :5], reference.softmax(x[:, :5]), reference.SOFTMAX_TOLERANCE)
    assert (y[:, 5:] == 0).all()


def test_log_softmax_sigmoid_softplus_entropy():
    x, bias = RANDOM.standard_normal((4, 9)).astype("f"), RANDOM.standard_normal(9).astype("f")
    z = expected_logits(x, scale=0.5, bias=bias)
    how = {"scale": 0.5, "bias": bias}
    reference.assert_close(twopass.log_softmax(x, **how), reference.log_softmax(z), 1e-5)
    reference.assert_close(twopass.sigmoid(x, **how), 1 / (1 + np.exp(-z)), 1e-5)
    s = np.log1p(np.exp(z))
    reference.assert_close(twopass.softplus_l1(x, **how), s / s.sum(-1, keepdims=True), 1e-5)
    p = reference.softmax(z)
    reference.assert_close(twopass.entropy(x, **how), -(p * np.log(p)).sum(-1), 1e-5)


def test_bias_that_lies_where_the_output_goes():
    x, bias = RANDOM.standard_normal((3, 4)).astype("f"), RANDOM.standard_normal((3, 4)).astype("f")
    expected = twopass.softmax(x, bias=bias)
    assert np.array_equal(twopass.softmax(x, bias=bias, out=bias), expected)


@pytest.mark.parametrize("how, error, words", [
    ({"scale": "x"}, TypeError, "scale: elements must be real"),
    ({"scale": np.ones(5)}, ValueError, "scale cannot be broadcast"),
    ({"bias": np.ones(5)}, ValueError, "bias cannot be broadcast"),
    ({"bias": np.ones(4) * 1j}, TypeError, "bias: elements must be real"),
    ({"keep": np.ones(4)}, TypeError, "keep must be of bool"),
    ({"keep": np.ones(5, bool)}, ValueError, "keep cannot be broadcast"),
    ({"lengths": 5}, ValueError, "lengths: 5 is not from 0"),
    ({"lengths": [1, 2, -1]}, ValueError, "lengths: -1 is not from 0"),
    ({"lengths": 2.0}, TypeError, "lengths must be integers"),
    ({"lengths": [1, 2]}, ValueError, "lengths cannot be broadcast"),
    ({"lengths": 2, "axis": (0, 1)}, ValueError, "lengths are for rows along a single axis"),
    ({"softcap": -1}, ValueError, "softcap must be"),
    ({"softcap": "x"}, TypeError, "softcap must be a number"),
    ({"sink": np.ones(4)}, ValueError, "sink cannot be broadcast"),
    ({"slope": np.ones(4)}, ValueError, "slope cannot be broadcast"),
])
def test_errors_name_the_argument(how, error, words):
    with pytest.raises(error, match=words):
        twopass.softmax(np.zeros((3, 4), "f"), **how)
