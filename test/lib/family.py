"""The calls of the family for tests in Python, on arrays of numpy, by the program call_family.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import math
import subprocess

import numpy


def perform(program, call, x, axis, *arguments, operands=(), results=False):
    """Makes a call over an axis; returns its output in the shape of x, and where asked for its results."""
    shape = (math.prod(x.shape[:axis]), x.shape[axis], math.prod(x.shape[axis + 1:]))
    arrays = [numpy.asarray(x, "float32"), *operands]
    run = subprocess.run(
        [program, call, *map(str, shape), *map(str, arguments)],
        input=b"".join(array.tobytes() for array in arrays), stdout=subprocess.PIPE, check=True)
    floats = numpy.frombuffer(run.stdout, "float32")
    output = floats[:x.size].reshape(x.shape)
    return (output, floats[x.size:].reshape(x.shape[:axis] + x.shape[axis + 1:])) if results else output


def cross_entropy(program, logits, labels, axis, class_weights=None, label_smoothing=0.0, ignored_label=-1):
    """Returns the gradient of the sum of the losses, and the losses."""
    operands = [numpy.asarray(labels, "int64")]
    if class_weights is not None:
        operands.append(numpy.asarray(class_weights, "float32"))
    return perform(program, "cross_entropy", logits, axis, label_smoothing, ignored_label,
                   int(class_weights is not None), operands=operands, results=True)
