// Arrays inside and outside of the memory of the module, and a memory that grows.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';

import { load } from '../twopass.mjs';

let twopass;
beforeEach(async () => {
  twopass = await load({ isa: 'wasmsimd' });
});

// Two values, so that any length has an exact result: half of them are 0, half 1.
const alternating = (length) => Float32Array.from({ length }, (_, i) => i % 2);

function assertAlternating(y) {
  const pairs = y.length / 2;
  const [zero, one] = [0, 1].map((x) => Math.exp(x) / (pairs * (1 + Math.E)));
  for (let i = 0; i < y.length; i++) {
    const exact = i % 2 === 0 ? zero : one;
    assert.ok(Math.abs(y[i] - exact) <= 4 * 2 ** -23 * exact, `${y[i]} at ${i}, not ${exact}`);
  }
}

test('the memory grows with what it is given', () => {
  for (const length of [100, 1 << 20, 1 << 22, 1 << 24, 100]) assertAlternating(twopass.softmax(alternating(length)));
});

test('growth detaches views, and array makes new ones', () => {
  const length = 10000;
  const allocation = twopass.allocate(length);
  const before = allocation.array;
  before.set(alternating(length));
  assert.equal(allocation.array, before);
  twopass.softmax(alternating(1 << 24));
  assert.equal(before.length, 0);
  assertAlternating(twopass.softmax(allocation.array));
});

test('growth in the very call that reads from the memory', () => {
  const length = 1 << 24;
  const allocation = twopass.allocate(length);
  allocation.array.set(alternating(length));
  const before = allocation.array;
  const y = twopass.softmax(before);
  assert.equal(before.length, 0); // the result had to have room
  assertAlternating(y);
  assert.deepEqual(allocation.array, alternating(length));
});

test('from and to the memory of the module', () => {
  const length = 5000;
  const [a, b] = [twopass.allocate(length), twopass.allocate(length)];
  const outside = new Float32Array(length);

  assert.equal(twopass.softmax(alternating(length), { output: a.array }), a.array);
  assertAlternating(a.array);
  a.array.set(alternating(length));
  twopass.softmax(a.array, { output: outside });
  assertAlternating(outside);
  twopass.softmax(a.array, { output: b.array });
  assertAlternating(b.array);
  assert.deepEqual(a.array, alternating(length));
  twopass.softmax(a.array, { output: a.array });
  assertAlternating(a.array);
});

test('overlaps are refused inside the memory, and harmless outside', () => {
  const allocation = twopass.allocate(200);
  const inside = allocation.array.subarray(0, 150);
  assert.throws(() => twopass.softmax(inside, { output: allocation.array.subarray(50, 200) }), /overlap/);
  const outside = alternating(150);
  assertAlternating(twopass.softmax(outside.subarray(0, 100), { output: outside.subarray(50, 150) }));
});

test('what is freed is used again', () => {
  twopass.allocate(1 << 22).free();
  const { buffer } = twopass.allocate(10).array;
  for (let i = 0; i < 1000; i++) twopass.allocate(1 << 20).free();
  assert.equal(twopass.allocate(10).array.buffer, buffer);
});

test('a freed array is gone, and freed but once', () => {
  const allocation = twopass.allocate(10);
  allocation.free();
  allocation.free();
  assert.throws(() => allocation.array, ReferenceError);
});

test('out of memory is an error, and not the end', () => {
  for (const length of [2 ** 29, 2 ** 30, 2 ** 40]) assert.throws(() => twopass.allocate(length), /out of memory/);
  const large = [0, 1].map(() => twopass.allocate(500_000_000)); // of the 2^30 floats that 32 bits address
  assert.throws(() => twopass.allocate(500_000_000), /out of memory/);
  assertAlternating(twopass.softmax(alternating(100_000))); // at an address of 32 bits
  for (const allocation of large) allocation.free();
  assertAlternating(twopass.softmax(alternating(200_000)));
});
