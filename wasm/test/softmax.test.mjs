// Results, against a softmax in double precision and the rules of twopass.h.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { load } from '../twopass.mjs';
import { ISAS } from './isas.mjs';

const FLT_MIN = 2 ** -126;
const BOUND = 4 * 2 ** -23; // the relative error that twopass.h allows

function reference(x) {
  const max = x.reduce((a, b) => Math.max(a, b), -Infinity);
  const y = Array.from(x, (value) => Math.exp(value - max));
  const sum = y.reduce((a, b) => a + b, 0);
  return y.map((value) => value / sum);
}

function assertSoftmax(y, x) {
  const exact = reference(x);
  assert.equal(y.length, x.length);
  for (let i = 0; i < x.length; i++) {
    if (y[i] === 0) assert.ok(exact[i] < FLT_MIN * (1 + BOUND), `0 at ${i} instead of ${exact[i]}`);
    else assert.ok(
      y[i] >= FLT_MIN && Math.abs(y[i] - exact[i]) <= BOUND * exact[i],
      `${y[i]} at ${i}, not ${exact[i]}`,
    );
  }
}

function assertAll(y, value) {
  for (const element of y) assert.ok(Object.is(element, value), `${element}, not ${value}`);
}

// Logits that repeat from run to run, nearly normal.
function logits(length, deviation = 10) {
  let state = 1;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const sum = () => random() + random() + random() + random();
  return Float32Array.from({ length }, () => deviation * (sum() - 2) * Math.sqrt(3));
}

for (const isa of ISAS) {
  describe(isa, async () => {
    const twopass = await load({ isa });

    test('every length', () => {
      for (let length = 1; length <= 300; length++) assertSoftmax(twopass.softmax(logits(length)), logits(length));
      for (const length of [8192, 8193, 16384, 16385, 100003]) {
        assertSoftmax(twopass.softmax(logits(length)), logits(length));
      }
    });

    test('wide ranges', () => {
      for (const deviation of [0.01, 100, 1000, 30000]) {
        assertSoftmax(twopass.softmax(logits(5000, deviation)), logits(5000, deviation));
      }
    });

    test('scales, such as 1 / temperature', () => {
      for (const scale of [1 / 3, 0.5, 1, 2, 10, -1]) {
        for (const length of [1, 10, 1000, 10000]) {
          const scaled = logits(length).map((value) => value * Math.fround(scale));
          assertSoftmax(twopass.softmax(logits(length), { scale }), scaled);
        }
      }
      assertAll(twopass.softmax(logits(10), { scale: NaN }), NaN);
    });

    test('many rows, each on its own', () => {
      for (const [rows, columns] of [[1000, 1], [1000, 10], [333, 77], [5, 4000], [1, 100]]) {
        const x = logits(rows * columns);
        const y = twopass.softmax(x, { rows, columns });
        for (let i = 0; i < x.length; i += columns) {
          assertSoftmax(y.subarray(i, i + columns), x.subarray(i, i + columns));
        }
        assert.deepEqual(twopass.softmax(x, { rows }), y);
        assert.deepEqual(twopass.softmax(x, { columns }), y);
      }
    });

    test('the input stays as it is, and may be the output', () => {
      const x = logits(1000);
      const y = twopass.softmax(x);
      assert.deepEqual(x, logits(1000));
      assert.equal(twopass.softmax(x, { output: x }), x);
      assertSoftmax(x, logits(1000));
      assert.deepEqual(x, y);
    });

    test('the output is returned, and nothing beside it is written', () => {
      const buffer = new Float32Array(120).fill(-1.25);
      const output = buffer.subarray(10, 110);
      assert.equal(twopass.softmax(logits(100), { output }), output);
      assertSoftmax(output, logits(100));
      assertAll([...buffer.subarray(0, 10), ...buffer.subarray(110)], -1.25);
    });

    test('masks', () => {
      for (const length of [10, 2000]) {
        for (const mask of [-Infinity, -3e38, -1e9]) {
          const x = logits(length).map((value, i) => (i % 3 === 0 ? mask : value));
          const y = twopass.softmax(x);
          assertSoftmax(y, x);
          assertAll(y.filter((_, i) => i % 3 === 0), 0);
        }
        const masked = new Float32Array(length).fill(-Infinity);
        assertAll(twopass.softmax(masked), NaN);
        assertAll(twopass.softmax(masked, { maskedRowZero: true }), 0);
      }
    });

    test('NaN and Infinity make their row NaN', () => {
      for (const columns of [7, 2000]) {
        for (const special of [NaN, Infinity]) {
          for (const position of [0, 5, columns - 1]) {
            const x = logits(3 * columns);
            x[columns + position] = special;
            for (const maskedRowZero of [false, true]) {
              const y = twopass.softmax(x, { rows: 3, maskedRowZero });
              assertSoftmax(y.subarray(0, columns), x.subarray(0, columns));
              assertAll(y.subarray(columns, 2 * columns), NaN);
              assertSoftmax(y.subarray(2 * columns), x.subarray(2 * columns));
            }
          }
        }
      }
    });
  });
}
