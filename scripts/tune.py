#!/usr/bin/env python3
"""Measures the kernels on this machine, tile by tile, so that you can choose which are in use.

  tune.py build/demo/bench/bench_kernels                       every kernel, in cache and out of it
  tune.py build/demo/bench/bench_kernels --isa avx2 --counts 4096 65536
  tune.py results.json                                         what bench_kernels --benchmark_out=results.json measured

For each ISA and each role of a kernel there is a table: a row for each kernel, a column for each count of elements,
medians in ns per element. '>' marks the kernel in use, '*' the fastest of a column; the last column is the time
relative to these, as a geometric mean over the counts. So ask for the counts that you run, and for the non-temporal
kernels (nt) those out of cache. Differences of a few percent are noise: run it twice, on a machine that does nothing
else.

To use other kernels, put the IN_USE from the end of the output into scripts/isa/<isa>.py and run scripts/generate.py.
"""

import argparse
import json
import math
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

import generate  # noqa: E402

COUNTS = [1 << 12, 1 << 16, 1 << 20, 1 << 24]


def measure(bench_kernels, isas, counts):
    """Runs the benchmark and returns its JSON."""
    isa = "|".join(isas) if isas else "[^/]+"
    count = "|".join(map(str, counts))
    with tempfile.TemporaryDirectory() as directory:
        output = pathlib.Path(directory, "results.json")
        command = [bench_kernels, f"--benchmark_filter=/({isa})_[^/]*/({count})$", f"--benchmark_out={output}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return json.loads(output.read_text())


def medians(results):
    """{kernel's label: {count: ns per element}}"""
    times = {}
    for run in results["benchmarks"]:
        if run.get("aggregate_name") == "median":
            label, count = run["run_name"].rsplit("/", 1)
            times.setdefault(label, {})[int(count)] = run["ns/element"]
    return times


def slowdown(times, best):
    """The geometric mean of the times relative to the best."""
    return math.exp(sum(math.log(times[count] / best[count]) for count in best) / len(best))


def print_table(isa, role, kernels, times):
    """Returns the kernel that is the fastest on the whole."""
    counts = sorted(set.intersection(*(set(times[kernel.label]) for kernel in kernels)))
    best = {count: min(times[kernel.label][count] for kernel in kernels) for count in counts}
    slowdowns = {kernel.label: slowdown(times[kernel.label], best) for kernel in kernels}
    print(f"\n{role} on {isa.NAME}")
    print(f"  {'':24}" + "".join(f"{count:>11}" for count in best) + "   relative")
    for kernel in kernels:
        cells = ((times[kernel.label][count], times[kernel.label][count] == best[count]) for count in best)
        row = "".join(f"{time:10.4f}{'*' if is_best else ' '}" for time, is_best in cells)
        print(f"{'>' if kernel.in_use else ' '} {kernel.variant:24}{row}{slowdowns[kernel.label]:11.3f}")
    return min(kernels, key=lambda kernel: slowdowns[kernel.label])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", help="the program bench_kernels, or a .json that it has written")
    parser.add_argument("--isa", nargs="+", metavar="NAME", help="only these ISAs")
    parser.add_argument("--counts", nargs="+", type=int, metavar="N", default=COUNTS, help=f"default: {COUNTS}")
    arguments = parser.parse_args()

    if arguments.source.endswith(".json"):
        results = json.loads(pathlib.Path(arguments.source).read_text())
    else:
        results = measure(arguments.source, arguments.isa, arguments.counts)
    times = medians(results)

    found = False
    for isa in generate.load_isas([generate.ROOT / "scripts" / "isa"]):
        roles = {}
        for kernel in generate.kernels_of(isa):
            if kernel.label in times:
                roles.setdefault(kernel.role.label, []).append(kernel)
        chosen = {role: print_table(isa, role, kernels, times) for role, kernels in roles.items()}
        if chosen:
            found = True
            print(f"\n# the fastest, for scripts/isa/{isa.NAME}.py\nIN_USE = {{")
            for role, kernel in chosen.items():
                print(f"    {generate.in_use_entry(role, kernel)},")
            print("}")
    if not found:
        raise ValueError(f"{arguments.source}: no kernel of the table was measured")


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError, subprocess.CalledProcessError, generate.GeneratorError) as problem:
        sys.exit(f"tune.py: {problem}")
