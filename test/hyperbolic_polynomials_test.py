#!/usr/bin/env python3
"""Tests of scripts/hyperbolic_polynomials.py --check. Run them with a Python that has mpmath and numpy.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SCRIPTS = pathlib.Path(__file__).resolve().parent.parent / "scripts"


def check(scripts):
    command = [sys.executable, str(scripts / "hyperbolic_polynomials.py"), "--check"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


class CheckTest(unittest.TestCase):
    def test_the_constants_are_those_derived(self):
        result = check(SCRIPTS)
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_a_changed_constant_is_named(self):
        constants = (SCRIPTS / "hyperbolic_constants.py").read_text(encoding="utf-8")
        for name, old, new in (
            ("TANH_OF_HALF", "-0x1.5554D6p-5f", "-0x1.5554D8p-5f"),
            ("TWICE_ATANH_OF_HALF", "0x1.1ED7BEp-11f", "0x1.1ED7C0p-11f"),
            ("JENSEN_SHANNON", "-0x1.5A71A2p-29f", "-0x1.5A71A4p-29f"),
        ):
            with self.subTest(name=name), tempfile.TemporaryDirectory() as directory:
                self.assertIn(old, constants)
                scripts = pathlib.Path(directory)
                for script in ("exp_constants.py", "exp_polynomial.py", "hyperbolic_polynomials.py"):
                    shutil.copy(SCRIPTS / script, scripts)
                changed = scripts / "hyperbolic_constants.py"
                changed.write_text(constants.replace(old, new), encoding="utf-8")
                result = check(scripts)
                self.assertEqual(result.returncode, 1)
                self.assertIn(f": {name} is", result.stderr)


if __name__ == "__main__":
    unittest.main()
