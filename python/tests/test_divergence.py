"""Divergences of two arrays of logits.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import numpy as np
import pytest
import reference
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


def test_mistakes_name_the_argument():
    x = np.zeros((2, 3), np.float32)
    with pytest.raises(ValueError, match="y"):
        twopass.kl_divergence(x, x[:, :2])
    with pytest.raises(TypeError, match="y"):
        twopass.kl_divergence(x, "no array")
