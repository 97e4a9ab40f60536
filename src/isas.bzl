"""What a build holds depends on the ISAs that the target processor may have."""

load("//:src/gen/sources.bzl", "CPUS", "ISAS")

def for_each_isa(form):
    """One string for each ISA of the target processor: `form` with {isa} and {ISA} filled in."""
    cpus = {cpu: None for isa in ISAS for cpu in CPUS[isa] if cpu != "AMD64"}  # CMake's x86_64 on Windows
    branches = {"@platforms//cpu:" + cpu: _strings(form, cpu) for cpu in cpus}
    branches["//conditions:default"] = _strings(form, None)
    return select(branches)

def _strings(form, cpu):
    return [
        form.format(isa = isa, ISA = isa.upper())
        for isa in ISAS
        if not CPUS[isa] or cpu in CPUS[isa]
    ]

# For whatever includes src/gen/kernels.inc.
ISA_DEFINES = for_each_isa("TWOPASS_ENABLE_{ISA}=1")

# What every target that sees the kernels is compiled with; see CMakeLists.txt.
COPTS = [
    "-ffp-contract=off",
    "-std=c++17",
]
