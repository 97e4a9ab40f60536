// Runs a network on one image: 32-bit floats from stdin to stdout.
//
//   usage: node run_network.cjs MODEL CHANNELS HEIGHT WIDTH
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
const fs = require('fs');
const ort = require(require.resolve('onnxruntime-node', {paths: [process.cwd()]}));

async function main() {
  const [model, ...shape] = process.argv.slice(2);
  const image = new Float32Array(new Uint8Array(fs.readFileSync(0)).buffer);
  const network = await ort.InferenceSession.create(model);
  const input = new ort.Tensor('float32', image, [1, ...shape.map(Number)]);
  const outputs = await network.run({[network.inputNames[0]]: input});
  const {data} = outputs[network.outputNames[0]];
  fs.writeFileSync(1, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

main();
