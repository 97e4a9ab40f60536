// Runs ONNX Runtime for bench/peers/onnxruntime.cc, which starts this program and talks to it through a socket that is
// both standard input and standard output.
//
// A request is six numbers (float64), the last of which may mean nothing:
//
//   kOpen operation threads outer columns inner   followed by the inputs (float32); computes once, over the axis of the
//                                                 columns, and answers with the output. Of a matrix, inner is 1
//   kRun  count                                   computes that many times and answers with the nanoseconds that this
//                                                 took (float64)
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
import fs from 'node:fs';
import ort from 'onnxruntime-node';

const kOpen = 1;
const kRun = 2;
const kOperators = ['Softmax', 'LogSoftmax'];

// ---- The model, in the protocol buffers of ONNX
//
//   y = Softmax(x) or LogSoftmax(x) over the second of two or three dimensions
//   z = y[0, 0] or y[0, 0, 0], by GatherND
//
// Timed runs ask for z alone: what a run gives back is copied into fresh memory, which would cost more than the
// softmax. y then lives in memory that ONNX Runtime keeps from run to run.

const number = (field, value) => [field << 3, value];
const bytes = (field, value) => [(field << 3) | 2, value.length, ...value];
const string = (field, value) => bytes(field, Buffer.from(value));

const kFloat = 1;
const kInt64 = 7;

function value(name, type, dimensions) {
  const dimension = (symbol) => bytes(/*dim*/ 1, string(/*dim_param*/ 2, symbol));
  const shape = bytes(/*shape*/ 2, dimensions.flatMap(dimension));
  const tensor = bytes(/*tensor_type*/ 1, [...number(/*elem_type*/ 1, type), ...shape]);
  return [...string(/*name*/ 1, name), ...bytes(/*type*/ 2, tensor)];
}

function node(operator, inputs, output, attributes = []) {
  const names = [...inputs.flatMap((input) => string(/*input*/ 1, input)), ...string(/*output*/ 2, output)];
  return [...names, ...string(/*op_type*/ 4, operator), ...attributes];
}

const kInt = 2;
const secondAxis = bytes(/*attribute*/ 5, [...string(/*name*/ 1, 'axis'), ...number(/*i*/ 3, 1),
  (/*type*/ 20 << 3) & 127 | 128, 20 >> 4, kInt]);  // fields from 16 on take two bytes

function modelOf(operator, dimensions) {
  const graph = [
    ...bytes(/*node*/ 1, node(operator, ['x'], 'y', secondAxis)),
    ...bytes(/*node*/ 1, node('GatherND', ['y', 'index'], 'z')),
    ...string(/*name*/ 2, operator),
    ...bytes(/*input*/ 11, value('x', kFloat, dimensions)),
    ...bytes(/*input*/ 11, value('index', kInt64, ['one', 'rank'])),
    ...bytes(/*output*/ 12, value('y', kFloat, dimensions)),
    ...bytes(/*output*/ 12, value('z', kFloat, ['one'])),
  ];
  const lengthOfGraph = [(graph.length & 127) | 128, graph.length >> 7];  // lengths from 128 on take two bytes
  return Uint8Array.from([
    ...number(/*ir_version*/ 1, 8),
    (/*graph*/ 7 << 3) | 2, ...lengthOfGraph, ...graph,
    ...bytes(/*opset_import*/ 8, number(/*version*/ 2, 13)),
  ]);
}

// ---- The socket

// Returns false at the end of the stream.
function read(array) {
  const view = new Uint8Array(array.buffer);
  for (let done = 0; done < view.length;) {
    const count = fs.readSync(0, view, done, view.length - done);
    if (count === 0) return false;
    done += count;
  }
  return true;
}

function write(array) {
  const view = new Uint8Array(array.buffer);
  for (let done = 0; done < view.length;) done += fs.writeSync(1, view, done);
}

// ---- The requests

// An input for each number of elements, so that no run meets a page for the first time.
const inputs = new Map();
const sessions = new Map();

function inputOf(elements) {
  if (!inputs.has(elements)) inputs.set(elements, new Float32Array(elements));
  return inputs.get(elements);
}

async function sessionOf(operator, rank, threads) {
  const key = `${operator} ${rank} ${threads}`;
  if (!sessions.has(key)) {
    const options = { intraOpNumThreads: threads, interOpNumThreads: 1 };
    const model = modelOf(operator, ['outer', 'columns', 'inner'].slice(0, rank));
    sessions.set(key, await ort.InferenceSession.create(model, options));
  }
  return sessions.get(key);
}

let session, feeds;
const request = new Float64Array(6);
while (read(request)) {
  const [action, ...values] = request;
  if (action === kOpen) {
    const [operation, threads, outer, columns, inner] = values;
    const x = inputOf(outer * columns * inner);
    if (!read(x)) break;
    const dimensions = inner === 1 ? [outer, columns] : [outer, columns, inner];
    session = await sessionOf(kOperators[operation], dimensions.length, threads);
    const index = new ort.Tensor('int64', dimensions.map(() => 0), [1, dimensions.length]);
    feeds = { x: new ort.Tensor('float32', x, dimensions), index };
    const { y } = await session.run(feeds, ['y']);
    write(y.data);
  } else if (action === kRun) {
    const begin = process.hrtime.bigint();
    for (let i = 0; i < values[0]; i++) await session.run(feeds, ['z']);
    write(Float64Array.of(Number(process.hrtime.bigint() - begin)));
  }
}
