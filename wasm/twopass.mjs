// Softmax of Float32Arrays, in node and in browsers.
//
//   import { load } from 'twopass';
//   const twopass = await load();
//   const probabilities = twopass.softmax(logits, { rows: 10, columns: 1000 });
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause

const STATUSES = [, 'input and output overlap', 'the module has no ISA'];

// A function that returns three times nothing, as vectors, put through f32x4.relaxed_madd.
const RELAXED_SIMD = Uint8Array.of(
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00,        // magic number, version
  0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b,              // types: () -> v128
  0x03, 0x02, 0x01, 0x00,                                // functions: one of type 0
  0x0a, 0x13, 0x01, 0x11, 0x00,                          // code: one body without locals
  0x41, 0x00, 0xfd, 0x0f, 0x41, 0x00, 0xfd, 0x0f, 0x41, 0x00, 0xfd, 0x0f, // i32.const 0, i8x16.splat; twice more
  0xfd, 0x85, 0x02, 0x0b,                                // f32x4.relaxed_madd, end
);

const bestIsa = () => (WebAssembly.validate(RELAXED_SIMD) ? 'wasmrelaxedsimd' : 'wasmsimd');

async function compile(url) {
  if (url.protocol === 'file:') {
    const { readFile } = await import('node:fs/promises');
    return WebAssembly.compile(await readFile(url));
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  return WebAssembly.compile(await response.arrayBuffer());
}

// Loads the module of the best ISA that the engine has, or of the one that is named: wasmrelaxedsimd or wasmsimd. Every
// call makes an instance with a memory of its own, which grows with what it is given and never shrinks.
export async function load({ isa = bestIsa() } = {}) {
  if (!['wasmrelaxedsimd', 'wasmsimd'].includes(isa)) throw new RangeError(`no ISA is called ${isa}`);
  const module = await compile(new URL(`./twopass-${isa}.wasm`, import.meta.url));
  const instance = await WebAssembly.instantiate(module);
  return new Twopass(isa, instance.exports);
}

class Twopass {
  #exports;
  #scratch = 0; // the address of memory for arrays from outside
  #scratchLength = 0; // in elements

  constructor(isa, exports) {
    this.isa = isa;
    this.#exports = exports;
  }

  // The softmax of each row of a matrix, which lies in `input` row by row. Where only one of rows and columns is given
  // the other follows from the length; by default the whole is one row. The result goes to `output`, which may be
  // `input`, and is returned; by default it is a new array. scale: what the input is multiplied by first, such as
  // 1 / temperature. maskedRowZero: a row of nothing but -Infinity gives zeros, not NaN.
  softmax(input, { rows, columns, output, scale = 1, maskedRowZero = false } = {}) {
    requireFloat32Array(input, 'input');
    if (output !== undefined) requireFloat32Array(output, 'output');
    if (typeof scale !== 'number') throw new TypeError('scale is not a number');
    [rows, columns] = shapeOf(input.length, rows, columns);
    output ??= new Float32Array(input.length);
    if (output.length !== input.length) {
      throw new RangeError(`output has ${output.length} elements, input ${input.length}`);
    }
    if (input.length === 0) return output;

    // What lies in the memory of the module is used where it is; the rest goes through it. Only #reserve may make the
    // memory grow, which detaches every view of it.
    const outputIsInside = this.#isInside(output);
    const inputIsInside = this.#isInside(input);
    let x = input.byteOffset;
    const y = outputIsInside ? output.byteOffset : this.#reserve(input.length);
    if (!inputIsInside) {
      x = y;
      this.#view(y, input.length).set(input);
    }
    const status = this.#exports.softmax(rows, columns, x, y, scale, maskedRowZero ? 1 : 0);
    if (status !== 0) throw new RangeError(STATUSES[status]);
    if (!outputIsInside) output.set(this.#view(y, output.length));
    return output;
  }

  // Room for an array inside the memory of the module, where softmax takes it without a copy.
  allocate(length) {
    requireCount(length, 'length');
    return new Allocation(this.#exports, this.#allocate(length), length);
  }

  #isInside(array) {
    return array.buffer === this.#exports.memory.buffer;
  }

  #view(address, length) {
    return new Float32Array(this.#exports.memory.buffer, address, length);
  }

  #allocate(length) {
    const bytes = Math.max(1, length) * Float32Array.BYTES_PER_ELEMENT;
    // Addresses have 32 bits, in JavaScript with a sign.
    const address = bytes < 2 ** 32 ? this.#exports.malloc(bytes) >>> 0 : 0;
    if (address === 0) throw new RangeError(`out of memory for ${length} elements`);
    return address;
  }

  #reserve(length) {
    if (length > this.#scratchLength) {
      this.#exports.free(this.#scratch);
      this.#scratch = this.#scratchLength = 0;
      this.#scratch = this.#allocate(length);
      this.#scratchLength = length;
    }
    return this.#scratch;
  }
}

// An array inside the memory of a module.
class Allocation {
  #exports;
  #address;
  #length;
  #array;

  constructor(exports, address, length) {
    this.#exports = exports;
    this.#address = address;
    this.#length = length;
  }

  // The array. Ask for it anew after any call: a memory that has grown leaves earlier views without elements.
  get array() {
    if (this.#address === 0) throw new ReferenceError('the array has been freed');
    const { buffer } = this.#exports.memory;
    if (this.#array?.buffer !== buffer) this.#array = new Float32Array(buffer, this.#address, this.#length);
    return this.#array;
  }

  free() {
    this.#exports.free(this.#address);
    this.#address = 0;
  }
}

function requireFloat32Array(array, name) {
  if (!(array instanceof Float32Array)) throw new TypeError(`${name} is not a Float32Array`);
}

function requireCount(count, name) {
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`${name} is not a count: ${count}`);
}

function shapeOf(length, rows, columns) {
  if (rows !== undefined) requireCount(rows, 'rows');
  if (columns !== undefined) requireCount(columns, 'columns');
  rows ??= columns === undefined ? 1 : columns === 0 ? 0 : length / columns;
  columns ??= rows === 0 ? 0 : length / rows;
  if (rows * columns !== length || !Number.isInteger(rows) || !Number.isInteger(columns)) {
    throw new RangeError(`input has ${length} elements, which is not ${rows} rows of ${columns}`);
  }
  return [rows, columns];
}
