#!/usr/bin/env python3
"""Tests of scripts/generate.py. Run them with a Python that has jinja2.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import functools
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
MOCK_ISA = ROOT / "test" / "isa"  # a directory with the file of one made-up ISA
GEN = ROOT / "src" / "gen"
# Of each: the elements of x and of y, and the role.
ROLES = re.findall(r"(?m)^TWOPASS_ROLE_OF\((\w+), (\w+), (\w+)\)$", (GEN / "roles.inc").read_text(encoding="utf-8"))
# Of families of floats, with their prologues.
NAMES = sorted({role.removesuffix("_nt") for x, y, role in ROLES
                if x == y == "f32" and not role.endswith("_fixed")})
FAMILIES_THAT_FIND_A_MAXIMUM = ("cmaxaddexp", "csoftmax", "raddextexp", "rmax", "rmaxaddexp", "vlogsoftmax", "vsoftmax",
                                "vsoftmaxbiased")


def generate(*arguments, root=ROOT, **options):
    command = [sys.executable, str(root / "scripts" / "generate.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


@functools.cache
def rendered(*arguments):
    """A directory with what the generator makes of the arguments, for tests to read; to render all ISAs takes a
    second."""
    directory = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(directory.cleanup)
    result = generate("--out", directory.name, *arguments)
    assert result.returncode == 0, result.stderr
    return pathlib.Path(directory.name)


def contents(directory):
    """Every file under a directory but hidden ones, which are nobody's output: its text by its path."""
    files = (path for path in directory.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(directory).as_posix(): path.read_text(encoding="utf-8") for path in files}


def replace_in(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path} no longer holds {old!r}"
    path.write_text(text.replace(old, new), encoding="utf-8")


class GeneratorTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)

    def succeed(self, *arguments, **options):
        result = generate(*arguments, **options)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def fail_with(self, words, *arguments, **options):
        """The generator fails, with a message that holds the words and is no stack trace."""
        result = generate(*arguments, **options)
        self.assertEqual(result.returncode, 1, result.stdout)
        for word in words:
            self.assertIn(word, result.stderr)
        self.assertNotIn("Traceback", result.stderr)
        return result.stderr

    def copy_of_generator(self):
        """The generator with its templates, to be broken."""
        root = self.directory / "copy"
        for part in ("cmake", "scripts", "templates"):
            shutil.copytree(ROOT / part, root / part)
        return root


class CheckTest(GeneratorTest):
    def setUp(self):
        super().setUp()
        shutil.copytree(rendered(), self.directory, dirs_exist_ok=True)
        self.kernel = min(self.directory.glob("scalar/*.cc"))
        self.name = self.kernel.relative_to(self.directory).as_posix()

    def check_fails(self, *words, isa="scalar"):
        return self.fail_with(words, "--check", "--out", self.directory, *(("--isa", isa) if isa else ()))

    def test_the_checked_in_outputs_are_up_to_date(self):
        self.succeed("--check")

    def test_fresh_outputs_are_up_to_date(self):
        self.succeed("--check", "--out", self.directory)

    def test_stale(self):
        replace_in(self.kernel, "const", "volatile")
        before = contents(self.directory)
        self.check_fails(f"stale: {self.name}")
        self.assertEqual(contents(self.directory), before)

    def test_stale_list(self):
        names = ("kernels.inc", "roles.inc", "lanes.inc", "isas.inc", "sources.cmake", "sources.bzl")
        for name in names:
            with (self.directory / name).open("a", encoding="utf-8") as file:
                file.write("\n")
        self.check_fails(*(f"stale: {name}\n" for name in names), isa="")

    def test_missing(self):
        self.kernel.unlink()
        self.check_fails(f"missing: {self.name}")
        self.assertFalse(self.kernel.exists())

    def test_orphaned(self):
        orphan = self.kernel.with_name("f32-rmax-scalar-u777.cc")
        shutil.copy(self.kernel, orphan)
        self.check_fails("orphaned: scalar/f32-rmax-scalar-u777.cc")
        self.assertTrue(orphan.exists())

    def test_each_problem_is_named(self):
        others = sorted(self.directory.glob("avx2/*.cc"))
        replace_in(others[0], "const", "volatile")
        others[1].unlink()
        shutil.copy(self.kernel, self.kernel.with_name("f32-rmax-scalar-u777.cc"))
        message = self.check_fails("stale: ", "missing: ", "orphaned: ", isa="")
        self.assertEqual(len(re.findall(r"(?m)(?:stale|missing|orphaned): ", message)), 3)

    def test_a_run_mends_all_of_it(self):
        before = contents(self.directory)
        shutil.copy(self.kernel, self.kernel.with_name("f32-rmax-scalar-u777.cc"))
        replace_in(self.kernel, "const", "volatile")
        (self.directory / "kernels.inc").unlink()
        self.succeed("--out", self.directory)
        self.assertEqual(contents(self.directory), before)

    def test_files_of_others_stay(self):
        note = self.kernel.with_name("notes.cc")
        note.write_text("// Not generated.\n", encoding="utf-8")
        self.succeed("--check", "--isa", "scalar", "--out", self.directory)
        self.succeed("--isa", "scalar", "--out", self.directory)
        self.assertTrue(note.exists())


class RenderTest(GeneratorTest):
    def test_is_the_same_on_every_run(self):
        outputs = []
        for seed, cwd in (("1", ROOT), ("2", self.directory)):
            out = self.directory / f"out{seed}"
            self.succeed("--out", out, cwd=cwd, env={**os.environ, "PYTHONHASHSEED": seed})
            outputs.append(contents(out))
        self.assertEqual(outputs[0], outputs[1])
        self.assertEqual(outputs[0], contents(GEN))

    def test_holds_nothing_of_the_machine(self):
        for name, text in contents(GEN).items():
            self.assertNotIn(str(ROOT), text, name)
            self.assertNotRegex(text, r"\b(19|20)\d\d-\d\d-\d\d\b", name)

    def test_each_kernel_says_where_it_comes_from(self):
        for path in ROOT.glob("src/gen/*/*-*.cc"):
            text = path.read_text(encoding="utf-8")
            for kind, directory in (("template", "templates"), ("ISA file", "scripts/isa")):
                source = re.search(rf"{kind} +(\S+)", text)
                self.assertIsNotNone(source, path)
                self.assertTrue(source[1].startswith(directory), path)
                self.assertTrue((ROOT / source[1]).is_file(), path)

    def test_what_is_checked_in_stays_small(self):
        self.assertLessEqual(len(contents(GEN)), 940)

    def test_paragraphs_are_a_blank_line_apart(self):
        outputs = contents(GEN) | contents(rendered("--candidates"))
        for name, text in outputs.items():
            if name.endswith(".cc"):
                self.assertTrue(text.startswith("// "), name)
                self.assertNotIn("\n\n\n", text, name)
                self.assertNotRegex(text, r"(?<!namespace )\{\n\n", name)
                self.assertNotRegex(text, r"\n\n *\}(?!  // namespace)", name)

    def test_isa_limits_the_outputs(self):
        self.succeed("--isa", "avx2", "--out", self.directory)
        expected = {name: text for name, text in contents(GEN).items() if name.startswith("avx2/")}
        self.assertEqual(contents(self.directory), expected)
        self.succeed("--isa", "avx2", "--check", "--out", self.directory)
        replace_in(min(self.directory.glob("avx2/*.cc")), "const", "volatile")
        self.fail_with(["stale: avx2/"], "--isa", "avx2", "--check", "--out", self.directory)


class CandidatesTest(GeneratorTest):
    def setUp(self):
        super().setUp()
        self.outputs = contents(rendered("--candidates"))

    def test_are_what_is_not_in_use(self):
        marks = {line[2:]: line[:2] for line in self.succeed("--list").splitlines()}
        labels = re.findall(r'"(.+)"', self.outputs["candidates.inc"])
        self.assertEqual(sorted(labels), sorted(label for label, mark in marks.items() if mark == "  "))
        in_use = re.findall(r'"(.+)"', contents(GEN)["kernels.inc"])
        self.assertEqual(sorted(in_use), sorted(label for label, mark in marks.items() if mark == "* "))

    def test_are_on_the_list_of_sources(self):
        others = ("candidates.inc", "words.inc", "words.cc")
        files = sorted(f"gen/{name}" for name in self.outputs if not name.endswith(others))
        listed = re.findall(r"(?m)^  (gen/\S+)$", contents(GEN)["sources.cmake"])
        self.assertEqual(sorted(listed), files)
        for name in files:
            self.assertFalse((ROOT / "src" / name).exists(), name)

    def test_each_word_is_a_function_for_its_test(self):
        """Of words that others are made of, those that a template may ask for."""
        vocabulary, functions = (
            (ROOT / "scripts" / f"{name}.py").read_text(encoding="utf-8") for name in ("vocabulary", "word_functions")
        )
        words = set(re.findall(r'(?m)^    def ([a-z]\w*)\(self, ?.*\n        """(?:Expression|Statement)', vocabulary))
        self.assertIn("scale_saturating", words)
        only_parts = {"spread", "packed", "reduce", "scale_down_bounded"}
        self.assertEqual([word for word in sorted(words - only_parts) if not re.search(rf"\b{word}\b", functions)], [])
        test = (ROOT / "test" / "word_test.cc").read_text(encoding="utf-8")
        listed = set(re.findall(r', "(\w+)", twopass_word_', self.outputs["words.inc"]))
        self.assertEqual([word for word in listed if f'"{word}"' not in test and "_16" not in word], [])

    def test_can_be_checked(self):
        shutil.copytree(rendered("--candidates"), self.directory, dirs_exist_ok=True)
        self.succeed("--candidates", "--check", "--out", self.directory)
        (self.directory / "candidates.inc").unlink()
        self.fail_with(["missing: candidates.inc"], "--candidates", "--check", "--out", self.directory)

    def test_are_kept_out_of_the_sources(self):
        result = generate("--candidates")
        self.assertEqual(result.returncode, 2)
        self.assertIn("--out", result.stderr)

    def test_are_explained(self):
        name = next(name for name in sorted(self.outputs) if "avx2/" in name)
        self.assertIn(f"rendered into the build tree: gen/{name}\n", self.succeed("--explain", name))


class TableTest(GeneratorTest):
    """A table beside that of the project: test/seams, which seams_test.sh compiles and runs."""

    TABLE = ROOT / "test" / "seams" / "table.py"
    ISA = ROOT / "test" / "seams" / "isa"

    def labels(self, isa):
        listed = self.succeed("--table", self.TABLE, "--isa-dir", self.ISA, "--list", "--isa", isa)
        return [line[2:] for line in listed.splitlines()]

    def test_an_element_needs_words_of_an_isa(self):
        self.assertIn("e4m3_f32_raddexpanchor/scalar8_rr4_p5_u6", self.labels("scalar8"))
        self.assertIn("e4m3_vscaleextexp/scalar8_rr4_p5_u6", self.labels("scalar8"))
        self.assertEqual([label for label in self.labels("scalar") if "e4m3" in label], [])

    def test_an_element_has_the_tile_of_floats_and_no_prologue(self):
        self.assertEqual([label for label in self.labels("scalar8") if "e4m3_f32_radd" in label],
                         ["e4m3_f32_raddexpanchor/scalar8_rr4_p5_u6"])

    def test_a_prologue_is_for_every_isa(self):
        outputs = contents(rendered("--table", self.TABLE))
        for name in ("avx2/f32-raddexptwice-avx2-rr1-p5-u48.cc", "scalar/f32-raddexptwice-scalar-rr4-p5-u6.cc"):
            self.assertRegex(outputs[name], r"vx0 = (_mm256_add_ps\(vx0, vx0\)|vx0 \+ vx0);")

    def test_the_kernels_of_the_project_stay(self):
        outputs = contents(rendered("--table", self.TABLE))
        for name, text in contents(GEN).items():
            if "/" in name:
                self.assertEqual(outputs[name], text, name)

    def test_mistakes(self):
        table = self.directory / "table.py"
        for mistake, words in (
            ('PROLOGUES = {**kernels.PROLOGUES, "minus": kernels.Prologue((), "subtract(v)")}\n',
             ["raddexpminusmax", "unknown word 'subtract'"]),
            ("PROLOGUES = {}\n", ["table.py", "biased"]),
            ("ELEMENTS = {}\n", ["table.py", "f32"]),
            ("FAMILIES = (\n", ["table.py"]),
        ):
            with self.subTest(mistake):
                table.write_text(f"import kernels\nfrom kernels import *\n\n{mistake}", encoding="utf-8")
                self.fail_with(words, "--table", table, "--out", self.directory / "out")
        self.fail_with(["no/such/table.py"], "--table", "no/such/table.py", "--list")


class NewIsaTest(GeneratorTest):
    """A made-up ISA is one file."""

    def render(self, *arguments):
        return contents(rendered("--isa-dir", MOCK_ISA, *arguments))

    def test_its_file_is_all_it_takes(self):
        self.assertEqual([path.name for path in MOCK_ISA.glob("*.py")], ["mock.py"])
        kernels = [name for name in self.render("--isa", "mock") if name.startswith("mock/f32-")]
        in_fixed_order = {role.removesuffix("_fixed") for _, _, role in ROLES if role.endswith("_fixed")}
        self.assertEqual(sorted({name.split("-")[1] for name in kernels}), sorted({*NAMES, *in_fixed_order}))

    def test_its_constants_may_be_floats(self):
        text = self.render("--isa", "mock")["mock/f32-vmulc-mock-u16.cc"]
        self.assertIn("  const mock4 vscale = mock_set(scale);\n", text)
        path = pathlib.Path(shutil.copy(MOCK_ISA / "mock.py", self.directory))
        with path.open("a", encoding="utf-8") as file:
            file.write('\n    def constant(self, name, a):\n        return f"const float {name} = {a};"\n')
        self.succeed("--isa-dir", path.parent, "--isa", "mock", "--out", self.directory / "floats")
        text = (self.directory / "floats" / "mock" / "f32-vmulc-mock-u16.cc").read_text(encoding="utf-8")
        self.assertIn("  const float vscale = scale;\n", text)

    def test_a_tile_may_be_a_group_of_registers(self):
        path = pathlib.Path(shutil.copy(MOCK_ISA / "mock.py", self.directory))
        with path.open("a", encoding="utf-8") as file:
            file.write("\n    IN_GROUPS = True\n    TILES = ((2, 1), (1, 1))\n")
            for noun, value in (("vector", 'f"mock4x{self.group}"'), ("lanes", "4 * self.group")):
                file.write(f"\n    @property\n    def {noun}(self):\n        return {value}\n")
        outputs = {}
        for candidates in ((), ("--candidates",)):
            self.succeed("--isa-dir", path.parent, "--isa", "mock", *candidates, "--out", self.directory / "groups")
            outputs.update(contents(self.directory / "groups"))
        self.assertEqual(sorted(name for name in outputs if "vmulc" in name),
                         ["mock/f32-vmulc-mock-u4.cc", "mock/f32-vmulc-mock-u8.cc"])
        text = outputs["mock/f32-vmulc-mock-u8.cc"]
        self.assertIn("for (; count >= 8; count -= 8) {\n    mock4x2 vx0 = ", text)
        self.assertNotIn("vx1", text)

    def test_the_lists_gain_it_and_the_other_isas_stay(self):
        outputs = self.render()
        for name, text in contents(GEN).items():
            if "/" in name:
                self.assertEqual(outputs[name], text, name)
            else:
                self.assertNotIn("mock", text)
                self.assertEqual("mock" in outputs[name], name not in ("lanes.inc", "roles.inc"), name)
        row = r'(?m)^TWOPASS_KERNEL\(\w+, \w+, \w+, (\w+), mock, (\w+), "(\S+)", (\d+)\)$'
        rows = re.findall(row, outputs["kernels.inc"])
        files = [name for name in outputs if name.startswith("mock/")]
        self.assertEqual(len(rows), len(files))
        for name, symbol, label, elements in rows:
            self.assertEqual(symbol, f"twopass_{label.replace('/', '__')}")
            stem = label.replace("/", "-").replace("_", "-")
            self.assertIn(f"mock/{stem}.cc", files)
            self.assertEqual(stem.split("-")[1], name)
            self.assertIn(f"u{elements}", stem.split("-"))

    def test_the_best_isa_comes_first(self):
        outputs = self.render()
        self.assertIn("set(TWOPASS_ISAS mock ", outputs["sources.cmake"])  # its rank is above all others
        self.assertRegex(outputs["sources.bzl"], r'ISAS = \["mock", .*"scalar"\]')

    def test_a_file_can_build_on_another(self):
        """On one beside it, or on one of the project. Kernels without a word that it replaces differ in their names
        only."""
        own_word = '\n    def reduce_max(self, result, v):\n        return ["own_word();"]\n'
        inherited = ("PROCESSORS", "FLAGS", "AVAILABLE", "INCLUDES", "PREAMBLE", "METHODS", "IN_USE")
        directory = self.directory / "isa"
        directory.mkdir()
        shutil.copy(MOCK_ISA / "mock.py", directory)
        for base in ("mock", "sse2"):
            with self.subTest(base):
                original = base.capitalize()
                record = ['NAME = "derived"', "RANK = 1", *(f"{entry} = {original}.{entry}" for entry in inherited)]
                lines = [f"from isa.{base} import {original}", f"class Derived({original}):"]
                lines += [f"    {entry}" for entry in record]
                (directory / "derived.py").write_text("\n".join(lines) + own_word, encoding="utf-8")
                out = self.directory / base
                for isa in (base, "derived"):
                    self.succeed("--isa-dir", directory, "--isa", isa, "--out", out)
                originals = contents(out / base)
                self.assertEqual(len(contents(out / "derived")), len(originals))
                for name, text in contents(out / "derived").items():
                    name = name.replace("derived", base)
                    finds_max = any(f"-{family}-" in name for family in FAMILIES_THAT_FIND_A_MAXIMUM)
                    self.assertEqual("own_word();" in text, finds_max, name)
                    if "own_word();" not in text:
                        self.assertEqual(text.replace("derived", base), originals[name].replace("scripts/isa/", ""))


class RunTimeLanesTest(GeneratorTest):
    """Vectors whose length the machine knows: the made-up ISA again, with an expression for lanes."""

    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        cls.isa_dir = pathlib.Path(directory.name) / "isa"
        cls.isa_dir.mkdir()
        isa_file = pathlib.Path(shutil.copy(MOCK_ISA / "mock.py", cls.isa_dir))
        replace_in(isa_file, "lanes = 4", 'lanes = "mock_lanes()"')
        replace_in(isa_file, "METHODS",
                   'INCLUDES = ["mock.h"]\n    PREFERRED = "twopass_lanes__mock() > 4"\n    METHODS')
        cls.out = pathlib.Path(directory.name) / "out"
        result = generate("--isa-dir", cls.isa_dir, "--out", cls.out)
        assert result.returncode == 0, result.stderr
        cls.outputs = contents(cls.out)

    def test_tiles_are_named_by_their_vectors(self):
        kernels = [name for name in self.outputs if name.startswith("mock/f32-")]
        self.assertEqual(sorted({name.split("-")[1] for name in kernels}), NAMES)
        for name in kernels:
            self.assertRegex(name, r"-u\dv(-acc\d)?(-nt)?\.cc$")
        label = "f32_rmax/mock_u4v_acc4"
        self.assertIn(f"* {label}\n", self.succeed("--isa-dir", self.isa_dir, "--list"))
        explanation = self.succeed("--isa-dir", self.isa_dir, "--explain", label)
        self.assertIn("src/gen/mock/f32-rmax-mock-u4v-acc4.cc\n", explanation)
        self.assertIn("tile 4 x mock4, accumulators 4\n", explanation)

    def test_kernels_count_in_lanes(self):
        text = self.outputs["mock/f32-vmulc-mock-u4v.cc"]
        for words in (
            "for (; count >= 4 * mock_lanes(); count -= 4 * mock_lanes()) {",
            "mock_load(x + mock_lanes(), 4)",
            "mock_load(x + 3 * mock_lanes(), 4)",
            "y += 4 * mock_lanes();",
            "for (; count >= mock_lanes(); count -= mock_lanes()) {",
        ):
            self.assertIn(words, text)

    def test_a_function_tells_the_lanes(self):
        source = self.outputs["mock/lanes.cc"]
        self.assertIn("#include <mock.h>\n", source)
        self.assertIn('#include "kernels.h"\n', source)
        self.assertIn("[[maybe_unused]] mock4 mock_set(float a)", source)  # what the expression may call
        self.assertIn("size_t twopass_lanes__mock() { return mock_lanes(); }\n", source)
        declaration = "#if TWOPASS_ENABLE_MOCK\nsize_t twopass_lanes__mock();\n#endif\n"
        self.assertEqual(self.outputs["lanes.inc"].count(declaration), 1)
        # In the library, since the dispatch calls it.
        for name in ("sources.cmake", "sources.bzl"):
            in_use = re.search(r"KERNELS.*?mock.*?[)\]]", self.outputs[name], re.DOTALL)[0]
            self.assertIn("src/gen/mock/lanes.cc", in_use)
            self.assertEqual(self.outputs[name].count("mock/lanes.cc"), 1)

    def test_the_lists_ask_it(self):
        kernels = self.outputs["kernels.inc"]
        names = 'map, f32, f32, vmulc, mock, twopass_f32_vmulc__mock_u4v, "f32_vmulc/mock_u4v"'
        self.assertIn(f"TWOPASS_KERNEL({names}, 4 * twopass_lanes__mock())\n", kernels)
        isa = "TWOPASS_ISA(mock, true, twopass_lanes__mock() > 4, 0x1.05C610CA86C39p-29,\n"
        self.assertIn(isa, self.outputs["isas.inc"])

    def test_check_knows_its_file(self):
        out = self.directory / "out"
        shutil.copytree(self.out, out)
        check = ("--isa-dir", self.isa_dir, "--isa", "mock", "--check", "--out", out)
        self.succeed(*check)
        replace_in(out / "mock" / "lanes.cc", "mock_lanes()", "4")
        self.fail_with(["stale: mock/lanes.cc"], *check)
        (out / "mock" / "lanes.cc").unlink()
        self.fail_with(["missing: mock/lanes.cc"], *check)

    def test_no_file_where_lanes_are_known(self):
        for isa in ("avx2", "scalar"):
            self.assertNotIn(f"{isa}/lanes.cc", self.outputs)


class MistakeTest(GeneratorTest):
    def isa_file(self):
        """A copy of the made-up ISA, to be broken."""
        directory = self.directory / "isa"
        directory.mkdir()
        return shutil.copy(MOCK_ISA / "mock.py", directory)

    def render_fails(self, isa_file, *words):
        isa_file = pathlib.Path(isa_file)
        out = self.directory / "out"
        message = self.fail_with(words, "--isa-dir", isa_file.parent, "--isa", isa_file.stem, "--out", out)
        self.assertFalse(out.exists())
        return message

    def mistake_fails(self, right, wrong, *words):
        """The made-up ISA with a mistake fails with a message that holds the words."""
        path = pathlib.Path(self.isa_file())
        replace_in(path, right, wrong)
        message = self.render_fails(path, *words)
        shutil.rmtree(path.parent)
        return message

    def test_an_isa_that_lacks_a_word(self):
        """Some words every ISA has, others only what is made of them needs."""
        for word, message in (
            ("set1", "mock.py: lacks set1"),
            ("max", "mock.py: lacks max"),
            ("load_tail", "kernel vsoftmax, ISA mock: lacks the word 'load_tail'"),
            ("power", "kernel vsoftmax, ISA mock: lacks the word 'power'"),
            ("min", "mock.py: lacks min"),
        ):
            with self.subTest(word):
                self.mistake_fails(f"def {word}(", f"def _other_{word}(", message)

    def test_a_template_with_an_unknown_word(self):
        root = self.copy_of_generator()
        replace_in(root / "templates" / "vmulc.cc.jinja", "mul", "multiply_by_magic")
        words = ["vmulc", "avx2", "'multiply_by_magic"]
        self.fail_with(words, "--isa", "avx2", "--out", self.directory / "out", root=root)

    def test_a_template_with_a_syntax_error(self):
        root = self.copy_of_generator()
        replace_in(root / "templates" / "vmulc.cc.jinja", "//% endcall", "//% endcal")
        self.fail_with(["vmulc", "endcal"], "--out", self.directory / "out", root=root)

    def test_a_word_that_takes_other_arguments(self):
        path = pathlib.Path(self.isa_file())
        replace_in(path, "def sub(self, a, b):", "def sub(self, a, b, c):")
        self.render_fails(path, "mock", "sub()")

    def test_an_isa_file_that_lacks_part_of_its_record(self):
        path = pathlib.Path(self.isa_file())
        replace_in(path, "RANK = 1000", "")
        self.render_fails(path, "mock.py", "lacks RANK")

    def test_an_isa_file_with_a_misspelt_entry(self):
        path = pathlib.Path(self.isa_file())
        replace_in(path, "METHODS", 'PREFERED = "false"\n    METHODS')
        self.render_fails(path, "mock.py", "PREFERED")

    def test_an_entry_of_another_type(self):
        for entry, right, wrong in (
            ("PROCESSORS", "[]", '"x86_64"'),
            ("FLAGS", "[]", '"-mmock"'),
            ("FLAGS", "[]", "[1]"),
            ("PREAMBLE", "HELPERS.splitlines()", "HELPERS"),
            ("RANK", "1000", "[]"),
            ("lanes", "4", "4.0"),
        ):
            with self.subTest(entry=entry, wrong=wrong):
                self.mistake_fails(f"{entry} = {right}", f"{entry} = {wrong}", f"mock.py: {entry} is ")

    def test_a_word_of_another_kind(self):
        add, store = 'return f"{a} + {b}"', 'return f"mock_store({p}, {v}, 4);"'
        tail_begin = 'return [f"const int vtail = (int) {count};"]'
        for right, wrong, word in (
            (add, 'f"{a} + {b}"', "add"),
            (add, 'return f"{a} + {b};"', "add"),
            (add, 'return [f"{a} + {b}"]', "add"),
            (store, 'return [f"mock_store({p}, {v}, 4);"]', "store"),
            (store, 'return f"mock_store({p}, {v}, 4)"', "store"),
            (store, 'return f"mock_store({p}, {v}, 4);;"', "store"),
            (tail_begin, 'return f"const int vtail = (int) {count};"', "tail_begin"),
            (tail_begin, 'return [f"const int vtail = (int) {count}"]', "tail_begin"),
            (tail_begin, 'return [f"const int vtail = (int) {count};;"]', "tail_begin"),
            (tail_begin, 'return ["int vtail;", None]', "tail_begin"),
        ):
            with self.subTest(wrong):
                message = self.mistake_fails(right, wrong, f"mock.py: {word} returns ")
                self.assertEqual(message.count("\n"), 1)

    def test_a_statement_may_have_several_lines(self):
        path = pathlib.Path(self.isa_file())
        replace_in(path, 'f"const int vtail = (int) {count};"',
                   '"// Of (C++:", "const int vtail = (int) (", f"    {count});"')
        self.succeed("--isa-dir", path.parent, "--isa", "mock", "--out", self.directory / "out")

    def test_an_exception_in_a_word(self):
        message = self.mistake_fails('return f"{a} + {b}"', 'return f"{a} + {c}"', "add: NameError", "'c'")
        self.assertRegex(message, r"\Agenerate.py: \S+/mock\.py:\d+: [^\n]*\n\Z")
        self.mistake_fails("FLAGS = []", "FLAGS = flags", "mock.py:", "NameError", "'flags'")

    def test_a_misspelt_word(self):
        for right, wrong in (("store_non_temporal", "store_nontemporal"), ("def fence", "def fense")):
            self.mistake_fails(right, wrong, f"mock.py: {wrong.split()[-1]} (is {right.split()[-1]} meant?)")

    def test_names_of_its_own(self):
        path = pathlib.Path(self.isa_file())
        replace_in(path, 'return f"{a} + {b}"', "return self._sum(a, b)")
        with path.open("a", encoding="utf-8") as file:
            file.write('\n    def _sum(self, a, b):\n        return f"{a} + {b}"\n')
        self.succeed("--isa-dir", path.parent, "--isa", "mock", "--out", self.directory / "out")

    def test_a_processor_that_the_build_does_not_know(self):
        self.mistake_fails("PROCESSORS = []", 'PROCESSORS = ["ppc64"]', "mock.py: PROCESSORS names 'ppc64'", "ppc64le")

    def test_an_entry_that_is_inherited_without_a_word(self):
        """Of a derived ISA: the trap is an entry like IN_USE, which was measured for another."""
        path = pathlib.Path(self.isa_file())
        derived = path.parent / "derived.py"
        record = '    NAME = "derived"\n    RANK = 1\n    FLAGS = []\n'
        derived.write_text(f"from isa.mock import Mock\n\nclass Derived(Mock):\n{record}", encoding="utf-8")
        self.render_fails(derived, "derived.py: lacks PROCESSORS, AVAILABLE, METHODS, PREAMBLE")

    def test_a_rank_that_is_taken(self):
        self.mistake_fails("RANK = 1000", "RANK = 20", "mock.py: RANK is that of avx2, 20")
        self.mistake_fails("RANK = 1000", "RANK = 0", "mock.py: RANK is that of scalar, 0")
        self.mistake_fails("RANK = 1000", "RANK = -1", "mock.py: RANK is -1")

    def test_an_isa_file_without_a_class_or_with_two(self):
        for text, found in (("class Mock", "Mock"), ("class Other(Isa):\n    pass\n\nclass Mock(Isa)", "Other, Mock")):
            with self.subTest(found):
                path = pathlib.Path(self.isa_file())
                replace_in(path, "class Mock(Isa)", text)
                self.render_fails(path, "mock.py", f"defines {found}")
                shutil.rmtree(path.parent)

    def test_an_isa_file_of_another_name(self):
        path = pathlib.Path(self.isa_file())
        replace_in(path, 'NAME = "mock"', 'NAME = "other"')
        self.render_fails(path, "mock.py", "other")

    def test_an_isa_file_that_is_no_python(self):
        path = pathlib.Path(self.isa_file())
        replace_in(path, "def set1(self, a):", "def set1(self, a)")
        self.render_fails(path, "mock.py")

    def test_two_files_of_one_isa(self):
        path = pathlib.Path(self.isa_file())
        shutil.copy(ROOT / "scripts" / "isa" / "scalar.py", path.parent)
        self.render_fails(path, "scalar")

    def test_an_isa_directory_that_is_missing(self):
        self.fail_with(["no/such/directory"], "--list", "--isa-dir", "no/such/directory")

    def test_an_unknown_isa(self):
        self.fail_with(["bogus", "avx2", "scalar"], "--list", "--isa", "bogus")

    def test_an_unknown_kernel(self):
        for name in ("bogus", "f32_rmax/avx2_u7", ""):
            self.fail_with([f"'{name}'"], "--explain", name, "--out", self.directory)


class ListTest(GeneratorTest):
    def rows(self, *arguments):
        """Pairs of a kernel's name and whether it is in use."""
        return [(line[2:], line[:2] == "* ") for line in self.succeed("--list", *arguments).splitlines()]

    def test_has_every_kernel_once(self):
        names = [name for name, _ in self.rows()]
        self.assertGreater(len(names), 300)
        self.assertEqual(len(set(names)), len(names))

    def test_marks_one_kernel_for_each_role_and_isa_as_in_use(self):
        in_use = []
        for name, is_in_use in self.rows():
            if is_in_use:
                role, isa = re.fullmatch(r"(\w+)/([^_]+)\w*", name).groups()
                form = re.search(r"_(nt|fixed)$", name)
                in_use.append((role + (form[0] if form else ""), isa))
        isas = [path.stem for path in (ROOT / "scripts" / "isa").glob("*.py")]
        roles = [f"{x}_{role}" if x == y else f"{x}_{y}_{role}" for x, y, role in ROLES]
        plain = [(role, isa) for role in roles if not role.endswith(("_nt", "_fixed")) for isa in isas]
        non_temporal = [(role, isa) for role, isa in in_use if role.endswith("_nt")]
        with_fixed_order = ("avx2", "avx512f", "neonfma", "scalar", "vsx", "vxe")
        fixed = [(role, isa) for role in roles if role.endswith("_fixed") for isa in with_fixed_order]
        self.assertEqual(sorted(in_use), sorted(plain + non_temporal + fixed))
        self.assertEqual(len(set(non_temporal)), len(non_temporal))
        self.assertIn(("f32_vscaleextexp_nt", "avx2"), non_temporal)
        self.assertIn(("bf16_vscaleextexp_nt", "sse2"), non_temporal)

    def test_isa_limits_it(self):
        self.assertEqual(self.rows("--isa", "avx2"), [row for row in self.rows() if "/avx2_" in row[0]])

    def test_explain_takes_every_form_of_a_name(self):
        name = next(name for name, is_in_use in self.rows() if is_in_use)
        explanation = self.succeed("--explain", name)
        stem = name.replace("/", "-").replace("_", "-")
        family, isa = re.split("[/_]", name)[1:3]
        symbol = f"twopass_{name.replace('/', '__')}"
        file = f"src/gen/{isa}/{stem}.cc"
        for words in (symbol, file, f"templates/{family}.cc.jinja", f"scripts/isa/{isa}.py", "parameters"):
            self.assertIn(words, explanation)
        self.assertTrue((ROOT / file).is_file())
        for form in (symbol, stem, f"{stem}.cc", file):
            self.assertEqual(self.succeed("--explain", form), explanation)


if __name__ == "__main__":
    unittest.main()
