/** `npm run build`: writes `dist/worker.js` and `dist/node.js`, and says how big they are. */
import { mkdir, writeFile } from 'node:fs/promises';
import { bundle, type BundleName, measureBundle } from './bundle.ts';

const NAMES: readonly BundleName[] = ['worker', 'node'];
const DIRECTORY = new URL('../dist/', import.meta.url);

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KB`.padStart(10);
}

await mkdir(DIRECTORY, { recursive: true });
console.log(
  `${''.padEnd(16)}${'raw'.padStart(10)}${'minified'.padStart(10)}${'gzip'.padStart(10)}`,
);
for (const name of NAMES) {
  const { code } = await bundle(name);
  await writeFile(new URL(`${name}.js`, DIRECTORY), code);
  const { raw, minified, gzip } = await measureBundle(name);
  console.log(
    `${`dist/${name}.js`.padEnd(16)}${kilobytes(raw)}${kilobytes(minified)}${kilobytes(gzip)}`,
  );
}
