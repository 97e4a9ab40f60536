"""The table of kernels with elements of 8 bits and a prologue beside, neither of which the project has; for
test/seams_test.sh.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import kernels

ELEMENTS = {**kernels.ELEMENTS, "e4m3": kernels.Element("e4m3", "unsigned char", 1)}

PROLOGUES = {**kernels.PROLOGUES, "twice": kernels.Prologue((), "add(v, v)")}

PARTS_OF_LN2 = kernels.PARTS_OF_LN2

_ELEMENTS = {
    "vsoftmax": (("e4m3", "e4m3"),),
    "raddexpanchor": (("e4m3", "f32"),),
    "vscaleextexp": (("e4m3", "f32"), ("e4m3", "e4m3")),
    "vwiden": (("e4m3", "f32"),),
    "vnarrow": (("f32", "e4m3"),),
}
_PROLOGUES = {"raddexpanchor": (("twice", "raddexptwice"),)}


def _with_additions(family):
    return family._replace(
        elements=(*family.elements, *_ELEMENTS.get(family.name, ())),
        prologues=(*family.prologues, *_PROLOGUES.get(family.name, ())),
    )


FAMILIES = tuple(_with_additions(family) for family in kernels.FAMILIES)
