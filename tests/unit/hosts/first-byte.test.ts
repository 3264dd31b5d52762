/**
 * The adapters of hosts with a deadline for the first byte, as they are shipped: a bot that takes
 * minutes must not be taken for a dead function, whether its answer is streamed or not.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import vercelEdge from '../../../api/edge.ts';
import netlifyEdge from '../../../netlify/edge-functions/handler.ts';

/** What the platforms document, in seconds. */
const HOSTS = [
  { host: 'Vercel Edge', deadline: 25, ask: (request: Request) => vercelEdge(request) },
  {
    host: 'Netlify Edge',
    deadline: 40,
    ask: (request: Request) =>
      netlifyEdge(request, { ip: '203.0.113.7', waitUntil: () => undefined } as never),
  },
] as const;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('Netlify', { env: { toObject: () => ({ LOG_LEVEL: 'error' }) } });
  vi.stubEnv('LOG_LEVEL', 'error');
  // A Poe that never answers.
  vi.stubGlobal('fetch', () => new Promise(() => undefined));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

describe.each([true, false])('with stream %s', (stream) => {
  it.each(HOSTS)('$host begins its answer within $deadline s', async ({ ask, deadline }) => {
    const messages = [{ role: 'user', content: 'Hello' }];
    const client = new AbortController();
    const answering = ask(
      new Request('https://a.test/edge/v1/chat/completions', {
        method: 'POST',
        headers: { authorization: 'Bearer key-of-the-caller' },
        body: JSON.stringify({ messages, stream }),
        signal: client.signal,
      }),
    );
    let begun: Response | undefined;
    void answering.then((response) => (begun = response));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(begun).toBeUndefined();
    await vi.advanceTimersByTimeAsync((deadline - 3) * 1_000);
    expect(begun?.status).toBe(200);
    client.abort();
  });
});
