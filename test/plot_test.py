#!/usr/bin/env python3
"""Tests of scripts/plot.py. Run them with a Python that has matplotlib.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "scripts"))

import plot  # noqa: E402

CONTEXT = {
    "date": "2026-01-02T03:04:05+00:00",
    "processor": "Abacus 3000",
    "core_clock": "1.25 GHz, measured",
    "isa": "avx2",
    "caches": [
        {"type": "Data", "level": 1, "size": 49152},
        {"type": "Instruction", "level": 1, "size": 65536},
        {"type": "Unified", "level": 2, "size": 1 << 20},
        {"type": "Unified", "level": 3, "size": 1 << 40},
    ],
    "someone": "4.5.6",
}

SOFTMAX = {
    f"{subject}/{n}": time * (1 + 1000 / n)
    for n in (16, 4096, 1 << 20)
    for subject, time in {
        "softmax/auto": 0.2, "softmax/two_pass": 0.3, "softmax/of_tomorrow": 0.25,
        "bound/read": 0.05, "bound/copy": 0.1, "bound/copy_nt": 0.08,
        "softmax_threads/1": 0.2, "softmax_threads/2": 0.1,
    }.items()
}

PEERS = {
    f"peers/{peer}/{shape}/{threads}": time / threads
    for peer, time in {"twopass": 0.2, "eigen": 0.4, "someone": 0.3}.items()
    for shape in ("1x16", "1x65536", "1x1048576", "1x1000000", "128x1024")
    for threads in (1, 2)
}


def results_of(times, aggregate="median", kind_of_time=""):
    """What Google Benchmark writes: of every aggregate, but only one of them with these times."""
    runs = []
    for name, time in times.items():
        run = {"run_name": name + kind_of_time, "run_type": "aggregate"}
        runs.append({**run, "aggregate_name": aggregate, "ns/element": time})
        runs.append({**run, "aggregate_name": "cv", "ns/element": 0.01})
    return {"context": CONTEXT, "benchmarks": runs}


class PlotTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)

    def write(self, results):
        path = self.directory / "results.json"
        path.write_text(results if isinstance(results, str) else json.dumps(results), encoding="utf-8")
        return path

    def run_plot(self, figure, path, *options):
        prefix = self.directory / "figure"
        command = [sys.executable, str(ROOT / "scripts" / "plot.py"), figure, str(path), str(prefix), *options]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def draw(self, figure, results, *options):
        """The text in a figure, each string on a line of its own."""
        result = self.run_plot(figure, self.write(results), *options)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        png = (self.directory / "figure.png").read_bytes()
        self.assertTrue(png.startswith(b"\x89PNG") and png.endswith(b"IEND\xaeB`\x82"))
        svg = (self.directory / "figure.svg").read_text(encoding="utf-8")
        self.assertTrue(svg.rstrip().endswith("</svg>"))
        # Letters are shapes; the strings that they spell stand in comments.
        return {line.strip()[5:-4] for line in svg.splitlines() if line.strip().startswith("<!-- ")}

    def fail_with(self, words, figure, path, *options):
        """It fails, with a message that holds the words and is no stack trace, and draws nothing."""
        result = self.run_plot(figure, path, *options)
        self.assertEqual(result.returncode, 1)
        for word in words:
            self.assertIn(word, result.stderr)
        self.assertNotIn("Traceback", result.stderr)
        self.assertEqual(list(self.directory.glob("figure*")), [])


class FiguresTest(PlotTest):
    def test_algorithms(self):
        text = self.draw("algorithms", results_of(SOFTMAX))
        self.assertLessEqual({"AUTO", "two-pass", "of_tomorrow", "memory bound", "4 Ki", "1 Mi", "8 MiB"}, text)
        self.assertIn("Abacus 3000 at 1.25 GHz; avx2 kernels; 2026-01-02; medians", text)
        # Two caches lie within the lengths, and one is too large.
        self.assertEqual({line for line in text if "is full" in line}, {"L1 is full", "L2 is full"})
        self.assertIn("48 KiB", text)
        self.assertNotIn("64 KiB", text)  # of instructions
        # Rows that are too short are left out.
        self.assertNotIn("16", text)

    def test_algorithms_without_bound(self):
        rows = {name: time for name, time in SOFTMAX.items() if not name.startswith("bound/")}
        text = self.draw("algorithms", results_of(rows))
        self.assertIn("AUTO", text)
        self.assertNotIn("memory bound", text)

    def test_peers(self):
        text = self.draw("peers", results_of(PEERS, kind_of_time="/real_time"))
        self.assertLessEqual({"twopass", "Eigen", "someone", "16", "64 Ki", "1 Mi", "128 x 1024", "1 x 1000000"}, text)
        self.assertIn("someone: 1.50x as long", text)
        self.assertIn("someone 4.5.6", text)
        self.assertIn("Softmax of twopass and of others, one thread", text)

    def test_peers_in_two_threads(self):
        text = self.draw("peers", results_of(PEERS), "--threads", "2")
        self.assertIn("Softmax of twopass and of others, 2 threads", text)

    def test_threads(self):
        text = self.draw("threads", results_of(SOFTMAX, kind_of_time="/real_time"))
        self.assertLessEqual({"Softmax of one row in 2 threads against one", "twopass", "4 Ki", "1 Mi"}, text)
        more = {"peers/eigen/1x65536/4": 0.1, "peers/eigen/128x1024/8": 0.1}
        text = self.draw("threads", results_of(PEERS | more))
        self.assertIn("Softmax of one row in 2 or 4 threads against one", text)
        self.assertLessEqual({"twopass, 2 threads", "Eigen, 2 threads", "Eigen, 4 threads", "someone, 2 threads"}, text)

    def test_same_results_same_file(self):
        self.draw("algorithms", results_of(SOFTMAX))
        first = (self.directory / "figure.svg").read_bytes()
        self.draw("algorithms", results_of(SOFTMAX))
        self.assertEqual((self.directory / "figure.svg").read_bytes(), first)

    def test_attention(self):
        # Two queries and three keys; the second step has a sink.
        text = self.draw("attention", "all,0,0.5,0.25,0.25\nall,0,1,0,0\nless,0.5,0.5,0,0\nless,0.5,0.25,0.25,0\n")
        self.assertLessEqual({"What one head attends to", "all", "less", "query", "key", "sink"}, text)
        self.assertIn("2 queries x 3 keys; what a query gives to its keys and the sink adds up to 1", text)
        self.assertNotIn("sink", self.draw("attention", "all,0,0.5,0.5\n"))


class ErrorsTest(PlotTest):
    def test_no_file(self):
        self.fail_with(["No such file", "nowhere.json"], "algorithms", self.directory / "nowhere.json")

    def test_no_benchmark(self):
        for text in ("", "benchmark,time\n", "[1, 2]", "{}", '{"context": {}}'):
            self.fail_with(["results.json", "--benchmark_out"], "algorithms", self.write(text))

    def test_other_benchmark(self):
        kernels = results_of({"f32_rmax/avx2_u32_acc4/1024": 0.1})
        self.fail_with(["results.json", "bench_softmax"], "algorithms", self.write(kernels))
        self.fail_with(["results.json", "bench_peers"], "peers", self.write(results_of(SOFTMAX)))
        self.fail_with(["results.json", "bench_softmax", "bench_peers"], "threads", self.write(kernels))

    def test_only_short_rows(self):
        self.fail_with(["results.json", "256"], "algorithms", self.write(results_of({"softmax/auto/16": 1})))

    def test_other_threads(self):
        self.fail_with(["results.json", "3 threads"], "peers", self.write(results_of(PEERS)), "--threads", "3")
        one = {name: time for name, time in PEERS.items() if name.endswith("/1")}
        self.fail_with(["results.json", "in one thread and in more"], "threads", self.write(results_of(one)))

    def test_no_weights(self):
        for text in ("", "one\n", "one,two,three\n", "one,0,1\none,0\n", '{"context": {}}'):
            self.fail_with(["results.json", "--weights"], "attention", self.write(text))


class ReadingTest(PlotTest):
    def read(self, results):
        return plot.read_results(self.write(results))

    def test_medians_count(self):
        self.assertEqual(self.read(results_of(SOFTMAX)).times, SOFTMAX)
        self.assertEqual(self.read(results_of(SOFTMAX, aggregate="mean")).times, {})

    def test_a_single_repetition_counts(self):
        run = {"run_name": "softmax/auto/16", "run_type": "iteration", "ns/element": 3}
        median = {"run_name": "softmax/auto/16", "aggregate_name": "median", "ns/element": 2}
        self.assertEqual(self.read({"context": {}, "benchmarks": [run]}).times, {"softmax/auto/16": 3})
        self.assertEqual(self.read({"context": {}, "benchmarks": [median, run]}).times, {"softmax/auto/16": 2})

    def test_a_failed_benchmark_does_not_count(self):
        run = {"run_name": "softmax/auto/16", "run_type": "iteration", "error_occurred": True, "real_time": 0}
        self.assertEqual(self.read({"context": {}, "benchmarks": [run]}).times, {})

    def test_memory_bound_takes_the_better_copy(self):
        times = {"bound/read/16": 1, "bound/copy/16": 2, "bound/copy_nt/16": 3,
                 "bound/read/32": 1, "bound/copy/32": 5, "bound/copy_nt/32": 3,
                 "bound/read/64": 1}
        self.assertEqual(plot.memory_bound(self.read(results_of(times))), {16: 3, 32: 4})

    def test_slow_calls_are_taken_off(self):
        times = {"peers/eigen/1x64/1": 8, "peers/slow/1x1/1": 32, "peers/slow/1x64/1": 8, "peers/slow/2x8/1": 2.4}
        rest, slow = plot.peer_times(self.read(results_of(times, kind_of_time="/manual_time")))
        self.assertEqual(slow, {"slow"})
        self.assertEqual(set(rest), {("eigen", 1, 64, 1, 8), ("slow", 1, 64, 1, 7.5)})

    def test_speedups(self):
        times = {"softmax_threads/1/64": 6, "softmax_threads/2/64": 4, "softmax_threads/2/128": 4,
                 "peers/eigen/1x64/1": 8, "peers/eigen/1x64/4": 2, "peers/eigen/9x64/2": 2}
        speedups = plot.speedups_of_threads(self.read(results_of(times, kind_of_time="/real_time")))
        self.assertEqual(speedups, {(2, "twopass"): {64: 1.5}, (4, "eigen"): {64: 4}})


class LayoutTest(unittest.TestCase):
    def test_spread(self):
        self.assertEqual(plot.spread([], 1), [])
        self.assertEqual(plot.spread([1, 3, 5], 1), [1, 3, 5])
        self.assertEqual(plot.spread([1, 1, 1], 1), [0, 1, 2])
        self.assertEqual(plot.spread([0, 0.5, 1, 9], 1), [-0.5, 0.5, 1.5, 9])

    def test_binary(self):
        self.assertEqual([plot.binary(n) for n in (16, 1000, 1024, 1280 << 10, 1 << 26)],
                         ["16", "1000", "1 Ki", "1280 Ki", "64 Mi"])


if __name__ == "__main__":
    unittest.main()
