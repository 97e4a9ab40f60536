#!/usr/bin/env python3
"""Derives the polynomials of scripts/hyperbolic_constants.py, and prints them with their largest relative errors.

  hyperbolic_polynomials.py           print them
  hyperbolic_polynomials.py --check   fail where hyperbolic_constants.py differs from what is derived here

They are odd functions, f(v) = v * (c0 + c1 * z + ... + cd * z^d) with z = v^2, or even ones with z in place of v. c0 is
the exact one, so that a small v has the exact result. The others make the largest relative error the least.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import argparse
import pathlib
import sys
import typing

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

import hyperbolic_constants  # noqa: E402
from exp_polynomial import UNIT, literal, mp, to_float32  # noqa: E402


class Odd(typing.NamedTuple):
    """An odd function, as its quotient by v in z = v^2, up to some z, or an even one by z. Its c0 is the quotient at
    0."""

    quotient: typing.Callable
    limit: mp.mpf
    first: mp.mpf
    degree: int = 4


def jensen_shannon(z):
    """(t * tanh(t) - log(cosh(t))) / 2 by z, with t = v / 2."""
    t = mp.sqrt(z) / 2
    return (t * mp.tanh(t) - mp.log(mp.cosh(t))) / (2 * z)


FUNCTIONS = {
    # tanh(v / 2), up to v = 1.
    "TANH_OF_HALF": Odd(lambda z: mp.tanh(mp.sqrt(z) / 2) / mp.sqrt(z), mp.mpf(1), mp.mpf(1) / 2),
    # 2 * atanh(v / 2), which is log((1 + v / 2) / (1 - v / 2)), up to v = 2/3: log(2).
    "TWICE_ATANH_OF_HALF": Odd(lambda z: 2 * mp.atanh(mp.sqrt(z) / 2) / mp.sqrt(z), mp.mpf(4) / 9, mp.mpf(1)),
    # What p + q is multiplied by in a Jensen-Shannon divergence, for v = log(q / p) up to 2.
    "JENSEN_SHANNON": Odd(jensen_shannon, mp.mpf(4), mp.mpf(1) / 16, 7),
}


def error(odd, coefficients, z):
    """The relative error of the polynomial c0 + z * (c1 + ...)."""
    return mp.polyval([*coefficients[::-1], odd.first], z) / odd.quotient(z) - 1


def peaks(odd, coefficients, points):
    """Where the error is largest between its zeros, one of which lies between each two neighbours of the points, whose
    errors have alternating signs. Between two zeros it has one peak, and at the limit it is as large as it gets."""
    zeros = [mp.findroot(lambda z: error(odd, coefficients, z), pair, solver="illinois", tol=mp.mpf(2) ** -200)
             for pair in zip(points, points[1:])]
    bounds = [mp.mpf(2) ** -40, *zeros, odd.limit]
    result = []
    for low, high in zip(bounds, bounds[1:]):
        for _ in range(100):
            third = (high - low) / 3
            if abs(error(odd, coefficients, low + third)) < abs(error(odd, coefficients, high - third)):
                low += third
            else:
                high -= third
        result.append(high)
    return result


def remez(odd):
    """The best c1 to cd, and their largest error.

    E. Remez, "Sur un procede convergent d'approximations successives pour determiner les polynomes d'approximation",
    C. R. Acad. Sci. Paris 198, 1934: at d + 1 points the error has one magnitude and alternating signs; then the
    peaks of that error take the place of the points.
    """
    points = [odd.limit * (1 - mp.cos(mp.pi * i / (odd.degree + 1))) / 2 for i in range(1, odd.degree + 2)]
    while True:
        # The sum of ck * z^k / quotient(z), minus (-1)^i * magnitude, is 1 - c0 / quotient(z).
        matrix = mp.matrix([[z**k / odd.quotient(z) for k in range(1, odd.degree + 1)] + [-((-1) ** i)]
                            for i, z in enumerate(points)])
        *coefficients, magnitude = mp.lu_solve(matrix, mp.matrix([-error(odd, [], z) for z in points]))
        points = peaks(odd, coefficients, points)
        largest = max(abs(error(odd, coefficients, z)) for z in points)
        if largest <= abs(magnitude) * (1 + mp.mpf(10) ** -9):
            return coefficients, points


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    is_check = parser.parse_args().check
    failed = False
    for name, odd in FUNCTIONS.items():
        coefficients, points = remez(odd)
        # Beside c0 they count little, and the nearest floats do.
        rounded = [to_float32(c) for c in coefficients]
        derived = [literal(c) for c in rounded]
        written = getattr(hyperbolic_constants, name, None)
        if is_check and derived != written:
            print(f"hyperbolic_constants.py: {name} is {written}, derived: {derived}", file=sys.stderr)
            failed = True
        if not is_check:
            grid = [odd.limit * i / 1000 for i in range(1, 1001)]
            print(f"{name}, up to v = {mp.nstr(mp.sqrt(odd.limit), 5)}: {' '.join(derived)}")
            for what, c, at in (("real", coefficients, points), ("float32", rounded, grid)):
                largest = max(abs(error(odd, c, z)) for z in at)
                print(f"  {what + ' coefficients':<22}{mp.nstr(largest / UNIT, 3)} * 2^-24")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
