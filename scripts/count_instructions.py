#!/usr/bin/env python3
"""Counts the instructions of the kernels' main loops, and models their cycles, for machines that are not there to be
timed.

  count_instructions.py                                  every kernel of every ISA
  count_instructions.py --isa neonfma --family vscaleextexp
  count_instructions.py --write                          all of it, into docs/instruction-counts.md

Each kernel is compiled to assembly text with the compiler of its processor and the flags of its ISA. The main loop is
the innermost loop with the most instructions. llvm-mca models how many cycles it takes on some cores.
docs/instruction-counts.md explains the columns, and what the model assumes.

Needs a g++ for each processor, clang++-19 for RISC-V and WebAssembly, and llvm-mca-19; with --isa only what that ISA
needs.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import argparse
import collections
import concurrent.futures
import inspect
import json
import math
import os
import re
import subprocess
import sys
from typing import NamedTuple

sys.dont_write_bytecode = True

import generate  # noqa: E402
from isa_words import kind_name  # noqa: E402
from vocabulary import Isa, has_word  # noqa: E402

DOCUMENT = generate.ROOT / "docs" / "instruction-counts.md"
FLAGS = ["-O2", "-std=c++17", "-ffp-contract=off", "-fno-unroll-loops", "-Isrc", "-Iinclude", "-S", "-o", "-"]
RUN_TIME_BITS = (128, 256, 512)  # lengths of vectors that the tables have, where the machine knows it
ITERATIONS = 200  # of a modelled loop
NEAR = 1.02  # a smaller tile is preferred if its cycles are within this of the best


# ---- Processors


class Core(NamedTuple):
    name: str
    cpu: str  # what llvm-mca calls it
    bits: int = 0  # of a vector, where only the machine knows
    lacks: str = ""  # matches an instruction that it does not have, though llvm-mca would take it


class Processor(NamedTuple):
    """How to compile for a processor, and how to read its assembly text."""

    compiler: list
    triple: str = ""  # for llvm-mca, with options
    cores: tuple = ()
    comment: str = "#"  # begins a comment in the text
    elements: str = ""  # matches an instruction that works on elements: the registers of floats and vectors
    stack: tuple = ()  # registers that point to the stack
    register: str = ""  # matches a register that may hold an address
    reload: str = ""  # matches what reads or writes memory and does nothing else
    move: str = ""  # matches the copy of a register
    constant: str = ""  # matches what makes or loads a constant


def operands_of(mnemonics, operand, count=2):
    """A pattern of instructions that have only registers for operands."""
    return rf"(?:{mnemonics})\s+" + r",\s*".join([operand] * count) + "$"


PROCESSORS = {
    "x86_64": Processor(
        ["g++"],
        "x86_64",
        (Core("Skylake-X", "skylake-avx512"), Core("Zen 4", "znver4"), Core("Haswell", "haswell", lacks=r"%zmm|%k\d")),
        elements=r"%[xyz]mm\d|%k\d",
        stack=("%rsp", "%rbp"),
        register=r"%r\w+",
        reload=r"v?mov[aud]|v?movs[sd] ",
        move=operands_of(r"v?mov[aud]\w+", r"%[xyz]mm\d+"),
        constant=r"\S*(?:broadcast|mov)\S*\s+\.LC\w+\(%rip\),\s*%[xyz]mm\d+$",
    ),
    "aarch64": Processor(
        ["aarch64-linux-gnu-g++"],
        "aarch64",
        (
            Core("Neoverse V1", "neoverse-v1", 256),
            Core("Neoverse V2", "neoverse-v2", 128),
            Core("Cortex-A76", "cortex-a76"),
            Core("Apple M1", "apple-m1"),
        ),
        comment="//",
        elements=r"\b[vqdszp]\d+\b",
        stack=("sp", "x29"),
        register=r"\b(?:x\d+|sp)\b",
        move=operands_of(r"f?movp?r?f?x?", r"[vzsdp]\d+(?:\.\w+)?") + r"|movprfx\s",
        constant=r"(?:movi|mvni|dup|fdup|fmov\s+[zv]\S+,\s*#?[-\d])|.*\.LC",
    ),
    "armv7": Processor(
        ["arm-linux-gnueabihf-g++", "-march=armv7-a", "-mfloat-abi=hard"],
        # The models have no figures for IT, which makes the next instructions conditional and takes no time.
        "thumbv7-linux-gnueabihf -mattr=+neon -skip-unsupported-instructions=lack-sched",
        (Core("Cortex-A9", "cortex-a9"), Core("Cortex-A57 in 32 bits", "cortex-a57")),
        comment="@",
        elements=r"\b[qds]\d+\b",
        stack=("sp",),
        register=r"\b(?:r\d+|sp|fp|ip|lr)\b",
        move=operands_of(r"vmov(?:\.\w+)?", r"[qds]\d+"),
        constant=r"vdup|vmov\S* \w+, #|vldr.* \.L",
    ),
    "riscv64": Processor(
        ["clang++-19", "--target=riscv64-linux-gnu"],
        "riscv64",
        (Core("SiFive X280", "sifive-x280", 512), Core("SiFive P670", "sifive-p670", 128)),
        elements=r"\b(?:v\d+|f[ast]\d+)\b",
        stack=("sp", "s0"),
        register=r"\b(?:[ast]\d+|sp)\b",
        move=r"vmv\dr\.v|vmv\.v\.v|fmv\.s",
        constant=r"vfmv\.v\.f|vmv\.v\.[xi]|.*%lo\(",
    ),
    "ppc64le": Processor(
        ["powerpc64le-linux-gnu-g++", "-mregnames"],
        "powerpc64le",
        (Core("POWER9", "pwr9"),),
        elements=r"%(?:vs|v|f)\d+",
        stack=("%r1",),
        register=r"%r\d+",
        move=r"(?:xxlor|xvcpsgnsp|vor)\s+\S+,(\S+),\1$|(?:fmr|vmr)\s",
        constant=r"xxspltw|xxspltib|vsplt|.*\.LC",
    ),
    "s390x": Processor(
        ["s390x-linux-gnu-g++"],
        "s390x",
        (Core("z14", "z14"), Core("z15", "z15")),
        elements=r"%[vf]\d+",
        stack=("%r15",),
        register=r"%r\d+",
        reload=r"vl |vst |l[de]y? |st[de]y? ",
        move=r"(?:vlr|ldr|ler)\s",
        constant=r"vrep|vg[bm]m?f? |vzero|.*\.L",
    ),
    "wasm32": Processor(["clang++-19", "--target=wasm32-wasi"], elements=r"^(?:v128|[if]\d+x\d+)\."),
}


def processor_of(isa):
    """The processor that the ISA is counted on: for one that all have, this table's first."""
    name = isa.PROCESSORS[0] if isa.PROCESSORS else "x86_64"
    if name not in PROCESSORS:
        raise ValueError(f"{isa.NAME}: no compiler is known for {name}")
    return PROCESSORS[name]


def isa_of(kernel):
    """The ISA as the kernel has it: of ISAs with registers in groups, with groups as large as its tile."""
    return type(kernel.isa)(kernel.registers if kernel.isa.IN_GROUPS else 1)


# ---- Loops


def compile_kernel(kernel):
    """The kernel as assembly text."""
    isa = kernel.isa
    command = [*processor_of(isa).compiler, *FLAGS, f"-D{generate.guard(isa)}=1", *isa.FLAGS, "-x", "c++", "-"]
    source = generate.render(generate.environment_of(isa_of(kernel)), kernel)
    try:
        result = subprocess.run(command, cwd=generate.ROOT, input=source, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise ValueError(f"{isa.NAME} needs {command[0]}") from error
    if result.returncode != 0:
        raise ValueError(f"{kernel.label}: {' '.join(command)}\n{result.stderr.strip()}")
    return result.stdout


BRANCH = r"(?:j|b|cb|tb|cl?g?[ri]j)\S* "
NO_WAY_ON = r"(?:jmp|j|b|ret|blr|br|bx|jr)(?: |$)|.*\bpc}"  # a jump, or a return


def target_of(branch):
    """The label is the last operand."""
    return re.split(r"[ ,]+", branch)[-1]


def lines_of(assembly, comment):
    """Labels ("name:") and instructions (mnemonic, one space, operands), without comments and directives."""
    lines = []
    for line in assembly.splitlines():
        line = " ".join(re.split(rf"\s*{comment}(?: |$)", line)[0].split())
        if line.endswith(":") or (line and not line.startswith((".", "#"))):
            lines.append(line)
    return lines


def body_of(lines, first, last):
    """The places of the instructions that run between a label and a branch back to it. There are none where the branch
    is not reached from there: the compiler puts rare cases behind the end of the function."""
    at_label = {line[:-1]: at for at, line in enumerate(lines) if line.endswith(":")}
    reached = set()
    pending = [first]
    while pending:
        at = pending.pop()
        if first <= at <= last and at not in reached:
            reached.add(at)
            if re.match(BRANCH, lines[at]):
                pending.append(at_label.get(target_of(lines[at]), -1))
            if not re.match(NO_WAY_ON, lines[at]):
                pending.append(at + 1)
    return [at for at in sorted(reached) if not lines[at].endswith(":")] if last in reached else []


def innermost_loops(lines):
    """The places of the instructions of each loop that has no other loop inside."""
    at_label = {line[:-1]: at for at, line in enumerate(lines) if line.endswith(":")}
    ends = {}
    for at, line in enumerate(lines):
        first = at_label.get(target_of(line), len(lines))
        if re.match(BRANCH, line) and first <= at:
            ends[first] = at  # the last branch back
    loops = {(first, last): body for first, last in ends.items() if (body := body_of(lines, first, last))}

    def is_innermost(loop):
        return not any(loop != other and loop[0] <= other[0] and other[1] <= loop[1] for other in loops)

    return [body for loop, body in loops.items() if is_innermost(loop)]


def wasm_loops(lines):
    """(first, last) of each loop without another inside: "loop" and the "end_loop" that closes it."""
    loops = []
    begin = None
    for at, line in enumerate(lines):
        if line.split()[0] == "loop":
            begin = at
        elif line == "end_loop" and begin is not None:
            loops.append((begin, at))
            begin = None
    return loops


def stack_accesses(lines, processor):
    """Of each instruction, whether it reads or writes the stack: by its pointer, or a register that was computed from
    it."""
    pointers = set(processor.stack)
    found = []
    for line in lines:
        mnemonic, _, operands = line.partition(" ")
        memory = " ".join(re.findall(r"[(\[].*?[)\]]", operands))
        if re.match(r"l[vx]|st[vx]|vldm|vstm", mnemonic):  # the address is bare: "lxvx vs0, r1, r9", "vldmia sp, {d0}"
            memory += operands
        found.append(any(register in pointers for register in re.findall(processor.register, memory)))
        registers = re.findall(processor.register, operands)
        if registers and not found[-1] and processor.stack[0] != "%rsp" and not mnemonic.startswith(("st", "cmp")):
            into, *sources = registers
            if into not in processor.stack:
                from_stack = mnemonic.startswith("add") or mnemonic in ("mov", "mr", "mv", "la")
                (pointers.add if from_stack and pointers.intersection(sources) else pointers.discard)(into)
    return found


class Count(NamedTuple):
    """The instructions of one iteration of the main loop."""

    total: int
    own: int  # the loop's own: pointers, compare, branch, prefetch
    spills: int  # accesses to the stack
    reloads: int  # those among them that do nothing else
    moves: int  # copies of registers
    constants: int  # constants made or loaded again
    lines: tuple  # the instructions

    @property
    def work(self):
        return self.total - self.own - self.reloads - self.moves - self.constants


def count_wasm(lines):
    """SIMD operations, and the i32 operations and branches of the loop: engines make registers of the locals."""
    loops = [lines[first:last] for first, last in wasm_loops(lines)]
    simd = [[line for line in loop if re.match(PROCESSORS["wasm32"].elements, line)] for loop in loops]
    loop, work = max(zip(loops, simd), key=lambda pair: len(pair[1]))
    own = sum(bool(re.match(r"i32\.(?!const)|br", line)) for line in loop)
    return Count(len(work) + own, own, 0, 0, 0, sum(line.startswith("v128.const") for line in work), tuple(work))


# The functions for rows that stay in registers, whatever the tile is.
IN_REGISTERS = r"(?ms)^\s*\.type\s+(\S*rows_of_[\w.]+?)\s*,.*?^\s*(?:\.size\s+\1\b|end_function)"


def count(assembly, processor):
    """The Count of the main loop of a kernel."""
    lines = lines_of(re.sub(IN_REGISTERS, "", assembly), processor.comment)
    if processor is PROCESSORS["wasm32"]:
        return count_wasm(lines)
    is_stack = stack_accesses(lines, processor)

    loop = [(lines[at], is_stack[at]) for at in max(innermost_loops(lines), key=len)]
    kinds = collections.Counter()
    for line, on_stack in loop:
        kinds["spills"] += on_stack
        if not re.search(processor.elements, line):
            kinds["own"] += 1
        elif on_stack:
            kinds["reloads"] += bool(re.match(processor.reload, line))
        elif re.match(processor.move, line):
            kinds["moves"] += 1
        elif re.match(processor.constant, line):
            kinds["constants"] += 1
    fields = (kinds[name] for name in ("own", "spills", "reloads", "moves", "constants"))
    return Count(len(loop), *fields, tuple(line for line, _ in loop))


# ---- What a kernel needs

# No instruction of the loop.
FREE = r"cast|reinterpret|set1|splat|dup\w*_n_f32$|vfmv_v_f|setzero|ptrue|__builtin|TWOPASS"


def naming_word(name):
    """A word that says its name and no more: word_add(a, b)."""
    kind = kind_name(getattr(Isa, name))

    def word(_isa, *arguments):
        call = f"word_{name}({', '.join(map(str, arguments))})"
        return {"Statements": [f"{call};"], "Statement": f"{call};"}.get(kind, call)

    return word


def words_needed(kernel):
    """{word: how often one iteration of the main loop needs it}, as the template has them."""
    isa = isa_of(kernel)
    documented = [name for name, word in vars(Isa).items() if callable(word) and word.__doc__ and name[0].islower()]
    words = {name: naming_word(name) for name in documented if has_word(isa, name)}
    naming_isa = type("NamingIsa", (type(isa),), words)(isa.group)
    text = generate.render(generate.environment_of(naming_isa), kernel)
    loops = re.findall(r"(?ms)^( *)for \(; count >= [^\n]*\{\n(.*?)^\1\}", text)
    counts = (collections.Counter(re.findall(r"\bword_(\w+)\(", body)) for _, body in loops)
    return max(counts, key=lambda found: found.total())


def intrinsics_in(text, helpers):
    """How many instructions the calls in a piece of C++ are: one each, but those of FREE; a helper has those of its
    body."""
    calls = re.findall(r"\b([a-zA-Z_]\w*)\(", text)
    return sum(intrinsics_in(helpers[name], {}) if name in helpers else not re.search(FREE, name) for name in calls)


def cost_of(isa, name):
    """The instructions of a word, as the ISA file spells it out."""
    helpers = dict(re.findall(r"(\w+)\([^()]*\) \{\n(.*?)\n\}", "\n".join(isa.PREAMBLE), re.DOTALL))
    word = getattr(isa, name)
    parameters = inspect.signature(word).parameters.values()
    text = word(*(parameter.name for parameter in parameters if parameter.default is parameter.empty))
    return intrinsics_in(text if isinstance(text, str) else "\n".join(text), helpers)


def is_counted(isa):
    """Plain C++ has operators for words."""
    return cost_of(isa, "add") != 0


def needed(kernel):
    """The instructions that one iteration needs by the method; None where they are not counted, and for other elements
    than floats, whose conversions are functions."""
    isa = isa_of(kernel)
    if not is_counted(isa) or not kernel.role.is_of_floats:
        return None
    return sum(times * cost_of(isa, word) for word, times in words_needed(kernel).items())


# ---- The model


def read_by_llvm(line):
    """An instruction as llvm-mca takes it: of 32-bit Arm it knows -infinity as the complement that it is encoded as,
    and of IBM Z no copy of a double that calls the registers vectors."""
    line = re.sub(r"^vmov\.i32 (\w+), #4286578688$", r"vmvn.i32 \1, #8388607", line)
    return re.sub(r"^ldr %v(\d+),%v(\d+)$", r"vlr %v\1,%v\2", line)


def model(isa, core, counts):
    """{kernel: cycles of an iteration} on a core, of the counts of an ISA; None where the core lacks the ISA."""
    if core.lacks and any(re.search(core.lacks, line) for found in counts.values() for line in found.lines):
        return None
    text = []
    for kernel, found in counts.items():
        text.append(f"# LLVM-MCA-BEGIN {kernel.label}")
        if isa.IN_GROUPS:  # groups of registers, which no instruction of the loop may tell
            text += [f"# LLVM-MCA-RISCV-LMUL M{kernel.registers}", "# LLVM-MCA-RISCV-SEW E32"]
        text += [*map(read_by_llvm, found.lines), "# LLVM-MCA-END"]
    triple = processor_of(isa).triple.split()
    command = ["llvm-mca-19", "-json", f"-iterations={ITERATIONS}", f"-mcpu={core.cpu}", "-mtriple", *triple]
    result = subprocess.run(command, input="\n".join(text) + "\n", capture_output=True, text=True, check=False)
    if "instruction requires" in result.stderr:
        return None
    if result.returncode != 0:
        raise ValueError(f"{' '.join(command)}\n{result.stderr[:2000]}")
    regions = json.loads(result.stdout)["CodeRegions"]
    cycles = {region["Name"]: region["SummaryView"]["TotalCycles"] for region in regions}
    return {kernel: cycles[kernel.label] / ITERATIONS for kernel in counts}


class Figures(NamedTuple):
    """What was found for an ISA."""

    isa: object
    counts: dict  # {kernel: Count}
    cycles: dict  # {core: {kernel: cycles an element}}


def lanes_of(isa, bits):
    return isa.lanes if isinstance(isa.lanes, int) else bits // 32


def measure(isa, families, pool):
    kernels = [kernel for kernel in generate.kernels_of(isa) if not families or kernel.role.name in families]
    texts = pool.map(compile_kernel, kernels)
    processor = processor_of(isa)
    counts = {kernel: count(text, processor) for kernel, text in zip(kernels, texts)}
    cycles = {}
    for core, found in zip(processor.cores, pool.map(lambda core: model(isa, core, counts), processor.cores)):
        if found is not None:
            lanes = lanes_of(isa, core.bits)
            cycles[core] = {kernel: found[kernel] / (kernel.registers * lanes) for kernel in kernels}
    return Figures(isa, counts, cycles)


# ---- Tables


def table(header, rows):
    """A table of Markdown. The first column is text, the others are figures."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)


def name_of(kernel):
    name = f"{kernel.role.label} {kernel.variant.removesuffix('-nt')}"
    return f"**{name}**" if kernel.in_use else name


def counts_table(figures):
    """Instructions and cycles of every kernel of an ISA."""
    isa = figures.isa
    lengths = [0] if isinstance(isa.lanes, int) else RUN_TIME_BITS
    elements = [f"an element, {bits} bits" if bits else "an element" for bits in lengths]
    header = ["kernel", "instructions", "own", "spills", "a vector", *elements, *(core.name for core in figures.cycles)]
    rows = []
    for kernel, found in figures.counts.items():
        vector = found.total / kernel.registers
        row = [name_of(kernel), found.total, found.own, found.spills, f"{vector:.1f}"]
        row += [f"{vector / lanes_of(isa, bits):.2f}" for bits in lengths]
        rows.append(row + [f"{cycles[kernel]:.3f}" for cycles in figures.cycles.values()])
    return table(header, rows)


def counts_tables(all_figures):
    return "\n".join(f"### {figures.isa.NAME}\n\n{counts_table(figures)}" for figures in all_figures)


def words_table(all_figures):
    """What a word costs on each ISA, where it has it. Where that depends on the size of a group, for groups of one
    register."""
    counted = [figures for figures in all_figures if is_counted(figures.isa)]
    isas = [figures.isa for figures in counted]
    kernels = (kernel for figures in counted for kernel in figures.counts if kernel.role.is_of_floats)
    words = {word for kernel in kernels for word in words_needed(kernel)} - {"set1"}
    rows = [[f"`{word}`", *(cost_of(isa, word) if has_word(isa, word) else "" for isa in isas)]
            for word in sorted(words)]
    return table(["word", *(isa.NAME for isa in isas)], rows)


def formula_table(all_figures):
    """What the method needs beside what the compiler made, for the two kernels that sum."""
    header = ["kernel", "needed", "work", "excess", "moves", "constants", "reloads", "own", "instructions"]
    rows = []
    for figures in all_figures:
        for kernel, found in figures.counts.items():
            need = needed(kernel)
            if kernel.role.name in ("raddstoreexpanchor", "raddextexp") and need is not None:
                name = f"{figures.isa.NAME} {name_of(kernel)}"
                beside_work = [found.moves, found.constants, found.reloads, found.own]
                rows.append([name, need, found.work, max(found.work - need, 0), *beside_work, found.total])
    return table(header, rows)


def excess_list(all_figures):
    """Every kernel, of all families, that takes more than is needed beside own instructions, moves, constants and
    reloads."""
    rows = []
    for figures in all_figures:
        for kernel, found in figures.counts.items():
            need = needed(kernel)
            if need is not None and found.work > need:
                name = f"{figures.isa.NAME} {name_of(kernel)}"
                rows.append([name, need, found.work, f"{(found.work - need) / kernel.vectors:.1f}"])
    return table(["kernel", "needed", "work", "excess a vector"], rows)


# ---- Which tile


def costs_by_tile(figures, kernels):
    """{kernel: cycles an element, as the geometric mean of the cores}; where there is no core, instructions an element,
    without the constants, which an engine may keep in registers."""
    if not figures.cycles:
        counts = {kernel: figures.counts[kernel] for kernel in kernels}
        lanes = figures.isa.lanes
        return {kernel: (found.work + found.own) / (kernel.registers * lanes) for kernel, found in counts.items()}
    logarithms = {kernel: [math.log(cycles[kernel]) for cycles in figures.cycles.values()] for kernel in kernels}
    return {kernel: math.exp(sum(terms) / len(terms)) for kernel, terms in logarithms.items()}


def best_tile(costs):
    """The smallest tile that is as good as the best: short rows have less of a tail then."""
    least = min(costs.values())
    good = (kernel for kernel in costs if costs[kernel] <= NEAR * least)
    return min(good, key=lambda k: (k.registers, k.accumulators, costs[k]))


def roles_of(figures):
    """{role: its kernels}"""
    roles = {}
    for kernel in figures.counts:
        roles.setdefault(kernel.role.label, []).append(kernel)
    return roles


def tile_name(kernel):
    accumulators = f"acc{kernel.accumulators}" if kernel.accumulators > 1 else ""
    return " ".join(token for token in (kernel.method, str(kernel.registers), accumulators) if token)


def tiles_table(all_figures):
    """The tile to use, by role and ISA, with what it costs, and the one in use where that is another."""
    cells = {}
    for figures in all_figures:
        for role, kernels in roles_of(figures).items():
            costs = costs_by_tile(figures, kernels)
            best = best_tile(costs)
            cell = f"{tile_name(best)}: {costs[best]:.3f}"
            in_use = next(kernel for kernel in kernels if kernel.in_use)
            if in_use != best:
                cell += f" ({tile_name(in_use)}: {costs[in_use]:.3f})"
            cells.setdefault(role, {})[figures.isa.NAME] = cell
    names = [figures.isa.NAME for figures in all_figures]
    return table(["role", *names], [[role, *(row.get(name, "") for name in names)] for role, row in cells.items()])


def in_use_lines(all_figures):
    """The same as IN_USE of the ISA files, without the rows that are first in their family."""
    lines = []
    for figures in all_figures:
        lines.append(f"# {figures.isa.NAME}\nIN_USE = {{")
        for role, kernels in roles_of(figures).items():
            best = best_tile(costs_by_tile(figures, kernels))
            if best != kernels[0]:
                lines.append(f"    {generate.in_use_entry(role, best)},")
        lines.append("}")
    return "\n".join(lines) + "\n"


# ---- The document


def versions(all_figures):
    """The first line of what each compiler, and llvm-mca, say of themselves."""
    commands = {processor_of(figures.isa).compiler[0] for figures in all_figures}
    rows = []
    for command in [*sorted(commands), "llvm-mca-19"]:
        output = subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout
        isas = [figures.isa.NAME for figures in all_figures if processor_of(figures.isa).compiler[0] == command]
        rows.append([f"`{command}`", re.search(r"^.*\d\.\d.*$", output, re.MULTILINE)[0].strip(), ", ".join(isas)])
    return "".join(f"| {' | '.join(row)} |\n" for row in [["program", "version", "ISAs"], ["---"] * 3, *rows])


PARTS = {
    "versions": versions,
    "tiles": tiles_table,
    "words": words_table,
    "formula": formula_table,
    "excess": excess_list,
    "counts": counts_tables,
}


def replace_part(document, name, text):
    """The document with the text between the marks of a part."""
    begin, end = f"<!-- {name}: written by scripts/count_instructions.py -->\n", f"<!-- end of {name} -->\n"
    before, _, rest = document.partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise ValueError(f"{DOCUMENT.name} has no marks of the part {name}")
    return f"{before}{begin}\n{text}\n{end}{after}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--isa", nargs="+", metavar="NAME", help="only these ISAs")
    parser.add_argument("--family", nargs="+", metavar="NAME", help="only these families")
    parser.add_argument("--write", action="store_true", help="write docs/instruction-counts.md instead of printing")
    parser.add_argument("-j", type=int, default=os.cpu_count(), metavar="N", help="compile N kernels at a time")
    arguments = parser.parse_args()
    if arguments.write and (arguments.isa or arguments.family):
        raise ValueError("--write is for all ISAs and families")

    isas = generate.load_isas([generate.ROOT / "scripts" / "isa"])
    unknown = set(arguments.isa or ()) - {isa.NAME for isa in isas}
    if unknown:
        raise ValueError(f"no such ISA: {', '.join(sorted(unknown))}")
    with concurrent.futures.ThreadPoolExecutor(arguments.j) as pool:
        chosen = (isa for isa in isas if not arguments.isa or isa.NAME in arguments.isa)
        all_figures = [measure(isa, arguments.family, pool) for isa in chosen]

    if arguments.write:
        document = DOCUMENT.read_text(encoding="utf-8")
        for name, make in PARTS.items():
            document = replace_part(document, name, make(all_figures))
        DOCUMENT.write_text(document, encoding="utf-8")
    else:
        for name in ("counts", "formula", "excess", "tiles"):
            print(f"{PARTS[name](all_figures)}")
        print(in_use_lines(all_figures))


if __name__ == "__main__":
    try:
        main()
    except (OSError, ValueError, subprocess.CalledProcessError, generate.GeneratorError) as problem:
        sys.exit(f"count_instructions.py: {problem}")
