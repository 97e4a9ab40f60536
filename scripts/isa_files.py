"""Loads the ISA files, and checks what they say of themselves.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import importlib
import itertools
import sys
import types

from vocabulary import Isa

RECORD = {name: kind for name, kind in Isa.__annotations__.items() if name.isupper()}
NOUNS = [name for name in Isa.__annotations__ if name.islower()]


class GeneratorError(Exception):
    """A mistake in the input, to be shown to the user in one line."""


def isa_class(path):
    """The one class that an ISA file defines."""
    try:
        module = importlib.import_module(f"isa.{path.stem}")
    except Exception as error:
        raise GeneratorError(f"{path}: {error}") from error
    classes = [value for value in vars(module).values() if isinstance(value, type) and value.__module__ == module.__name__]
    if len(classes) != 1 or not issubclass(classes[0], Isa):
        names = ", ".join(value.__name__ for value in classes) or "none"
        raise GeneratorError(f"{path}: has to define one class, derived from Isa, and defines {names}")
    return classes[0]


def check_record(path, isa):
    """The record of a class is its own: what it would inherit from another ISA it has to say. Nothing else is in capitals."""
    def is_said(name):
        return name in vars(isa) or (hasattr(Isa, name) and getattr(isa, name) is getattr(Isa, name))

    def is_of_kind(value, kind):
        if kind == list[str]:
            return isinstance(value, list) and all(isinstance(item, str) for item in value)
        return isinstance(value, kind)

    unknown = [name for name in dir(isa) if name[0].isupper() and name not in RECORD]
    if unknown:
        raise GeneratorError(f"{path}: the record knows no {', '.join(unknown)}")
    missing = [name for name in RECORD if not is_said(name)] + [name for name in ("vector", "lanes") if not hasattr(isa, name)]
    missing += sorted(isa.__abstractmethods__)
    if missing:
        raise GeneratorError(f"{path}: lacks {', '.join(missing)}")
    for name, kind in RECORD.items():
        if not is_of_kind(getattr(isa, name), kind):
            expected = "a list of strings" if kind == list[str] else f"of type {kind.__name__}"
            raise GeneratorError(f"{path}: {name} is {getattr(isa, name)!r}, and has to be {expected}")
    if isa.NAME != path.stem:
        raise GeneratorError(f"{path}: NAME is {isa.NAME!r}, the file says {path.stem!r}")


def load_isa(path):
    """An instance of the class of an ISA file."""
    isa = isa_class(path)
    check_record(path, isa)
    isa = isa()
    isa.PATH = path
    return isa


def load_isas(directories):
    """Every ISA file of the directories, best first. Together they are the package `isa`, so that a file can build on another."""
    sys.modules["isa"] = types.ModuleType("isa")
    sys.modules["isa"].__path__ = [str(directory) for directory in directories]
    isas = [load_isa(path) for directory in directories for path in sorted(directory.glob("*.py"))]
    for one, other in itertools.combinations(isas, 2):
        if one.NAME == other.NAME:
            raise GeneratorError(f"ISA {one.NAME} has more than one file")
        may_meet = not one.PROCESSORS or not other.PROCESSORS or set(one.PROCESSORS) & set(other.PROCESSORS)
        if one.RANK == other.RANK and may_meet:
            raise GeneratorError(f"{other.PATH}: RANK is {other.RANK}, as that of {one.NAME}, which the same machine may have")
    return sorted(isas, key=lambda isa: (-isa.RANK, isa.NAME))
