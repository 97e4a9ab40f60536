"""The table of kernels: the only place that lists them.

A kernel is element x prologue x body. A family is a body: one template, templates/<family>.cc.jinja. Its methods are
the ways to compute exp; its tiles are pairs (registers, accumulators) for one iteration of the main loop. Tiles count
registers, so that the table holds for every ISA. Stores are plain, and non-temporal ("nt") too where a kernel writes
rows that no cache holds and the ISA has such stores.

Of each role (family, prologue, elements, stores) an ISA has one kernel in use: that of the family's first method and
tile, unless its file says otherwise: IN_USE = {"<role>": (method, registers, accumulators)}. A role with a prologue or
other elements takes what the family takes without.
"""

from typing import NamedTuple


class Element(NamedTuple):
    """What x and y are made of; what is between is float. An ISA has kernels for it if it has the words load_<name>,
    store_<name> and those for tails; for f32, which every ISA has, they are load and store."""

    name: str
    type: str  # in C++
    bytes: int


class Prologue(NamedTuple):
    """What happens to x before the body: an expression of words, of v, a vector of x, and of constants."""

    constants: tuple  # pairs (name, field of struct twopass_params)
    expression: str


class Family(NamedTuple):
    name: str
    shape: str  # of the signature, src/kernels.h: "reduce", "map" or "rows"
    methods: tuple
    tiles: tuple
    stores: tuple = ("",)
    prologues: tuple = ()  # pairs (prologue, the name that the family goes by with it); without, it goes by its own
    elements: tuple = (("f32", "f32"),)  # of x and y


ELEMENTS = {element.name: element for element in (Element("f32", "float", 4),)}

PROLOGUES = {"minus": Prologue((("voffset", "offset"),), "sub(v, voffset)")}

# A table of 32 powers and a quadratic; polynomials, with and without FMA.
EXP = ("lut32-p2", "rr1-p5", "rr4-p5")
# How many floats ln 2 is made of; the methods of an ISA agree.
PARTS_OF_LN2 = {"lut32-p2": 1, "rr1-p5": 1, "rr4-p5": 4}
PLAIN = ("",)  # no exp in it

FAMILIES = (
    Family("vsoftmax", "rows", EXP, ((4, 1), (2, 1), (6, 1)), ("", "nt")),
    Family("rmax", "reduce", PLAIN, ((4, 4), (8, 8))),
    Family("raddexpanchor", "reduce", EXP, ((6, 1), (4, 1), (5, 1), (8, 1)), prologues=(("minus", "raddexpminusmax"),)),
    Family("raddstoreexpanchor", "reduce", EXP, ((6, 1), (4, 1), (5, 1), (8, 1)),
           prologues=(("minus", "raddstoreexpminusmax"),)),
    Family("vmulc", "map", PLAIN, ((4, 1), (1, 1), (8, 1))),
    Family("raddextexp", "reduce", EXP, ((8, 1), (4, 1), (5, 1), (8, 2))),
    Family("vscaleextexp", "map", EXP, ((6, 1), (2, 1), (4, 1), (8, 1)), ("", "nt"), (("minus", "vscaleexpminusmax"),)),
)
