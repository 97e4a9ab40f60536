// The ISAs that this engine can run, which the tests go through.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
import { setFlagsFromString } from 'node:v8';

// Before version 21 node hides relaxed SIMD.
if (Number.parseInt(process.versions.node) < 21) setFlagsFromString('--experimental-wasm-relaxed-simd');

export const ISAS = ['wasmsimd', 'wasmrelaxedsimd'];
