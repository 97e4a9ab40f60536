"""What users of scipy.special expect of softmax, log_softmax and logsumexp, and where this package differs.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import numpy as np
import pytest
import reference

import twopass

special = pytest.importorskip("scipy.special")

RANDOM = np.random.default_rng(2)
ARRAYS = [
    np.float32(3.5),
    np.array(2.0, np.float32),
    RANDOM.standard_normal(9).astype("f"),
    RANDOM.standard_normal((1, 1)).astype("f"),
    RANDOM.standard_normal((3, 4)).astype("f"),
    RANDOM.standard_normal((2, 3, 4)).astype("f"),
    np.array([1000.0, 1000.0], "f"),
    np.array([1e38, -1e38, 0], "f"),
    np.array([-1000.0, 0.0, 1000.0], "f"),
    np.array([-np.inf, 0.0, 1.0], "f"),
    np.array([[-np.inf, 2.0], [-np.inf, -np.inf]], "f"),
    np.array([np.nan, 1.0], "f"),
    np.array([[1.0, np.nan], [2.0, 3.0]], "f"),
]


@pytest.mark.parametrize("x", ARRAYS, ids=repr)
def test_same_values_and_shapes(x):
    for axis in reference.axes_of(np.ndim(x)):
        if axis == ():
            continue  # a row of its own for each element, which SciPy does not have
        wide = np.asarray(x, np.float64)
        with np.errstate(all="ignore"):
            expected = [f(wide, axis) for f in (special.softmax, special.log_softmax, special.logsumexp)]
            expected.append(special.logsumexp(wide, axis, keepdims=True))
        if np.ndim(x) == 0:
            expected[3] = expected[3].reshape(())  # SciPy adds an axis, which NumPy's reductions do not
        reference.assert_close(twopass.softmax(x, axis), expected[0], reference.SOFTMAX_TOLERANCE, 1.2e-38)
        reference.assert_close(twopass.log_softmax(x, axis), expected[1], 1e-6, 1e-6)
        reference.assert_close(twopass.logsumexp(x, axis), expected[2], 1e-6, 1e-6)
        reference.assert_close(twopass.logsumexp(x, axis, keepdims=True), expected[3], 1e-6, 1e-6)


def test_scalars():
    for x in (1000, 1000.0, np.float32(1000), np.array(1000)):
        for axis in (None, -1, 0, ()):
            assert twopass.softmax(x, axis) == 1
            assert twopass.log_softmax(x, axis) == 0
            assert twopass.logsumexp(x, axis) == 1000
    assert isinstance(twopass.softmax(1000), np.float32)
    assert isinstance(twopass.logsumexp([1.0, 2.0]), np.float32)


def test_lists():
    assert np.array_equal(twopass.softmax([[1, 2], [3, 4]]), twopass.softmax(np.array([[1, 2], [3, 4]], "f")))


def test_defaults_of_axis():
    x = ARRAYS[4]
    assert twopass.logsumexp(x) == twopass.logsumexp(x, None) == twopass.logsumexp(x, (0, 1))  # as SciPy
    assert np.array_equal(twopass.softmax(x), twopass.softmax(x, -1))  # SciPy's is None


def test_integers_become_float32_where_scipy_has_float64():
    x = np.arange(6).reshape(2, 3)
    assert special.softmax(x, 1).dtype == np.float64
    assert twopass.softmax(x, 1).dtype == np.float32
    reference.assert_close(twopass.softmax(x, 1), special.softmax(x, 1), reference.SOFTMAX_TOLERANCE)


def test_float64_becomes_float32():
    x = np.array([0.0, 1e-9])
    assert twopass.softmax(x).dtype == np.float32
    with pytest.raises(TypeError, match="dtype"):
        twopass.softmax(x, dtype=np.float64)


@pytest.mark.filterwarnings("ignore:overflow encountered in cast")
def test_float64_beyond_float32_is_infinite():
    assert np.isnan(twopass.softmax(np.array([0.0, 1e300]))).all()


def test_positive_infinity_gives_nan():
    x = np.array([np.inf, 1.0], "f")
    assert np.isnan(twopass.softmax(x)).all()  # as SciPy
    assert special.logsumexp(x) == np.inf
    assert np.isnan(twopass.logsumexp(x))  # where SciPy has inf


def test_zero_masked_rows():
    x = np.full((2, 3), -np.inf, "f")
    assert np.isnan(twopass.softmax(x)).all()  # as SciPy
    assert (twopass.softmax(x, zero_masked_rows=True) == 0).all()
    assert (twopass.log_softmax(x, zero_masked_rows=True) == -np.inf).all()
    assert (twopass.logsumexp(x, 1) == -np.inf).all()
    assert (twopass.entropy(x, 1, zero_masked_rows=True) == 0).all()


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), (2, 0, 3), (0, 0)])
def test_empty(shape):
    x = np.empty(shape, "f")
    for axis in reference.axes_of(x.ndim):
        assert twopass.softmax(x, axis).shape == shape
        assert twopass.log_softmax(x, axis).shape == shape
        expected = np.sum(x, axis)
        assert twopass.logsumexp(x, axis).shape == expected.shape
        assert (twopass.logsumexp(x, axis) == -np.inf).all()
        assert (twopass.entropy(x, axis) == 0).all()


def test_largest_values():
    largest = np.finfo("f").max
    assert np.array_equal(twopass.softmax(np.full(4, largest)), np.full(4, 0.25))
    assert np.array_equal(twopass.softmax(np.full(4, -largest)), np.full(4, 0.25))
    assert np.array_equal(twopass.softmax(np.array([largest, -largest])), [1, 0])
