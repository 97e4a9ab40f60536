#!/usr/bin/env python3
"""Tests of scripts/error_bound.py --check: what is promised holds, and what would break it is noticed. Run them with a
Python that has jinja2.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent


def check(root):
    command = [sys.executable, str(root / "scripts" / "error_bound.py"), "--check"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


class CheckTest(unittest.TestCase):
    def test_the_promise_holds(self):
        result = check(ROOT)
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_what_breaks_it_is_named(self):
        for file, old, new, words in (
            ("scripts/kernels.py", "((6, 1), (4, 1), (5, 1), (8, 1))", "((12, 1), (4, 1), (5, 1), (8, 1))",
             "raddexpanchor"),
            ("scripts/error_bound.py", '"lut32-p2": 1.663', '"lut32-p2": 1.73', "avx512f_lut32_p2"),
            ("scripts/error_bound.py", '"rr4-p5": 1.716', '"rr4-p5": 1.76', "avx_rr4_p5"),
            ("scripts/exp_constants.py", "0x1.05C610CA86C39p-29", "0x1.05C610CA86C39p-28", "avx2_rr1_p5"),
            ("scripts/exp_constants.py", "0x1.05C610CA86C39p-29", "0x1.85C610CA86C39p-29", "avx2_rr1_p5"),
            ("src/plan.h", "kBlock = 16384", "kBlock = 262144", "scalar"),
            ("src/kernels.h", "kMaxShortColumns = 8192", "kMaxShortColumns = 131072", "vsoftmax/scalar"),
            ("include/twopass.h", "10.5 * 2^-23", "10 * 2^-23", "10.5"),
        ):
            with self.subTest(file=file, new=new), tempfile.TemporaryDirectory() as directory:
                root = pathlib.Path(directory)
                for part in ("cmake", "scripts", "src", "include"):
                    shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("gen"))
                text = (root / file).read_text(encoding="utf-8")
                self.assertIn(old, text)
                (root / file).write_text(text.replace(old, new), encoding="utf-8")
                result = check(root)
                self.assertEqual(result.returncode, 1, result.stdout)
                self.assertIn(words, result.stderr)

    # Three places know how large the error of an exponential is: the sweep measures it, the bound is made of it, the
    # document tells it.
    def test_the_errors_of_the_methods_are_those_that_every_float_is_held_to(self):
        script = (ROOT / "scripts" / "error_bound.py").read_text(encoding="utf-8")
        sweep = (ROOT / "test" / "sweep.cc").read_text(encoding="utf-8")
        errors = dict(re.findall(r'"([a-z0-9]+-p\d)": ([0-9.]+)[,}]', re.search(r"METHOD_ERRORS = .*", script)[0]))
        self.assertEqual(len(errors), 3)
        for method, units in errors.items():
            self.assertRegex(sweep, rf'"{method.replace("-", "_")}", \{{[0-9.]+, {re.escape(units)}\}}')


if __name__ == "__main__":
    unittest.main()
