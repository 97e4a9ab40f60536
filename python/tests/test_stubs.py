"""The stubs name the functions, arguments and defaults that there are.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import ast
import pathlib

import pytest

import twopass

PACKAGE = pathlib.Path(twopass.__file__).parent


def functions_of(source):
    """{name: what its arguments are, without types}"""
    functions = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            node.args.args = [ast.arg(it.arg) for it in node.args.args]
            node.args.kwonlyargs = [ast.arg(it.arg) for it in node.args.kwonlyargs]
            functions[node.name] = ast.unparse(node.args)
    return functions


RESULTS = ["Sample", "Statistics"]  # classes
FUNCTIONS = [name for name in twopass.__all__ if name not in ("__version__", *RESULTS)]
STUBS = functions_of((PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))


def test_names():
    assert sorted(STUBS) == FUNCTIONS
    assert (PACKAGE / "py.typed").exists()


def test_fields_of_results():
    classes = {
        node.name: tuple(it.target.id for it in node.body if isinstance(it, ast.AnnAssign))
        for node in ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
    }
    for name in RESULTS:
        assert classes[name] == getattr(twopass, name)._fields


@pytest.mark.parametrize("name", FUNCTIONS)
def test_arguments(name):
    signature, _, documentation = getattr(twopass, name).__doc__.partition("\n\n")
    assert functions_of(f"def {signature}: ...") == {name: STUBS[name]}
    assert len(documentation) > 100


@pytest.mark.parametrize("name", FUNCTIONS)
def test_documented_arguments(name):
    arguments = ast.parse(f"def {getattr(twopass, name).__doc__.splitlines()[0]}: ...").body[0].args
    documentation = getattr(twopass, name).__doc__
    for argument in arguments.args + arguments.kwonlyargs:
        assert any(
            argument.arg in line.split(" : ")[0].split(", ") for line in documentation.splitlines() if " : " in line)
