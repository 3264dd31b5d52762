/** The relayed request: the client's own, but for what Poe does not hear or cannot look up. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import type { GenerationRequest } from '../../../../src/core/request.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { poeResponsesRelay } from '../../../../src/upstreams/poe-responses/relay.ts';
import { plainRequest } from '../../record.ts';

const OPTIONS = { baseUrl: 'https://api.poe.com', key: 'the-key', stream: true };

function asked(body: object): GenerationRequest {
  const original = { protocol: 'openai-responses', body: body as JsonObject, headers: {} } as const;
  return plainRequest({ model: 'gpt-5.5', original });
}

function build(body: object, stream = true) {
  const call = poeResponsesRelay.build(asked(body), { ...OPTIONS, stream });
  return { ...call, json: JSON.parse(String(call.body)) as Readonly<Record<string, unknown>> };
}

const ignored = (body: object) => poeResponsesRelay.ignores?.(asked(body));
const SENT = { model: 'gpt-5.5', stream: true, store: false };
const HELLO = { role: 'user', content: 'Hello' };
const SYSTEM = { role: 'system', content: 'Be brief.' };

describe('the request', () => {
  it('is the client’s, with the bot’s name as Poe knows it', () => {
    const { json, body, ...sent } = build({ model: 'GPT-5.5', input: 'Hello' });
    expect(sent).toEqual({
      method: 'POST',
      url: 'https://api.poe.com/v1/responses',
      headers: {
        authorization: 'Bearer the-key',
        'content-type': 'application/json',
        accept: 'text/event-stream',
      },
    });
    expect(body).toBeTypeOf('string');
    expect(json).toEqual({ ...SENT, input: 'Hello' });
    expect(build({ input: 'Hello' }, false)).toMatchObject({
      headers: { accept: 'application/json' },
      json: { stream: false },
    });
  });

  it('keeps what this project has no word for', () => {
    const body = {
      input: [HELLO],
      tools: [
        { type: 'namespace', name: 'n', tools: [] },
        { type: 'custom', name: 'apply_patch', format: { type: 'grammar', syntax: 'lark' } },
        { type: 'tool_search' },
      ],
      tool_choice: 'auto',
      parallel_tool_calls: true,
      reasoning: { effort: 'high', summary: 'auto' },
      include: ['reasoning.encrypted_content'],
      prompt_cache_key: 'k',
      stream_options: { include_obfuscation: false },
      text: { verbosity: 'low' },
      made_up: { deep: [null, 1.5] },
    };
    expect(build(body).json).toEqual({ ...body, ...SENT });
    expect(ignored(body)).toEqual([]);
  });

  it.each<{ what: string; body: object; left: object; names: readonly string[] }>([
    {
      what: 'is not to be stored, by Poe at least',
      body: { store: true, input: [] },
      left: { input: [] },
      names: [],
    },
    {
      what: 'refers to nothing that Poe keeps',
      body: {
        input: [HELLO],
        previous_response_id: 'resp_1',
        conversation: 'conv_1',
        prompt: { id: 'p' },
        background: true,
      },
      left: { input: [HELLO] },
      names: ['previous_response_id', 'conversation', 'prompt', 'background'],
    },
    {
      what: 'does not name what was not asked for',
      body: { input: [HELLO], previous_response_id: null, background: false, store: false },
      left: { input: [HELLO] },
      names: [],
    },
    {
      what: 'does not tell Poe what Codex tells its vendor',
      body: { input: [HELLO], client_metadata: { id: 'x' } },
      left: { input: [HELLO] },
      names: [],
    },
    {
      what: 'says the instructions first',
      body: { instructions: 'Be brief.', input: [{ role: 'developer', content: 'D' }, HELLO] },
      left: { input: [SYSTEM, { role: 'developer', content: 'D' }, HELLO] },
      names: [],
    },
    {
      what: 'says them before an input that is one text',
      body: { instructions: 'Be brief.', input: 'Hello' },
      left: { input: [SYSTEM, HELLO] },
      names: [],
    },
    {
      what: 'says them where there is no input',
      body: { instructions: 'Be brief.' },
      left: { input: [SYSTEM] },
      names: [],
    },
    {
      what: 'says none where there are none',
      body: { instructions: null, input: 'Hello' },
      left: { input: 'Hello' },
      names: [],
    },
  ])('$what', ({ body, left, names }) => {
    expect(build(body).json).toEqual({ ...left, ...SENT });
    expect(ignored(body)).toEqual(names);
  });
});

describe('an item of the input', () => {
  const secret = { type: 'reasoning', summary: [], encrypted_content: 'gAAA' };
  const search = { type: 'file_search_call', id: 'fs_1', queries: [], status: 'completed' };
  it.each<{ what: string; item: unknown; left: readonly unknown[] }>([
    {
      what: 'a message',
      item: { id: 'msg_1', type: 'message', role: 'user', content: 'Hi' },
      left: [{ type: 'message', role: 'user', content: 'Hi' }],
    },
    {
      what: 'a message without a type',
      item: { id: 'msg_1', role: 'assistant', content: [{ type: 'output_text', text: 'Hi' }] },
      left: [{ role: 'assistant', content: [{ type: 'output_text', text: 'Hi' }] }],
    },
    {
      what: 'a call',
      item: { type: 'function_call', id: 'fc_1', call_id: 'c', name: 'f', arguments: '{}' },
      left: [{ type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' }],
    },
    {
      what: 'a result',
      item: { type: 'function_call_output', id: 'fco_1', call_id: 'c', output: 'R' },
      left: [{ type: 'function_call_output', call_id: 'c', output: 'R' }],
    },
    { what: 'an encrypted thought', item: { ...secret, id: 'rs_1' }, left: [secret] },
    {
      what: 'a thought that would have to be looked up',
      item: { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }] },
      left: [],
    },
    {
      what: 'a thought with nothing in it',
      item: { ...secret, encrypted_content: null },
      left: [],
    },
    { what: 'a reference', item: { type: 'item_reference', id: 'msg_1' }, left: [] },
    { what: 'one whose id is what it is', item: search, left: [search] },
    { what: 'one that is none', item: 5, left: [5] },
  ])('$what: $item', ({ item, left }) => {
    expect(build({ input: [HELLO, item, HELLO] }).json['input']).toEqual([HELLO, ...left, HELLO]);
  });

  it('that is a reference is named', () => {
    expect(ignored({ input: [{ type: 'item_reference', id: 'x' }, 5] })).toEqual([
      'input[].item_reference',
    ]);
  });
});

const FOLDER = new URL('../../../../../shared/captures/', import.meta.url);
const captures = (existsSync(FOLDER) ? readdirSync(FOLDER) : []).flatMap((name) => {
  const capture = JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as {
    readonly path: string;
    readonly body: JsonObject;
  };
  return capture.path.endsWith('/responses') ? [{ name, body: capture.body }] : [];
});

describe.skipIf(captures.length === 0)('what a real client sends', () => {
  test.each(captures)('$name comes through, but for ids', ({ body }) => {
    const { client_metadata: _, instructions, store: _store, input, ...rest } = body;
    const { json } = build(body);
    expect(json).toMatchObject({ ...rest, ...SENT });
    const items = Array.isArray(input) ? input : [{ role: 'user', content: input }];
    const withoutIds = items.map((item) => {
      const { id: _id, ...left } = item as JsonObject;
      return left;
    });
    const said = instructions === undefined ? [] : [{ role: 'system', content: instructions }];
    const sent = Array.isArray(json['input'])
      ? json['input']
      : [{ role: 'user', content: json['input'] }];
    expect(sent).toEqual([...said, ...withoutIds]);
    expect(ignored(body)).toEqual([]);
  });
});
