/** The request to the messages endpoint: the client's own, but for what Poe would refuse. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { poeMessages } from '../../../../src/upstreams/poe-messages/index.ts';
import { plainRequest } from '../../record.ts';
import { asked } from './wire.ts';

const OPTIONS = { baseUrl: 'https://api.poe.com', key: 'the-key', stream: true };
const BODY = {
  model: 'anthropic/Claude-Haiku',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Hello' }],
};

function build(body: object, headers: Readonly<Record<string, string>> = {}, stream = true) {
  const call = poeMessages.build(asked(body, headers), { ...OPTIONS, stream });
  return { ...call, json: JSON.parse(String(call.body)) as Readonly<Record<string, unknown>> };
}

/** What is left of a conversation. */
const messagesOf = (...messages: readonly object[]) =>
  build({ ...BODY, messages }).json['messages'];

const signed = { type: 'thinking', thinking: 'Hm.', signature: 'EpwE' };
const unsigned = { type: 'thinking', thinking: 'Hm.', signature: '' };
const text = { type: 'text', text: 'Hi' };
const call = { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} };
const hello = { role: 'user', content: 'Hello' };
const said = (...content: readonly object[]) => ({ role: 'assistant', content });

describe('the request', () => {
  it('is the client’s, with the bot’s name as Poe knows it and one credential', () => {
    const { json, body, ...sent } = build(BODY);
    expect(sent).toEqual({
      method: 'POST',
      url: 'https://api.poe.com/v1/messages',
      headers: {
        authorization: 'Bearer the-key',
        'content-type': 'application/json',
        accept: 'text/event-stream',
        'anthropic-version': '2023-06-01',
      },
    });
    expect(body).toBeTypeOf('string');
    expect(json).toEqual({ ...BODY, model: 'claude-haiku-4.5', stream: true });
    expect(build(BODY, {}, false)).toMatchObject({
      headers: { accept: 'application/json' },
      json: { stream: false },
    });
  });

  it('keeps what this project has no word for', () => {
    const body = {
      ...BODY,
      system: [{ type: 'text', text: 'S', cache_control: { type: 'ephemeral', ttl: '1h' } }],
      thinking: { type: 'adaptive', display: 'omitted' },
      context_management: { edits: [{ type: 'clear_thinking_20251015' }] },
      output_config: { effort: 'high' },
      top_k: 5,
      tools: [{ type: 'web_search_20250305', name: 'web_search' }],
      made_up: { deep: [null, 1.5] },
    };
    expect(build(body).json).toEqual({ ...body, model: 'claude-haiku-4.5', stream: true });
  });

  it('says the version that the client speaks', () => {
    expect(build(BODY, { 'anthropic-version': '2026-10-21' }).headers).toMatchObject({
      'anthropic-version': '2026-10-21',
    });
  });

  it('is built without an original too, as a probe of the room may', () => {
    const { body } = poeMessages.build(plainRequest(), OPTIONS);
    expect(JSON.parse(String(body))).toEqual({ model: 'gpt-5', stream: true });
  });
});

describe('beta features', () => {
  const beta = (value: string) => ({ 'anthropic-beta': value });
  const ignored = (value: string) => poeMessages.ignores?.(asked(BODY, beta(value)));

  it.each([
    {
      what: 'known ones pass, once, in their order',
      sent: 'interleaved-thinking-2025-05-14, claude-code-20250219,interleaved-thinking-2025-05-14',
      passed: 'interleaved-thinking-2025-05-14,claude-code-20250219',
      names: [],
    },
    {
      what: 'unknown ones are dropped and named',
      sent: 'new-thing-2027-01-01,effort-2025-11-24,constructor',
      passed: 'effort-2025-11-24',
      names: ['anthropic-beta: new-thing-2027-01-01', 'anthropic-beta: constructor'],
    },
    {
      what: 'without any left there is no header',
      sent: 'files-api-2025-04-14',
      passed: undefined,
      names: ['anthropic-beta: files-api-2025-04-14'],
    },
    { what: 'an empty header is none', sent: ' , ', passed: undefined, names: [] },
  ])('$what', ({ sent, passed, names }) => {
    expect(build(BODY, beta(sent)).headers['anthropic-beta']).toBe(passed);
    expect(ignored(sent)).toEqual(names);
  });

  const CAPTURE = new URL('../../../../../shared/captures/claude-code-1.json', import.meta.url);
  test.skipIf(!existsSync(CAPTURE))('of Claude Code are all known', () => {
    const capture = JSON.parse(readFileSync(CAPTURE, 'utf8')) as {
      headers: Readonly<Record<string, string>>;
    };
    expect(ignored(capture.headers['anthropic-beta'] ?? 'none')).toEqual([]);
  });

  const SDK = '../../../../node_modules/@anthropic-ai/sdk/resources/beta/beta.d.ts';
  test('of the SDK are all known, but those of other endpoints', () => {
    const types = readFileSync(new URL(SDK, import.meta.url), 'utf8');
    const names = /type AnthropicBeta = ([^;]*);/.exec(types)?.[1]?.match(/(?<=')[\w-]+(?=')/g);
    const unknown = (names ?? []).filter((name) => ignored(name)?.length !== 0);
    expect(names?.length).toBeGreaterThan(40);
    const elsewhere =
      /^(files|skills|message-batches|message-threads|managed|dreaming|agent-memory|mcp-tunnels|ce-|user-profiles|spend|telemetry|webhooks|admin|analytics|experimental)/;
    expect(unknown.filter((name) => !elsewhere.test(name))).toEqual([]);
  });
});

describe('thoughts in the conversation', () => {
  it.each([
    { what: 'signed ones stay', sent: [said(signed, call)], left: [said(signed, call)] },
    {
      what: 'redacted ones stay',
      sent: [said({ type: 'redacted_thinking', data: 'AA' }, text)],
      left: [said({ type: 'redacted_thinking', data: 'AA' }, text)],
    },
    { what: 'unsigned ones go', sent: [said(unsigned, text)], left: [said(text)] },
    {
      what: 'those without a word of a signature go',
      sent: [said({ type: 'thinking', thinking: 'Hm.' }, call)],
      left: [said(call)],
    },
    { what: 'a message of nothing else goes', sent: [said(unsigned), hello], left: [hello] },
    {
      what: 'a message that was empty before stays',
      sent: [said(), said(unsigned, text)],
      left: [said(), said(text)],
    },
    {
      what: 'what the user says stays, whatever it looks like',
      sent: [{ role: 'user', content: [unsigned] }, 5, 'x', { role: 'assistant', content: 'Hi' }],
      left: [{ role: 'user', content: [unsigned] }, 5, 'x', { role: 'assistant', content: 'Hi' }],
    },
  ])('$what', ({ sent, left }) => {
    expect(messagesOf(hello, ...(sent as object[]))).toEqual([hello, ...left]);
  });
});
