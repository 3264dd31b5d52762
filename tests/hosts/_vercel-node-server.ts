/**
 * `api/handler.ts` behind the bridge that Vercel puts into a function of Node's, from its own
 * package. A process of its own, since that bridge finds functions in the working directory, by
 * the names that Vercel's build gives them. An argument names another file to serve: what
 * `vercel build` made of ours.
 */
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  type NodeListener,
  REQUEST_CONTEXT,
  requestContext,
  serveAsVercel,
} from './_vercel-server.ts';

const directory = await mkdtemp(join(tmpdir(), 'poeway-vercel-'));
process.once('exit', () => rmSync(directory, { recursive: true }));
const [, , entry = fileURLToPath(new URL('../../api/handler.ts', import.meta.url))] = process.argv;
const { href } = pathToFileURL(entry);
await mkdir(join(directory, 'api'));
await writeFile(join(directory, 'api/handler.mjs'), `export { default } from '${href}';\n`);
process.chdir(directory);
Object.assign(globalThis, { [REQUEST_CONTEXT]: requestContext });

const require = createRequire(import.meta.url);
const bridge: NodeListener = require('@vercel/node/dist/bundling-handler.js');
serveAsVercel(bridge, { 'x-matched-path': '/api/handler' });
