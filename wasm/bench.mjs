// The time of a softmax of one row: a plain loop in JavaScript, twopass with arrays of JavaScript (the copies in and
// out count), and twopass with arrays in the memory of the module. Medians, both ways warmed up: node bench.mjs [isa]
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
import { argv } from 'node:process';
import { performance } from 'node:perf_hooks';

import { load } from './twopass.mjs';

const REPETITIONS = 21;
const MILLISECONDS = 20; // of a repetition

function plainSoftmax(x, y) {
  let max = -Infinity;
  for (let i = 0; i < x.length; i++) if (x[i] > max) max = x[i];
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += y[i] = Math.exp(x[i] - max);
  const scale = 1 / sum;
  for (let i = 0; i < x.length; i++) y[i] *= scale;
}

function nanosecondsOf(call, count) {
  const begin = performance.now();
  for (let i = 0; i < count; i++) call();
  return ((performance.now() - begin) * 1e6) / count;
}

function median(numbers) {
  return numbers.sort((a, b) => a - b)[numbers.length >> 1];
}

// The contenders take turns, so that what else the machine does meets them alike.
function medians(calls) {
  const counts = calls.map((call) => {
    const begin = performance.now();
    let count = 0;
    for (; performance.now() - begin < 10 * MILLISECONDS; count++) call();
    return Math.max(1, Math.round(count / 10));
  });
  const times = calls.map(() => []);
  for (let i = 0; i < REPETITIONS; i++) calls.forEach((call, k) => times[k].push(nanosecondsOf(call, counts[k])));
  return times.map(median);
}

const twopass = await load(argv[2] === undefined ? {} : { isa: argv[2] });
console.log(`${twopass.isa}; nanoseconds per element, and how many times as fast as the plain loop`);
console.log(`${'n'.padStart(9)}${'plain loop'.padStart(12)}${'twopass'.padStart(18)}${'without copies'.padStart(18)}`);
for (let n = 64; n <= 1048576; n *= 4) {
  const x = Float32Array.from({ length: n }, () => 20 * Math.random() - 10);
  const y = new Float32Array(n);
  const input = twopass.allocate(n);
  const output = twopass.allocate(n);
  input.array.set(x);
  const [plain, ...ours] = medians([
    () => plainSoftmax(x, y),
    () => twopass.softmax(x, { output: y }),
    () => twopass.softmax(input.array, { output: output.array }),
  ]);
  const columns = ours.map((time) => `${(time / n).toFixed(3)} (${(plain / time).toFixed(1)} x)`.padStart(18));
  console.log(`${String(n).padStart(9)}${(plain / n).toFixed(3).padStart(12)}${columns.join('')}`);
  input.free();
  output.free();
}
