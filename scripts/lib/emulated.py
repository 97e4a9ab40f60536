#!/usr/bin/env python3
"""The machines and systems that scripts/test-emulated tests on, and the run of the tests there.

  emulated.py packages|architectures [TARGET...]              what the targets need: packages of Debian, and their
                                                              foreign architectures
  emulated.py builds [TARGET...]                              a line for each target: the preset, and what is built of
                                                              it where that is not up to the preset
  emulated.py run [TARGET...]                                 run the tests, which are built, and print the tables

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import argparse
import collections
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import time
from typing import NamedTuple

import googletest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

# The slowest first: they decide when the last job ends.
PROGRAMS = ("kernel_test", "softmax_test", "long_rows_test", "family_kernels_test", "columns_test", "backward_test",
            "extexp_test", "work_test", "logits_test", "pair_test", "short_rows_test", "elements_test",
            "divergence_test", "sampling_test", "sweep_test", "statistics_test", "merge_test", "reproducible_test",
            "word_test", "dispatch_test", "print_dispatch")
# For ISAs of which this machine runs the operator, too.
OF_ISAS = ("kernel_test", "family_kernels_test", "columns_test", "backward_test", "elements_test", "sweep_test",
           "reproducible_test", "word_test", "print_dispatch")
KERNEL_TESTS = ("kernel_test", "family_kernels_test", "columns_test", "backward_test")  # with tests of each kernel
# What these test has the same bits everywhere: that it has is all there is to test here.
OF_THE_SAME_BITS = ("divergence_test", "sampling_test", "statistics_test", "merge_test", "reproducible_test")
ONCE = ("long_rows_test", "dispatch_test")  # for each target: what they test are not kernels
TIMEOUT = 900  # seconds for a program
SKIP = 77  # exit status of what cannot run here

# By the names of tests:
LEFT_OUT = [
    "*.SixteenMillionEqualValues/*",
    # qemu-x86_64 flushes what F16C converts, which processors do not. scripts/test runs these.
    "*.*WithoutDenormalFloats/avx2",
]
# qemu-x86_64 reads past the mask of VMASKMOVPS. On a machine that has it, scripts/test runs the tests with guards.
READS_PAST_THE_MASK = "TWOPASS_TEST_UNGUARDED"


def tests_of(isa):
    return (f"*__{isa}_*", f"*/{isa}__*", f"*/{isa}")


class Machine(NamedTuple):
    name: str
    isa: str  # that the dispatch has to choose; "" for the best of this machine
    command: str  # in front of a program
    only: str = ""  # the tests of one ISA, where another machine runs all others
    switch: str = ""  # set to 1 in the environment
    but: str = ""  # the tests of one ISA that others run: scalar is plain C++, and is tested on x86, RISC-V and IBM Z
    programs: tuple = ()  # that it runs, where not all of its target

    def filter(self, program):
        isa = self.only
        if program in OF_THE_SAME_BITS:
            run = f"*TheSameBits*/{isa}__*" if isa else "*TheSameBits*"
        else:
            run = ":".join(tests_of(isa)) if isa else "*"
        left_out = [*LEFT_OUT, *(tests_of(self.but) if self.but else ())]
        return f"--gtest_filter={run}-{':'.join(left_out)}"


class Target(NamedTuple):
    packages: str
    machines: list
    checks: list = []  # commands; their exit status is 0, SKIP, or another where something is wrong
    preset: str = ""  # where it is not the target's name
    architecture: str = ""  # foreign, of Debian
    suffix: str = ""  # of a program's file
    programs: tuple = PROGRAMS
    also_built: tuple = ()  # for the checks


CLANG = "clang-19 lld-19 llvm-19"
NODE = "node --no-warnings cmake/toolchains/run-wasi.mjs"
WINE = "cmake/toolchains/run-wine.sh"
ZIG = "llvm-19"  # whose compiler scripts/test-emulated installs: PyPI has it

TARGETS = {
    "x86_64": Target(
        "g++ libcpuinfo-dev libpthreadpool-dev libgtest-dev libgmock-dev libbenchmark-dev",
        [
            Machine("this machine", "", ""),
            Machine("qemu64", "sse2", "qemu-x86_64 -cpu qemu64", "sse2", programs=OF_ISAS),
            Machine("Nehalem", "sse41", "qemu-x86_64 -cpu Nehalem", "sse41", programs=OF_ISAS),
            Machine("SandyBridge", "avx", "qemu-x86_64 -cpu SandyBridge", "avx", READS_PAST_THE_MASK, programs=OF_ISAS),
            Machine("Haswell", "avx2", "qemu-x86_64 -cpu Haswell", "avx2", READS_PAST_THE_MASK, programs=OF_ISAS),
        ],
        preset="dev",
    ),
    "aarch64": Target(
        "g++-aarch64-linux-gnu libcpuinfo-dev libcpuinfo0:arm64 libstdc++6:arm64",
        [Machine("Cortex-A53", "neonfma", "qemu-aarch64 -cpu cortex-a53", but="scalar")]
        + [
            Machine(f"SVE of {bits} bits", isa, f"qemu-aarch64 -cpu max,sve-default-vector-length={bits // 8}", "sve")
            for bits, isa in ((128, "neonfma"), (256, "sve"), (2048, "sve"))
        ],
        [
            "test/dispatch_arm_test.sh build/aarch64/test/print_dispatch qemu-aarch64",
            "test/dispatch_sandbox_test.sh build/aarch64/test/print_dispatch qemu-aarch64 -cpu a64fx",
            "env CC=aarch64-linux-gnu-gcc "
            "test/fake_cpuinfo_test.sh build/aarch64/test/print_dispatch qemu-aarch64 -cpu a64fx",
        ],
        architecture="arm64",
    ),
    "armv7": Target(
        "g++-arm-linux-gnueabihf libcpuinfo-dev libcpuinfo0:armhf libstdc++6:armhf",
        [Machine("Cortex-A9", "neon", "qemu-arm -cpu cortex-a9", but="scalar")],
        [
            "test/dispatch_arm_test.sh build/armv7/test/print_dispatch qemu-arm",
            "test/dispatch_sandbox_test.sh build/armv7/test/print_dispatch qemu-arm -cpu cortex-a9",
        ],
        architecture="armhf",
    ),
    "riscv64": Target(
        f"{CLANG} g++-riscv64-linux-gnu",
        [Machine("RISC-V without V", "scalar", "qemu-riscv64 -cpu rv64,v=false", "scalar")]
        + [
            Machine(f"RVV of {bits} bits", "rvv", f"qemu-riscv64 -cpu rv64,v=true,vlen={bits},vext_spec=v1.0", only,
                    but="scalar")
            for bits, only in ((128, ""), (512, "rvv"))
        ],
        ["test/dispatch_riscv_test.sh build/riscv64/test/print_dispatch"],
    ),
    # qemu's POWER8 lacks mffsl, which the C library takes for granted.
    "ppc64le": Target(
        "g++-powerpc64le-linux-gnu", [Machine("POWER9", "vsx", "qemu-ppc64le -cpu power9", but="scalar")],
    ),
    # qemu has z14's instructions for vectors, though not all that its model of the machine names.
    "s390x": Target(
        "g++-s390x-linux-gnu",
        [
            Machine("IBM Z before z14", "scalar", "qemu-s390x -cpu max,vxeh=off", "scalar"),
            Machine("IBM Z with VXE", "vxe", "qemu-s390x -cpu max", but="scalar"),
        ],
    ),
    # A build with relaxed SIMD holds the kernels without, too. The package has a module for each ISA.
    "wasm32": Target(
        f"{CLANG} wasi-libc libclang-rt-19-dev-wasm32 libc++-19-dev-wasm32 libc++abi-19-dev-wasm32 "
        "chromium chromium-driver",
        [Machine("node", "wasmrelaxedsimd", NODE)],
        ["npm --prefix wasm test"],
        suffix=".wasm",
    ),
    # The same processor under another system: kernels, and what a system has a say in.
    "windows": Target(
        "g++-mingw-w64-x86-64-posix wine64",
        [Machine("wine", "", WINE)],
        [
            f"test/dispatch_environment_test.sh build/windows/test/print_dispatch.exe {WINE}",
            f"test/windows_test.sh build/windows {WINE}",
        ],
        suffix=".exe",
        programs=(*(program for program in PROGRAMS if program != "word_test"),
                  "environment_test", "runners_test", "threads_test"),
        also_built=("twopass",),
    ),
    # The same processor and system with another C library: what takes logarithms and the like from it, asks it for
    # something, or runs on its threads, whose stacks are small. The kernels do none of that, and x86_64 tests them.
    "musl": Target(
        ZIG,
        [Machine("musl", "", "")],
        ["build/musl/examples/softmax_c"],
        programs=("stack_test", "runners_test", "environment_test", "divergence_test", "statistics_test",
                  "reproducible_test", "threads_test", "dispatch_test", "print_dispatch"),
        also_built=("softmax_c",),
    ),
    # Nothing here runs these. Android is not linked, for its C library is not to be had.
    "macos-arm64": Target(ZIG, [], ["test/linked_test.sh build/macos-arm64 Mach-O-arm64 libSystem"]),
    "macos-x86_64": Target(ZIG, [], ["test/linked_test.sh build/macos-x86_64 Mach-O-64-bit-x86-64 libSystem"]),
    "freebsd": Target(ZIG, [], ["test/linked_test.sh build/freebsd elf64-x86-64 libc libm libthr"]),
    "android": Target(f"{CLANG} libc++-19-dev", [], ["test/android_test.sh build/android/libtwopass.a"]),
}


# ---- Jobs: a program on a machine


CHECKS = Machine("checks", "", "")
COMPILED_ONLY = Machine("compiled only", "", "")  # the checks of a target that no machine here runs


class Job(NamedTuple):
    target: str
    machine: Machine
    program: str

    @property
    def is_check(self):
        return self.machine in (CHECKS, COMPILED_ONLY)

    @property
    def command(self):
        if self.is_check:
            return self.program.split()
        target = TARGETS[self.target]
        program = f"build/{target.preset or self.target}/test/{self.program}{target.suffix}"
        arguments = [] if self.program == "print_dispatch" else [self.machine.filter(self.program)]
        return [*self.machine.command.split(), program, *arguments]


class Outcome(NamedTuple):
    job: Job
    verdicts: dict  # of each test: OK, SKIPPED or FAILED
    seconds: float
    error: str  # what to print, where something is wrong


def run(job):
    start = time.monotonic()
    environment = {**os.environ, "TWOPASS_TEST_SPARSE": "1"}
    environment.pop("TWOPASS_ISA", None)
    if job.machine.switch:
        environment[job.machine.switch] = "1"
    try:
        process = subprocess.run(
            job.command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=TIMEOUT, check=False, text=True, errors="replace",
        )
        output, status = process.stdout, process.returncode
    except subprocess.TimeoutExpired as error:
        output, status = (error.stdout or b"").decode(errors="replace"), f"none after {TIMEOUT} s"
    if job.is_check:
        verdicts = {job.program: {0: "OK", SKIP: "SKIPPED"}.get(status, "FAILED")}
    elif job.program == "print_dispatch":
        active = re.search(r"(?m)^active: (\w+)$", output)
        chose = f"chooses {active[1] if active else 'nothing'}"
        is_right = status == 0 and active and job.machine.isa in ("", active[1])
        verdicts = {chose: "OK" if is_right else "FAILED"}
    else:
        verdicts = googletest.verdicts(output)
    failed = [name for name, verdict in verdicts.items() if verdict == "FAILED"]
    is_skip = status == SKIP and set(verdicts.values()) == {"SKIPPED"}
    if status != 0 and not failed and not is_skip:
        failed = [f"{job.program}: exit status {status}"]
        verdicts[failed[0]] = "FAILED"
    if not verdicts:
        failed = [f"{job.program}: ran no test"]
        verdicts[failed[0]] = "FAILED"
    error = f"FAILED on {job.machine.name}: {' '.join(job.command)}\n{output[-4000:]}\n" if failed else ""
    return Outcome(job, verdicts, time.monotonic() - start, error)


# ---- Tables


def print_table(head, rows):
    widths = [max(len(str(row[column])) for row in [head, *rows]) for column in range(len(head))]
    for row in [head, *rows]:
        first, *others = (str(cell) for cell in row)
        print(first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(others, widths[1:])), sep="  ")
    print()


def print_machines(outcomes):
    rows = collections.defaultdict(lambda: [collections.Counter(), 0.0, ""])
    for outcome in outcomes:
        row = rows[outcome.job.target, outcome.job.machine.name]
        row[0].update(outcome.verdicts.values())
        row[1] += outcome.seconds
        if outcome.job.program == "print_dispatch":
            row[2] = next(iter(outcome.verdicts)).removeprefix("chooses ")
    head = ("target", "machine", "ISA chosen", "passed", "failed", "skipped", "seconds")
    print_table(head, [
        (*key, isa, counts["OK"], counts["FAILED"], counts["SKIPPED"], f"{seconds:.0f}")
        for key, (counts, seconds, isa) in rows.items()
    ])


def print_kernels(outcomes):
    ran, known, machines = (collections.defaultdict(set) for _ in range(3))
    for outcome in outcomes:
        if outcome.job.program not in KERNEL_TESTS:
            continue
        for name, verdict in outcome.verdicts.items():
            kernel = re.search(r"/(f32_\w+?__([a-z0-9]+)_\w+)$", name)
            if not kernel:
                continue
            known[kernel[2]].add(kernel[1])
            if verdict == "OK":
                ran[kernel[2]].add(kernel[1])
                machines[kernel[2]].add(outcome.job.machine.name)
    print_table(("ISA", "kernels", "ran", "skipped everywhere", "on machines"), [
        (isa, len(kernels), len(ran[isa]), len(kernels - ran[isa]), len(machines[isa]))
        for isa, kernels in known.items()
    ])
    for isa, kernels in known.items():
        for kernel in sorted(kernels - ran[isa]):
            print(f"skipped everywhere: {kernel}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("packages", "architectures", "builds", "run"))
    parser.add_argument("targets", metavar="TARGET", nargs="*")
    arguments = parser.parse_args()
    unknown = [target for target in arguments.targets if target not in TARGETS]
    if unknown:
        sys.exit(f"no target is called {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    targets = {name: TARGETS[name] for name in arguments.targets or TARGETS}

    if arguments.what == "packages":
        print(*dict.fromkeys(package for target in targets.values() for package in target.packages.split()))
        return 0
    if arguments.what == "architectures":
        print(*[target.architecture for target in targets.values() if target.architecture])
        return 0
    if arguments.what == "builds":
        for name, target in targets.items():
            print(target.preset or name, *(target.programs if target.machines else ()), *target.also_built)
        return 0

    programs = dict.fromkeys(program for target in targets.values() for program in target.programs)
    jobs = [Job(name, machine, program)
            for program in programs for name, target in targets.items() for machine in target.machines
            if program in (machine.programs or target.programs) and not (machine.only and program in ONCE)]
    jobs += [Job(name, CHECKS if target.machines else COMPILED_ONLY, check)
             for name, target in targets.items() for check in target.checks]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = []
        for outcome in pool.map(run, jobs):
            print(outcome.error, end="", flush=True)
            outcomes.append(outcome)
    print()
    print_machines(outcomes)
    print_kernels(outcomes)
    counts = collections.Counter(verdict for outcome in outcomes for verdict in outcome.verdicts.values())
    print(f"{counts['OK']} passed, {counts['FAILED']} failed, {counts['SKIPPED']} skipped")
    return 1 if counts["FAILED"] else 0


if __name__ == "__main__":
    sys.exit(main())
