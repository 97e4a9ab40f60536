// Chromium without a window, driven as a user would, through chromedriver, which speaks the WebDriver protocol:
// https://www.w3.org/TR/webdriver2/
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const ARGUMENTS = [
  '--headless', '--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--hide-scrollbars',
  '--force-device-scale-factor=2', '--window-size=800,1060',
];

// Resolves to the address that chromedriver listens at.
function addressOf(driver) {
  return new Promise((resolve, reject) => {
    driver.on('error', (error) => reject(new Error(`${error.message}: chromium and chromium-driver are needed`)));
    driver.on('exit', (status) => reject(new Error(`chromedriver ended with status ${status}`)));
    createInterface(driver.stdout).on('line', (line) => {
      const port = /started successfully on port (\d+)/.exec(line)?.[1];
      if (port) resolve(`http://localhost:${port}`);
    });
  });
}

async function send(method, url, parameters) {
  const response = await fetch(url, { method, body: parameters && JSON.stringify(parameters) });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}

export class Browser {
  #driver;
  #session;

  // `profile` is an empty folder.
  static async start(profile) {
    const browser = new Browser();
    browser.#driver = spawn('chromedriver', ['--port=0'], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const url = `${await addressOf(browser.#driver)}/session`;
      const { sessionId } = await send('POST', url, {
        capabilities: {
          alwaysMatch: {
            'goog:chromeOptions': { binary: '/usr/bin/chromium', args: [...ARGUMENTS, `--user-data-dir=${profile}`] },
            'goog:loggingPrefs': { browser: 'ALL' },
            timeouts: { implicit: 60000 },
          },
        },
      });
      browser.#session = `${url}/${sessionId}`;
    } catch (error) {
      browser.#driver.kill();
      throw error;
    }
    return browser;
  }

  async stop() {
    await send('DELETE', this.#session);
    this.#driver.kill();
  }

  open = (url) => this.#post('url', { url });

  // Waits for an element.
  find = (selector) => this.#post('element', { using: 'css selector', value: selector });

  // What a function gives in the page, or a promise that it gives is fulfilled with.
  run = (task) => this.#post('execute/sync', { script: `return (${task})()`, args: [] });

  // Moves the pointer to each of the points, pressed from the first on; `whilePressed` runs before it is released.
  async drag([first, ...others], whilePressed = () => {}) {
    const move = ([x, y]) => ({ type: 'pointerMove', x: Math.round(x), y: Math.round(y), duration: 50 });
    await this.#point([move(first), { type: 'pointerDown', button: 0 }, ...others.map(move)]);
    await whilePressed();
    await this.#point([{ type: 'pointerUp', button: 0 }]);
  }

  // Keys by their codes: https://www.w3.org/TR/webdriver2/#keyboard-actions
  press(key) {
    const actions = ['keyDown', 'keyUp'].map((type) => ({ type, value: key }));
    return this.#post('actions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
  }

  // What the console has since the last call, and a page's errors.
  messages = async () => (await this.#post('se/log', { type: 'browser' })).map(({ message }) => message);

  screenshot = async () => Buffer.from(await send('GET', `${this.#session}/screenshot`), 'base64');

  #point(actions) {
    return this.#post('actions', { actions: [{ type: 'pointer', id: 'mouse', actions }] });
  }

  #post(command, parameters) {
    return send('POST', `${this.#session}/${command}`, parameters);
  }
}
