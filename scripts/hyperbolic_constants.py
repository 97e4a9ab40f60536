"""The polynomials of tanh, atanh and their like, as hexadecimal float32 literals of C. Derived by
hyperbolic_polynomials.py; `--check` there compares.

An odd function is f(v) = v * (c0 + c1 * v^2 + ... + c4 * v^8). Here are c1 to c4. An even one has v^2
in place of v.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

# tanh(v / 2) for |v| <= 1, with c0 = 1/2. Relative error: 0.265 * 2^-24.
TANH_OF_HALF = ["-0x1.5554D6p-5f", "0x1.10E9FCp-8f", "-0x1.B28C76p-12f", "0x1.1A7C0Ep-15f"]

# 2 * atanh(v / 2) for |v| <= 2/3, with c0 = 1. Relative error: 0.091 * 2^-24.
TWICE_ATANH_OF_HALF = ["0x1.555502p-4f", "0x1.99D208p-7f", "0x1.1EBD0Ep-9f", "0x1.1ED7BEp-11f"]

# (t * tanh(t) - log(cosh(t))) / 2 with t = v / 2 for |v| <= 2, even, with c0 = 1/16. Relative error: 0.267 * 2^-24.
JENSEN_SHANNON = ["-0x1.FFFFCEp-8f", "0x1.C7125Ep-11f", "-0x1.8225B8p-14f", "0x1.3C7E3Ep-17f", "-0x1.DB7390p-21f",
                  "0x1.156C90p-24f", "-0x1.5A71A2p-29f"]
