#!/usr/bin/env python3
"""Compares gradients and losses with those of PyTorch, which computes them in double.

usage: gradients_torch_test.py CALL_FAMILY

Exit status 77, a skip, where this Python has no PyTorch.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import itertools
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))

try:
    import numpy
    import torch
except ImportError:
    print("SKIPPED: this Python has no PyTorch")
    sys.exit(77)

import family  # noqa: E402

SHAPES = (((4, 10), 1), ((3, 1000), 1), ((2, 20000), 1), ((2, 21, 7, 5), 1), ((6, 33), 0))

# Floats, of which the largest error seen is half of that. Gradients of log-softmaxes are sums of thousands.
TOLERANCES = {"rtol": 1e-6, "atol": 1e-6}


def random_of(shape):
    """Doubles that floats hold."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(1), dtype=torch.float32).double()


class GradientsTest(unittest.TestCase):
    def expect_close(self, actual, expected):
        numpy.testing.assert_allclose(actual, expected.detach().numpy(), **TOLERANCES)

    def test_of_softmaxes(self):
        for (shape, axis), call in itertools.product(SHAPES, ("softmax", "log_softmax")):
            with self.subTest(call=call, shape=shape):
                x = (4 * random_of(shape)).requires_grad_()
                y = getattr(torch, call)(x, axis)
                dy = random_of(shape[::-1]).reshape(shape)
                y.backward(dy)
                self.expect_close(family.perform(PROGRAM, call, x.detach().numpy(), axis), y)
                operands = [dy.float().numpy()]
                dx = family.perform(PROGRAM, call + "_backward", y.detach().numpy(), axis, operands=operands)
                self.expect_close(dx, x.grad)

    def test_of_cross_entropies(self):
        for (shape, axis), smoothing, is_weighted, ignored in itertools.product(
                SHAPES[:-1], (0.0, 0.1, 1.0), (False, True), (-100, 3)):
            with self.subTest(shape=shape, smoothing=smoothing, is_weighted=is_weighted, ignored=ignored):
                columns = shape[axis]
                x = (4 * random_of(shape)).requires_grad_()
                labels = torch.arange(x.numel() // columns).reshape(shape[:1] + shape[2:]) * 7 % columns
                labels[0] = 3
                labels[-1] = -100 if ignored == -100 else 0
                weights = (torch.arange(columns) % 5 * 0.5).double() if is_weighted else None
                losses = torch.nn.functional.cross_entropy(
                    x, labels, weights, reduction="none", label_smoothing=smoothing, ignore_index=ignored)
                losses.sum().backward()
                gradient, actual = family.cross_entropy(
                    PROGRAM, x.detach().numpy(), labels.numpy(), axis, weights, smoothing, ignored)
                self.expect_close(actual, losses)
                self.expect_close(gradient, x.grad)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
