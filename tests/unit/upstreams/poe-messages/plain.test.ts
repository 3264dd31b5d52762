/** The request without beta features: what goes is named, what is said stays. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import type { JsonObject } from '../../../../src/lib/json.ts';
import {
  isPlain,
  poeMessages,
  poeMessagesPlain,
} from '../../../../src/upstreams/poe-messages/index.ts';
import { asked } from './wire.ts';

const OPTIONS = { baseUrl: 'https://api.poe.com', key: 'the-key', stream: true };
const HELLO = { role: 'user', content: 'Hello' };
const BODY = { model: 'x', max_tokens: 100, messages: [HELLO] };

function build(body: object, headers: Readonly<Record<string, string>> = {}) {
  const request = asked(body, headers);
  const call = poeMessagesPlain.build(request, OPTIONS);
  return {
    headers: call.headers,
    json: JSON.parse(String(call.body)) as JsonObject,
    ignored: poeMessagesPlain.ignores?.(request),
  };
}

describe('the plain request', () => {
  it('is of the same room, and goes the same way', () => {
    expect(poeMessagesPlain).toMatchObject({ name: 'poe-messages', relays: 'anthropic-messages' });
    expect(poeMessagesPlain.build(asked(BODY), OPTIONS).url).toBe(
      poeMessages.build(asked(BODY), OPTIONS).url,
    );
  });

  it('asks for no beta feature, in the version that Poe documents, and names them all', () => {
    const headers = {
      'anthropic-version': '2026-10-21',
      'anthropic-beta': 'effort-2025-11-24,new-thing-2027-01-01',
    };
    const built = build(BODY, headers);
    expect(built.headers).toEqual({
      authorization: 'Bearer the-key',
      'content-type': 'application/json',
      accept: 'text/event-stream',
      'anthropic-version': '2023-06-01',
    });
    expect(built.ignored).toEqual([
      'anthropic-beta: effort-2025-11-24',
      'anthropic-beta: new-thing-2027-01-01',
    ]);
  });

  it.each<{ what: string; body: object; left: object; names: readonly string[] }>([
    {
      what: 'keeps every field of the stable API',
      body: {
        system: 'S',
        temperature: 0.5,
        top_p: 0.9,
        top_k: 5,
        stop_sequences: ['END'],
        tools: [{ name: 'f', description: 'F', input_schema: { type: 'object' } }],
        tool_choice: { type: 'tool', name: 'f', disable_parallel_tool_use: true },
        metadata: { user_id: 'u' },
        thinking: { type: 'enabled', budget_tokens: 1024 },
        service_tier: 'auto',
      },
      left: {
        system: 'S',
        temperature: 0.5,
        top_p: 0.9,
        top_k: 5,
        stop_sequences: ['END'],
        tools: [{ name: 'f', description: 'F', input_schema: { type: 'object' } }],
        tool_choice: { type: 'tool', name: 'f', disable_parallel_tool_use: true },
        metadata: { user_id: 'u' },
        thinking: { type: 'enabled', budget_tokens: 1024 },
        service_tier: 'auto',
      },
      names: [],
    },
    {
      what: 'drops other fields, and those without a value in silence',
      body: {
        context_management: {},
        container: 'c',
        constructor: 1,
        speed: null,
        system: null,
        cache_control: { type: 'ephemeral' },
      },
      left: {},
      names: ['context_management', 'container', 'constructor', 'cache_control'],
    },
    {
      what: 'lets the model not decide how much to think',
      body: { thinking: { type: 'adaptive', display: 'summarized' } },
      left: {},
      names: ['thinking'],
    },
    {
      what: 'says nothing of how thoughts are shown',
      body: { thinking: { type: 'enabled', budget_tokens: 2048, display: 'summarized' } },
      left: { thinking: { type: 'enabled', budget_tokens: 2048 } },
      names: ['thinking.display'],
    },
    {
      what: 'keeps that there are to be no thoughts',
      body: { thinking: { type: 'disabled' } },
      left: { thinking: { type: 'disabled' } },
      names: [],
    },
    {
      what: 'keeps the format, without which the client cannot read the answer',
      body: { output_config: { effort: 'high', format: { type: 'json_schema', schema: {} } } },
      left: { output_config: { format: { type: 'json_schema', schema: {} } } },
      names: ['output_config.effort'],
    },
    {
      what: 'drops an effort',
      body: { output_config: { effort: 'high' } },
      left: {},
      names: ['output_config.effort'],
    },
    {
      what: 'drops tools that are no functions, and with the last one the choice',
      body: {
        tools: [{ type: 'web_search_20250305', name: 'web_search' }],
        tool_choice: { type: 'auto' },
      },
      left: {},
      names: ['tools[].web_search_20250305', 'tool_choice'],
    },
    {
      what: 'drops the choice of a tool that is gone',
      body: {
        tools: [
          { type: 'bash_20250124', name: 'bash' },
          { type: 'custom', name: 'f', input_schema: {} },
        ],
        tool_choice: { type: 'tool', name: 'bash' },
      },
      left: { tools: [{ type: 'custom', name: 'f', input_schema: {} }] },
      names: ['tools[].bash_20250124', 'tool_choice'],
    },
    {
      what: 'drops what is special about a function',
      body: {
        tools: [
          { name: 'f', input_schema: {}, eager_input_streaming: true, strict: true },
          { name: 'g', input_schema: {}, strict: true, cache_control: { type: 'ephemeral' } },
        ],
        tool_choice: { type: 'any' },
      },
      left: {
        tools: [
          { name: 'f', input_schema: {} },
          { name: 'g', input_schema: {}, cache_control: { type: 'ephemeral' } },
        ],
        tool_choice: { type: 'any' },
      },
      names: ['tools[].eager_input_streaming', 'tools[].strict'],
    },
  ])('$what', ({ body, left, names }) => {
    const built = build({ ...BODY, ...body });
    expect(built.json).toEqual({ ...BODY, ...left, model: 'claude-haiku-4.5', stream: true });
    expect(built.ignored).toEqual(names);
  });

  it('caches as before, for the usual time and for everybody: at any depth', () => {
    const long = { cache_control: { type: 'ephemeral', ttl: '1h', scope: 'global' } };
    const short = { cache_control: { type: 'ephemeral' } };
    const conversation = (mark: object) => ({
      system: [{ type: 'text', text: 'S', ...mark }],
      tools: [{ name: 'f', input_schema: {}, ...mark }],
      messages: [
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 't',
              content: [{ type: 'text', text: 'R', ...mark }],
            },
            { type: 'text', text: 'Hi', ...mark },
          ],
        },
      ],
    });
    const built = build({ ...BODY, ...conversation(long) });
    expect(built.json).toMatchObject(conversation(short));
    expect(JSON.stringify(built.json)).not.toMatch(/ttl|scope/);
    expect(built.ignored).toEqual(['cache_control.ttl', 'cache_control.scope']);
  });

  it('leaves a call’s input alone, whatever it looks like', () => {
    const input = {
      cache_control: { type: 'x', ttl: 1 },
      content: [{ cache_control: { ttl: 1 } }],
    };
    const messages = [
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input }] },
    ];
    expect(build({ ...BODY, messages })).toMatchObject({ json: { messages }, ignored: [] });
  });

  it('drops unsigned thoughts too', () => {
    const messages = [HELLO, { role: 'assistant', content: [{ type: 'thinking', thinking: 'H' }] }];
    expect(build({ ...BODY, messages }).json['messages']).toEqual([HELLO]);
  });
});

const system = (content: unknown) => ({ role: 'system', content });
const user = (...content: readonly unknown[]) => ({ role: 'user', content });
const said = { role: 'assistant', content: 'Hi' };
const text = (words: string) => ({ type: 'text', text: words });
const result = (id: string) => ({ type: 'tool_result', tool_use_id: id, content: 'R' });

describe('a system message in the conversation', () => {
  it.each<{ where: string; sent: readonly unknown[]; left: readonly unknown[] }>([
    {
      where: 'after the user',
      sent: [HELLO, system('Be brief.'), said, HELLO],
      left: [user(text('Hello'), text('Be brief.')), said, HELLO],
    },
    {
      where: 'before the user',
      sent: [HELLO, said, system([text('Be brief.')]), HELLO],
      left: [HELLO, said, user(text('Be brief.'), text('Hello'))],
    },
    {
      where: 'between two words of the user',
      sent: [HELLO, system('A'), system('B'), HELLO],
      left: [user(text('Hello'), text('A'), text('B'), text('Hello'))],
    },
    {
      where: 'between two words of the assistant',
      sent: [HELLO, said, system('A'), said],
      left: [HELLO, said, user(text('A')), said],
    },
    {
      where: 'between a call and its result: the result comes first',
      sent: [said, system('A'), user(text('B'), result('1')), system('C'), user(result('2'))],
      left: [said, user(result('1'), result('2'), text('A'), text('B'), text('C'))],
    },
    { where: 'without a word, alone', sent: [said, system(''), said], left: [said, said] },
    {
      where: 'without a word, beside the user',
      sent: [HELLO, system('')],
      left: [user(text('Hello'))],
    },
  ])('$where is said by the user', ({ sent, left }) => {
    expect(build({ ...BODY, messages: sent }).json['messages']).toEqual(left);
  });

  it('is all that is changed: two words of the user stay two messages', () => {
    expect(build({ ...BODY, messages: [HELLO, HELLO, said] }).json['messages']).toEqual([
      HELLO,
      HELLO,
      said,
    ]);
  });
});

describe('isPlain', () => {
  it('is not true of a version that Poe may not know', () => {
    const headers = (version: string) => ({ 'anthropic-version': version });
    const asks = { ...original(BODY), headers: headers('2023-06-01') };
    expect(isPlain(asks)).toBe(true);
    expect(isPlain({ ...asks, headers: headers('2026-10-21') })).toBe(false);
  });

  const original = (body: object, beta?: string) => ({
    protocol: 'anthropic-messages' as const,
    body: body as JsonObject,
    headers: beta === undefined ? {} : { 'anthropic-beta': beta },
  });

  it.each([
    { body: BODY, plain: true },
    { body: { ...BODY, tools: [{ name: 'f', input_schema: {} }] }, plain: true },
    { body: BODY, beta: 'unknown-thing', plain: true },
    { body: BODY, beta: 'effort-2025-11-24', plain: false },
    { body: { ...BODY, messages: [HELLO, system('A')] }, plain: false },
    { body: { ...BODY, output_config: { effort: 'low' } }, plain: false },
    {
      body: { ...BODY, system: [{ cache_control: { type: 'ephemeral', ttl: '1h' } }] },
      plain: false,
    },
  ])('$body, $beta: $plain', ({ body, beta, plain }) => {
    expect(isPlain(original(body, beta))).toBe(plain);
  });
});

it('merges very many system messages in time that grows with them alone', () => {
  const messages = [HELLO, ...Array.from({ length: 50_000 }, () => system('A'))];
  const started = performance.now();
  const [all] = build({ ...BODY, messages }).json['messages'] as readonly {
    content: readonly [];
  }[];
  expect(all?.content).toHaveLength(50_001);
  expect(performance.now() - started).toBeLessThan(3000);
});

const CAPTURE = new URL('../../../../../shared/captures/claude-code-3.json', import.meta.url);
test.skipIf(!existsSync(CAPTURE))('what Claude Code sends keeps its words, in turns', () => {
  const { body, headers } = JSON.parse(readFileSync(CAPTURE, 'utf8')) as {
    body: { messages: readonly { role: string }[]; tools: readonly { name: string }[] };
    headers: Readonly<Record<string, string>>;
  };
  const built = build(body, headers);
  const messages = built.json['messages'] as readonly {
    role: string;
    content: readonly object[];
  }[];
  expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  expect(messages[0]?.content).toHaveLength(3);
  expect((built.json['tools'] as readonly object[]).length).toBe(body.tools.length);
  expect(built.json).not.toHaveProperty('context_management');
  expect(built.ignored).toContain('thinking');
  expect(built.ignored).toContain('output_config.effort');
});
