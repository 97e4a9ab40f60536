# Types of the functions of the extension module. What they do is said in their docstrings.
#
# What is returned is of the kind of the first argument: an array of NumPy, or a scalar of its where there is one value
# only, for what NumPy makes an array of; an array of the same library for one with DLPack. That is more than a type
# can say in a line or two, so it is Any.
#
# Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, TypedDict

from numpy.typing import ArrayLike

class _Tensor(Protocol):
    def __dlpack__(self, *arguments: Any, **how: Any) -> Any: ...
    def __dlpack_device__(self) -> Any: ...

_Input = ArrayLike | _Tensor
_Axis = int | tuple[int, ...] | None

class _Caches(TypedDict):
    l1_bytes: int
    l2_bytes: int
    l3_bytes: int
    l3_cores: int

class _Info(TypedDict):
    isa: str
    available_isas: list[str]
    kernels: list[str]
    caches: _Caches
    processors: int

class Statistics(NamedTuple):
    logsumexp: Any
    entropy: Any
    argmax: Any
    logprobs: Any | None
    ranks: Any | None
    top_tokens: Any | None
    top_logprobs: Any | None

class Sample(NamedTuple):
    tokens: Any
    logprobs: Any
    kept: Any

__version__: str

def softmax(
    x: _Input,
    axis: _Axis = -1,
    *,
    out: Any | None = None,
    scale: _Input | None = None,
    softcap: float | None = None,
    bias: _Input | None = None,
    slope: _Input | None = None,
    keep: _Input | None = None,
    lengths: _Input | None = None,
    sink: _Input | None = None,
    dtype: Any | None = None,
    log_sums: bool = False,
    zero_masked_rows: bool = False,
    reproducible: bool = False,
    threads: int | None = None,
) -> Any: ...
def log_softmax(
    x: _Input,
    axis: _Axis = -1,
    *,
    out: Any | None = None,
    scale: _Input | None = None,
    softcap: float | None = None,
    bias: _Input | None = None,
    slope: _Input | None = None,
    keep: _Input | None = None,
    lengths: _Input | None = None,
    sink: _Input | None = None,
    dtype: Any | None = None,
    log_sums: bool = False,
    zero_masked_rows: bool = False,
    threads: int | None = None,
) -> Any: ...
def sigmoid(
    x: _Input,
    axis: _Axis = -1,
    *,
    out: Any | None = None,
    scale: _Input | None = None,
    softcap: float | None = None,
    bias: _Input | None = None,
    slope: _Input | None = None,
    keep: _Input | None = None,
    lengths: _Input | None = None,
    dtype: Any | None = None,
    zero_masked_rows: bool = False,
    threads: int | None = None,
) -> Any: ...
def softplus_l1(
    x: _Input,
    axis: _Axis = -1,
    *,
    out: Any | None = None,
    scale: _Input | None = None,
    softcap: float | None = None,
    bias: _Input | None = None,
    slope: _Input | None = None,
    keep: _Input | None = None,
    lengths: _Input | None = None,
    dtype: Any | None = None,
    zero_masked_rows: bool = False,
    threads: int | None = None,
) -> Any: ...
def logsumexp(
    a: _Input,
    axis: _Axis = None,
    keepdims: bool = False,
    *,
    out: Any | None = None,
    scale: _Input | None = None,
    softcap: float | None = None,
    bias: _Input | None = None,
    slope: _Input | None = None,
    keep: _Input | None = None,
    lengths: _Input | None = None,
    sink: _Input | None = None,
    threads: int | None = None,
) -> Any: ...
def entropy(
    x: _Input,
    axis: _Axis = -1,
    keepdims: bool = False,
    *,
    out: Any | None = None,
    scale: _Input | None = None,
    softcap: float | None = None,
    bias: _Input | None = None,
    slope: _Input | None = None,
    keep: _Input | None = None,
    lengths: _Input | None = None,
    zero_masked_rows: bool = False,
    threads: int | None = None,
) -> Any: ...
def cross_entropy(
    logits: _Input,
    labels: _Input,
    axis: int = -1,
    *,
    weight: _Input | None = None,
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
    z_loss: float = 0.0,
    gradient: Any = False,
    gradient_scale: float = 1.0,
    zero_masked_rows: bool = False,
    threads: int | None = None,
) -> Any: ...
def kl_divergence(
    x: _Input,
    y: _Input,
    axis: _Axis = -1,
    *,
    threads: int | None = None,
) -> Any: ...
def js_divergence(
    x: _Input,
    y: _Input,
    axis: _Axis = -1,
    *,
    threads: int | None = None,
) -> Any: ...
def soft_cross_entropy(
    x: _Input,
    y: _Input,
    axis: _Axis = -1,
    *,
    threads: int | None = None,
) -> Any: ...
def kl_divergence_backward(
    x: _Input,
    y: _Input,
    axis: _Axis = -1,
    *,
    d: _Input | None = None,
    out: Any | None = None,
    threads: int | None = None,
) -> Any: ...
def soft_cross_entropy_backward(
    x: _Input,
    y: _Input,
    axis: _Axis = -1,
    *,
    d: _Input | None = None,
    out: Any | None = None,
    threads: int | None = None,
) -> Any: ...
def merge_attention(
    outputs: Sequence[_Input] | _Input,
    log_sums: Sequence[_Input] | _Input,
    axis: _Axis = -1,
    *,
    out: Any | None = None,
    threads: int | None = None,
) -> tuple[Any, Any]: ...
def softmax_backward(
    y: _Input,
    dy: _Input,
    axis: _Axis = -1,
    *,
    out: Any | None = None,
    threads: int | None = None,
) -> Any: ...
def log_softmax_backward(
    y: _Input,
    dy: _Input,
    axis: _Axis = -1,
    *,
    out: Any | None = None,
    threads: int | None = None,
) -> Any: ...
def sigmoid_backward(
    y: _Input,
    dy: _Input,
    axis: _Axis = -1,
    *,
    out: Any | None = None,
    threads: int | None = None,
) -> Any: ...
def softplus_l1_backward(
    x: _Input,
    dy: _Input,
    axis: _Axis = -1,
    *,
    out: Any | None = None,
    scale: _Input | None = None,
    softcap: float | None = None,
    bias: _Input | None = None,
    slope: _Input | None = None,
    keep: _Input | None = None,
    lengths: _Input | None = None,
    zero_masked_rows: bool = False,
    threads: int | None = None,
) -> Any: ...
def statistics(
    x: _Input,
    *,
    tokens: _Input | None = None,
    top: int = 0,
    scale: _Input | None = None,
    softcap: float | None = None,
    bias: _Input | None = None,
    slope: _Input | None = None,
    keep: _Input | None = None,
    lengths: _Input | None = None,
    zero_masked_rows: bool = False,
    threads: int | None = None,
) -> Statistics: ...
def sample(
    x: _Input,
    *,
    temperature: _Input = 1.0,
    top_k: _Input = 0,
    top_p: _Input = 1.0,
    min_p: _Input = 0.0,
    seed: _Input = 0,
    counter: _Input = 0,
    joint: bool = False,
    scale: _Input | None = None,
    softcap: float | None = None,
    bias: _Input | None = None,
    slope: _Input | None = None,
    keep: _Input | None = None,
    lengths: _Input | None = None,
    threads: int | None = None,
) -> Sample: ...
def info() -> _Info: ...
