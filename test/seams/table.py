"""The table of kernels with elements of 16 bits and a prologue beside, neither of which the project knows; for
test/seams_test.sh.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import kernels

ELEMENTS = {**kernels.ELEMENTS, "q16": kernels.Element("q16", "unsigned short", 2)}

PROLOGUES = {**kernels.PROLOGUES, "twice": kernels.Prologue((), "add(v, v)")}

PARTS_OF_LN2 = kernels.PARTS_OF_LN2

_ADDITIONS = {
    "raddexpanchor": {
        "elements": (("f32", "f32"), ("q16", "f32")),
        "prologues": (("minus", "raddexpminusmax"), ("twice", "raddexptwice")),
    },
    "vscaleextexp": {"elements": (("f32", "f32"), ("q16", "f32"), ("q16", "q16"))},
}

FAMILIES = tuple(family._replace(**_ADDITIONS.get(family.name, {})) for family in kernels.FAMILIES)
