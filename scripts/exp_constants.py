"""The constants of exp, as hexadecimal float32 literals of C. Derived by exp_polynomial.py; `--check` there compares.

exp(x) = 2^n * exp(t) with n = round(x * LOG2E) and t = x - n * ln 2, for |x| <= 2^16, so that n has up to 17 bits.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

LOG2E = "0x1.715476p+0f"
# ln 2 as one float; with what that float is off by; and in three parts of 6 bits, whose products with n are exact, with
# a fourth.
LN2 = {
    1: {"vln2": "0x1.62E430p-1f"},
    2: {"vln2": "0x1.62E430p-1f", "vln2_rest": "-0x1.05C610p-29f"},
    4: {
        "vln2_1": "0x1.600000p-1f",
        "vln2_2": "0x1.700000p-8f",
        "vln2_3": "0x1.080000p-15f",
        "vln2_4": "0x1.FDF474p-22f",
    },
}

# What that one float is above ln 2.
LN2_EXCESS = "0x1.05C610CA86C39p-29"

# Degree d: c1 to cd of exp(t) = 1 + t * (c1 + t * (c2 + ... + t * cd)).
POLYNOMIALS = {
    # |t| <= 0.34658, half of ln 2 and what the rounding of LOG2E adds. Relative error: 1.691 * 2^-24, evaluated in
    # float32 with FMA: 2.689 * 2^-24. Error in ULP: 1.146, evaluated 1.758; with the range reduction, still below 2.
    5: ["0x1.FFFFF2p-1f", "0x1.FFFDC4p-2f", "0x1.555BEAp-3f", "0x1.573AC0p-5f", "0x1.0F295Ep-7f"],
    # |t| <= 0.01083, beside a table of 32 powers of two. Relative error: 0.895 * 2^-24, evaluated 1.883 * 2^-24.
    2: ["0x1.0000F6p+0f", "0x1.00004Ap-1f"],
}
