// What load and softmax refuse, and what they take.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { load } from '../twopass.mjs';
import { ISAS } from './isas.mjs';

const twopass = await load();

test('the best ISA is loaded', () => assert.equal(twopass.isa, 'wasmrelaxedsimd'));

test('an ISA can be asked for', async () => {
  for (const isa of ISAS) assert.equal((await load({ isa })).isa, isa);
  await assert.rejects(load({ isa: 'avx2' }), RangeError);
});

test('nothing but Float32Arrays', () => {
  for (const bad of [undefined, null, 7, 'text', [1, 2], new Float64Array(2), new ArrayBuffer(8)]) {
    assert.throws(() => twopass.softmax(bad), { name: 'TypeError', message: 'input is not a Float32Array' });
    if (bad === undefined) continue;
    const call = () => twopass.softmax(new Float32Array(2), { output: bad });
    assert.throws(call, { name: 'TypeError', message: 'output is not a Float32Array' });
  }
});

test('a scale that is no number', () => {
  for (const bad of [null, '2', 2n, [2]]) {
    const call = () => twopass.softmax(new Float32Array(2), { scale: bad });
    assert.throws(call, { name: 'TypeError', message: 'scale is not a number' });
  }
});

test('shapes that are not that of the input', () => {
  const input = new Float32Array(12);
  const shapes = [
    { rows: 5 }, { columns: 5 }, { rows: 2, columns: 5 }, { rows: 0 }, { columns: 0 }, { rows: 24 }, { columns: 24 },
    { rows: -3, columns: -4 }, { rows: 1.5, columns: 8 }, { rows: 1.5 }, { rows: NaN }, { columns: Infinity },
    { rows: '3' }, { rows: 3n, columns: 4n }, { rows: 2 ** 60, columns: 12 },
  ];
  for (const shape of shapes) assert.throws(() => twopass.softmax(input, shape), RangeError);
});

test('an output of another length', () => {
  for (const length of [0, 11, 13]) {
    const call = () => twopass.softmax(new Float32Array(12), { output: new Float32Array(length) });
    assert.throws(call, { name: 'RangeError', message: `output has ${length} elements, input 12` });
  }
});

test('nothing to do', () => {
  const input = new Float32Array(0);
  for (const shape of [{}, { rows: 0 }, { columns: 0 }, { rows: 5 }, { columns: 5 }, { rows: 0, columns: 7 }]) {
    assert.equal(twopass.softmax(input, shape).length, 0);
  }
});

test('an array in shared memory', () => {
  const input = new Float32Array(new SharedArrayBuffer(8));
  assert.deepEqual(twopass.softmax(input, { output: input }), input.fill(0.5));
});

test('lengths that cannot be allocated', () => {
  for (const bad of [-1, 0.5, NaN, '3', undefined]) assert.throws(() => twopass.allocate(bad), RangeError);
});
