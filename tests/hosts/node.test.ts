/** The host suite on Node, and what only a process of its own has: signals, exit codes, its start. */
import { request } from 'node:http';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSimulator, type Simulator } from '../../sim/server.ts';
import { newCaller } from './_caller.ts';
import {
  askChat,
  contentOf,
  type ChatChunk,
  KEY,
  ofUndeclaredLength,
  readData,
} from './_client.ts';
import { launchNode, nodeHost, startNode } from './_node.ts';
import { launch } from './_process.ts';
import { describeHost } from './_suite.ts';

describeHost(nodeHost());

describe.concurrent('Node as a process', () => {
  let simulator: Simulator | undefined;
  beforeAll(async () => {
    simulator = await startSimulator();
  });
  afterAll(async () => {
    await simulator?.close();
  });

  /** A fresh server with an answer of that bot's under way. */
  async function startAnswering(model: string): Promise<{
    node: Awaited<ReturnType<typeof startNode>>;
    answer: ReturnType<typeof readData>;
  }> {
    if (!simulator) throw new Error('the simulator has not started yet');
    const node = await startNode({ POE_BASE_URL: simulator.url });
    const response = await newCaller(node.url, simulator).ask({ model, stream: true });
    const answer = readData(response);
    await answer.next();
    return { node, answer };
  }

  test('finishes an open answer on SIGTERM, takes no new connection, and exits with 0', async (context) => {
    const { node, answer } = await startAnswering('Slow');
    node.process.kill('SIGTERM');
    await node.process.prints(/"message":"Poeway stops/);
    // One that comes in the very moment of closing may be reset instead; the next is refused.
    await context.expect.poll(() => connecting(node.url)).toBe('ECONNREFUSED');
    let last = '';
    let content = '';
    for await (const { data } of answer) {
      if (data !== '[DONE]') content += contentOf(JSON.parse(data) as ChatChunk);
      last = data;
    }
    expect(content).toMatch(/nineteen twenty$/);
    expect(last).toBe('[DONE]');
    expect(await node.process.exit).toMatchObject({ code: 0, stderr: '' });
  });

  test('does not wait for the open answer on a second SIGTERM', async () => {
    const { node, answer } = await startAnswering('Silent');
    node.process.kill('SIGTERM');
    await node.process.prints(/"message":"Poeway stops/);
    node.process.kill('SIGTERM');
    expect(await node.process.exit).toMatchObject({ code: 1, stderr: '' });
    await expect(answer.next()).rejects.toThrow('terminated');
  });

  test('lets a client that sends all of a too large body read why it is refused', async () => {
    const node = await startNode({ MAX_REQUEST_SIZE: '1024' });
    const text = 'x'.repeat(5_000_000);
    for (const init of [{ body: text }, ofUndeclaredLength(text)]) {
      const response = await askChat(node.url, KEY, {}, init);
      expect(response.status).toBe(413);
      expect(await response.text()).toContain('MAX_REQUEST_SIZE');
    }
    expect(await node.stop()).toMatchObject({ code: 0, stderr: '' });
  });

  test('starts and stops under the tsx command, as npm start runs it', async () => {
    const tsx = launch('node_modules/.bin/tsx', ['src/hosts/node.ts'], { PORT: '0' });
    const [, port] = await tsx.prints(/"message":"Poeway listens","url":"[^"]+:(\d+)\/"/);
    const response = await fetch(`http://127.0.0.1:${port}/health`);
    expect(await response.text()).toBe('OK');
    tsx.kill('SIGTERM');
    expect(await tsx.exit).toMatchObject({ code: 0, stderr: '' });
  });

  test('names every wrong setting at once, without its value, and exits with 1', async () => {
    const { code, stdout, stderr } = await launchNode({
      PORT: 'secret-1',
      TIMEOUT: '-17',
      MAX_REQUEST_SIZE: 'secret-2',
      POE_BASE_URL: 'ftp://secret-3',
      LOG_LEVEL: 'secret-4',
    }).exit;
    expect(code).toBe(1);
    expect(stdout).toBe('');
    for (const name of ['PORT', 'TIMEOUT', 'MAX_REQUEST_SIZE', 'POE_BASE_URL', 'LOG_LEVEL'])
      expect(stderr).toMatch(new RegExp(`^  - ${name} must be `, 'm'));
    expect(stderr).not.toMatch(/secret|-17|ftp/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('says in one line that its port is taken, and exits with 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address ? String(address.port) : '';
    const { code, stderr } = await launchNode({ PORT: port }).exit;
    other.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^.*EADDRINUSE.*\n$/);
    expect(stderr).toContain(port);
  });
});

/** What becomes of a new connection. */
function connecting(url: string): Promise<string> {
  return new Promise((resolve) => {
    const asked = request(url, { agent: false }, () => resolve('accepted'));
    asked.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    asked.end();
  });
}
