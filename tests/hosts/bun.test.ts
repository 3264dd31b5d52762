/** The host suite in Bun, what its server owes as a process, and its patience. */
import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import { bunHost, findBun, launchBun } from './_bun.ts';
import { askChat, KEY, readContent, wholeContent } from './_client.ts';
import { LISTENS } from './_node.ts';
import { withRuntime } from './_runtime.ts';
import { describeServer, listen } from './_server.ts';
import { describeHost } from './_suite.ts';

/** Bun's server would hang up after ten seconds, of which it makes up to fourteen; in milliseconds. */
const SILENCE = 15_000;

withRuntime('Bun', findBun(), (bun) => {
  describeHost(bunHost(bun));
  describeServer('Bun', (env) => launchBun(bun, env));

  describe.concurrent('Bun with a bot that is silent for long', () => {
    test.each([false, true])(
      'does not cut off its answer, with stream %s',
      { timeout: SILENCE + 10_000 },
      async (stream) => {
        const poe = silentPoe();
        const server = launchBun(bun, {
          POE_BASE_URL: `http://127.0.0.1:${await listen(poe)}`,
          // No comment is to keep the connection from falling silent.
          KEEP_ALIVE: '60',
          // The same for its fetch, whose own five minutes would be too long for a test.
          BUN_CONFIG_HTTP_IDLE_TIMEOUT: '4',
        });
        const [, url = ''] = await server.prints(LISTENS);
        const response = await askChat(url, KEY, { model: 'Any', stream });
        expect(response.status).toBe(200);
        const content = await (stream ? readContent(response) : wholeContent(response));
        expect(content).toBe('before after');
        expect(await server.stop()).toMatchObject({ code: 0, stderr: '' });
        poe.close();
      },
    );
  });
});

/** A Poe that says half of its answer, or nothing, and the rest after a long silence. */
function silentPoe(): ReturnType<typeof createServer> {
  return createServer(async (call, reply) => {
    if (call.method === 'GET') return void reply.end('{"data":[]}');
    let body = '';
    for await (const text of call.setEncoding('utf8')) body += text;
    const { stream } = JSON.parse(body) as { stream?: boolean };
    const chunk = (content: string, reason: string | null = null): string => {
      const choice = { index: 0, delta: { content }, finish_reason: reason };
      return `data: ${JSON.stringify({ id: 'chunk', choices: [choice] })}\n\n`;
    };
    if (stream) reply.writeHead(200, { 'content-type': 'text/event-stream' });
    if (stream) reply.write(chunk('before '));
    setTimeout(() => {
      const message = { role: 'assistant', content: 'before after' };
      const whole = { id: 'whole', choices: [{ index: 0, message, finish_reason: 'stop' }] };
      reply.end(stream ? `${chunk('after', 'stop')}data: [DONE]\n\n` : JSON.stringify(whole));
    }, SILENCE);
  });
}
