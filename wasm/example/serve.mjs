// Serves the files of a folder to this machine alone: node serve.mjs
//
// Copyright (c) 2026 the twopass authors. SPDX-License-Identifier: BSD-3-Clause
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

const TYPES = {
  '.css': 'text/css', '.html': 'text/html', '.json': 'application/json', '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

// Resolves to the server when it listens; on any free port by default.
export function serve(folder, port = 0) {
  const server = createServer(async ({ url }, response) => {
    const { pathname } = new URL(url, 'http://localhost'); // without any '..'
    const path = join(folder, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
    try {
      const content = await readFile(path);
      response.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve) => server.listen(port, 'localhost', () => resolve(server)));
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const server = await serve(fileURLToPath(new URL('.', import.meta.url)), 8000);
  console.log(`http://localhost:${server.address().port}/`);
}
