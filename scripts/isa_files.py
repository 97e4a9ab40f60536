"""Loads the ISA files, and checks what they say of themselves.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import importlib
import itertools
import pathlib
import re
import sys
import types

from isa_words import GeneratorError, guarded, unknown_names, with_checked_words
from vocabulary import Isa

RECORD = {name: kind for name, kind in Isa.__annotations__.items() if name.isupper()}
NOUNS = {name: kind for name, kind in Isa.__annotations__.items() if name.islower()}

PROCESSORS_OF_CMAKE = pathlib.Path(__file__).resolve().parent.parent / "cmake" / "processor.cc"
PROCESSORS = re.findall(r"twopass_processor=(\w+)", PROCESSORS_OF_CMAKE.read_text(encoding="utf-8"))


def class_of(path):
    """The one class that an ISA file defines."""
    module = guarded(path, "loading", lambda: importlib.import_module(f"isa.{path.stem}"))
    classes = [value for value in vars(module).values() if isinstance(value, type)]
    defined = [each for each in classes if each.__module__ == module.__name__]
    if len(defined) != 1 or not issubclass(defined[0], Isa):
        names = ", ".join(each.__name__ for each in defined) or "none"
        raise GeneratorError(f"{path}: has to define one class, derived from Isa, and defines {names}")
    return defined[0]


def is_stated(isa, entry):
    """Whether a class states the entry itself or leaves it at the default. What it takes from another ISA it has to
    say, since nobody else can tell whether that is true of both."""
    return entry in vars(isa) or (hasattr(Isa, entry) and getattr(isa, entry) is getattr(Isa, entry))


def is_of_kind(value, kind):
    if kind == list[str]:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, kind)


def check(path, isa):
    """Checks the class of an ISA file: the record, and that the words are there that every ISA has."""
    unknown = list(unknown_names(isa))
    if unknown:
        names = ", ".join(unknown)
        raise GeneratorError(f"{path}: {names}: no entry of the record and no word; names of your own begin with _")
    missing = [entry for entry in RECORD if not is_stated(isa, entry)]
    missing += [noun for noun in NOUNS if not hasattr(isa, noun)] + sorted(isa.__abstractmethods__)
    if missing:
        raise GeneratorError(f"{path}: lacks {', '.join(missing)}")
    instance = isa()
    for entry, kind in {**RECORD, **NOUNS}.items():
        value = guarded(path, entry, lambda: getattr(instance, entry))
        if not is_of_kind(value, kind):
            expected = "a list of strings" if kind == list[str] else f"of type {getattr(kind, '__name__', kind)}"
            raise GeneratorError(f"{path}: {entry} is {value!r:.100}, and has to be {expected}")
    if isa.NAME != path.stem:
        raise GeneratorError(f"{path}: NAME is {isa.NAME!r}, the file says {path.stem!r}")
    if isa.RANK < 0:
        raise GeneratorError(f"{path}: RANK is {isa.RANK}, and has to be above that of scalar, 0")
    for processor in isa.PROCESSORS:
        if processor not in PROCESSORS:
            known = ", ".join(PROCESSORS)
            raise GeneratorError(f"{path}: PROCESSORS names {processor!r}; cmake/processor.cc knows {known}")


def check_together(isas):
    """Checks that each ISA has one file, and that ranks decide between those that the same machine may have."""
    for one, other in itertools.combinations(isas, 2):
        if one.NAME == other.NAME:
            raise GeneratorError(f"ISA {one.NAME} has more than one file")
        may_meet = not one.PROCESSORS or not other.PROCESSORS or set(one.PROCESSORS) & set(other.PROCESSORS)
        if one.RANK == other.RANK and may_meet:
            raise GeneratorError(f"{other.PATH}: RANK is that of {one.NAME}, {one.RANK}, and a machine may have both")


def load_isa(path):
    """An instance of the class of an ISA file."""
    isa = class_of(path)
    check(path, isa)
    instance = with_checked_words(path, isa)()
    instance.PATH = path
    return instance


def load_isas(directories):
    """Every ISA file of the directories, best first. Together they are the package `isa`, so that a file can build on
    another."""
    sys.modules["isa"] = types.ModuleType("isa")
    sys.modules["isa"].__path__ = [str(directory) for directory in directories]
    isas = [load_isa(path) for directory in directories for path in sorted(directory.glob("*.py"))]
    check_together(isas)
    return sorted(isas, key=lambda isa: (-isa.RANK, isa.NAME))
