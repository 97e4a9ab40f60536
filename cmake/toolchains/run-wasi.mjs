// Runs a WASI program: node run-wasi.mjs program.wasm argument...
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
import { readFile } from 'node:fs/promises';
import { argv, env, exit } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { WASI } from 'node:wasi';

const program = await readFile(argv[2]);
// Before version 21 node hides relaxed SIMD.
if (!WebAssembly.validate(program)) setFlagsFromString('--experimental-wasm-relaxed-simd');
const wasi = new WASI({ version: 'preview1', args: argv.slice(2), env, preopens: { '.': '.' } });
// Functions of JavaScript around those of node: node 20 may crash in a collection of garbage after a direct call from
// WebAssembly.
const functions = Object.entries(wasi.wasiImport).map(([name, call]) => [name, (...values) => call(...values)]);
const { instance } = await WebAssembly.instantiate(program, { wasi_snapshot_preview1: Object.fromEntries(functions) });
exit(wasi.start(instance));
