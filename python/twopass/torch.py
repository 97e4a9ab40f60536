"""Softmax and its family for tensors of PyTorch in main memory, with gradients.

The names and arguments are those of torch.nn.functional. Tensors of float32, float16 and bfloat16 are computed on where
they are; others need the argument dtype. Gradients are computed in float32 too, and cannot be differentiated again.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

from __future__ import annotations

import torch
from torch.autograd.function import once_differentiable

from twopass import _core

__all__ = ["cross_entropy", "log_softmax", "softmax"]

_FLOATS = (torch.float32, torch.float16, torch.bfloat16)


def _checked(tensor: torch.Tensor, name: str) -> torch.Tensor:
    if not isinstance(tensor, torch.Tensor):
        raise TypeError(f"{name} must be a tensor, not {type(tensor).__name__}")
    if tensor.device.type != "cpu":
        raise TypeError(f"{name} must be in main memory, not on {tensor.device}")
    if tensor.dtype not in _FLOATS:
        raise TypeError(f"{name} must be of float32, float16 or bfloat16, not {tensor.dtype}; see the argument dtype")
    return tensor


class _Map(torch.autograd.Function):
    """From logits to a tensor of their shape, from which its gradient is computed."""

    @staticmethod
    def forward(ctx, call, backward_call, input, dim):
        output = torch.empty_like(input)
        call(input.detach(), dim, out=output, threads=torch.get_num_threads())
        ctx.save_for_backward(output)
        ctx.backward_call, ctx.dim = backward_call, dim
        return output

    @staticmethod
    @once_differentiable
    def backward(ctx, gradient):
        (output,) = ctx.saved_tensors
        result = torch.empty_like(output)
        ctx.backward_call(output.detach(), gradient.detach(), ctx.dim, out=result, threads=torch.get_num_threads())
        return None, None, result, None


class _CrossEntropy(torch.autograd.Function):
    """The losses of rows, whose gradient is computed in the same call."""

    @staticmethod
    def forward(ctx, input, target, dim, options):
        gradient = torch.empty_like(input) if ctx.needs_input_grad[0] else None
        result = _core.cross_entropy(input.detach(), target, dim, gradient=gradient, threads=torch.get_num_threads(),
                                     **options)
        losses = result if gradient is None else result[0]
        if gradient is not None:
            ctx.save_for_backward(gradient)
            ctx.dim = dim
        return losses

    @staticmethod
    @once_differentiable
    def backward(ctx, gradient_of_losses):
        (gradient,) = ctx.saved_tensors
        return gradient * gradient_of_losses.unsqueeze(ctx.dim).to(gradient.dtype), None, None, None


def _map(call, backward_call, input, dim, dtype):
    input = _checked(input if dtype is None else input.to(dtype), "input")
    if input.requires_grad and torch.is_grad_enabled():
        return _Map.apply(call, backward_call, input, dim)
    return call(input.detach(), dim, threads=torch.get_num_threads())


def softmax(input: torch.Tensor, dim: int = -1, *, dtype: torch.dtype | None = None) -> torch.Tensor:
    """The softmax of a tensor along a dimension, as torch.softmax; with dtype, of the tensor converted to that."""
    return _map(_core.softmax, _core.softmax_backward, input, dim, dtype)


def log_softmax(input: torch.Tensor, dim: int = -1, *, dtype: torch.dtype | None = None) -> torch.Tensor:
    """Its logarithm, as torch.log_softmax; with dtype, of the tensor converted to that."""
    return _map(_core.log_softmax, _core.log_softmax_backward, input, dim, dtype)


def cross_entropy(
    input: torch.Tensor,
    target: torch.Tensor,
    weight: torch.Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> torch.Tensor:
    """The cross-entropy of logits with the classes in target, as torch.nn.functional.cross_entropy.

    input is of the shape (classes,), (batch, classes) or (batch, classes, ...), and target, integers, of that without
    the classes. Every negative target is ignored, as ignore_index is. Losses are float32 until they are reduced, and
    the result is of input's dtype. Targets that are probabilities are not supported.
    """
    _checked(input, "input")
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"reduction must be 'none', 'mean' or 'sum', not {reduction!r}")
    dim = 0 if input.dim() == 1 else 1
    options = {"weight": weight, "ignore_index": ignore_index, "label_smoothing": label_smoothing}
    losses = _CrossEntropy.apply(input, target, dim, options)
    if reduction == "mean":
        counted = (target != ignore_index) & (target >= 0)
        total = counted.sum() if weight is None else weight.float()[target[counted]].sum()
        losses = losses.sum() / total
    elif reduction == "sum":
        losses = losses.sum()
    return losses.to(input.dtype)
