#!/usr/bin/env python3
"""Writes inputs for the fuzzer to begin with, from a list that can be read: what has been wrong once
(test/past_faults_test.cc), and one of each call.

  seeds.py DIRECTORY

The bytes are those that fuzz_calls.cc, caller.cc and rows.cc take, in their order.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import pathlib
import struct
import sys

NAN, INF = float("nan"), float("inf")

SOFTMAX, LOGITS, SHARDS, ROWS_OF_SHARDS, PAIRS, ARGUMENTS = 0, 5, 8, 11, 12, 14  # fuzz_calls.cc
TO_NEAREST, DOWNWARD, UPWARD, TOWARD_ZERO = range(4)
RAW = 5  # rows.cc

ROWS = {
    "above-least-normal": [float.fromhex(x) for x in ("0x1.d06c6ap+16", "0x1.d01516p+16")],
    "above-least-normal-negative": [float.fromhex(x) for x in ("-0x1.dad74ep+15", "-0x1.db85fap+15")],
    "above-least-normal-few": [float.fromhex(x) for x in ("0x1.ef99a8p+7", "0x1.40ed5ap+7")] + [1.0, -1.0, 0.5] * 19,
    "rounding-hundreds": [0.0, -100.0, -200.0],
    "rounding-tens": [-56.27, -55.87, 99.73],
    "two-clusters": [0.129, -3.178] * 16 + [0.129],
    "masks": [-INF, 1.0, -INF, -1e9, 2.0],
    "nothing": [-INF, -INF, -INF],
    "nan": [0.0, NAN, 1.0],
    "infinity": [INF, 0.0],
    "far": [3e5, 3e5 - 1, -3e38],
    "spread": [float(x) for x in range(-300, 300, 7)],
}


def caller(call, isa, rounding=TO_NEAREST, control=0, runner=0, threads=0):
    return bytes([call, isa, rounding, control, runner, threads])


def row(values):
    changes, seed = 0, 0
    return struct.pack(f"<BHB{len(values)}f", changes, seed, RAW, *values)


def shape(rows, columns):
    kind = 0 if columns <= 100 else 180
    return struct.pack("<BBH", kind, rows - 1, columns - 1)


def softmax(values, isa, rounding=TO_NEAREST, algorithm=0, flags=0):
    layout, no_gap, head, gap_of_output = 0, 1, 0, 0
    matrices = bytes([layout, no_gap, head, gap_of_output])
    return caller(SOFTMAX, isa, rounding) + bytes([algorithm, flags]) + shape(1, len(values)) + matrices + row(values)


def logits(values, isa, length):
    """Of a scale, a bias, a mask and lengths."""
    algorithm, flags, matrices = 0, 0, bytes([0, 1, 0, 0])
    scale, is_there, pattern = 2, 1, 0xFFFF0FFD
    words = bytes([scale, is_there]) + row(values) + struct.pack("<BIBH", is_there, pattern, is_there, length)
    return caller(LOGITS, isa) + bytes([algorithm, flags]) + shape(3, len(values)) + matrices + words + row(values)


def shards(values, isa, cuts):
    """cuts: where the row is cut, from 0 to 1."""
    places = b"".join(struct.pack("<H", int(cut * 65535)) for cut in cuts)
    return caller(SHARDS, isa) + shape(1, len(values)) + row(values) + bytes([0, 0, len(cuts)]) + places


def pairs(mantissa, exponent):
    """Of any double each."""
    pair = struct.pack("<BdBBd", 1, mantissa, 0, 1, exponent)
    return caller(PAIRS, 0) + pair + pair


def seeds():
    for name, values in ROWS.items():
        for isa in range(6):
            rounding = {"rounding-tens": TOWARD_ZERO, "rounding-hundreds": DOWNWARD}.get(name, TO_NEAREST)
            yield f"softmax-{name}-{isa}", softmax(values, isa, rounding)
        for algorithm in range(1, 6):
            yield f"softmax-{name}-algorithm-{algorithm}", softmax(values, 0, UPWARD, algorithm, flags=1)
        yield f"logits-{name}", logits(values, 0, len(values) // 2)
        yield f"shards-{name}", shards(values, 0, (0.5, 0.25))
    yield "shards-low", shards([-INF, -1e9], 0, (0.6,))
    yield "shards-equal", shards([1.7] * 100, 0, [i / 7 for i in range(1, 7)])
    yield "pairs-huge-exponent", pairs(2.0**127, 1e30)
    rows = row([1.0, 2.0]) * 3
    yield "rows-of-shards", caller(ROWS_OF_SHARDS, 0, runner=1) + bytes([0]) + shape(3, 40) + bytes(4) + rows
    yield "arguments", caller(ARGUMENTS, 0) + bytes([3, 4])


def main():
    directory = pathlib.Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    for name, data in seeds():
        (directory / name).write_bytes(data)


if __name__ == "__main__":
    main()
