"""Holds the words of an ISA file to what the vocabulary promises of them, so that a mistake there is one line that
names the file and the word, and not a kernel that no compiler takes.

A word returns one of the kinds below; its docstring in vocabulary.py begins with the kind.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import difflib
import functools
import inspect
import re
import traceback
from typing import Callable, NamedTuple

from vocabulary import Isa, MissingWord


class GeneratorError(Exception):
    """A mistake in the input, to be shown to the user in one line."""


# ---- What words return


def is_expression(text):
    return isinstance(text, str) and text.strip() != "" and not text.rstrip().endswith(";")


def is_statement(text):
    return isinstance(text, str) and re.fullmatch(r"[^;]+;", text.strip()) is not None


def are_lines(lines):
    return isinstance(lines, list) and all(isinstance(line, str) for line in lines)


def are_statements(lines):
    """Whether a statement ends where a line leaves no parenthesis open. Comments are no part of it."""
    if not are_lines(lines):
        return False
    open_parentheses = 0
    for line in lines:
        code = line.split("//")[0].strip()
        open_parentheses += code.count("(") - code.count(")")
        if code and open_parentheses == 0 and (code[-1] not in ";{}" or re.search(r";\s*;$", code)):
            return False
    return open_parentheses == 0


class Kind(NamedTuple):
    is_kept: Callable  # whether a value is of the kind
    promise: str


KINDS = {
    "Expression": Kind(is_expression, "an expression: a string without a semicolon at its end"),
    "Statement": Kind(is_statement, "a statement: a string with one semicolon, at its end"),
    "Statements": Kind(are_statements, "statements: a list of strings, each with one semicolon at its end"),
    "Lines": Kind(are_lines, "a list of strings"),
    "Words": Kind(lambda isa: isa is None or isinstance(isa, Isa), "an Isa, or None"),
}


# ---- The names of words


def model(name):
    """The word of the vocabulary that says what the word of a further element is: load_16 for load_8, widen_bf16 for
    widen_e4m3."""
    name = re.sub(r"^(\w+)_\d+(?=_|$)", r"\1_16", name)
    return re.sub(r"^(widen|narrow_exponential|narrow)_\w+$", r"\1_bf16", name)


def kind_name(word):
    return re.match(r"\w+", word.__doc__)[0]


def kind_of(name):
    """The kind of a word; none where the name is that of a noun or of no word."""
    word = getattr(Isa, model(name), None)
    return KINDS[kind_name(word)] if inspect.isfunction(word) else None


def is_of_isa_file(module):
    return module.startswith("isa.")


def unknown_names(isa):
    """What a class defines that nobody will ask for, each with the name that may be meant. Names that begin with _ are
    its own affair."""
    bases = [each for each in isa.__mro__[1:] if not is_of_isa_file(each.__module__)]
    known = {name for each in bases for name in (*vars(each), *vars(each).get("__annotations__", {}))}
    for name in vars(isa):
        if not name.startswith("_") and name not in known and model(name) not in known:
            meant = difflib.get_close_matches(name, sorted(known), n=1)
            yield f"{name} (is {meant[0]} meant?)" if meant else name


# ---- Words that are checked


def guarded(path, name, make):
    """What make() returns. An exception in it becomes a line that says where it came from."""
    try:
        return make()
    except (GeneratorError, MissingWord):
        raise
    except Exception as error:
        frames = traceback.walk_tb(error.__traceback__)
        own = [(frame.f_code, line) for frame, line in frames if is_of_isa_file(frame.f_globals["__name__"])]
        where = f"{own[-1][0].co_filename}:{own[-1][1]}" if own else path
        raise GeneratorError(f"{where}: {name}: {type(error).__name__}: {error}") from error


def checked(path, name, kind, word):
    @functools.wraps(word)
    def checked_word(self, *arguments):
        value = guarded(path, name, lambda: word(self, *arguments))
        if not kind.is_kept(value):
            raise GeneratorError(f"{path}: {name} returns {value!r:.100}, and has to return {kind.promise}")
        return value

    return checked_word


def with_checked_words(path, isa):
    """The class of an ISA file, as one whose words are checked whenever somebody asks for them."""
    words = {}
    for name in dir(isa):
        kind = None if name.startswith("_") else kind_of(name)
        if kind:
            words[name] = checked(path, name, kind, getattr(isa, name))
    return type(isa.__name__, (isa,), words)
