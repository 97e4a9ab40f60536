"""Arrays of other libraries by DLPack, stood in for by one of NumPy's in a class of its own.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import numpy as np
import pytest

import twopass


class Namespace:
    """The library that the arrays below are of."""

    @staticmethod
    def from_dlpack(tensor):
        return Foreign(np.from_dlpack(tensor))


class Foreign:
    def __init__(self, array):
        self.array = array

    def __array_namespace__(self):
        return Namespace

    def __dlpack__(self, **how):
        return self.array.__dlpack__(**how)

    def __dlpack_device__(self):
        return self.array.__dlpack_device__()


class Elsewhere(Foreign):
    def __dlpack__(self, **how):
        raise BufferError("this one is on the moon")


def logits(*shape):
    return np.random.default_rng(5).standard_normal(shape).astype("f")


@pytest.mark.parametrize("dtype", ["float32", "float16", "float64", "int32"])
def test_result_is_of_the_same_library(dtype):
    x = logits(3, 4).astype(dtype)
    y = twopass.softmax(Foreign(x), 0)
    assert isinstance(y, Foreign)
    assert np.array_equal(y.array, twopass.softmax(x, 0))
    assert np.array_equal(twopass.logsumexp(Foreign(x), 1).array, twopass.logsumexp(x, 1))


def test_results_outlive_what_they_were_made_of():
    y = twopass.softmax(Foreign(logits(300, 400)[:, ::2]))
    assert np.array_equal(y.array, twopass.softmax(logits(300, 400)[:, ::2]))


def test_output_is_written_in_place():
    x, out = logits(3, 4), np.empty((4, 3), "f")
    foreign = Foreign(out.T)
    assert twopass.softmax(Foreign(x), out=foreign) is foreign
    assert np.array_equal(out.T, twopass.softmax(x))
    foreign = Foreign(x)
    assert twopass.softmax(foreign, out=foreign) is foreign
    assert np.array_equal(x, out.T)


def test_other_arguments():
    x, labels = logits(3, 4), np.array([0, 3, 1])
    losses, gradient = twopass.cross_entropy(Foreign(x), Foreign(labels), gradient=True)
    assert np.array_equal(losses.array, twopass.cross_entropy(x, labels))
    assert isinstance(gradient, Foreign)
    y = twopass.softmax(x, bias=Foreign(x), scale=Foreign(x[:, 0]))
    assert np.array_equal(y, twopass.softmax(x, bias=x, scale=x[:, 0]))


def test_errors():
    with pytest.raises(TypeError, match="x cannot be read by DLPack") as error:
        twopass.softmax(Elsewhere(logits(3)))
    assert "on the moon" in str(error.value.__cause__)
    with pytest.raises(TypeError, match="x: elements"):
        twopass.softmax(Foreign(np.ones(3, complex)))
    with pytest.raises(TypeError, match="out: elements must be"):
        twopass.softmax(logits(3), out=Foreign(np.empty(3)))
    read_only = np.empty(3, "f")
    read_only.flags.writeable = False
    with pytest.raises(TypeError, match="out"):
        twopass.softmax(logits(3), out=Foreign(read_only))
