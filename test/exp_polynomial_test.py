#!/usr/bin/env python3
"""Tests of scripts/exp_polynomial.py --check. Run them with a Python that has mpmath and numpy.

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
    command = [sys.executable, str(scripts / "exp_polynomial.py"), "--check"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


class CheckTest(unittest.TestCase):
    def test_the_constants_are_those_derived(self):
        result = check(SCRIPTS)
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_a_changed_constant_is_named(self):
        constants = (SCRIPTS / "exp_constants.py").read_text(encoding="utf-8")
        for name, old, new in (
            ("LN2", "0x1.62E430p-1f", "0x1.62E432p-1f"),
            ("LN2", "-0x1.05C610p-29f", "-0x1.05C612p-29f"),
            ("LN2", "0x1.080000p-15f", "0x1.080002p-15f"),
            ("LN2_EXCESS", "0x1.05C610CA86C39p-29", "0x1.05C610CA86C3Ap-29"),
            ("POLYNOMIALS[5]", "0x1.0F295Ep-7f", "0x1.0F2960p-7f"),
        ):
            with self.subTest(name=name, new=new), tempfile.TemporaryDirectory() as directory:
                self.assertIn(old, constants)
                scripts = pathlib.Path(directory)
                shutil.copy(SCRIPTS / "exp_polynomial.py", scripts)
                (scripts / "exp_constants.py").write_text(constants.replace(old, new), encoding="utf-8")
                result = check(scripts)
                self.assertEqual(result.returncode, 1)
                self.assertIn(name, result.stderr)


if __name__ == "__main__":
    unittest.main()
