"""statistics and sample: rows over a vocabulary.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import os
import subprocess
import sys

import ml_dtypes
import numpy as np
import pytest
import reference
from test_dlpack import Foreign

import twopass

RANDOM = np.random.default_rng(9)


def random_logits(*shape):
    return (3 * RANDOM.standard_normal(shape)).astype("f")


def sorted_tokens(x):
    """In descending order of the last axis, equal ones by their index."""
    return np.argsort(-x.astype("d"), axis=-1, kind="stable")


def entropy(x):
    log_p = reference.log_softmax(x)
    return -np.sum(np.exp(log_p) * np.where(np.isneginf(log_p), 0, log_p), -1)


def assert_all_equal(actual, expected):
    for one, other in zip(actual, expected, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("shape", [(50,), (4, 50), (3, 4, 50), (2, 3, 4, 5)])
def test_statistics_of_any_strides(shape):
    for x in reference.views_of(random_logits(*shape)):
        tokens = RANDOM.integers(0, x.shape[-1], (*x.shape[:-1], 3))
        it = twopass.statistics(x, tokens=tokens, top=4)
        order = sorted_tokens(x)
        if x.size:
            np.testing.assert_array_equal(it.argmax, order[..., 0])
        log_p = reference.log_softmax(x)
        reference.assert_close(it.logsumexp, reference.logsumexp(x, -1), 3e-7, 3e-7)
        reference.assert_close(it.entropy, entropy(x), 1e-5, 1e-7)
        reference.assert_close(it.logprobs, np.take_along_axis(log_p, tokens, -1), 3e-7, 3e-7)
        np.testing.assert_array_equal(it.ranks, np.take_along_axis(np.argsort(order, -1), tokens, -1))
        count = min(4, x.shape[-1])
        np.testing.assert_array_equal(it.top_tokens[..., :count], order[..., :count])
        assert (it.top_tokens[..., count:] == -1).all()
        top_log_p = np.take_along_axis(log_p, order[..., :count], -1)
        reference.assert_close(it.top_logprobs[..., :count], top_log_p, 3e-7, 3e-7)


def test_tokens_are_one_for_each_row_or_several():
    x = random_logits(2, 3, 10)
    several = twopass.statistics(x, tokens=np.full((2, 3, 1), 7))
    assert several.logprobs.shape == several.ranks.shape == (2, 3, 1)
    for tokens in (7, [7, 7, 7], np.full((2, 1), 7, np.uint8)):
        one = twopass.statistics(x, tokens=tokens)
        assert one.logprobs.shape == (2, 3)
        assert_all_equal(one[3:5], [it[..., 0] for it in several[3:5]])
    assert twopass.statistics(x, tokens=np.zeros((1, 1, 5), int)).ranks.shape == (2, 3, 5)
    none = twopass.statistics(x[0, 0], tokens=-1)
    assert np.isnan(none.logprobs) and none.ranks == -1


def test_what_is_not_asked_for_is_none():
    it = twopass.statistics(random_logits(4, 9))
    assert it[3:] == (None, None, None, None)
    assert it.argmax.dtype == np.int64 and it.entropy.dtype == np.float32
    assert np.isscalar(twopass.statistics(random_logits(9)).argmax)


def test_logits_first():
    x, bias, keep = random_logits(3, 20), random_logits(20), RANDOM.random((3, 20)) > 0.5
    keep[:, 0] = True
    how = {"scale": [1, 2, 0.5], "bias": bias, "keep": keep, "lengths": [5, 20, 11]}
    z = np.where(keep & (np.arange(20) < np.array([[5], [20], [11]])), x * np.array([[1], [2], [0.5]]) + bias, -np.inf)
    it = twopass.statistics(x, tokens=0, **how)
    reference.assert_close(it.logsumexp, reference.logsumexp(z, -1), 1e-6, 1e-6)
    reference.assert_close(it.entropy, entropy(z), 1e-5, 1e-7)
    assert_all_equal([twopass.sample(x, temperature=0, **how).tokens, it.argmax], [z.argmax(-1)] * 2)
    assert (twopass.sample(x, **how).kept == np.isfinite(z).sum(-1)).all()


def test_rows_without_tokens():
    x = np.array([[1, np.nan], [np.inf, 1], [-np.inf, -np.inf]], "f")
    it = twopass.statistics(x, tokens=0, top=1)
    assert np.isnan(it.logsumexp[:2]).all() and it.logsumexp[2] == -np.inf and np.isnan(it.entropy).all()
    for tokens in (it.argmax, it.ranks, it.top_tokens[:, 0], twopass.sample(x).tokens):
        assert (tokens == -1).all()
    assert (twopass.statistics(x, zero_masked_rows=True).entropy[2:] == 0).all()
    assert (twopass.sample(x).kept == 0).all() and np.isnan(twopass.sample(x).logprobs).all()


def test_empty():
    it = twopass.statistics(np.empty((2, 0), "f"), tokens=-1, top=2)
    assert it.logsumexp.tolist() == [-np.inf] * 2 and (it.top_tokens == -1).all() and (it.ranks == -1).all()
    assert twopass.sample(np.empty((2, 0), "f")).tokens.tolist() == [-1, -1]
    it = twopass.statistics(np.empty((0, 5), "f"), tokens=np.empty((0, 3), int), top=2)
    assert it.ranks.shape == (0, 3) and it.top_tokens.shape == (0, 2)
    assert twopass.sample(np.empty((0, 5), "f"), seed=np.empty(0, int)).tokens.shape == (0,)


@pytest.mark.parametrize("dtype", ["float32", "float16", ml_dtypes.bfloat16, "float64", "int32"])
def test_types(dtype):
    x = random_logits(3, 40).astype(dtype)
    of_floats = x.astype("f")
    assert_all_equal(twopass.statistics(x, tokens=3, top=5), twopass.statistics(of_floats, tokens=3, top=5))
    assert_all_equal(twopass.sample(x, seed=[1, 2, 3]), twopass.sample(of_floats, seed=[1, 2, 3]))


def test_other_libraries():
    x, tokens = random_logits(3, 40), np.array([4, 5, 6])
    foreign = twopass.statistics(Foreign(x), tokens=Foreign(tokens), top=2)
    assert all(isinstance(it, Foreign) for it in foreign)
    assert_all_equal([it.array for it in foreign], twopass.statistics(x, tokens=tokens, top=2))
    foreign = twopass.sample(Foreign(x), temperature=Foreign(x[:, 0] ** 2), seed=Foreign(tokens))
    assert_all_equal([it.array for it in foreign], twopass.sample(x, temperature=x[:, 0] ** 2, seed=tokens))


def expected_probabilities(x, *, temperature=1.0, top_k=0, top_p=1.0, min_p=0.0, joint=False):
    """Of one row, in float64."""
    x = x.astype("d")
    order = sorted_tokens(x)
    left = order[:top_k or None]
    if top_p < 1:
        p = reference.softmax(x)[left] if joint else reference.softmax(x[left])
        left = left[:np.searchsorted(np.cumsum(p), top_p) + 1]
    left = left[x[left] >= x[order[0]] + np.log(min_p)] if min_p > 0 else left
    p = np.zeros(len(x))
    p[left] = reference.softmax(x[left] / temperature)
    return p


@pytest.mark.parametrize("how", [
    {},
    {"temperature": 0.7},
    {"top_k": 5},
    {"top_p": 0.8},
    {"min_p": 0.1},
    {"top_k": 12, "top_p": 0.9, "min_p": 0.02, "temperature": 1.5},
    {"top_k": 12, "top_p": 0.7, "joint": True},
], ids=str)
def test_draws_follow_the_probabilities(how):
    x, draws = random_logits(30), 20000
    p = expected_probabilities(x, **how)
    it = twopass.sample(np.broadcast_to(x, (draws, 30)), counter=np.arange(draws), **how)
    assert (it.kept == np.count_nonzero(p)).all()
    with np.errstate(divide="ignore"):
        reference.assert_close(it.logprobs, np.log(p)[it.tokens], 1e-5, 1e-5)
    # Six standard deviations, and one draw for tokens that are hardly ever drawn.
    error = np.abs(np.bincount(it.tokens, minlength=30) - draws * p)
    assert (error <= 6 * np.sqrt(draws * p * (1 - p)) + 1).all()


def test_joint():
    x = np.zeros(10, "f")
    assert twopass.sample(x, top_k=5, top_p=0.35).kept == 2  # of a fifth each
    assert twopass.sample(x, top_k=5, top_p=0.35, joint=True).kept == 4  # of a tenth


def test_each_row_by_its_own_sampler():
    x = random_logits(2, 3, 100)
    temperature, seed = RANDOM.random((2, 3)), RANDOM.integers(0, 1 << 62, (2, 3))
    top_k, top_p, counter = np.array([0, 3, 50]), np.array([[0.9], [1.0]]), np.arange(6).reshape(2, 3)
    for view in (x, np.ascontiguousarray(x.transpose(1, 0, 2)).transpose(1, 0, 2), np.asfortranarray(x)):
        it = twopass.sample(view, temperature=temperature, top_k=top_k, top_p=top_p, seed=seed, counter=counter)
        for row in np.ndindex(2, 3):
            alone = twopass.sample(x[row], temperature=temperature[row], top_k=top_k[row[1]], top_p=top_p[row[0], 0],
                                   seed=seed[row], counter=counter[row])
            assert_all_equal([field[row] for field in it], alone)


def test_the_same_for_any_threads_and_in_any_batch():
    x, seed = random_logits(16, 5000), np.arange(16)
    sample, statistics = twopass.sample(x, seed=seed, top_p=0.9), twopass.statistics(x, top=3)
    for threads in (0, 2, 3):
        assert_all_equal(twopass.sample(x, seed=seed, top_p=0.9, threads=threads), sample)
        assert_all_equal(twopass.statistics(x, top=3, threads=threads)[:3], statistics[:3])
    assert twopass.sample(x[5], seed=5, top_p=0.9).tokens == sample.tokens[5]
    assert twopass.sample(x[5], seed=5 + (1 << 63), top_p=0.9).kept == sample.kept[5]


def random_number(seed, counter):
    """From 0 to 1: Philox 4x32-10, of Salmon et al., 2011."""
    low = (1 << 32) - 1
    words, key = [counter & low, counter >> 32, 0, 0], [seed & low, seed >> 32]
    for _ in range(10):
        products = 0xD2511F53 * words[0], 0xCD9E8D57 * words[2]
        words = [products[1] >> 32 ^ words[1] ^ key[0], products[1] & low,
                 products[0] >> 32 ^ words[3] ^ key[1], products[0] & low]
        key = [key[0] + 0x9E3779B9 & low, key[1] + 0xBB67AE85 & low]
    return (words[1] << 32 | words[0]) / 2**64


def test_the_token_is_that_of_the_seed_and_the_counter():
    seeds, counters = [0, 1, 2**40 + 7, 2**64 - 1], [[0], [5], [2**63 + 2**31]]
    x = np.zeros((3, 4, 1000), "f")
    tokens = twopass.sample(x, seed=np.array(seeds, np.uint64), counter=np.array(counters, np.uint64)).tokens
    assert tokens.tolist() == [[int(1000 * random_number(seed, row[0])) for seed in seeds] for row in counters]


def test_reproducible_softmax_of_every_isa():
    program = """if True:
        import numpy, twopass
        x = numpy.random.default_rng(1).standard_normal((5, 1000)).astype("f")
        print(twopass.softmax(x).tobytes().hex(), twopass.softmax(x, reproducible=True).tobytes().hex())"""
    isas = twopass.info()["available_isas"]
    outputs = [
        subprocess.run([sys.executable, "-c", program], env={**os.environ, "TWOPASS_ISA": isa}, check=True,
                       capture_output=True, text=True).stdout.split() for isa in (isas[0], isas[-1])
    ]
    assert outputs[0][1] == outputs[1][1]
    assert outputs[0][0] != outputs[0][1]
    y = np.frombuffer(bytes.fromhex(outputs[0][1]), "f").reshape(5, 1000)
    x = np.random.default_rng(1).standard_normal((5, 1000)).astype("f")
    reference.assert_close(y, reference.softmax(x), reference.SOFTMAX_TOLERANCE)


@pytest.mark.parametrize("how, error, words", [
    ({"tokens": [0, 1, 9]}, ValueError, "tokens: 9 is not below the length of the last axis, 9"),
    ({"tokens": [0, 1]}, ValueError, "tokens cannot be broadcast"),
    ({"tokens": np.zeros((2, 3), int)}, ValueError, "tokens cannot be broadcast"),
    ({"tokens": 1.5}, TypeError, "tokens must be integers"),
    ({"top": 65}, ValueError, "top must be from 0 to 64"),
    ({"top": -1}, ValueError, "top must be from 0 to 64"),
    ({"top": 1.5}, TypeError, "top must be an integer"),
    ({"keep": np.ones(9)}, TypeError, "keep must be of bool"),
    ({"threads": -1}, ValueError, "threads must not be negative"),
])
def test_errors_of_statistics_name_the_argument(how, error, words):
    with pytest.raises(error, match=words):
        twopass.statistics(np.zeros((3, 9), "f"), **how)


@pytest.mark.parametrize("how, error, words", [
    ({"temperature": -1}, ValueError, "temperature must be finite and not negative"),
    ({"temperature": np.inf}, ValueError, "temperature must be finite"),
    ({"temperature": "x"}, TypeError, "temperature: elements must be real"),
    ({"temperature": [1, 2]}, ValueError, "temperature cannot be broadcast"),
    ({"top_p": [0.5, np.nan, 0.5]}, ValueError, "top_p must not be negative"),
    ({"min_p": 1.5}, ValueError, "min_p must be from 0 to 1"),
    ({"top_k": -1}, ValueError, "top_k must not be negative"),
    ({"top_k": 1.0}, TypeError, "top_k must be integers"),
    ({"seed": np.zeros((3, 1), int)}, ValueError, "seed cannot be broadcast"),
    ({"seed": -1}, ValueError, "seed must not be negative"),
    ({"seed": None}, TypeError, "seed must be integers"),
    ({"counter": "x"}, TypeError, "counter must be integers"),
])
def test_errors_of_sample_name_the_argument(how, error, words):
    with pytest.raises(error, match=words):
        twopass.sample(np.zeros((3, 9), "f"), **how)


def test_other_errors():
    for call in (twopass.sample, twopass.statistics):
        with pytest.raises(ValueError, match="x must have an axis of tokens"):
            call(1.0)
        with pytest.raises(TypeError, match="x: elements must be real"):
            call(np.zeros(3, complex))
