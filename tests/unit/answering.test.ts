/**
 * One answer of several calls: another way only before the first word, a second round for what was
 * wrong, one sum of usage; and a client that leaves in any state leaves nothing running.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { jsonReply, payloads, replayPlatform, streamReply } from '../golden/replay.ts';
import { chunk, type Head, livePoe } from './live-poe.ts';

const DONE = 'data: [DONE]\n\n';
const TOOL = {
  type: 'function',
  function: {
    name: 'weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};
/** Poe's refusal of tools, with which the emulation begins. */
const REFUSED: Head = { status: 400, headers: { 'content-type': 'application/json' } };
const REFUSAL = JSON.stringify({ error: { message: 'tools is not supported in this model.' } });
const GONE = JSON.stringify({ error: { message: 'This bot has gone.' } });
const NATIVE = 'event: text\ndata: {"text": "Cold."}\n\nevent: done\ndata: {}\n\n';
const WRONG = '<tool_call>{"name": "weather", "arguments": {"town": "Oslo"}}</tool_call>';
const RIGHT = '<tool_call>{"name": "weather", "arguments": {"city": "Oslo"}}</tool_call>';

function usage(input: number, output: number): string {
  const counts = { prompt_tokens: input, completion_tokens: output };
  return `data: ${JSON.stringify({ choices: [], usage: counts })}\n\n`;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function ask(body: object, heads: readonly Head[], settings: Record<string, string> = {}) {
  const { platform, calls } = livePoe(...heads);
  const client = new AbortController();
  const messages = [{ role: 'user', content: 'How is Oslo?' }];
  const text = JSON.stringify({ messages, stream: true, ...body });
  const headers = { authorization: 'Bearer key-of-the-caller' };
  const url = 'http://localhost/v1/chat/completions';
  const request = new Request(url, { method: 'POST', headers, body: text, signal: client.signal });
  const answer = createApp(readConfig(settings), platform).fetch(request);
  return { answer, calls, client, settle: () => vi.advanceTimersByTimeAsync(0) };
}

async function refused(body: object = {}) {
  const asked = ask({ tools: [TOOL], ...body }, [REFUSED]);
  await asked.settle();
  asked.calls[0]?.say(REFUSAL);
  asked.calls[0]?.close();
  await asked.settle();
  return asked;
}

describe('another way', () => {
  it.each([true, false])('is tried where one refuses at once (stream: %s)', async (stream) => {
    const { answer, calls, settle } = ask({ stream }, [{ status: 404, headers: {} }]);
    await settle();
    calls[0]?.say(GONE);
    calls[0]?.close();
    await settle();
    expect(calls.map(({ call }) => new URL(call.url).pathname)).toEqual([
      '/v1/chat/completions',
      '/bot/claude-opus-4.5',
    ]);
    calls[1]?.say(NATIVE);
    const response = await answer;
    expect(response.headers.get('x-poeway-upstream')).toBe('poe-bot');
    expect(await response.text()).toContain('Cold.');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not tried after the first word', async () => {
    const { answer, calls, settle } = ask({}, []);
    await settle();
    calls[0]?.say(chunk({ content: 'Co' }));
    calls[0]?.say(`data: ${JSON.stringify({ error: { message: 'Bot does not exist: x' } })}\n\n`);
    const frames = payloads(await (await answer).text());
    expect(frames.at(-1)).toMatchObject({ error: { code: 'model_not_found' } });
    expect(calls).toHaveLength(1);
  });

  it('is not tried after a thought', async () => {
    const { answer, calls, settle } = ask({}, []);
    await settle();
    calls[0]?.say(chunk({ reasoning_content: 'Hm' }));
    calls[0]?.say(`data: ${JSON.stringify({ error: { message: 'Bot does not exist: x' } })}\n\n`);
    await (await answer).text();
    expect(calls).toHaveLength(1);
  });

  it('that does not work either leaves the first one’s words', async () => {
    const heads = [404, 500].map((status) => ({ status, headers: {} }));
    const { answer, calls, settle } = ask({}, heads, { RETRIES: '0' });
    await settle();
    calls[0]?.say(GONE);
    calls[0]?.close();
    await settle();
    calls[1]?.close();
    const response = await answer;
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('This bot has gone.');
  });

  it('is not tried where only one is allowed', async () => {
    const { answer, calls, settle } = ask({}, [{ status: 404, headers: {} }], { UPSTREAM: 'chat' });
    await settle();
    calls[0]?.say(GONE);
    calls[0]?.close();
    expect((await answer).status).toBe(404);
    expect(calls).toHaveLength(1);
  });
});

describe('a way that worked where another was refused', () => {
  it('is asked at once the next time', async () => {
    const paths: string[] = [];
    const platform = replayPlatform(({ url }) => {
      if (url.endsWith('/models')) return jsonReply({ data: [] });
      paths.push(new URL(url).pathname);
      if (url.includes('/bot/')) return streamReply(NATIVE);
      return jsonReply(JSON.parse(GONE), 404);
    });
    const { fetch } = createApp(readConfig({}), platform);
    for (let time = 0; time < 2; time++) {
      const body = JSON.stringify({ model: 'x', messages: [{ role: 'user', content: 'Hi' }] });
      const headers = { authorization: 'Bearer key-of-the-caller' };
      const url = 'http://localhost/v1/chat/completions';
      expect((await fetch(new Request(url, { method: 'POST', headers, body }))).status).toBe(200);
    }
    expect(paths).toEqual(['/v1/chat/completions', '/bot/x', '/bot/x']);
  });
});

describe('several choices', () => {
  it('are asked for no more when one has failed', async () => {
    const settings = { RATE_LIMIT_MS: '1000' };
    const { answer, calls, settle } = ask({ n: 3 }, [], settings);
    await settle();
    calls[0]?.say(chunk({ content: 'Co' }));
    calls[0]?.say(`data: ${JSON.stringify({ error: { message: 'It broke.' } })}\n\n`);
    expect(await (await answer).text()).toContain('It broke.');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(calls).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a second round', () => {
  it('goes on after the text of the first, and the usage is the sum of both', async () => {
    const { answer, calls } = await refused({ stream_options: { include_usage: true } });
    calls[1]?.say(
      chunk({ content: `Let me see. ${WRONG}` }) + chunk({}, 'stop') + usage(10, 5) + DONE,
    );
    const response = await answer;
    const text = response.text();
    await vi.advanceTimersByTimeAsync(0);
    expect(calls).toHaveLength(3);
    calls[2]?.say(
      chunk({ content: `Sorry. ${RIGHT} So.` }) + chunk({}, 'stop') + usage(20, 7) + DONE,
    );
    const frames = payloads(await text) as readonly {
      readonly id?: string;
      readonly choices?: readonly { readonly delta: { readonly content?: string } }[];
    }[];
    const said = frames.map(({ choices }) => choices?.[0]?.delta.content ?? '').join('');
    expect(said).toBe('Let me see.');
    expect(JSON.stringify(frames)).toContain(String.raw`{\"city\":\"Oslo\"}`);
    expect(frames.at(-2)).toMatchObject({ usage: { prompt_tokens: 30, completion_tokens: 12 } });
    expect(new Set(frames.flatMap(({ id }) => id ?? [])).size).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that fails ends the stream with its error, and is not asked again', async () => {
    const { answer, calls } = await refused();
    calls[1]?.say(chunk({ content: `Let me see. ${WRONG}` }) + chunk({}, 'stop') + DONE);
    const text = (await answer).text();
    await vi.advanceTimersByTimeAsync(0);
    calls[2]?.breakOff(new Error('reset'));
    const frames = payloads(await text);
    expect(frames.at(-1)).toHaveProperty('error');
    expect(calls).toHaveLength(3);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lets go of the first one’s connection', async () => {
    const { answer, calls, client, settle } = await refused();
    calls[1]?.say(chunk({ content: WRONG }) + chunk({}, 'stop') + DONE);
    await settle();
    expect(calls).toHaveLength(3);
    expect(calls[1]?.letGo).not.toEqual([]);
    client.abort();
    await answer;
    await settle();
  });
});

describe('a client that leaves', () => {
  const STATES = [
    { state: 'before Poe answers', say: [] },
    { state: 'in the first round', say: [chunk({ content: 'Let me' })] },
    { state: 'in the middle of a call', say: [chunk({ content: 'Let me <tool_call>{"na' })] },
    {
      state: 'before the second round has said anything',
      say: [chunk({ content: `Let me. ${WRONG}` }) + chunk({}, 'stop') + DONE],
    },
    {
      state: 'in the second round',
      say: [
        chunk({ content: `Let me. ${WRONG}` }) + chunk({}, 'stop') + DONE,
        chunk({ content: 'Sorry. <tool' }),
      ],
    },
  ];
  it.each(STATES)('$state leaves nothing running', async ({ say }) => {
    const { answer, calls, client, settle } = await refused();
    for (const [index, words] of say.entries()) {
      calls[index + 1]?.say(words);
      await settle();
    }
    const reading = Promise.resolve(answer).then(async (response) => response.text());
    reading.catch(() => undefined);
    await settle();
    const asked = calls.length;
    client.abort();
    await settle();
    await reading.catch(() => undefined);
    expect(calls).toHaveLength(asked);
    for (const call of calls) expect(call.letGo).not.toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the same again', () => {
  const BUSY: Head = { status: 503, headers: {} };
  const ANSWER = chunk({ content: 'Cold.' }) + chunk({}, 'stop') + DONE;
  const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

  async function busy(body: object, heads: readonly Head[], settings?: Record<string, string>) {
    const asked = ask(body, heads, settings);
    await asked.settle();
    asked.calls[0]?.close();
    return asked;
  }

  it.each([true, false])('is asked where Poe could not answer (stream: %s)', async (stream) => {
    const { answer, calls } = await busy({ stream }, [BUSY]);
    await pass(250);
    calls[1]?.say(ANSWER);
    const response = await answer;
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('Cold.');
    expect(calls.map(({ call }) => call.body)).toEqual([calls[0]?.call.body, calls[0]?.call.body]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits as long as Poe says, and meanwhile the client is kept alive', async () => {
    const limited = { status: 429, headers: { 'retry-after': '20' } };
    const { answer, calls } = await busy({}, [limited]);
    await pass(19_999);
    expect(calls).toHaveLength(1);
    const text = (await answer).text();
    await pass(15_000);
    expect(calls).toHaveLength(2);
    calls[1]?.say(ANSWER);
    expect(await text).toMatch(/^: keep-alive\n\ndata: .*Cold\./s);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    { retryAfter: '21', timeout: '600' },
    { retryAfter: '5', timeout: '5' },
  ])('is not asked when that is too long: $retryAfter', async ({ retryAfter, timeout }) => {
    const head = { status: 429, headers: { 'retry-after': retryAfter } };
    const { answer, calls } = await busy({}, [head], { TIMEOUT: timeout });
    const response = await answer;
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe(retryAfter);
    expect(calls).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    { what: 'has begun', say: chunk({ content: 'Co' }) },
    { what: 'has a head', say: '' },
  ])('is not asked when an answer $what', async ({ say }) => {
    const { answer, calls, settle } = ask({}, []);
    await settle();
    calls[0]?.say(say);
    await settle();
    calls[0]?.breakOff(new Error('reset'));
    await (await answer).text();
    await pass(5_000);
    expect(calls).toHaveLength(1);
  });

  it('is asked where a file could not be uploaded, with that file', async () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } };
    const messages = [{ role: 'user', content: [{ type: 'text', text: 'What is it?' }, image] }];
    const json = { headers: { 'content-type': 'application/json' } };
    const { answer, calls } = ask({ messages }, [BUSY, json], { UPSTREAM: 'bot' });
    // What is uploaded is digested first, in a thread of its own.
    const asked = (times: number) => vi.waitFor(() => expect(calls).toHaveLength(times));
    await asked(1);
    calls[0]?.close();
    await asked(2);
    const url = 'https://pfst.cf2.poecdn.net/base/image/1';
    calls[1]?.say(JSON.stringify({ attachment_url: url, mime_type: 'image/png' }));
    calls[1]?.close();
    await asked(3);
    expect(String(calls[2]?.call.body)).toContain(url);
    calls[2]?.say(NATIVE);
    expect(await (await answer).text()).toContain('Cold.');
  });

  it('goes on in the round that it is in', async () => {
    const { answer, calls, settle } = ask({ tools: [TOOL] }, [REFUSED, {}, BUSY]);
    await settle();
    calls[0]?.say(REFUSAL);
    calls[0]?.close();
    await settle();
    const used = `data: {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":2}}\n\n`;
    calls[1]?.say(chunk({ content: WRONG }) + chunk({}, 'stop') + used + DONE);
    await settle();
    calls[2]?.close();
    await pass(250);
    expect(calls).toHaveLength(4);
    expect(calls[3]?.call.body).toBe(calls[2]?.call.body);
    calls[3]?.say(chunk({ content: RIGHT }) + chunk({}, 'stop') + DONE);
    expect(await (await answer).text()).toContain(String.raw`{\"city\":\"Oslo\"}`);
  });

  it('tells the client not to try as often, in the words of the last failure', async () => {
    const { answer, calls, settle } = await busy({}, [BUSY, BUSY, BUSY], { RETRIES: '2' });
    for (const index of [1, 2]) {
      await pass(500);
      calls[index]?.close();
    }
    await settle();
    const response = await answer;
    expect(response.status).toBe(503);
    expect(response.headers.get('x-should-retry')).toBe('false');
    expect(calls).toHaveLength(3);
  });

  it('is left to the client where the owner wants no tries', async () => {
    const { answer, calls } = await busy({}, [BUSY], { RETRIES: '0' });
    const response = await answer;
    expect(response.headers.get('x-should-retry')).toBeNull();
    expect(calls).toHaveLength(1);
  });

  it.each([true, false])('is not asked for a client that left (stream: %s)', async (stream) => {
    const slow = { status: 503, headers: { 'retry-after': '9' } };
    const { answer, calls, client, settle } = await busy({ stream }, [slow]);
    await pass(1_000);
    client.abort();
    await settle();
    expect((await answer).status).toBe(499);
    await pass(20_000);
    expect(calls).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not asked for a client that stops reading the stream', async () => {
    const slow = { status: 503, headers: { 'retry-after': '18' } };
    const { answer, calls } = await busy({}, [slow]);
    await pass(16_000);
    await (await answer).body?.cancel();
    expect(vi.getTimerCount()).toBe(0);
    await pass(20_000);
    expect(calls).toHaveLength(1);
  });
});
