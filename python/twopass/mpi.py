"""Softmax of rows whose columns are spread over the ranks of an MPI communicator, by mpi4py: vocabulary parallel.

Each rank hands in the columns that it has, as many as they are, and gets its part of the result. A call makes one
all-reduce for each 128 rows: what a rank knows of a row is a sum of exponentials of 16 bytes, and needs no agreement on
a maximum first. All calls are collective: every rank of the communicator makes the same ones in the same order.

Errors are raised by all ranks alike, and none waits for another: a rank with a mistake in its arguments raises what is
wrong, the others a ValueError that names the rank. Logarithms and losses have the same bits on all ranks.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

from __future__ import annotations

import functools
import hashlib
import math
from typing import Any

import numpy as np
from mpi4py import MPI
from numpy.typing import ArrayLike, NDArray

from twopass import _core

__all__ = ["NaNError", "cross_entropy", "log_softmax", "logsumexp", "softmax"]

_ROWS_AT_ONCE = 128

# What a rank sends, always whole: a hash of what must be the same on all ranks, how many labels of all rows it has, the
# largest fault of a rank, and for the next rows their sums and the logits of their labels. A fault is the number of a
# rank, counted from 1, or that ranks differ; a rank with a fault has a hash of 0.
_MESSAGE = np.dtype([
    ("agreed", np.uint64),
    ("found", np.uint64),
    ("fault", np.uint64),
    ("sums", np.float64, (_ROWS_AT_ONCE, 2)),
    ("logits", np.float64, _ROWS_AT_ONCE),
])
_RANKS_DIFFER = 2**63


class NaNError(FloatingPointError):
    """A row has a NaN or a +infinity on some rank. The result, which is NaN for that row, is the attribute `result`."""

    def __init__(self, result: Any) -> None:
        super().__init__("a row has a NaN or a +infinity on some rank; the result is in the attribute `result`")
        self.result = result


def _merge(from_bytes: Any, into_bytes: Any, _: MPI.Datatype) -> None:
    """The operation of the all-reduce. In whatever order messages are merged, the fault is the same."""
    source, into = (np.frombuffer(it, _MESSAGE, 1) for it in (from_bytes, into_bytes))
    if source["agreed"] and into["agreed"] and source["agreed"] != into["agreed"]:
        into["fault"] = _RANKS_DIFFER
    into["fault"] = np.maximum(source["fault"], into["fault"])
    into["agreed"] = np.where(into["agreed"] != 0, into["agreed"], source["agreed"])
    into["found"] += source["found"]
    if not into["fault"]:
        _core._merge_shards(source["sums"][0], into["sums"][0])
        into["logits"] += source["logits"]  # all but one of each are 0


@functools.cache
def _type_and_operation() -> tuple[MPI.Datatype, MPI.Op]:
    return MPI.BYTE.Create_contiguous(_MESSAGE.itemsize).Commit(), MPI.Op.Create(_merge, commute=True)


class _Rows:
    """The rows of a call, as this rank has them."""

    def __init__(self, call: str, x: ArrayLike, zero_masked_rows: bool, threads: int | None,
                 labels: ArrayLike | None = None, first_column: int = 0, ignore_index: int | None = None) -> None:
        array = np.asarray(x)
        if array.ndim == 0:
            raise ValueError(f"{call}: there must be an axis of columns")
        if array.dtype.kind not in "biuf":
            raise TypeError(f"{call}: elements must be real numbers, not {array.dtype}")
        self.shape = array.shape
        with np.errstate(over="ignore"):  # beyond float32 is infinite
            self.x = np.ascontiguousarray(array, np.float32).reshape(math.prod(array.shape[:-1]), array.shape[-1])
        self.zero_masked_rows, self.threads = bool(zero_masked_rows), threads
        self.labels = self.columns = None
        if call == "cross_entropy":
            self._set_labels(labels, first_column, ignore_index)
        agreed = hashlib.blake2b(repr((call, self.shape[:-1], self.zero_masked_rows)).encode(), digest_size=8)
        if self.labels is not None:
            agreed.update(self.labels.tobytes())
        self.agreed = int.from_bytes(agreed.digest(), "little") or 1
        self.found = 0 if self.columns is None else np.count_nonzero(self.columns >= 0)
        self.counted = 0 if self.labels is None else np.count_nonzero(self.labels >= 0)
        self.has_nan = False

    def _set_labels(self, labels: ArrayLike | None, first_column: int, ignore_index: int | None) -> None:
        given = np.asarray(labels)
        if given.dtype.kind not in "iu":
            raise TypeError(f"labels must be integers, not {given.dtype}")
        if given.shape != self.shape[:-1]:
            raise ValueError(f"labels must have the shape {self.shape[:-1]}, not {given.shape}")
        if first_column < 0:
            raise ValueError("first_column must not be negative")
        # -1 for what does not count, or is not among the columns of this rank.
        self.labels = np.where((given < 0) | (given == ignore_index), -1, given).astype(np.int64).ravel()
        self.columns = np.where(self.labels >= first_column, self.labels - first_column, -1)
        self.columns[self.columns >= self.shape[-1]] = -1

    def fill(self, message: NDArray[Any], begin: int) -> None:
        x = self.x[begin : begin + _ROWS_AT_ONCE]
        message["agreed"], message["found"] = self.agreed, self.found
        _core._reduce_shard(x, message["sums"][0, : len(x)], self.threads)
        if self.columns is not None:
            columns = self.columns[begin : begin + _ROWS_AT_ONCE]
            (has,) = np.nonzero(columns >= 0)
            message["logits"][0, has] = x[has, columns[has]]

    def checked(self, result: Any) -> Any:
        if self.has_nan:
            raise NaNError(result)
        return result


def _totals(comm: MPI.Intracomm | None, *arguments: Any) -> tuple[_Rows, NDArray[Any], NDArray[Any]]:
    """The rows, their totals over all ranks, and the logits of their labels.

    Also no rows make an all-reduce, as other ranks may have some.
    """
    comm = MPI.COMM_WORLD if comm is None else comm
    datatype, operation = _type_and_operation()
    rows = mistake = None
    totals, logits, begin, end = [], [], 0, 0
    while begin == 0 or begin < end:
        message = np.zeros(1, _MESSAGE)
        try:
            rows = rows or _Rows(*arguments)
            rows.fill(message, begin)
        except Exception as error:  # whatever it is, the others wait
            mistake = error
            message["agreed"], message["fault"] = 0, comm.rank + 1
        comm.Allreduce(MPI.IN_PLACE, [message, 1, datatype], operation)
        fault = int(message["fault"][0])
        if mistake is not None:
            raise mistake
        if fault == _RANKS_DIFFER:
            raise ValueError("the ranks differ in their call, the shape of the rows, labels or flags")
        if fault:
            raise ValueError(f"rank {fault - 1} has a mistake in its arguments")
        if message["found"][0] != rows.counted:
            raise ValueError("labels: one is in the columns of no rank, or of two")
        end = len(rows.x)
        totals.append(message["sums"][0, : end - begin])
        logits.append(message["logits"][0, : end - begin])
        begin += _ROWS_AT_ONCE
    totals, logits = np.concatenate(totals), np.concatenate(logits)
    counts = True if rows.labels is None else rows.labels >= 0
    rows.has_nan = bool(np.any(np.isnan(totals[:, 0]) & counts))
    return rows, totals, logits


def _logarithms(totals: NDArray[Any]) -> NDArray[Any]:
    logarithms = np.empty(len(totals))
    _core._log_totals(totals, logarithms)
    return logarithms


def _probabilities(rows: _Rows, totals: NDArray[Any]) -> NDArray[Any]:
    y = np.empty_like(rows.x)
    _core._finish_shard(rows.x, totals, y, rows.zero_masked_rows, rows.threads)
    return y


def softmax(x: ArrayLike, comm: MPI.Intracomm | None = None, *, zero_masked_rows: bool = False,
            threads: int | None = None) -> NDArray[np.float32]:
    """This rank's part of the softmax over the last axis, whose columns are spread over the ranks.

    Parameters
    ----------
    x : array of one axis or more
        The columns of this rank, which may be none. The other axes are the same on all ranks. It becomes float32.
    comm : communicator of mpi4py or None
        Whose ranks share the rows; None for MPI.COMM_WORLD.
    zero_masked_rows : bool
        Whether a row that holds nothing but -inf on all ranks gives 0 instead of nan.
    threads : int or None
        As in twopass.softmax.

    Returns
    -------
    A new array of float32, of the shape of x.

    Raises
    ------
    NaNError
        On all ranks, where a row has a NaN or a +infinity on any; its attribute `result` is what would be returned.
    ValueError, TypeError
        On all ranks, where the arguments of one are wrong, or those of two do not fit.
    """
    rows, totals, _ = _totals(comm, "softmax", x, zero_masked_rows, threads)
    return rows.checked(_probabilities(rows, totals).reshape(rows.shape))


def log_softmax(x: ArrayLike, comm: MPI.Intracomm | None = None, *, zero_masked_rows: bool = False,
                threads: int | None = None) -> NDArray[np.float32]:
    """This rank's part of the logarithm of the softmax.

    Arguments and errors are those of softmax; masked rows give -inf in place of its 0. It is never above 0. Near 0, its
    error is that of the sum, about 1e-6, and not relative.
    """
    rows, totals, _ = _totals(comm, "log_softmax", x, zero_masked_rows, threads)
    is_empty = totals[:, :1] == 0
    log_sums = np.where(is_empty, 0.0, _logarithms(totals)[:, np.newaxis])
    with np.errstate(over="ignore"):  # below float32 is infinite
        y = np.minimum(rows.x - log_sums, 0.0).astype(np.float32)
    y[is_empty[:, 0]] = -np.inf if rows.zero_masked_rows else np.nan
    return rows.checked(y.reshape(rows.shape))


def logsumexp(x: ArrayLike, comm: MPI.Intracomm | None = None, *, threads: int | None = None) -> NDArray[np.float32]:
    """log(sum(exp(x))) over the last axis, whose columns are spread over the ranks.

    It is of the shape of x without that axis, with the same bits on all ranks; -inf where all are -inf. Arguments and
    errors are those of softmax.
    """
    rows, totals, _ = _totals(comm, "logsumexp", x, False, threads)
    return rows.checked(_logarithms(totals).astype(np.float32).reshape(rows.shape[:-1]))


def cross_entropy(logits: ArrayLike, labels: ArrayLike, first_column: int, comm: MPI.Intracomm | None = None, *,
                  ignore_index: int | None = None, gradient: bool = False, zero_masked_rows: bool = False,
                  threads: int | None = None) -> Any:
    """The cross-entropy of each row with the class that is its label, where classes are spread over the ranks.

    Parameters
    ----------
    logits : array of one axis or more
        The columns of this rank, as of softmax.
    labels : array of integers
        Of the shape of logits without the last axis, the same on all ranks: classes of the whole row, or negative for
        rows that are ignored, with a loss of 0.
    first_column : int
        Which class is the first of this rank. No class is that of two ranks.
    comm, zero_masked_rows, threads
        As of softmax.
    ignore_index : int or None
        A label that is ignored, beside the negative ones.
    gradient : bool
        Whether the gradient of the sum of losses by the logits is wanted.

    Returns
    -------
    The losses, float32, with the same bits on all ranks; with gradient, a pair of the losses and this rank's part of
    the gradient. Losses are not negative; their error is that of log_softmax.

    Raises
    ------
    As softmax; ValueError also for a label that no rank has.
    """
    rows, totals, of_labels = _totals(comm, "cross_entropy", logits, zero_masked_rows, threads, labels, first_column,
                                      ignore_index)
    counts, is_empty = rows.labels >= 0, totals[:, 0] == 0
    empty = 0.0 if rows.zero_masked_rows else np.nan
    log_sums = np.where(is_empty, 0.0, _logarithms(totals))
    losses = np.where(is_empty, empty, np.maximum(log_sums - of_labels, 0.0))
    losses[~counts] = 0.0
    result = losses.astype(np.float32).reshape(rows.shape[:-1])
    if not gradient:
        return rows.checked(result)
    y = _probabilities(rows, totals)
    y[~counts] = 0.0
    (has,) = np.nonzero(rows.columns >= 0)
    y[has, rows.columns[has]] = np.where(is_empty[has], empty, np.expm1(-losses[has]))  # softmax - 1
    return rows.checked((result, y.reshape(rows.shape)))
