"""What the documents show is what the package does.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import doctest
import pathlib
import re

import numpy as np

import twopass

ROOT = pathlib.Path(__file__).parents[2]
OPTIONS = doctest.IGNORE_EXCEPTION_DETAIL | doctest.NORMALIZE_WHITESPACE


def sections_of(document):
    """{heading: [(line, snippet)]} of the snippets of a document."""
    sections, heading = {}, ""
    for match in re.finditer(r"^## ([^\n]*)$|^```pycon\n(.*?)^```$", document, re.MULTILINE | re.DOTALL):
        if match[1] is not None:
            heading = match[1]
        else:
            sections.setdefault(heading, []).append((document.count("\n", 0, match.start()) + 1, match[2]))
    return sections


def run(name, names, snippets):
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner(optionflags=OPTIONS)
    for line, snippet in snippets:
        test = parser.get_doctest(snippet, names, name, name, line)
        assert test.examples
        assert runner.run(test, clear_globs=False).failed == 0
        names.update(test.globs)


# Sections for which other packages are needed have their snippets run by the tests that have those.
OF_OTHER_PACKAGES = ("PyTorch", "MPI")


def run_tour(wanted=None):
    """Runs the snippets that need no other package, and those of the section of that heading."""
    names = {"twopass": twopass}
    with np.printoptions():  # which the first snippet sets
        for heading, snippets in sections_of((ROOT / "docs/python.md").read_text(encoding="utf-8")).items():
            if heading == wanted or heading not in OF_OTHER_PACKAGES:
                run("python.md", names, snippets)


def test_tour():
    run_tour()


def test_readme():
    snippets = sections_of((ROOT / "README.md").read_text(encoding="utf-8"))
    run("README.md", {}, [it for section in snippets.values() for it in section])
