"""WebAssembly's relaxed SIMD: WebAssembly SIMD with a multiply-add that an engine may fuse, or round twice, as the
processor likes best.

The method is that of ISAs without fused multiply-add. Its range reduction multiplies n by parts of ln 2 whose products
are exact, so that fused or not they make no error; only the last part and the polynomial round, once a step or twice,
and the contract allows for twice. With the one float of rr1-p5 an engine that does not fuse would be off by up to 2^-8.

It has to be asked for: engines know SIMD for longer than they do relaxed SIMD, and an engine refuses a whole module for
one instruction that it does not know.

Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
"""

from isa.wasmsimd import Wasmsimd


class Wasmrelaxedsimd(Wasmsimd):
    NAME = "wasmrelaxedsimd"
    RANK = 30
    PROCESSORS = Wasmsimd.PROCESSORS
    FLAGS = ["-msimd128", "-mrelaxed-simd"]
    AVAILABLE = Wasmsimd.AVAILABLE
    OPT_IN = True
    INCLUDES = Wasmsimd.INCLUDES
    PREAMBLE = Wasmsimd.PREAMBLE
    METHODS = Wasmsimd.METHODS
    IN_USE = {**Wasmsimd.IN_USE, "vscaleextexp": ("rr4-p5", 6, 1)}

    def madd(self, a, b, c):
        return f"wasm_f32x4_relaxed_madd({a}, {b}, {c})"

    def fnma(self, a, b, c):
        return f"wasm_f32x4_relaxed_nmadd({a}, {b}, {c})"
