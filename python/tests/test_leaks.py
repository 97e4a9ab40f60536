"""No call leaks memory or references, nor does one that ends in an error.

TWOPASS_TEST_CALLS in the environment says how many calls of each kind are made: 10000, or more for a longer look.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import gc
import os
import sys

import ml_dtypes
import numpy as np
import pytest
from test_dlpack import Foreign

import twopass

CALLS = int(os.environ.get("TWOPASS_TEST_CALLS", "10000"))

X = np.zeros((4, 200), np.float32)
LABELS = np.zeros(4, np.int64)
BIAS = np.zeros((200, 4), np.float32).T


def resident_bytes():
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def fails(call, *arguments, **how):
    try:
        call(*arguments, **how)
    except (TypeError, ValueError):
        return
    raise AssertionError("no error")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("call", [
    lambda: twopass.softmax(X),
    lambda: twopass.softmax(X, 0, out=X),
    lambda: twopass.softmax(X[::-1, ::-2]),
    lambda: twopass.softmax(X.astype(ml_dtypes.bfloat16)),
    lambda: twopass.softmax(X.astype("float64")),
    lambda: twopass.softmax(Foreign(X)),
    lambda: twopass.softmax(X, bias=BIAS, keep=BIAS == 0, scale=2.0, lengths=LABELS, log_sums=True),
    lambda: twopass.logsumexp(X, keepdims=True),
    lambda: twopass.cross_entropy(X, LABELS, weight=X[0], gradient=True),
    lambda: twopass.statistics(X, tokens=LABELS, top=3, scale=2.0),
    lambda: twopass.sample(Foreign(X), seed=LABELS, top_p=0.5, bias=BIAS),
    lambda: twopass.kl_divergence_backward(X, X, d=BIAS[:, 0]),
    lambda: twopass.merge_attention([X, Foreign(X), X.T.copy().T], BIAS.T[:3]),
    lambda: fails(twopass.softmax, X, 7),
    lambda: fails(twopass.softmax, X, out=3),
    lambda: fails(twopass.softmax, "text"),
    lambda: fails(twopass.cross_entropy, X, LABELS + 200, gradient=True),
    lambda: fails(twopass.statistics, X, tokens=LABELS + 200),
    lambda: fails(twopass.sample, X, top_p=-1),
    lambda: fails(twopass.merge_attention, [X, X[0]], BIAS.T[:2]),
    lambda: twopass.info(),
], ids=range(21))
def test_memory(call):
    for _ in range(1000):
        call()
    gc.collect()
    before, references = resident_bytes(), [sys.getrefcount(it) for it in (X, LABELS, BIAS, None)]
    for _ in range(CALLS):
        call()
    gc.collect()
    after = [sys.getrefcount(it) for it in (X, LABELS, BIAS, None)]
    # An array takes 100 bytes without its elements, so that any leak shows. The rest is pages that were not there yet.
    assert resident_bytes() - before < 50 * CALLS + (1 << 18)
    assert max(abs(new - old) for new, old in zip(after, references)) < 100
