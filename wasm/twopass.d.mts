// The types of twopass.mjs, which says more.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause

/** Best first. */
export type Isa = 'wasmrelaxedsimd' | 'wasmsimd';

export interface SoftmaxOptions {
  /** By default one row, or what follows from the columns. */
  rows?: number;
  /** What follows from the rows, where only these are given. */
  columns?: number;
  /** Where the result goes, which may be the input; by default a new array. */
  output?: Float32Array;
  /** What the input is multiplied by first, such as 1 / temperature; by default 1. */
  scale?: number;
  /** Whether a row of nothing but -Infinity gives zeros, not NaN; by default it does not. */
  maskedRowZero?: boolean;
}

/** An array in the memory of a module. */
export interface Allocation {
  /** Ask for it anew after any call: a memory that has grown leaves earlier views without elements. */
  readonly array: Float32Array;
  free(): void;
}

export interface Twopass {
  readonly isa: Isa;
  /** The softmax of each row of a matrix, which lies in the input row by row. Returns the output. */
  softmax(input: Float32Array, options?: SoftmaxOptions): Float32Array;
  /** Room for an array, which softmax takes without a copy. */
  allocate(length: number): Allocation;
}

/** Loads the module of the best ISA that the engine has, or of the one that is named. */
export function load(options?: { isa?: Isa }): Promise<Twopass>;
