"""The constants of exp, as hexadecimal float32 literals of C. Derived by exp_polynomial.py; `--check` there compares.

exp(x) = 2^n * exp(t) with n = round(x * LOG2E) and t = x - n * ln 2, for |x| <= 2^17, so that n has up to 18 bits.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

LOG2E = "0x1.715476p+0f"
# ln 2 in parts: two floats; and three of 6 bits, whose products with n are exact, with a fourth.
LN2 = {
    2: {"hi": "0x1.62E430p-1f", "lo": "-0x1.05C610p-29f"},
    4: {"1": "0x1.600000p-1f", "2": "0x1.700000p-8f", "3": "0x1.080000p-15f", "4": "0x1.FDF474p-22f"},
}

# Degree d: c1 to cd of exp(t) = 1 + t * (c1 + t * (c2 + ... + t * cd)).
POLYNOMIALS = {
    # |t| <= 0.34833, half of ln 2 and what the rounding of LOG2E adds. Relative error: 1.732 * 2^-24; evaluated in
    # float32 with FMA: 2.726 * 2^-24. Error in ULP: 1.192, evaluated 1.796; with the range reduction, still below 2.
    5: ["0x1.FFFFF2p-1f", "0x1.FFFDB8p-2f", "0x1.555BD8p-3f", "0x1.573FD4p-5f", "0x1.0F3892p-7f"],
    # |t| <= 0.02341, beside a table of 16 powers of two. Relative error: 0.0366 * 2^-24; evaluated: 1.035 * 2^-24.
    3: ["0x1.000000p+0f", "0x1.00027Ap-1f", "0x1.55568Ep-3f"],
}
