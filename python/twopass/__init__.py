"""Softmax and its family on CPUs, at the speed of memory: over arrays of NumPy and anything with DLPack.

twopass.torch has the same for PyTorch's autograd; docs/python.md is a tour.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

from twopass._core import (
    __version__,
    cross_entropy,
    entropy,
    info,
    js_divergence,
    kl_divergence,
    kl_divergence_backward,
    log_softmax,
    log_softmax_backward,
    logsumexp,
    merge_attention,
    sample,
    sigmoid,
    sigmoid_backward,
    soft_cross_entropy,
    soft_cross_entropy_backward,
    softmax,
    softmax_backward,
    softplus_l1,
    softplus_l1_backward,
    statistics,
)
from twopass._results import Sample, Statistics

__all__ = [
    "Sample",
    "Statistics",
    "__version__",
    "cross_entropy",
    "entropy",
    "info",
    "js_divergence",
    "kl_divergence",
    "kl_divergence_backward",
    "log_softmax",
    "log_softmax_backward",
    "logsumexp",
    "merge_attention",
    "sample",
    "sigmoid",
    "sigmoid_backward",
    "soft_cross_entropy",
    "soft_cross_entropy_backward",
    "softmax",
    "softmax_backward",
    "softplus_l1",
    "softplus_l1_backward",
    "statistics",
]
