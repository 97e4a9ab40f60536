"""The table of kernels: the only place that lists them.

A kernel is element x prologue x body. A family is a body: one template, templates/<family>.cc.jinja. Its methods are
the ways to compute exp; its tiles are pairs (registers, accumulators) for one iteration of the main loop. Tiles count
registers, so that the table holds for every ISA. Stores are plain, and non-temporal ("nt") too where a kernel writes
rows that no cache holds and the ISA has such stores.

Of each role (family, prologue, elements, stores) an ISA has one kernel in use: that of the family's first method and
tile, unless its file says otherwise: IN_USE = {"<role>": (method, registers, accumulators)}. A role with a prologue or
other elements takes what the family takes without.

Of other elements than floats, and with a second row in its prologue, it has one tile, the one in use for floats. So it
computes of other elements just what that one computes of the same numbers, and rounds it once. Prologues are for floats
only.

Some names there are in the fixed order ("fixed"), too: with the same bits on every ISA. Their exp is by one method,
with a fused multiply-add. Their tiles are as long everywhere, and sums have an accumulator for each lane of the longest
vector, whatever the vectors are; the last tile is padded. A family without stores has nothing else.
"""

from typing import NamedTuple


class Element(NamedTuple):
    """What x and y are made of; what is between is float. An ISA has kernels for it if it has the words widen_<name>,
    narrow_<name>, and those that load and store elements of so many bits; f32, which every ISA has, takes no
    conversion."""

    name: str
    type: str  # in C++
    bytes: int


class Prologue(NamedTuple):
    """What happens to x before the body: an expression of words, of v, a vector of x, of w, one of a second row where
    it reads one, and of constants."""

    constants: tuple  # pairs (name, field of struct twopass_params)
    expression: str
    reads_w: bool = False


class Family(NamedTuple):
    name: str
    shape: str  # of the signature, twopass_<shape>_fn of src/kernels.h
    methods: tuple
    tiles: tuple
    stores: tuple = ("",)
    prologues: tuple = ()  # pairs (prologue, the name that the family goes by with it), for floats
    elements: tuple = (("f32", "f32"),)  # of x and y
    fixed: tuple = ()  # what of its names there are in the fixed order too
    exact: bool = False  # whether it has the same bits on every ISA anyway
    exponentials: bool = False  # whether y is NaN, 0, or from FLT_MIN to 2^111, which may be easier to narrow


ELEMENTS = {
    "f32": Element("f32", "float", 4),
    "f16": Element("f16", "unsigned short", 2),
    "bf16": Element("bf16", "unsigned short", 2),
}
SAME = (("f32", "f32"), ("f16", "f16"), ("bf16", "bf16"))  # x and y
TO_FLOATS = (("f16", "f32"), ("bf16", "f32"))
FROM_FLOATS = (("f32", "f16"), ("f32", "bf16"))

PROLOGUES = {
    "minus": Prologue((("voffset", "offset"),), "sub(v, voffset)"),
    "biased": Prologue((("vlogit_scale", "scale"), ("vslope", "slope")), "madd(v, vlogit_scale, mul(w, vslope))", True),
}

# A table of 32 powers and a quadratic; polynomials, with and without FMA.
EXP = ("lut32-p2", "rr1-p5", "rr4-p5")
# How many floats ln 2 is made of; the methods of an ISA agree.
PARTS_OF_LN2 = {"lut32-p2": 1, "rr1-p5": 1, "rr4-p5": 4}
PLAIN = ("",)  # no exp in it

LANES_OF_FIXED_ORDER = 16  # the longest vector that has a fixed number of lanes
TILE_OF_FIXED_ORDER = 4 * LANES_OF_FIXED_ORDER


def in_fixed_order(lanes):
    """The method, registers and accumulators of a kernel in the fixed order."""
    return "rr1-p5", TILE_OF_FIXED_ORDER // lanes, LANES_OF_FIXED_ORDER // lanes


FAMILIES = (
    Family("vsoftmax", "rows", EXP, ((4, 1), (2, 1), (6, 1)), ("", "nt"), (("biased", "vsoftmaxbiased"),), SAME,
           ("vsoftmax",), exponentials=True),
    Family("rmax", "reduce", PLAIN, ((4, 4), (8, 8)), exact=True),
    Family("raddexpanchor", "reduce", EXP, ((6, 1), (4, 1), (5, 1), (8, 1)), prologues=(("minus", "raddexpminusmax"),),
           elements=(("f32", "f32"), *TO_FLOATS), fixed=("raddexpanchor", "raddexpminusmax")),
    Family("raddstoreexpanchor", "reduce", EXP, ((6, 1), (4, 1), (5, 1), (8, 1)),
           prologues=(("minus", "raddstoreexpminusmax"),), fixed=("raddstoreexpanchor", "raddstoreexpminusmax")),
    Family("vmulc", "map", PLAIN, ((4, 1), (1, 1), (8, 1)), exact=True),
    Family("raddextexp", "reduce", EXP, ((8, 1), (4, 1), (5, 1), (8, 2))),
    Family("vscaleextexp", "map", EXP, ((6, 1), (2, 1), (4, 1), (8, 1)), ("", "nt"), (("minus", "vscaleexpminusmax"),),
           SAME, ("vscaleextexp", "vscaleexpminusmax"), exponentials=True),
    Family("vwiden", "map", PLAIN, ((4, 1),), elements=TO_FLOATS, exact=True),
    Family("vnarrow", "map", PLAIN, ((4, 1),), elements=FROM_FLOATS, exact=True),
    Family("rmaxaddexp", "reduce_rows", EXP, ((4, 1),)),
    Family("vlogsoftmax", "rows", EXP, ((4, 1),), ("", "nt"), elements=SAME),
    Family("vsubc", "map", PLAIN, ((4, 1),), ("", "nt")),
    Family("radd", "reduce", PLAIN, ((8, 1),)),
    Family("rdot", "reduce2", PLAIN, ((8, 1),)),
    Family("raddxexp", "reduce", EXP, ((4, 1),), fixed=("raddxexp",)),
    Family("rdivergence", "reduce2", EXP, (), (), fixed=("rdivergence",)),
    Family("rjensenshannon", "reduce2", EXP, (), (), fixed=("rjensenshannon",)),
    Family("vsoftmaxgrad", "map2", PLAIN, ((4, 1),), ("", "nt")),
    Family("vlogsoftmaxgrad", "map2", EXP, ((4, 1),), ("", "nt")),
    Family("vsoftmaxbackward", "rows2", PLAIN, ((4, 1),), ("", "nt"), elements=SAME),
    Family("vlogsoftmaxbackward", "rows2", EXP, ((4, 1),), ("", "nt"), elements=SAME),
    Family("vscale", "map", PLAIN, ((4, 1),), exact=True),
    Family("vscalebias", "map2", PLAIN, ((4, 1),), exact=True),  # for a scale of 1
    Family("vsoftcap", "map", EXP, ((4, 1),), fixed=("vsoftcap",)),
    Family("vsigmoid", "map", EXP, ((4, 1),)),
    Family("vsoftplus", "map", EXP, ((4, 1),)),
    Family("vsigmoidgrad", "map2", PLAIN, ((4, 1),)),
    Family("cmaxaddexp", "reduce_columns", EXP, ((4, 1),), elements=(("f32", "f32"), *TO_FLOATS)),
    Family("csoftmax", "map_columns", EXP, ((4, 1),), ("", "nt"), elements=SAME),
    Family("clogsoftmax", "map_columns", PLAIN, ((4, 1),), ("", "nt"), elements=SAME),
)
