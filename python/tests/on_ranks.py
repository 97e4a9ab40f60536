"""twopass.mpi on the ranks that this is run on: test_mpi.py has mpiexec run it. All ranks have the same whole rows.

All ranks take the same way through a test, or the others would wait; so what may differ is asserted after all calls.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import numpy as np
import pytest
import reference
from mpi4py import MPI

import twopass.mpi as ours

COMM = MPI.COMM_WORLD
CALLS = [ours.softmax, ours.log_softmax, ours.logsumexp]


def cuts_of(columns):
    """Where the columns of each rank begin, and where those of the last end, in several ways."""
    yield [columns * i // COMM.size for i in range(COMM.size + 1)]
    yield [0] + [columns] * COMM.size
    yield [0] * COMM.size + [columns]
    yield [0, *sorted(np.random.default_rng(columns).integers(0, columns + 1, COMM.size - 1)), columns]


def part(x, cuts):
    return x[..., cuts[COMM.rank] : cuts[COMM.rank + 1]]


def random_rows(*shape):
    return np.random.default_rng(1).normal(0, 4, shape).astype(np.float32)


def are_same_on_all_ranks(array):
    return len(set(COMM.allgather(array.tobytes()))) == 1


def errors_on_ranks(call):
    """What each rank raises, or None: as pairs of the type and the words."""
    try:
        call()
        mine = None
    except (TypeError, ValueError, FloatingPointError) as error:
        mine = (type(error).__name__, str(error))
    return COMM.allgather(mine)


@pytest.mark.parametrize("shape", [(1,), (7,), (3, 100), (2, 3, 1000), (300, 20), (0, 5), (2, 20011)], ids=str)
def test_same_as_whole_rows(shape):
    x = random_rows(*shape)
    labels = np.arange(x[..., 0].size).reshape(shape[:-1]) % shape[-1]
    if labels.size > 2:
        labels.flat[1], labels.flat[2] = -1, 2
    counts = (labels >= 0) & (labels != 2)
    log_p = reference.log_softmax(x)
    expected_losses = np.where(counts, -np.take_along_axis(log_p, np.abs(labels)[..., np.newaxis], -1)[..., 0], 0)
    is_label = np.arange(shape[-1]) == labels[..., np.newaxis]
    expected_gradient = np.where(counts[..., np.newaxis], np.exp(log_p) - is_label, 0)
    for cuts in cuts_of(shape[-1]):
        mine, first = part(x, cuts), int(cuts[COMM.rank])
        y, log_y, log_sums = (call(mine) for call in CALLS)
        losses, gradient = ours.cross_entropy(mine, labels, first, ignore_index=2, gradient=True)
        losses_alone = ours.cross_entropy(mine, labels, first, ignore_index=2)
        threaded = ours.softmax(mine, threads=2)
        same = are_same_on_all_ranks(log_sums) and are_same_on_all_ranks(losses)
        reference.assert_close(y, part(np.exp(log_p), cuts), reference.SOFTMAX_TOLERANCE, 1.2e-38)
        reference.assert_close(log_y, part(log_p, cuts), 2.0**-23, reference.SOFTMAX_TOLERANCE)
        reference.assert_close(log_sums, reference.logsumexp(x, -1), 1e-6, 1e-6)
        reference.assert_close(losses, expected_losses, 2.0**-23, reference.SOFTMAX_TOLERANCE)
        reference.assert_close(gradient, part(expected_gradient, cuts), reference.SOFTMAX_TOLERANCE, 3e-6)
        assert all(it.dtype == np.float32 for it in (y, log_y, log_sums, losses, gradient))
        assert np.array_equal(losses, losses_alone) and np.array_equal(y, threaded)
        assert same


def test_losses_are_not_negative():
    x = random_rows(200, 10)
    x[:, 3] += 60  # where a logit takes it all, rounding alone would make some losses negative
    cuts = next(cuts_of(10))
    losses = ours.cross_entropy(part(x, cuts), np.full(200, 3), cuts[COMM.rank])
    assert (losses >= 0).all() and (losses < 2e-6).all()


def test_views_and_other_types():
    x = random_rows(6, 40)
    cuts = next(cuts_of(40))
    expected = ours.softmax(part(x, cuts))
    results = [ours.softmax(part(x, cuts).astype(np.float64)), ours.softmax(np.asfortranarray(part(x, cuts))),
               ours.softmax(part(x, cuts).tolist())]
    for result in results:
        assert np.array_equal(result, expected)


def test_another_communicator():
    alone = ours.softmax(random_rows(3, 10), MPI.COMM_SELF)
    reference.assert_close(alone, reference.softmax(random_rows(3, 10)), reference.SOFTMAX_TOLERANCE)


def test_masked_rows():
    x = np.full((2, 5), -np.inf, np.float32)
    labels = [0, 1]
    results = [call(x) for call in CALLS] + [*ours.cross_entropy(x, labels, 5 * COMM.rank, gradient=True)]
    zeros = [ours.softmax(x, zero_masked_rows=True), ours.log_softmax(x, zero_masked_rows=True),
             *ours.cross_entropy(x, labels, 5 * COMM.rank, gradient=True, zero_masked_rows=True)]
    y, log_y, log_sums, losses, gradient = results
    assert all(np.isnan(it).all() for it in (y, log_y, losses, gradient))
    assert (log_sums == -np.inf).all()
    y, log_y, losses, gradient = zeros
    assert (y == 0).all() and (log_y == -np.inf).all() and (losses == 0).all() and (gradient == 0).all()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_nan_on_one_rank_is_raised_on_all(value):
    for culprit in range(COMM.size):
        x = random_rows(200, 4)
        if COMM.rank == culprit:
            x[150, 2] = value
        labels = np.zeros(200, int)
        results = []
        for call in [*CALLS, lambda x: ours.cross_entropy(x, labels, 4 * COMM.rank)]:
            try:
                call(x)
                results.append(None)
            except ours.NaNError as error:
                results.append(error.result)
        labels[150] = -1
        losses = ours.cross_entropy(x, labels, 4 * COMM.rank)
        for result in results:
            rows = np.isnan(result.reshape(200, -1))
            assert rows[150].all() and rows.any(axis=1).sum() == 1
        assert losses[150] == 0 and np.isfinite(losses).all()


MISTAKES = {
    "another type": (TypeError, "real numbers", lambda x: ours.softmax(x.astype(complex))),
    "no axis": (ValueError, "axis of columns", lambda x: ours.logsumexp(np.float32(1))),
    "threads": (ValueError, "threads", lambda x: ours.log_softmax(x, threads=-1)),
    "labels of a shape": (ValueError, "shape", lambda x: ours.cross_entropy(x, [1], 4 * COMM.rank)),
    "labels of a type": (TypeError, "integers", lambda x: ours.cross_entropy(x, [0.5, 1.5], 4 * COMM.rank)),
    "first column": (ValueError, "first_column", lambda x: ours.cross_entropy(x, [0, 1], -1)),
}
RIGHT = {"softmax": ours.softmax, "logsumexp": ours.logsumexp, "log_softmax": ours.log_softmax,
         "cross_entropy": lambda x: ours.cross_entropy(x, [0, 1], 4 * COMM.rank)}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_of_one_rank_is_raised_on_all(name):
    error, words, wrong = MISTAKES[name]
    right = next(RIGHT[it] for it in wrong.__code__.co_names if it in RIGHT)
    x = random_rows(2, 4)
    for culprit in range(COMM.size):
        errors = errors_on_ranks(lambda culprit=culprit: (wrong if COMM.rank == culprit else right)(x))
        right(x)  # after which all goes on
        for rank, (kind, text) in enumerate(errors):
            assert kind == (error.__name__ if rank == culprit else "ValueError")
            assert (words if rank == culprit else f"rank {culprit} has a mistake") in text


DIFFERENT = {
    "rows": (lambda x: ours.softmax(x[:1]), ours.softmax),
    "shapes": (lambda x: ours.softmax(x.reshape(1, 2, 4)), ours.softmax),
    "messages": (lambda x: ours.softmax(np.repeat(x, 200, 0)), ours.softmax),
    "flags": (lambda x: ours.softmax(x, zero_masked_rows=True), ours.softmax),
    "calls": (ours.log_softmax, ours.softmax),
    "labels": (lambda x: ours.cross_entropy(x, [0, 0], 4 * COMM.rank), RIGHT["cross_entropy"]),
    "ignored labels": (lambda x: ours.cross_entropy(x, [0, 1], 4 * COMM.rank, ignore_index=1), RIGHT["cross_entropy"]),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_ranks_that_differ(name):
    one, others = DIFFERENT[name]
    x = random_rows(2, 4)
    for culprit in range(COMM.size):
        errors = errors_on_ranks(lambda culprit=culprit: (one if COMM.rank == culprit else others)(x))
        ours.softmax(x)
        assert all(kind == "ValueError" and "the ranks differ" in text for kind, text in errors)


@pytest.mark.parametrize("labels, first", [([0, 4 * COMM.size], 4 * COMM.rank), ([0, 2**62], 4 * COMM.rank),
                                           ([0, 1], 0)])
def test_labels_of_no_rank_or_two(labels, first):
    errors = errors_on_ranks(lambda: ours.cross_entropy(random_rows(2, 4), labels, first))
    assert all(kind == "ValueError" and "no rank, or of two" in text for kind, text in errors)


def test_all_reduces(monkeypatch):
    class Counting:
        size, rank, count = COMM.size, COMM.rank, 0

        def Allreduce(self, *arguments):  # noqa: N802
            self.count += 1
            COMM.Allreduce(*arguments)

    for rows, expected in [(0, 1), (1, 1), (128, 1), (129, 2), (300, 3)]:
        counts = []
        for call in [*CALLS, lambda x, comm: ours.cross_entropy(x, np.zeros(len(x), int), 4 * COMM.rank, comm)]:
            comm = Counting()
            call(random_rows(rows, 4), comm)
            counts.append(comm.count)
        assert counts == [expected] * 4
