#!/usr/bin/env python3
"""The tests that ONNX has of softmax, log-softmax and cross-entropy, as Debian's libonnx-testdata brings them.

usage: onnx_node_test.py CALL_FAMILY

Every model of the package that is one such node is run on its inputs and compared with its outputs: each axis, default
and negative ones, large numbers, and losses with weights, ignored labels, more dimensions and each reduction. Exit
status 77, a skip, where the package is not installed.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import collections
import math
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))

import numpy  # noqa: E402

import family  # noqa: E402

DATA = pathlib.Path("/usr/share/libonnx-testdata/data")

# How many models of each operation the package has, in version 1.12; none is left out.
COUNTS = {"Softmax": 10, "LogSoftmax": 10, "SoftmaxCrossEntropyLoss": 34}

# Of the project that the outputs come from.
TOLERANCES = {"rtol": 1e-3, "atol": 1e-7}


# ---- Protocol buffers: messages as lists of values by the number of their field

def read_varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def read_message(data):
    fields = collections.defaultdict(list)
    at = 0
    while at < len(data):
        key, at = read_varint(data, at)
        wire_type = key & 7
        if wire_type == 0:
            value, at = read_varint(data, at)
        else:
            size, at = read_varint(data, at) if wire_type == 2 else ({1: 8, 5: 4}[wire_type], at)
            value, at = data[at:at + size], at + size
        fields[key >> 3].append(value)
    return fields


def signed(value):
    return value - 2**64 if value >= 2**63 else value


def read_tensor(path):
    """A TensorProto: dims = 1, data_type = 2, float_data = 4, int64_data = 7, raw_data = 9."""
    tensor = read_message(path.read_bytes())
    dtype, field = {1: ("<f4", 4), 7: ("<i8", 7)}[tensor[2][0]]
    shape = [dim for packed in tensor[1] for dim in ([packed] if isinstance(packed, int) else read_varints(packed))]
    if tensor[9]:
        return numpy.frombuffer(tensor[9][0], dtype).reshape(shape)
    assert field == 4 and len(tensor[4]) == 1, "packed floats"
    return numpy.frombuffer(tensor[4][0], dtype).reshape(shape)


def read_varints(data):
    at = 0
    while at < len(data):
        value, at = read_varint(data, at)
        yield value


class Node:
    """The only node of a model: ModelProto.graph = 7, opset_import = 8; GraphProto.node = 1; NodeProto.op_type = 4,
    attribute = 5; AttributeProto.name = 1, i = 3, s = 4; OperatorSetIdProto.version = 2."""

    def __init__(self, path):
        model = read_message(path.read_bytes())
        nodes = read_message(model[7][0])[1]
        node = read_message(nodes[0])
        self.name = path.parent.name
        self.folder = path.parent
        self.operation = node[4][0].decode() if len(nodes) == 1 else None
        self.opset = read_message(model[8][0])[2][0]
        self.attributes = {}
        for attribute in map(read_message, node[5] if len(nodes) == 1 else ()):
            self.attributes[attribute[1][0].decode()] = attribute[4][0].decode() if attribute[4] else (
                signed(attribute[3][0]) if attribute[3] else None)

    def data_sets(self):
        for folder in sorted(self.folder.glob("test_data_set_*")):
            yield [[read_tensor(folder / f"{kind}_{i}.pb") for i in range(len(list(folder.glob(f"{kind}_*.pb"))))]
                   for kind in ("input", "output")]


def find_nodes():
    nodes = map(Node, sorted(DATA.glob("*/*/model.onnx")))
    return [node for node in nodes if node.operation in COUNTS]


# ---- The operations

def softmax(node, call, x):
    if node.opset >= 13:
        return family.perform(PROGRAM, call, x, node.attributes.get("axis", -1) % x.ndim)
    # Everything from the axis on is one row.
    axis = node.attributes.get("axis", 1) % x.ndim
    matrix = x.reshape(math.prod(x.shape[:axis]), -1)
    return family.perform(PROGRAM, call, matrix, 1).reshape(x.shape)


def losses(node, x, labels, weights=None):
    ignored = node.attributes.get("ignore_index")
    _, loss = family.cross_entropy(PROGRAM, x, labels, 1, weights, ignored_label=-1 if ignored is None else ignored)
    reduction = node.attributes.get("reduction", "mean")
    if reduction == "sum":
        loss = loss.sum()
    elif reduction == "mean":
        counted = labels != ignored
        shares = numpy.ones(loss.shape) if weights is None else weights[numpy.where(counted, labels, 0)]
        loss = loss.sum() / (shares * counted).sum()
    return [loss, family.perform(PROGRAM, "log_softmax", x, 1)]  # the second is an optional output


class OnnxNodeTest(unittest.TestCase):
    def test_every_node(self):
        nodes = find_nodes()
        passed = collections.Counter()
        for node in nodes:
            data_sets = list(node.data_sets())
            self.assertTrue(data_sets, node.name)
            for inputs, outputs in data_sets:
                with self.subTest(node.name):
                    if node.operation == "SoftmaxCrossEntropyLoss":
                        actual = losses(node, *inputs)
                    else:
                        call = {"Softmax": "softmax", "LogSoftmax": "log_softmax"}[node.operation]
                        actual = [softmax(node, call, *inputs)]
                    for a, b in zip(actual, outputs):
                        numpy.testing.assert_allclose(a, b, **TOLERANCES)
            passed[node.operation] += 1
        print("\n".join(f"{operation}: {count} models" for operation, count in sorted(passed.items())))
        self.assertEqual(dict(passed), COUNTS)


if __name__ == "__main__":
    if not DATA.is_dir():
        print("SKIPPED: libonnx-testdata is not installed")
        sys.exit(77)
    PROGRAM = sys.argv.pop(1)
    unittest.main()
