#!/usr/bin/env python3
"""Tests of scripts/tune.py, on results that are made up. Run them with a Python that has jinja2.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

TUNE = pathlib.Path(__file__).resolve().parent.parent / "scripts" / "tune.py"


def tune(times):
    """What it prints for {label: ns an element}."""
    runs = [{"aggregate_name": "median", "run_name": f"{label}/4096", "ns/element": time}
            for label, time in times.items()]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"benchmarks": runs}, file)
        file.flush()
        return subprocess.run([sys.executable, TUNE, file.name], capture_output=True, text=True, check=False)


class TuneTest(unittest.TestCase):
    def test_the_fastest_is_an_entry_of_in_use(self):
        result = tune({"f32_vmulc/avx2_u32": 2.0, "f32_vmulc/avx2_u64": 1.0, "f32_rmax/avx2_u32_acc4": 1.0})
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn('    "vmulc": ("", 8, 1),\n', result.stdout)
        self.assertIn('    "rmax": ("", 4, 4),\n', result.stdout)
        self.assertRegex(result.stdout, r"(?m)^> u32 +2\.0000 +2\.000$")

    def test_a_group_of_registers_counts_as_so_many(self):
        result = tune({"f32_vmulc/rvv_u2v": 1.0, "f32_vmulc/rvv_u4v": 2.0})
        self.assertIn('    "vmulc": ("", 2, 1),\n', result.stdout)

    def test_results_without_a_kernel(self):
        result = tune({"f32_vmulc/avx2_u7": 1.0})
        self.assertEqual(result.returncode, 1)
        self.assertIn("no kernel of the table", result.stderr)


if __name__ == "__main__":
    unittest.main()
