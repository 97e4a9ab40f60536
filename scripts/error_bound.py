#!/usr/bin/env python3
"""Bounds the error of a softmax by the table of kernels, and holds it to what include/twopass.h promises.

  error_bound.py           for each kernel in use that sums exponentials: the bound, and how many roundings make it up
  error_bound.py --check   fail where a bound is larger than what is promised

The proof is in docs/algorithm.md, "Accuracy of the whole". Run it with a Python that has jinja2.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import argparse
import math
import re
import sys
from typing import NamedTuple

sys.dont_write_bytecode = True

import exp_constants  # noqa: E402
import generate  # noqa: E402
import kernels  # noqa: E402

UNIT = 2.0**-23  # of errors, as they are printed
U = UNIT / 2  # the largest relative error of a rounding

# The largest relative errors of an exponential, in units; test/sweep.cc holds every float to them.
METHOD_ERRORS = {"lut32-p2": 1.663, "rr1-p5": 1.342, "rr4-p5": 1.716}

# What is promised, in units, by the best method that an ISA has. Vectors of more than 8 lanes have more roundings;
# lut32-p2 has 16 lanes.
PROMISES = {"lut32-p2": 10.5, "rr1-p5": 9.5, "rr4-p5": 8.5}
PROMISED_FOR_EACH_DOUBLING = 0.5

LANES_AT_RUN_TIME = {"sve": (4, 8, 16, 32, 64), "rvv": tuple(4 << k for k in range(10))}
SUMS = ("vsoftmax", "raddexpanchor", "raddstoreexpanchor", "raddextexp")


class Bound(NamedTuple):
    kernel: generate.Kernel
    lanes: int
    in_tile: int  # roundings on the way of a term through its tile
    in_fold: int  # and from the accumulators, with what they lost, to the sum
    units: float
    promise: float


def number(source, before):
    """An integer in the operator's sources, by the text before it."""
    text = (generate.ROOT / "src" / source).read_text(encoding="utf-8")
    return int(re.search(re.escape(before) + r"(\d+)", text)[1])


def levels(count):
    """Of a pairwise sum."""
    return math.ceil(math.log2(count))


def promise_of(kernel, lanes):
    best = kernel.isa.METHODS[0]
    if best == "lut32-p2":
        return PROMISES[best]
    return PROMISES[best] + PROMISED_FOR_EACH_DOUBLING * max(0, levels(lanes) - 3)


def error_of_ln2(kernel):
    """Where ln 2 is one float, an output that is k powers of two below the sum is too large by k times what that float
    is above ln 2. For an output of FLT_MIN k is 126, and 2 more at most, as the exponents of terms and sums are
    rounded."""
    return math.expm1(128 * float.fromhex(exp_constants.LN2_EXCESS)) if has_one_ln2(kernel) else 0.0


def has_one_ln2(kernel):
    return kernels.PARTS_OF_LN2[kernel.method] == 1


def bound_of(kernel, lanes, method_of_output, longest):
    # A group of registers is one vector to the template, and its registers are folded like lanes.
    lanes_of_vector = lanes * (kernel.registers // kernel.vectors)
    in_tile = levels(-(-kernel.vectors // kernel.accumulators))
    in_fold = 1 + levels(kernel.accumulators) + levels(lanes_of_vector)
    additions = longest // (kernel.registers * lanes) + kernel.vectors + 1  # whole tiles, single vectors and a tail
    of_sum, of_output = (METHOD_ERRORS[method] * UNIT for method in (kernel.method, method_of_output))
    fast2sum = U * (1 + 4 * U) + U**2 * additions * (additions + 1) / 2 * (1 + 2.0**-10)
    dropped = 2.0**-37  # terms that count as 0 or as a bound, sums in double, and what corrects for ln 2
    sum_below = (1 - of_sum) * (1 - U) ** in_tile * (1 - fast2sum) * (1 - U) ** in_fold * (1 - dropped)
    # 1 / sum and the product; but where outputs are too large already, 1 / sum is rounded down. (It is not for rows in
    # registers, which have no Fast2Sum.)
    roundings_of_output = 1 if has_one_ln2(kernel) else 2
    # The worst of the four cases: the sum too small and the output too large.
    error = (1 + of_output) * (1 + error_of_ln2(kernel)) * (1 + U) ** roundings_of_output / sum_below - 1

    return Bound(kernel, lanes, in_tile, in_fold, error / UNIT, promise_of(kernel, lanes))


def bounds_of(isa):
    in_use = [kernel for kernel in generate.kernels_of(isa) if kernel.in_use]
    block, short = number("plan.h", "kBlock = "), number("kernels.h", "kMaxShortColumns = ")
    for lanes in LANES_AT_RUN_TIME.get(isa.NAME, (isa.lanes,)):
        for kernel in in_use:
            if kernel.role.family.name not in SUMS:
                continue
            # Outputs are the terms themselves, or computed again by any of these.
            is_stored = kernel.role.family.name in ("vsoftmax", "raddstoreexpanchor")
            scaling = {k.method for k in in_use if k.role.family.name == "vscaleextexp"}
            outputs = {kernel.method} if is_stored else scaling
            longest = short if kernel.role.family.name == "vsoftmax" else block
            bounds = (bound_of(kernel, lanes, method, longest) for method in sorted(outputs))
            yield max(bounds, key=lambda bound: bound.units)


def check(bounds):
    problems = [f"{b.kernel.label} with {b.lanes} lanes: the bound is {b.units:.3f}, promised are {b.promise:g}"
                for b in bounds if b.units > b.promise]
    header = (generate.ROOT / "include" / "twopass.h").read_text(encoding="utf-8")
    problems += [f"twopass.h promises no {units:g} * 2^-23" for units in PROMISES.values()
                 if f"{units:g} * 2^-23" not in header]
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    isas = generate.load_isas([generate.ROOT / "scripts" / "isa"])
    bounds = [bound for isa in isas for bound in bounds_of(isa)]
    if arguments.check:
        problems = check(bounds)
        for problem in problems:
            print(problem, file=sys.stderr)
        return 1 if problems else 0
    print(f"{'kernel':<56} {'lanes':>5} {'tile':>5} {'fold':>5} {'bound':>7} {'promised':>9}")
    for b in bounds:
        print(f"{b.kernel.label:<56} {b.lanes:>5} {b.in_tile:>5} {b.in_fold:>5} {b.units:>7.3f} {b.promise:>9g}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
