// The package as npm makes it, installed in a folder outside of the project: what is in it, its use in node, and the
// page of ../example in a browser, whose slider is moved and whose bars are read.
//
//   TWOPASS_SCREENSHOT=FILE    where a picture of the page goes, if one is wanted
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { serve } from '../example/serve.mjs';
import { Browser } from './browser.mjs';

const [TAB, LEFT, RIGHT] = ['\ue004', '\ue012', '\ue014'];
const EPSILON = 2 ** -23;

const fileOf = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const runFile = promisify(execFile);

const { version } = JSON.parse(await readFile(fileOf('package.json')));
let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twopass-'));
  await cp(fileOf('example'), folder, { recursive: true, filter: (path) => !path.includes('node_modules') });
  const archive = fileOf(`../build/twopass-${version}.tgz`);
  await runFile('npm', ['install', '--prefix', folder, '--offline', '--no-audit', '--no-fund', archive]);
});

after(() => rm(folder, { recursive: true, maxRetries: 5 }));

test('the package has what it needs, and nothing else', async () => {
  const files = await readdir(join(folder, 'node_modules', 'twopass'));
  assert.deepEqual(files.sort(), [
    'LICENSE', 'README.md', 'package.json', 'twopass-wasmrelaxedsimd.wasm', 'twopass-wasmsimd.wasm', 'twopass.d.mts',
    'twopass.mjs',
  ]);
});

test('its version is that of the library', async () => {
  const header = await readFile(fileOf('../include/twopass.h'), 'utf8');
  const numbers = ['MAJOR', 'MINOR', 'PATCH'].map((name) => new RegExp(`VERSION_${name} (\\d+)`).exec(header)[1]);
  assert.equal(version, numbers.join('.'));
});

test('in node, by its name', async () => {
  const program = `
    import { load } from 'twopass';
    const twopass = await load();
    console.log(...Array.from(twopass.softmax(Float32Array.of(1, 2, 3)), (p) => p.toFixed(4)));`;
  const { stdout } = await runFile(process.execPath, ['--input-type=module', '--eval', program], { cwd: folder });
  assert.equal(stdout, '0.0900 0.2447 0.6652\n');
});

describe('in a browser', () => {
  let server;
  let browser;
  let logits;
  let classes;

  before(async () => {
    logits = new Float32Array(new Uint8Array(await readFile(join(folder, 'data', 'logits.f32'))).buffer);
    classes = JSON.parse(await readFile(join(folder, 'data', 'classes.json')));
    server = await serve(folder);
    browser = await Browser.start(join(folder, 'profile'));
  });

  beforeEach(async () => {
    await browser.open(`http://localhost:${server.address().port}/`);
    await browser.find('.number data[value]'); // there once the page has computed
  });

  after(async () => {
    await browser?.stop();
    server?.close();
  });

  // What the page shows.
  const read = () => browser.run(() => {
    const widthOf = (element) => element.getBoundingClientRect().width;
    const slider = document.getElementById('temperature');
    const { left, top, width, height } = slider.getBoundingClientRect();
    return {
      temperature: slider.valueAsNumber,
      shownTemperature: document.getElementById('shown-temperature').textContent,
      slider: { left, middle: top + height / 2, width },
      isFocused: document.activeElement === slider,
      engine: document.getElementById('engine').textContent,
      rows: [...document.querySelectorAll('#bars tr')].map((row) => ({
        name: row.querySelector('th').textContent,
        probability: Number(row.querySelector('data').value),
        text: row.querySelector('data').textContent,
        bar: widthOf(row.querySelector('.bar')) / widthOf(row.querySelector('.track')),
      })),
    };
  });

  // Holds what the page shows to a softmax of doubles. In floats, scale and product are each within EPSILON / 2.
  function check(page) {
    assert.equal(page.shownTemperature, page.temperature.toFixed(2));
    const z = Array.from(logits, (logit) => logit / page.temperature);
    const max = Math.max(...z);
    const sum = z.reduce((total, value) => total + Math.exp(value - max), 0);
    const exact = classes.map(([index]) => Math.exp(z[index] - max) / sum);
    const bound = (8.5 + 2 * Math.max(...z.map(Math.abs))) * EPSILON;

    const rest = page.rows.at(-1);
    assert.equal(page.rows.length, classes.length + 1);
    page.rows.slice(0, -1).forEach(({ name, probability }, i) => {
      assert.equal(name, classes[i][1]);
      assert.ok(Math.abs(probability - exact[i]) <= bound * exact[i], `${name}: ${probability}, not ${exact[i]}`);
    });
    assert.equal(rest.name, `${logits.length - classes.length} others`);
    assert.ok(Math.abs(rest.probability - (1 - exact.reduce((a, b) => a + b))) <= bound, `others: ${rest.probability}`);
    for (const { name, probability, text, bar } of page.rows) {
      assert.equal(text, `${(100 * probability).toFixed(3)} %`);
      assert.ok(Math.abs(bar - probability) < 0.001, `${name}: a bar of ${bar}, not ${probability}`);
    }
  }

  test('at first', async () => {
    const page = await read();
    assert.equal(page.temperature, 1);
    assert.match(page.engine, /^Softmax of all 6625 scores: \d+\.\d µs, by twopass in WebAssembly \(wasmrelaxedsimd\)/);
    check(page);
  });

  test('the slider dragged: the bars follow before it is released', async () => {
    const first = await read();
    const { left, middle, width } = first.slider;
    const at = (share) => [left + share * width, middle];
    const begin = at((first.temperature - 0.1) / 2.9);
    await browser.drag([begin, at(0.4), at(0.6)], async () => {
      const page = await read();
      assert.ok(page.temperature > 1.5, `${page.temperature}`);
      assert.ok(page.rows[0].bar < first.rows[0].bar / 2, `from ${first.rows[0].bar} to ${page.rows[0].bar}`);
      assert.ok(page.rows.at(-1).bar > 10 * first.rows.at(-1).bar);
      check(page);
    });
    check(await read());
  });

  test('the slider clicked', async () => {
    const { left, middle, width } = (await read()).slider;
    await browser.drag([[left + 0.1 * width, middle]]);
    const page = await read();
    assert.ok(page.temperature < 0.5, `${page.temperature}`);
    assert.ok(page.rows[0].bar > 0.7, `${page.rows[0].bar}`);
    check(page);
  });

  test('by the keyboard', async () => {
    await browser.press(TAB);
    const first = await read();
    assert.ok(first.isFocused);
    await browser.press(RIGHT);
    const page = await read();
    assert.equal(page.temperature.toFixed(2), (first.temperature + 0.05).toFixed(2));
    assert.ok(page.rows[0].bar < first.rows[0].bar);
    check(page);
    await browser.press(LEFT);
    assert.deepEqual((await read()).rows, first.rows);
  });

  test('each ISA', async () => {
    const results = await browser.run(async () => {
      const { load } = await import('twopass');
      const modules = [await load({ isa: 'wasmsimd' }), await load({ isa: 'wasmrelaxedsimd' })];
      return modules.map((twopass) => [twopass.isa, ...twopass.softmax(Float32Array.of(1, 2, 3))]);
    });
    assert.deepEqual(results.map(([isa, ...p]) => [isa, ...p.map((value) => value.toFixed(4))]), [
      ['wasmsimd', '0.0900', '0.2447', '0.6652'],
      ['wasmrelaxedsimd', '0.0900', '0.2447', '0.6652'],
    ]);
  });

  test('nothing on the console', async () => assert.deepEqual(await browser.messages(), []));

  if (process.env.TWOPASS_SCREENSHOT) {
    test('a picture', async () => {
      await browser.press(TAB);
      for (let i = 0; i < 6; i++) await browser.press(RIGHT);
      await writeFile(process.env.TWOPASS_SCREENSHOT, await browser.screenshot());
    });
  }
});
