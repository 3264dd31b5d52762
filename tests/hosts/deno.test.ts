/** The host suite in `deno serve`, what Deno's own server owes as a process, and `deno.json`. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startSimulator } from '../../sim/server.ts';
import { newCaller } from './_caller.ts';
import { readContent, wholeContent } from './_client.ts';
import { denoHost, findDeno, launchDenoServer, startDenoServe } from './_deno.ts';
import { withRuntime } from './_runtime.ts';
import { describeServer } from './_server.ts';
import { describeHost } from './_suite.ts';

withRuntime('Deno', findDeno(), (deno) => {
  describeHost(denoHost(deno));
  describeServer('Deno', (env) => launchDenoServer(deno, env));

  test('does not take the signal that Deno fires after an answer for a client that left', async () => {
    const poe = await startSimulator();
    const { url, process, stop } = await startDenoServe(deno, { POE_BASE_URL: poe.url });
    const { ask, requests } = newCaller(url, poe);
    const words = 'Hello there, world';
    expect(await readContent(await ask({ model: 'Echo', stream: true }))).toBe(words);
    expect(await wholeContent(await ask({ model: 'Echo' }))).toBe(words);
    // Deno says so itself once it has fired it.
    await process.prints(/request\.signal aborts on successful responses/, 'stderr');
    const { stdout } = await stop();
    await poe.close();
    expect(requests().map(({ outcome }) => outcome)).toEqual(['finished', 'finished']);
    const lines = stdout.split('\n').filter((line) => line.includes('"message":"request"'));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('"outcome":"finished"');
    for (const line of lines) expect(line).not.toMatch(/client.gone|client_closed/);
  });
});

test('deno.json names the packages of package.json, in the same versions, but Node’s own', async () => {
  const read = async (name: string): Promise<unknown> =>
    JSON.parse(await readFile(new URL(`../../${name}`, import.meta.url), 'utf8'));
  const { imports } = (await read('deno.json')) as { imports: Readonly<Record<string, string>> };
  const { dependencies } = (await read('package.json')) as {
    dependencies: Readonly<Record<string, string>>;
  };
  // What only Node imports; `deno task` runs without the others.
  const { srvx, undici, ...shared } = dependencies;
  expect([srvx, undici]).not.toContain(undefined);
  expect(imports).toEqual(
    Object.fromEntries(
      Object.entries(shared).map(([name, version]) => [name, `npm:${name}@${version}`]),
    ),
  );
});
