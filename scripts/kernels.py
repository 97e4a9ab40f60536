"""The table of kernels: the only place that lists them.

A family is one template, templates/f32-<family>.cc.jinja. Its methods are the ways to compute exp; its tiles are pairs
(vectors, accumulators) for one iteration of the main loop. Tiles count vectors, so that the table holds for every ISA. Stores are
plain, and non-temporal ("nt") too where a kernel writes rows that no cache holds and the ISA has such stores. Of each family, and
of each kind of store, the first row is in use unless an ISA file says otherwise: IN_USE = {"<family>[-nt]": (method, vectors,
accumulators)}.
"""

from typing import NamedTuple


class Family(NamedTuple):
    name: str
    methods: tuple
    tiles: tuple
    stores: tuple = ("",)


EXP = ("lut16-p3", "rr2-p5", "rr4-p5")  # a table of 16 powers and a cubic; polynomials of degree 5, with and without FMA
PLAIN = ("",)  # no exp in it

FAMILIES = (
    Family("vsoftmax", EXP, ((4, 1), (1, 1), (2, 1), (6, 1))),
    Family("rmax", PLAIN, ((4, 4), (2, 2), (8, 4), (8, 8))),
    Family("raddexpminusmax", EXP, ((8, 1), (4, 1), (6, 1), (8, 2))),
    Family("raddstoreexpminusmax", EXP, ((8, 1), (2, 1), (4, 1), (5, 1), (8, 2))),
    Family("vscaleexpminusmax", EXP, ((6, 1), (2, 1), (4, 1), (8, 1)), stores=("", "nt")),
    Family("raddexpanchor", EXP, ((6, 1), (4, 1), (5, 1), (8, 1))),
    Family("raddstoreexpanchor", EXP, ((6, 1), (2, 1), (4, 1), (5, 1), (8, 1))),
    Family("vmulc", PLAIN, ((4, 1), (1, 1), (2, 1), (8, 1))),
    Family("raddextexp", EXP, ((8, 1), (4, 1), (5, 1), (8, 2))),
    Family("vscaleextexp", EXP, ((6, 1), (2, 1), (4, 1), (8, 1)), stores=("", "nt")),
)
