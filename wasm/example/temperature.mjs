// The page: a softmax of the logits whenever the slider moves, and its largest probabilities as bars.
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
import { load } from 'twopass';

const CALLS = 500; // in a measurement, as the clocks of browsers are coarse

const [twopass, logits, classes] = await Promise.all([
  load(),
  fetch('data/logits.f32').then((response) => response.arrayBuffer()).then((buffer) => new Float32Array(buffer)),
  fetch('data/classes.json').then((response) => response.json()),
]);

// In the memory of the module, so that nothing is copied at a call.
const input = twopass.allocate(logits.length);
const output = twopass.allocate(logits.length);
input.array.set(logits);

const slider = document.getElementById('temperature');
const showBars = classes.map(([, name]) => addRow(name));
const showRest = addRow(`${logits.length - classes.length} others`, 'rest');

// Adds a row to the table; returns a function that shows a probability in it.
function addRow(name, className = '') {
  const row = document.getElementById('bars').insertRow();
  row.className = className;
  row.innerHTML = `<th scope="row"></th><td class="track"><div class="bar"></div></td>
    <td class="number"><data></data></td>`;
  row.querySelector('th').textContent = name;
  const bar = row.querySelector('.bar');
  const number = row.querySelector('data');
  return (probability) => {
    bar.style.width = `${100 * probability}%`;
    number.value = probability;
    number.textContent = `${(100 * probability).toFixed(3)} %`;
  };
}

function microsecondsOf(call) {
  const begin = performance.now();
  for (let i = 0; i < CALLS; i++) call();
  return (1000 * (performance.now() - begin)) / CALLS;
}

function update() {
  const scale = 1 / slider.valueAsNumber;
  const softmax = () => twopass.softmax(input.array, { output: output.array, scale });
  const time = microsecondsOf(softmax);

  const probabilities = classes.map(([index]) => output.array[index]);
  probabilities.forEach((probability, i) => showBars[i](probability));
  showRest(Math.max(0, 1 - probabilities.reduce((a, b) => a + b)));
  document.getElementById('shown-temperature').textContent = slider.valueAsNumber.toFixed(2);
  document.getElementById('engine').textContent =
    `Softmax of all ${logits.length} scores: ${time.toFixed(1)} µs, by twopass in WebAssembly (${twopass.isa}).`;
}

slider.addEventListener('input', update);
update();
