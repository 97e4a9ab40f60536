#!/usr/bin/env python3
"""Derives the constants of exp in scripts/exp_constants.py, and prints them with their error bounds.

  exp_polynomial.py                             degree 5 on +-ln2/2, for exp(x) = 2^n * exp(t)
  exp_polynomial.py --degree 2 --table-bits 5   a quadratic on +-ln2/64, beside a table of the 32 values 2^(k/32)
  exp_polynomial.py --check                     fail where exp_constants.py differs from what is derived here

Range reduction (W. Cody and W. Waite, "Software Manual for the Elementary Functions", 1980): n is x * log2(e) rounded
to a multiple of 2^-bits, and t = x - n * ln2. One float for ln2 will do where a multiply-add rounds once
(docs/algorithm.md says why); otherwise there are parts so short that their products with n are exact, and a last one.
Then exp(t) = 1 + t * (c1 + t * (c2 + ... + t * cd)), with the least possible maximum of the error, in a measure halfway
between the relative error and the error in ULP.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import argparse
import bisect
import functools
import pathlib
import struct
import sys
import typing

try:
    import mpmath
    import numpy
except ImportError as error:
    sys.exit(f"{sys.executable}: {error} (Debian: python3-mpmath, python3-numpy); install it or run another Python")

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

import exp_constants  # noqa: E402

mp = mpmath.mp
mp.prec = 160  # bits: Remez on a tiny interval cancels many of them

LARGEST_INPUT = 2**16  # the reduction is accurate up to this |x|
FITTED_INPUT = 2**8  # up to this |x| the polynomial is the best; beyond, t grows a little, and so does the error
DEGREES = range(1, 8)  # past 7 even the first omitted term, t^8 / 8!, is far below the rounding of float32
TABLE_BITS = range(0, 6)  # with more, 1.5 * 2^(23 - bits) + n is no longer exact up to LARGEST_INPUT
UNIT = mp.mpf(2) ** -24  # the largest relative error of a rounding to float32, and the ulp of what lies in [1/2, 1)


# ---- float32


def to_float32(x):
    return mp.mpf(struct.unpack("f", struct.pack("f", x))[0])


def next_float32(x, step):
    """The float32 that is `step` places above the positive float32 x."""
    (bits,) = struct.unpack("I", struct.pack("f", x))
    return mp.mpf(struct.unpack("f", struct.pack("I", bits + step))[0])


def literal(x):
    """A float32 as a hexadecimal literal of C: six digits hold the 23 bits of the fraction."""
    significand, exponent = float(x).hex().split("p")
    whole, fraction = significand.split(".")
    return f"{whole}.{fraction[:6].upper():0<6}p{exponent}f"


def double_literal(x):
    """The float64 nearest to x, in hexadecimal."""
    significand, exponent = float(x).hex().split("p")
    return f"{significand[:2]}{significand[2:].upper()}p{exponent}"


# ---- The error


class Measure(typing.NamedTuple):
    """The unit of an error on |t| <= limit: exp(t)^share * ulp(t)^(1 - share), times 2^-24.

    With share = 1 that is the relative error, with share = 0 the error in ULP. The two are at odds: a relative error is
    the most ULP just below a power of two, so ULP ask for a smaller error where t < 0, and allow twice that elsewhere.
    A softmax is judged by its relative error, exp by its ULP, so both count alike: share = 1/2, the geometric mean.
    Compared with the best relative error, that costs half as much of it as the best ULP would, and gains half as much.
    """

    limit: mpmath.mpf
    # The ulp for t >= 0. For t < 0 it is 1, that of a result in [1/2, 1). Without a table, the other results are in
    # [1, 2), and it is 2. With one they are 2^(k * step) * exp(t), and beside the last k an error of exp(t) is the most
    # ULP: as many as if the ulp were 2^step.
    ulp_above: mpmath.mpf
    share: float = 0.5

    def unit(self, t):
        ulp = self.ulp_above if t >= 0 else 1
        return UNIT * mp.exp(self.share * t) * ulp ** (1 - self.share)


# ---- The real polynomial. Coefficients are tuples, lowest order first, beginning with c0 = 1.


def error(coefficients, t, measure):
    return (mp.polyval(coefficients[::-1], t) - mp.exp(t)) / measure.unit(t)


def derivative(coefficients):
    return [k * c for k, c in enumerate(coefficients)][1:]


def zeros(function, limit, turns):
    """The zeros on [-limit, limit] of a function that is monotone between the points `turns`."""
    points = [-limit, *turns, limit]
    return [mp.findroot(function, piece, solver="illinois", maxsteps=mp.prec)
            for piece in zip(points, points[1:]) if function(piece[0]) * function(piece[1]) < 0]


def polynomial_zeros(coefficients, limit):
    turns = polynomial_zeros(derivative(coefficients), limit) if len(coefficients) > 1 else []
    return zeros(lambda t: mp.polyval(coefficients[::-1], t), limit, turns)


def extrema(coefficients, measure):
    """Where |error| can be largest: the ends, and the zeros of its derivative. (Where the unit jumps, the error is 0.)

    The derivative of (P - exp) / exp^share has the zeros of Q / exp - (1 - share), where Q = P' - share * P; and the
    derivative of that has those of the polynomial Q' - Q. Between two of the latter there is at most one of the former,
    so all can be had: the maximum over these points is the true one, and no grid is searched.
    """
    limit, share = measure.limit, measure.share
    q = [d - share * c for d, c in zip([*derivative(coefficients), 0], coefficients)]
    turns = polynomial_zeros([d - c for d, c in zip([*derivative(q), 0], q)], limit)
    return [-limit, *zeros(lambda t: mp.polyval(q[::-1], t) * mp.exp(-t) - (1 - share), limit, turns), limit]


def largest_error(coefficients, measure):
    return max(abs(error(coefficients, t, measure)) for t in extrema(coefficients, measure))


@functools.lru_cache(maxsize=None)
def remez(fixed, degree, measure):
    """The best polynomial that begins with the coefficients `fixed`, and its largest error.

    E. Remez, "Sur un procede convergent d'approximations successives pour determiner les polynomes d'approximation",
    C. R. Acad. Sci. Paris 198, 1934, with one point exchanged at a time.

    With j coefficients fixed the error is t^j / unit(t) * (q(t) - f(t)), where q, of degree d - j, is free. Away from
    t = 0 (where the error is 0) the weight t^j / unit(t) does not vanish; so the best q is the one whose difference
    from f has alternating signs, and the error one magnitude, at d - j + 2 points, and nowhere a larger one. The error
    itself has the sign of that difference times sign(t)^j.
    """
    j = len(fixed)
    count = degree - j + 2
    if count == 1:
        return fixed, largest_error(fixed, measure)

    # Chebyshev points to begin with; an even number of them, so that none is 0.
    even = count + count % 2
    points = [-measure.limit * mp.cos(mp.pi * i / (even - 1)) for i in range(count)]
    while True:
        # Solve for the free coefficients and the common magnitude:
        # sum of ck * t^k / unit(t) over k >= j, minus (-1)^i * sign(t)^j * magnitude, is -error(fixed).
        matrix = mp.matrix(
            [[t**k / measure.unit(t) for k in range(j, degree + 1)] + [-((-1) ** i) * mp.sign(t) ** j]
             for i, t in enumerate(points)])
        *free, magnitude = mp.lu_solve(matrix, mp.matrix([-error(fixed, t, measure) for t in points]))
        coefficients = (*fixed, *free)

        # The magnitude is a lower bound (de La Vallee Poussin), the largest error an upper one.
        worst = max(extrema(coefficients, measure), key=lambda t: abs(error(coefficients, t, measure)))
        if abs(error(coefficients, worst, measure)) <= abs(magnitude) * (1 + mp.mpf(10) ** -12):
            return coefficients, abs(magnitude)

        # The worst point takes the place of the neighbour with its sign; past the last point that may be the far end.
        def sign(t):
            return mp.sign(error(coefficients, t, measure) * t**j)

        i = bisect.bisect(points, worst)
        for neighbour in (i - 1, i):
            if 0 <= neighbour < count and sign(points[neighbour]) == sign(worst):
                points[neighbour] = worst
                break
        else:
            points = [worst, *points[:-1]] if i == 0 else [*points[1:], worst]


def best_in_float32(fixed, degree, measure, best):
    """The best polynomial with float32 coefficients that begins with `fixed`, if it beats `best`; pairs (error, ...).

    Rounding each coefficient to the nearest float32 is not the best: the later ones can make up for the earlier ones.
    So branch and bound: the error of the best real completion bounds that of all float32 completions from below, and
    it grows to both sides of the real optimum (it is convex); walk outwards until the bound is no better than the best.
    (Compare N. Brisebarre, J.-M. Muller and A. Tisserand, "Computing machine-efficient polynomial approximations", ACM
    Transactions on Mathematical Software 32, 2006.)
    """
    completion, bound = remez(fixed, degree, measure)
    if len(fixed) > degree:
        return min(best, (bound, fixed))
    optimum = completion[len(fixed)]
    nearest = to_float32(optimum)
    below = nearest if nearest <= optimum else next_float32(nearest, -1)
    for candidate, step in ((below, -1), (next_float32(below, 1), 1)):
        while remez((*fixed, candidate), degree, measure)[1] < best[0]:
            best = best_in_float32((*fixed, candidate), degree, measure, best)
            candidate = next_float32(candidate, step)
    return best


# ---- The polynomial as computed


def float32_errors(coefficients, measure):
    """The largest error of Horner's rule in float32 with FMA, over every float32 t with 2^-8 <= |t| <= limit: relative,
    in units of 2^-24, and in ULP.

    Closer to 0 the last rounding is what counts: half a unit in the last place of a value near 1.
    """
    first, last = (int(numpy.float32(t).view(numpy.uint32)) for t in (2**-8, measure.limit))
    relative = ulps = 0.0
    for block in range(first, last + 1, 2**18):
        bits = numpy.arange(block, min(block + 2**18, last + 1), dtype=numpy.uint32)
        for sign in (-1, 1):
            t = sign * bits.view(numpy.float32).astype(numpy.float64)
            value = numpy.float32(coefficients[-1])
            for c in coefficients[-2::-1]:
                # FMA: the product of two float32 is exact in float64. The sum is rounded to float64 before float32,
                # which changes about one result of 2^29, one that lies almost halfway between two float32.
                value = (numpy.float64(value) * t + float(c)).astype(numpy.float32)
            difference = numpy.abs(value - numpy.exp(t)) / float(UNIT)
            relative = max(relative, (difference * numpy.exp(-t)).max())
            ulps = max(ulps, difference.max() / float(measure.ulp_above if sign > 0 else 1))
    return relative, ulps


# ---- The constants


def parts(value, bits):
    """A number as a sum of floats, each of so many bits."""
    literals = {}
    for name, count in bits.items():
        scale = mp.mpf(2) ** (count - 1 - mp.floor(mp.log(abs(value), 2)))
        part = mp.nint(value * scale) / scale
        literals[name] = literal(part)
        value -= part
    return literals


def in_range(allowed, why):
    def parse(text):
        value = int(text)
        if value not in allowed:
            raise argparse.ArgumentTypeError(f"{value} is not in {allowed[0]}..{allowed[-1]}{why}")
        return value

    parse.__name__ = "integer"  # for argparse: "invalid integer value"
    return parse


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--degree", type=in_range(DEGREES, ""), default=5)
    too_many = f" (with more, n is not exact up to |x| = {LARGEST_INPUT})"
    parser.add_argument("--table-bits", type=in_range(TABLE_BITS, too_many), default=0)
    parser.add_argument("--check", action="store_true")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    ln2 = mp.log(2)
    log2e = to_float32(1 / ln2)
    ln2_parts = {
        1: parts(ln2, {"vln2": 24}),
        2: parts(ln2, {"vln2": 24, "vln2_rest": 24}),
        4: parts(ln2, {"vln2_1": 6, "vln2_2": 6, "vln2_3": 6, "vln2_4": 24}),
    }

    # x * log2(e) is off by the rounding of log2(e), so t goes a little past half a step for large |x|.
    step = mp.mpf(2) ** -arguments.table_bits
    limit = ln2 * (step / 2 + FITTED_INPUT * abs(log2e - 1 / ln2))
    measure = Measure(limit, ulp_above=2**step)
    one = (mp.mpf(1),)
    real_coefficients, _ = remez(one, arguments.degree, measure)
    _, coefficients = best_in_float32(one, arguments.degree, measure, (mp.inf, None))
    polynomial = [literal(c) for c in coefficients[1:]]

    if arguments.check:
        derived = {"LOG2E": literal(log2e), "LN2": ln2_parts, "LN2_EXCESS": double_literal(to_float32(ln2) - ln2),
                   f"POLYNOMIALS[{arguments.degree}]": polynomial}
        written = {name: getattr(exp_constants, name, None) for name in ("LOG2E", "LN2", "LN2_EXCESS")}
        written[f"POLYNOMIALS[{arguments.degree}]"] = exp_constants.POLYNOMIALS.get(arguments.degree)
        wrong = [name for name in derived if derived[name] != written[name]]
        for name in wrong:
            print(f"exp_constants.py: {name} is {written[name]}, derived: {derived[name]}", file=sys.stderr)
        return 1 if wrong else 0

    def show(what, relative, ulps):
        relative, ulps = mp.mpf(relative), mp.mpf(ulps)
        print(f"  {what:<31}{mp.nstr(relative * UNIT, 4)} = {mp.nstr(relative, 4)} * 2^-24, {mp.nstr(ulps, 4)} ULP")

    def bounds(coefficients):
        return [largest_error(coefficients, measure._replace(share=share)) for share in (1, 0)]

    print(f"log2e   {literal(log2e)}")
    for count, of_count in ln2_parts.items():
        print(f"ln2 / {count} {' '.join(of_count.values())}")
    for k, c in enumerate(polynomial, start=1):
        print(f"c{k}      {c}")
    print(f"largest relative error, and largest error in ULP, for |t| <= {mp.nstr(limit, 8)}:")
    show("real coefficients", *bounds(real_coefficients))
    show("float32 coefficients", *bounds(coefficients))
    show("evaluated in float32 with FMA", *float32_errors(coefficients, measure))
    return 0


if __name__ == "__main__":
    sys.exit(main())
