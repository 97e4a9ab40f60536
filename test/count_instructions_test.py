#!/usr/bin/env python3
"""Tests of scripts/count_instructions.py. Run them with a Python that has jinja2.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

import pathlib
import shutil
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
SCRIPTS = pathlib.Path(__file__).resolve().parent.parent / "scripts"
sys.path.insert(0, str(SCRIPTS))

import count_instructions as counter  # noqa: E402
import generate  # noqa: E402

# A main loop of two vectors, a loop of one, and a rare case of the latter behind the return, whose jump back makes no
# loop.
X86 = """
f:
	.cfi_startproc
	cmpq	$15, %rdi
	jbe	.L2
.L3:
	vmovups	(%rsi), %ymm0
	subq	$16, %rdi
	vmaxps	32(%rsi), %ymm1, %ymm2	# the load is folded
	vmovaps	%ymm0, %ymm3
	vfmadd213ps	40(%rsp), %ymm4, %ymm3
	vbroadcastss	.LC7(%rip), %ymm5
	vmovaps	%ymm3, -24(%rsp)
	prefetcht0	8192(%rsi)
	addq	$64, %rsi
	cmpq	$15, %rdi
	ja	.L3
.L2:
	cmpq	$7, %rdi
	jbe	.L4
	.p2align 4
.L5:
	vaddps	(%rsi), %ymm1, %ymm1
	subq	$8, %rdi
	ja	.L5
	testq	%rdi, %rdi
	jne	.L9
.L4:
	vmovss	%xmm1, (%rdx)
	ret
.L9:
	vmulps	%ymm1, %ymm1, %ymm1
	vmulps	%ymm1, %ymm1, %ymm1
	vmulps	%ymm1, %ymm1, %ymm1
	vmulps	%ymm1, %ymm1, %ymm1
	jmp	.L4
"""

AARCH64 = """
.L3:
	mov	v3.16b, v23.16b
	movi	v7.4s, 0
	ldr	q2, [x6, 16]
	ldr	q9, [sp, 64]
	fmla	v3.4s, v2.4s, v24.4s
	prfm	PLDL1KEEP, [x6, 8192]
	str	q3, [x6], 32
	sub	x5, x5, #8
	cmp	x5, 7
	bhi	.L3
	ret
"""

# a3 points to the stack, a0 to the array.
RISCV = """
	addi	a3, sp, 16
	csrr	a4, vlenb
	add	a3, a3, a4
.LBB0_2:                                # %for.body
	vl2re32.v	v8, (a0)
	vl2r.v	v10, (a3)                       # Unknown-size Folded Reload
	vmv2r.v	v12, v10
	vfmacc.vf	v12, fa5, v8
	vs2r.v	v12, (a0)
	sub	a2, a2, a1
	add	a0, a0, a5
	bgeu	a2, a1, .LBB0_2
	ret
"""

# r1 is the stack pointer, but %r10 is not.
PPC64LE = """
.L3:
	lxvd2x %vs0,0,%r10
	lxvd2x %vs1,%r1,%r9
	xxlor %vs2,%vs12,%vs12
	xvmaddasp %vs2,%vs0,%vs1
	stxvd2x %vs2,0,%r10
	addi %r10,%r10,16
	bdnz .L3
	blr
"""

# A comparison and the branch are one instruction.
S390X = """
.L3:
	vl	%v0,0(%r3)
	vlr	%v2,%v1
	vl	%v5,160(%r15),3
	vrepif	%v6,1
	vfmasb	%v2,%v0,%v5,%v6
	vst	%v2,0(%r4)
	la	%r3,16(%r3)
	clgijh	%r2,23,.L3
	br	%r14
"""

# r7 points to the stack, r3 to the array.
ARMV7 = """
	add	r7, sp, #16
.L3:
	vld1.32	{d16-d17}, [r3]!
	vldmia	sp, {d18-d19}
	vldr	d20, [r7, #8]
	vldr.32	s3, .L26+152
	vdup.32	q0, d1[1]
	vmov	q1, q8  @ v4sf
	vadd.f32	q8, q8, q9
	subs	r3, r3, #16
	cmp	r3, #15
	bhi	.L3
	bx	lr
.L26:
	.word	1
"""

WASM = """
	loop    	                                # label2:
	local.get	1
	v128.load	0:p2align=0
	v128.const	0x1p0, 0x1p0, 0x1p0, 0x1p0
	f32x4.mul
	local.set	3
	local.get	2
	i32.const	16
	i32.add
	local.tee	2
	br_if   	0                               # 0: up to label2
	end_loop
	loop    	                                # label3:
	f32x4.add
	br_if   	0
	end_loop
"""

NESTED = """
.L1:
	vaddps	%ymm1, %ymm1, %ymm1
	vaddps	%ymm1, %ymm1, %ymm1
.L2:
	vmulps	%ymm1, %ymm1, %ymm1
	ja	.L2
	vaddps	%ymm1, %ymm1, %ymm1
	ja	.L1
	ret
"""


def count(text, processor):
    """Of the main loop: all instructions, its own, spills, reloads, moves, constants."""
    return counter.count(text, counter.PROCESSORS[processor])[:-1]


class CountTest(unittest.TestCase):
    def test_x86(self):
        self.assertEqual(count(X86, "x86_64"), (11, 5, 2, 1, 1, 1))

    def test_a_jump_back_that_is_not_reached_from_its_target_is_no_loop(self):
        loops = counter.innermost_loops(counter.lines_of(X86, "#"))
        self.assertEqual([len(loop) for loop in loops], [11, 3])

    def test_a_loop_around_another_is_not_innermost(self):
        self.assertEqual(count(NESTED, "x86_64"), (2, 1, 0, 0, 0, 0))

    def test_rows_in_registers_are_not_the_main_loop(self):
        name = "_ZN12_GLOBAL__N_19rows_of_8Em.constprop.0"
        other = f"\t.type\t{name}, @function\n{name}:\n{X86}\t.size\t{name}, .-{name}\n"
        self.assertEqual(count(other + NESTED, "x86_64"), count(NESTED, "x86_64"))

    def test_aarch64(self):
        self.assertEqual(count(AARCH64, "aarch64"), (10, 4, 1, 1, 1, 1))

    def test_registers_that_point_to_the_stack(self):
        self.assertEqual(count(RISCV, "riscv64"), (8, 3, 1, 1, 1, 0))

    def test_bare_addresses(self):
        self.assertEqual(count(PPC64LE, "ppc64le"), (7, 2, 1, 1, 1, 0))

    def test_a_comparison_that_branches(self):
        self.assertEqual(count(S390X, "s390x"), (8, 2, 1, 1, 1, 1))

    def test_what_llvm_spells_otherwise(self):
        self.assertEqual(counter.read_by_llvm("vmov.i32 q13, #4286578688"), "vmvn.i32 q13, #8388607")
        self.assertEqual(counter.read_by_llvm("vmov.i32 q13, #1"), "vmov.i32 q13, #1")

    def test_armv7(self):
        self.assertEqual(count(ARMV7, "armv7"), (10, 3, 2, 2, 1, 2))

    def test_wasm_counts_simd_and_the_loop(self):
        self.assertEqual(count(WASM, "wasm32"), (5, 2, 0, 0, 0, 1))


class KernelTest(unittest.TestCase):
    def setUp(self):
        self.kernels = {}
        for isa in generate.load_isas([SCRIPTS / "isa"]):
            self.kernels.update({kernel.label: kernel for kernel in generate.kernels_of(isa)})

    def test_what_a_method_needs(self):
        # Of a vector: load, bound, n 2, t, polynomial 5 or table and quadratic 4, n - anchor, power of two 4 or 1,
        # store; of a tile: folding, Fast2Sum 4.
        for label, expected in (
            ("f32_raddstoreexpanchor/avx2_rr1_p5_u32", 4 * 16 + 3 + 4),
            ("f32_raddstoreexpanchor/avx512f_lut32_p2_u64", 4 * 12 + 3 + 4),
            ("f32_raddstoreexpminusmax/avx2_rr1_p5_u32", 4 * 17 + 3 + 4),
            # load, n 2, t, polynomial 5, exponents 2, scale_down 6; of a tile: folding, Fast2Sum, the move 2 + 3 + 6
            ("f32_raddextexp/avx2_rr1_p5_u32", 4 * 17 + 3 + 4 + 11),
            # table and quadratic 4, scale_down 2; the move 2 + 1 + 2, and floor
            ("f32_raddextexp/avx512f_lut32_p2_u128", 8 * 12 + 7 + 4 + 6),
            ("f32_raddextexp/avx512f_lut32_p2_u128_acc2", 8 * 12 + 6 + 2 * 4 + 2 * 6),
            ("f32_rmax/avx2_u32_acc4", 4 * 2),
        ):
            with self.subTest(label=label):
                self.assertEqual(counter.needed(self.kernels[label]), expected)

    @unittest.skipUnless(shutil.which("g++"), "no g++")
    def test_a_compiled_kernel_has_what_the_method_needs(self):
        kernel = self.kernels["f32_vscaleexpminusmax/avx2_rr1_p5_u16"]
        processor = counter.processor_of(kernel.isa)
        machine = subprocess.run(["g++", "-dumpmachine"], capture_output=True, text=True, check=True).stdout
        if not machine.startswith("x86_64"):
            self.skipTest("g++ is for another processor")
        found = counter.count(counter.compile_kernel(kernel), processor)
        text = "\n".join(found.lines)
        self.assertEqual(text.count("vfmadd"), 2 * 6)
        self.assertEqual(text.count("vfnmadd"), 2)
        self.assertLessEqual(found.work, counter.needed(kernel))  # less where a load is folded
        self.assertGreaterEqual(found.work, counter.needed(kernel) - 2)

    @unittest.skipUnless(shutil.which("llvm-mca-19"), "no llvm-mca-19")
    def test_the_model_knows_the_dependences_between_iterations(self):
        kernel = self.kernels["f32_rmax/avx2_u32_acc4"]
        cores = {core.name: core for core in counter.PROCESSORS["x86_64"].cores}
        loop = counter.Count(1, 0, 0, 0, 0, 0, ("vaddps %ymm0, %ymm1, %ymm1",))
        cycles = counter.model(kernel.isa, cores["Haswell"], {kernel: loop})
        self.assertAlmostEqual(cycles[kernel], 3, delta=0.1)  # the latency of an addition

        loop = loop._replace(lines=("vaddps %zmm0, %zmm1, %zmm1",))
        self.assertIsNone(counter.model(kernel.isa, cores["Haswell"], {kernel: loop}))
        self.assertIsNotNone(counter.model(kernel.isa, cores["Zen 4"], {kernel: loop}))


class DocumentTest(unittest.TestCase):
    def test_a_part_is_replaced_and_the_rest_kept(self):
        marks = "<!-- tiles: written by scripts/count_instructions.py -->\n{}<!-- end of tiles -->\n"
        before = "Above.\n" + marks.format("old\n") + "Below.\n"
        after = "Above.\n" + marks.format("\nnew\n\n") + "Below.\n"
        self.assertEqual(counter.replace_part(before, "tiles", "new\n"), after)
        with self.assertRaises(ValueError):
            counter.replace_part(before, "counts", "new\n")


if __name__ == "__main__":
    outcome = unittest.main(exit=False).result
    sys.exit(1 if not outcome.wasSuccessful() else 77 if outcome.skipped else 0)
