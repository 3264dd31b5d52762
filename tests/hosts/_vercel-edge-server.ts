/**
 * `api/edge.ts` in the edge-runtime, compiled and wrapped as Vercel's own tools do it
 * (`dev-server.mjs` of @vercel/node). A process of its own, with an environment of its own. An
 * argument names another file to serve: what `vercel build` made of ours.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { createHandler, EdgeRuntime } from 'edge-runtime';
import { build } from 'esbuild';
import { REQUEST_CONTEXT, requestContext, serveAsVercel } from './_vercel-server.ts';

const [, , entry = fileURLToPath(new URL('../../api/edge.ts', import.meta.url))] = process.argv;
const { outputFiles } = await build({
  entryPoints: [entry],
  bundle: true,
  write: false,
  format: 'cjs',
  platform: 'browser',
  conditions: ['edge-light'],
  target: 'es2022',
});
const require = createRequire(import.meta.url);
const template = require.resolve('@vercel/node/dist/edge-handler-template.js');

const runtime = new EdgeRuntime({
  initialCode: `(() => { ${outputFiles[0]?.text} })();
const userModule = module.exports;
${await readFile(template, 'utf8')}
registerFetchListener(userModule, { isMiddleware: false }, { Request, Response });`,
  extend: (context) =>
    Object.assign(context, {
      module: {},
      process: { env: process.env },
      [REQUEST_CONTEXT]: requestContext,
    }),
});
serveAsVercel(createHandler({ runtime }).handler);
