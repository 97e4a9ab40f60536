#!/usr/bin/env python3
"""The programs in README.md are those of examples/, which the build compiles and runs.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent


def code_blocks(language):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


class ReadmeTest(unittest.TestCase):
    def check(self, language, example):
        source = (ROOT / "examples" / example).read_text(encoding="utf-8")
        program = source[source.index("#include") :]
        self.assertEqual(code_blocks(language), [program])

    def test_c(self):
        self.check("c", "softmax.c")

    def test_cpp(self):
        self.check("cpp", "softmax.cc")


if __name__ == "__main__":
    unittest.main()
