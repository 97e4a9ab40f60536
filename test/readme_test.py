#!/usr/bin/env python3
"""The programs in README.md are those of examples/, which the build compiles and runs. What it and other documents show
of files is in them.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent


def code_blocks(document, language):
    text = (ROOT / document).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


class ReadmeTest(unittest.TestCase):
    def check(self, language, *examples):
        sources = [(ROOT / "examples" / example).read_text(encoding="utf-8") for example in examples]
        programs = [source[source.index("#include") :] for source in sources]
        self.assertEqual(code_blocks("README.md", language), programs)

    def test_c(self):
        self.check("c", "softmax.c")

    def test_cpp(self):
        self.check("cpp", "softmax.cc", "cross_entropy.cc")


class ExcerptsTest(unittest.TestCase):
    def check(self, document, language, file):
        text = (ROOT / file).read_text(encoding="utf-8")
        excerpts = code_blocks(document, language)
        self.assertTrue(excerpts)
        for excerpt in excerpts:
            self.assertIn(f"\n{excerpt}", text)

    def test_attention(self):
        self.check("README.md", "cc", "examples/attention/causal.cc")
        self.check("docs/attention.md", "cc", "examples/attention/causal.cc")

    def test_mpi(self):
        self.check("docs/mpi.md", "c", "test/mpi/consumer.c")

    def test_isa_file(self):
        self.check("docs/adding-an-isa.md", "python", "scripts/isa/vsx.py")

    def test_toolchain(self):
        self.check("docs/adding-an-isa.md", "cmake", "cmake/toolchains/ppc64le.cmake")

    def test_preset(self):
        self.check("docs/adding-an-isa.md", "json", "CMakePresets.json")

    def test_machines(self):
        self.check("docs/adding-an-isa.md", "py", "scripts/lib/emulated.py")


if __name__ == "__main__":
    unittest.main()
