"""Attention that was computed in parts, merged.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import ml_dtypes
import numpy as np
import pytest
import reference
from test_dlpack import Foreign

import twopass

RANDOM = np.random.default_rng(12)


def random_parts(count, *shape, dtype="float32"):
    """Outputs along the last axis, and the log-sums of their rows."""
    outputs = RANDOM.standard_normal((count, *shape)).astype(dtype)
    return outputs, (4 * RANDOM.standard_normal((count, *shape[:-1]))).astype("f")


def expected(outputs, log_sums, axis=-1):
    """In float64, and the sum of magnitudes of what is added."""
    outputs = np.stack([np.asarray(it).astype("d") for it in outputs])
    merged = reference.logsumexp(np.stack(log_sums), 0)
    weights = np.stack([np.expand_dims(np.exp(it.astype("d") - merged), axis) for it in log_sums])
    return np.sum(weights * outputs, 0), merged, np.sum(weights * np.abs(outputs), 0)


def check(outputs, log_sums, axis=-1, **how):
    output, merged = twopass.merge_attention(outputs, log_sums, axis, **how)
    value, log_sum, magnitude = expected(outputs, log_sums, axis)
    assert output.shape == value.shape and merged.dtype == np.float32
    reference.assert_close(merged, log_sum, 2.0**-23, 2.0**-23)
    rounding = (len(outputs) + 2) * 2.0**-24 + 2 * reference.ROUNDING[str(output.dtype)]
    assert (np.abs(np.asarray(output).astype("d") - value) <= rounding * magnitude + 2.0**-24).all()
    return output, merged


@pytest.mark.parametrize("count", [1, 2, 3, 20])
@pytest.mark.parametrize("dtype", ["float32", "float16", ml_dtypes.bfloat16])
def test_against_numpy(count, dtype):
    outputs, log_sums = random_parts(count, 3, 5, 64, dtype=dtype)
    output, _ = check(outputs, log_sums)
    assert output.dtype == outputs.dtype
    for sequence in (list, tuple):
        of_sequence, _ = check(sequence(outputs.copy()), sequence(log_sums))
        assert (of_sequence == output).all()


def test_is_the_attention_over_all_keys():
    scores, values = 3 * RANDOM.standard_normal((4, 90)).astype("f"), RANDOM.standard_normal((90, 16)).astype("f")
    outputs, log_sums = [], []
    for keys in (slice(0, 20), slice(20, 25), slice(25, 90)):
        weights, log_sum = twopass.softmax(scores[:, keys], log_sums=True)
        outputs.append(weights @ values[keys])
        log_sums.append(log_sum)
    output, log_sum = twopass.merge_attention(outputs, log_sums)
    reference.assert_close(output, reference.softmax(scores) @ values, 1e-5, 1e-5)
    reference.assert_close(log_sum, reference.logsumexp(scores, 1), 1e-6)


@pytest.mark.parametrize("axis", [0, 1, 2, -1, (0, 2), (1, 2)])
def test_any_axis(axis):
    outputs = RANDOM.standard_normal((3, 4, 5, 6)).astype("f")
    axes = {it % 3 for it in (axis if isinstance(axis, tuple) else (axis,))}
    log_sums = RANDOM.standard_normal((3, *(n for it, n in enumerate((4, 5, 6)) if it not in axes))).astype("f")
    output, _ = check(outputs, log_sums, axis)
    transposed, _ = check(outputs.transpose(0, 3, 1, 2).copy().transpose(0, 2, 3, 1), log_sums, axis)
    assert (transposed == output).all()


def test_any_strides():
    outputs, log_sums = random_parts(3, 4, 5, 6)
    expected_results = twopass.merge_attention(outputs, log_sums)
    for views in zip(*(reference.views_of(it) for it in outputs), strict=True):
        check(views, RANDOM.standard_normal((3, *views[0].shape[:-1])).astype("f"))
    interleaved = outputs.transpose(1, 2, 0, 3).copy().transpose(2, 0, 1, 3)
    for view in (interleaved, [outputs[0], np.asfortranarray(outputs[1]), outputs[2, ::-1].copy()[::-1]]):
        for one, other in zip(check(view, log_sums), expected_results, strict=True):
            np.testing.assert_array_equal(one, other)
    # As far apart by bytes, but not by elements.
    check([outputs[0], np.repeat(outputs[1].astype("float16"), 2, -1)[..., ::2]], log_sums[:2])


def test_many_calls_of_the_library():
    # Rows of two axes that do not make one, in parts of all types and far apart.
    outputs, log_sums = random_parts(3, 4, 5, 6)
    views = [np.zeros((4, 9, 6), dtype)[:, 2:7] for dtype in ("float32", "float16", ml_dtypes.bfloat16)]
    for view, output in zip(views, outputs, strict=True):
        view[:] = output
    check(views, log_sums)
    check(views[::-1], log_sums, out=np.zeros((4, 9, 6), "f")[:, 1:6])


@pytest.mark.parametrize("part", [0, 1, 2])
def test_in_place_of_a_part(part):
    outputs, log_sums = random_parts(3, 8, 64)
    value, log_sum = check(outputs, log_sums)
    parts = list(outputs.copy())
    output, merged = twopass.merge_attention(parts, log_sums, out=parts[part])
    assert output is parts[part]
    np.testing.assert_array_equal(output, value)
    np.testing.assert_array_equal(merged, log_sum)


@pytest.mark.parametrize("part", [0, 1])
def test_out_overlaps_a_part(part):
    outputs, log_sums = random_parts(2, 8, 64)
    value, _ = check(outputs, log_sums)
    memory = np.empty((9, 64), "f")
    parts = list(outputs)
    parts[part] = memory[:-1]
    memory[:-1] = outputs[part]
    output, _ = twopass.merge_attention(parts, log_sums, out=memory[1:])
    np.testing.assert_array_equal(output, value)


def test_parts_without_keys():
    outputs, log_sums = random_parts(2, 4, 10)
    outputs[1, :2], log_sums[1, :2] = np.nan, -np.inf
    log_sums[0, 1] = -np.inf
    log_sums[0, 2] = np.nan
    output, merged = twopass.merge_attention(outputs, log_sums)
    np.testing.assert_array_equal(output[0], outputs[0, 0])
    assert merged[0] == log_sums[0, 0]
    assert not output[1].any() and merged[1] == -np.inf
    assert np.isnan(output[2]).all() and np.isnan(merged[2])
    check(outputs[:, 3], log_sums[:, 3])


def test_nothing():
    output, merged = twopass.merge_attention(np.empty((2, 3, 0), "f"), [[0.0, 1, 2], [0, 0, -np.inf]])
    assert output.shape == (3, 0)
    reference.assert_close(merged, [np.log(2), np.log(1 + np.e), 2], 1e-6)
    output, merged = twopass.merge_attention(np.empty((2, 0, 5), "f"), np.empty((2, 0)))
    assert output.shape == (0, 5) and merged.shape == (0,)


def test_log_sums_are_broadcast_and_lists_are_arrays():
    outputs, _ = random_parts(2, 3, 4, 5)
    of_numbers = twopass.merge_attention(outputs, [1, np.array([0.0, 1, 2, 3])])
    of_arrays = twopass.merge_attention(outputs, np.broadcast_to([[[1, 1, 1, 1]], [[0, 1, 2, 3]]], (2, 3, 4)))
    for one, other in zip(of_numbers, of_arrays, strict=True):
        np.testing.assert_array_equal(one, other)
    output, log_sum = twopass.merge_attention([[1, 2], [3, 4]], [0, 0])
    assert output.tolist() == [2, 3] and log_sum == np.float32(np.log(2))


def test_other_libraries():
    outputs, log_sums = random_parts(2, 3, 4)
    results = twopass.merge_attention([Foreign(it) for it in outputs], [Foreign(it) for it in log_sums])
    for one, other in zip(results, twopass.merge_attention(outputs, log_sums), strict=True):
        assert isinstance(one, Foreign)
        np.testing.assert_array_equal(one.array, other)


def test_the_same_for_any_threads():
    outputs, log_sums = random_parts(3, 300, 64)
    alone = twopass.merge_attention(outputs, log_sums)
    for threads in (0, 2, 3):
        for one, other in zip(twopass.merge_attention(outputs, log_sums, threads=threads), alone, strict=True):
            np.testing.assert_array_equal(one, other)


def test_mistakes_name_the_argument():
    outputs, log_sums = random_parts(2, 3, 4)
    for error, match, arguments in (
        (TypeError, "outputs must be a sequence", (3, log_sums)),
        (TypeError, "log_sums must be a sequence", (outputs, 3)),
        (TypeError, "outputs: elements", (outputs.astype(complex), log_sums)),
        (TypeError, "log_sums: elements", (outputs, ["a", "b"])),
        (ValueError, "outputs must have one part", ([], [])),
        (ValueError, "log_sums must have a part for each of the 2", (outputs, log_sums[:1])),
        (ValueError, "outputs has another shape", ([outputs[0], outputs[1, :2]], log_sums)),
        (ValueError, "log_sums cannot be broadcast", (outputs, log_sums[:, :2])),
        (ValueError, "axis 2", (outputs, log_sums, 2)),
    ):
        with pytest.raises(error, match=match):
            twopass.merge_attention(*arguments)
    with pytest.raises(ValueError, match="out has another shape"):
        twopass.merge_attention(outputs, log_sums, out=np.empty((3, 5), "f"))
