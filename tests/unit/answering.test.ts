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
    const { answer, calls, settle } = ask({}, [
      { status: 404, headers: {} },
      { status: 500, headers: {} },
    ]);
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
