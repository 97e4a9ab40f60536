#!/usr/bin/env python3
"""Compares softmax in Python with that of SciPy, PyTorch and ONNX Runtime, in one thread: calls as users write them,
whose results are new arrays.

  bench_python.py out.json     prints a table, and writes what scripts/plot.py draws as the figure peers

Times are medians of rounds in which all take turns. What is not installed is left out.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import argparse
import datetime
import json
import os
import pathlib
import random
import statistics
import sys
import timeit
from typing import NamedTuple

os.environ["OMP_NUM_THREADS"] = "1"  # before the libraries look

import numpy as np  # noqa: E402

import twopass  # noqa: E402

ROUNDS = 9
SECONDS_OF_ROUND = 0.05


class Case(NamedTuple):
    shape: tuple
    axis: int = -1

    def name(self):
        """Of the benchmark; a matrix has the form that scripts/plot.py looks for."""
        shape = "x".join(map(str, self.shape))
        return shape if self.axis == -1 else f"{shape},axis={self.axis}"


CASES = [
    *(Case((1, 4**power)) for power in range(2, 12)),
    Case((1, 151936)),
    Case((1000, 10)),
    Case((128, 768)),
    Case((512, 2048)),
    Case((64, 32000)),
    Case((8, 3072, 1024), 1),
]


# Each gives a function that makes the call for an array and an axis, and a version.


def ours():
    return lambda x, axis: lambda: twopass.softmax(x, axis), twopass.__version__


def scipy():
    import scipy
    import scipy.special

    return lambda x, axis: lambda: scipy.special.softmax(x, axis), scipy.__version__


def pytorch():
    import torch

    torch.set_num_threads(1)

    def prepare(x, axis):
        tensor = torch.from_numpy(x)
        return lambda: torch.softmax(tensor, axis)

    return prepare, torch.__version__


def onnxruntime():
    import onnx
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1

    def prepare(x, axis):
        types = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, x.shape) for name in "xy"]
        node = onnx.helper.make_node("Softmax", ["x"], ["y"], axis=axis)
        graph = onnx.helper.make_graph([node], "softmax", types[:1], types[1:])
        model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 13)], ir_version=8)
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
        return lambda: session.run(None, {"x": x})

    return prepare, onnxruntime.__version__


OURS = "twopass"
PEERS = {OURS: ours, "scipy": scipy, "pytorch": pytorch, "onnxruntime": onnxruntime}


def available_peers():
    """{name: (prepare, version)}"""
    peers = {}
    for name, load in PEERS.items():
        try:
            peers[name] = load()
        except ImportError as problem:
            print(f"{name} is left out: {problem}", file=sys.stderr)
    return peers


def measure(calls):
    """{name: median of seconds a call}"""
    counts, times = {}, {name: [] for name in calls}
    for name, call in calls.items():
        call()
        count, seconds = timeit.Timer(call).autorange()
        counts[name] = max(1, round(count * SECONDS_OF_ROUND / seconds))
    for _ in range(ROUNDS):
        for name in random.sample(list(calls), len(calls)):
            times[name].append(timeit.timeit(calls[name], number=counts[name]) / counts[name])
    return {name: statistics.median(of_rounds) for name, of_rounds in times.items()}


def readable(seconds):
    for unit, size in (("ns", 1e-9), ("us", 1e-6)):
        if seconds < 1000 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds * 1000:.2f} ms"


def processor():
    try:
        cpuinfo = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
        return next(line.split(": ", 1)[1] for line in cpuinfo.splitlines() if line.startswith("model name"))
    except (OSError, StopIteration):
        return "unknown processor"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", metavar="out.json", type=pathlib.Path)
    arguments = parser.parse_args()

    peers = available_peers()
    info = twopass.info()
    caches = [{"type": "Data", "level": level, "size": info["caches"][f"l{level}_bytes"]} for level in (1, 2, 3)]
    context = {
        "date": datetime.datetime.now().isoformat(timespec="seconds"),
        "processor": processor(),
        "isa": info["isa"],
        "caches": [cache for cache in caches if cache["size"] > 0],
        "numpy": np.__version__,
        **{name: version for name, (_, version) in peers.items()},
    }
    print("One thread; the time of a call, and how many times as long the others take\n")
    print(f"{'shape':24}", *(f"{name:>12} {'':8}" for name in peers))

    benchmarks = []
    for case in CASES:
        x = np.random.default_rng(1).standard_normal(case.shape).astype(np.float32)
        times = measure({name: prepare(x, case.axis) for name, (prepare, _) in peers.items()})
        cells = [f"{readable(time):>12} {f'{time / times[OURS]:.2f}x' if name != OURS else '':>8}"
                 for name, time in times.items()]
        print(f"{case.name():24}", *cells, flush=True)
        for name, time in times.items():
            benchmarks.append({"run_name": f"peers/{name}/{case.name()}/1", "ns/element": time * 1e9 / x.size})

    arguments.results.write_text(json.dumps({"context": context, "benchmarks": benchmarks}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
