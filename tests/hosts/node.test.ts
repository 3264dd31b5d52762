/** The host suite on Node, what its server owes as a process, and what it says of too large a body. */
import { describe, expect, test } from 'vitest';
import { askChat, KEY, ofUndeclaredLength } from './_client.ts';
import { launchNode, nodeHost, startNode } from './_node.ts';
import { launch } from './_process.ts';
import { describeServer } from './_server.ts';
import { describeHost } from './_suite.ts';

describeHost(nodeHost());
describeServer('Node', (env) => launchNode(env));

describe.concurrent('Node alone', () => {
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
});
