"""Threads: those that a call uses, those that call, and forks.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import twopass

RANDOM = np.random.default_rng(8)


@pytest.mark.parametrize("shape, axis", [((1, 1 << 20), 1), ((256, 1024), 1), ((256, 1024), 0), ((8, 300, 100), 1)])
def test_the_same_bits_for_any_number(shape, axis):
    x = RANDOM.standard_normal(shape).astype("f")
    expected = twopass.softmax(x, axis)
    for threads in (0, 1, 2, 3, 8):
        assert np.array_equal(twopass.softmax(x, axis, threads=threads), expected)
        assert np.array_equal(twopass.logsumexp(x, axis, threads=threads), twopass.logsumexp(x, axis))


def test_eight_threads_hammer_one_array():
    x = RANDOM.standard_normal((64, 1000)).astype("f")
    small = x[:2, :16].copy()
    expected, expected_small, expected_log_sum = twopass.softmax(x), twopass.softmax(small), twopass.logsumexp(x)
    start = threading.Barrier(8)

    def hammer(index):
        out = np.empty_like(x)
        start.wait()
        for i in range(200):
            assert np.array_equal(twopass.softmax(x, out=out, threads=1 + (i + index) % 3), expected)
            assert np.array_equal(twopass.softmax(small), expected_small)
            assert twopass.logsumexp(x, threads=2) == expected_log_sum
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(hammer, range(8)))


def test_others_run_meanwhile():
    """A call lets the interpreter go: another thread counts while it computes."""
    x = np.zeros((64, 1 << 18), np.float32)
    out = np.empty_like(x)
    count, is_done = 0, threading.Event()

    def keep_counting():
        nonlocal count
        while not is_done.is_set():
            count += 1
            time.sleep(0)

    other = threading.Thread(target=keep_counting)
    other.start()
    try:
        counts = []
        for _ in range(5):
            before = count
            twopass.softmax(x, out=out)
            counts.append(count - before)
    finally:
        is_done.set()
        other.join()
    assert max(counts) > 10  # one or two where the interpreter is held


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")
def test_after_a_fork():
    x = RANDOM.standard_normal((1, 1 << 20)).astype("f")
    expected = twopass.softmax(x, threads=2)  # the pool has threads now, which a child does not inherit
    busy = threading.Event()

    def keep_busy():
        while not busy.is_set():
            twopass.softmax(x, threads=2)

    other = threading.Thread(target=keep_busy)
    other.start()
    try:
        for _ in range(5):
            child = os.fork()
            if child == 0:
                is_right = all(np.array_equal(twopass.softmax(x, threads=2), expected) for _ in range(3))
                has_threads = not os.path.exists("/proc/self/task") or len(os.listdir("/proc/self/task")) > 1
                os._exit(0 if is_right and has_threads else 1)
            deadline = time.monotonic() + 60
            while (ended := os.waitpid(child, os.WNOHANG))[0] == 0 and time.monotonic() < deadline:
                time.sleep(0.01)
            assert ended == (child, 0)
    finally:
        busy.set()
        other.join()
