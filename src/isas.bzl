"""What a build holds depends on the ISAs that the target processor may have."""

load("//:src/gen/sources.bzl", "ISAS", "PROCESSORS")

# The target processors that have ISAs of their own, and what Bazel calls them.
_CPUS = {
    "aarch64": "@platforms//cpu:aarch64",
    "armv7": "@platforms//cpu:armv7",
    "ppc64le": "@platforms//cpu:ppc",
    "riscv64": "@platforms//cpu:riscv64",
    "s390x": "@platforms//cpu:s390x",
    "x86_64": "@platforms//cpu:x86_64",
}

# What cpuinfo knows.
_CPUS_OF_CPUINFO = ["aarch64", "armv7", "x86_64"]

def for_each_isa(form):
    """One string for each ISA of the target processor: `form` with {isa} and {ISA} filled in."""
    branches = {_CPUS[processor]: _strings(form, processor) for processor in _CPUS}
    branches["//conditions:default"] = _strings(form, None)
    return select(branches)

def _strings(form, processor):
    return [
        form.format(isa = isa, ISA = isa.upper())
        for isa in ISAS
        if not PROCESSORS[isa] or processor in PROCESSORS[isa]
    ]

def with_cpuinfo(strings):
    """The strings, where the target processor is one that cpuinfo knows."""
    branches = {_CPUS[processor]: strings for processor in _CPUS_OF_CPUINFO}
    branches["//conditions:default"] = []
    return select(branches)

# For whatever includes src/gen/kernels.inc.
ISA_DEFINES = for_each_isa("TWOPASS_ENABLE_{ISA}=1")

# What every target that sees the kernels is compiled with; see CMakeLists.txt.
COPTS = [
    "-fno-fast-math",
    "-ffp-contract=off",
    "-std=c++17",
] + select({
    "@platforms//cpu:x86_32": [
        "-msse2",
        "-mfpmath=sse",
    ],
    "//conditions:default": [],
})
