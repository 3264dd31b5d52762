/** `POST /v1/messages`: what it answers, whole and streamed. */
import { describe, expect, test } from 'vitest';
import { simulatorForFile, type Json } from './client.ts';
import {
  assistant,
  CLAUDE_CODE_BETAS,
  contentOf,
  post,
  schema,
  streamed,
  thinking,
  tool,
  toolResult,
  typesOf,
  user,
  whole,
} from './messages.ts';

const simulator = simulatorForFile();

const THOUGHT = '**Considering the question**\n\nThe words are given back as they came.';
const HELLO = 'Hello  there, world';

/** The text of the first text block. */
function textOf(message: Json): unknown {
  const content = message['content'] as unknown as readonly Json[];
  return content.find((block) => String(block['type']) === 'text')?.['text'];
}

function texts(...contents: readonly string[]): readonly object[] {
  return contents.map((text) => ({ type: 'text', text }));
}

describe('a message', () => {
  test('has the members of the recorded ones', async () => {
    const response = await post(simulator(), 'Claude-Sim');
    expect(response.headers.get('anthropic-ratelimit-requests-limit')).toBe('500');
    expect(response.headers.get('anthropic-ratelimit-requests-remaining')).toBe('499');
    expect(response.headers.get('anthropic-ratelimit-requests-reset')).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/,
    );
    expect(response.headers.get('request-id')).toMatch(/^req_poe_/);
    expect(await response.json()).toEqual({
      model: 'claude-sim-20260101',
      id: expect.stringMatching(/^req_poe_[0-9a-f]{32}$/),
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: HELLO }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: {
        input_tokens: 3,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
        cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
        output_tokens: 3,
        total_tokens: 6,
      },
    });
  });

  test.each([
    ['claude-haiku-4.5', 'claude-haiku-4-5-20251001'],
    ['Claude-Haiku-4-5', 'claude-haiku-4-5-20251001'],
    ['claude-sonnet-4-5-20250929', 'claude-sonnet-4-5-20250929'],
    // A date that never was; Poe was seen to answer it.
    ['claude-opus-4-5-20250514', 'claude-opus-4-5-20251101'],
    ['claude-haiku-3-5-20241022', 'claude-3-5-haiku-20241022'],
    ['claude-3-5-haiku-latest', 'claude-3-5-haiku-20241022'],
  ])('of %s is one of %s', async (asked, model) => {
    expect(await whole(simulator(), asked)).toMatchObject({ model });
  });

  test.each([
    ['x-api-key', { 'x-api-key': 'good' }],
    ['a bearer', { 'x-api-key': '', authorization: 'Bearer good' }],
  ])('comes to whoever has a key in %s', async (_, headers) => {
    expect((await post(simulator(), 'Claude-Sim', {}, headers)).status).toBe(200);
  });

  test.each([
    ['a text', [user('Hi')]],
    ['blocks', [user(texts('H', 'i'))]],
    ['a conversation', [user('Yo'), assistant('Yes?'), user('Hi')]],
    ['messages of one role in a row', [user('Yo'), user('Hi')]],
    ['an empty answer before it', [user('Yo'), assistant([]), assistant(''), user('Hi')]],
    ['a beginning of the answer', [user('Hi'), assistant('H')]],
    [
      'a picture and a document',
      [
        user([
          { type: 'image', source: { type: 'url', url: 'https://a/b.png' } },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } },
          { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'é' } },
          ...texts('Hi'),
        ]),
      ],
    ],
  ])('answers %s', async (_, messages) => {
    const reply = await whole(simulator(), 'Claude-Sim', { messages, system: texts('Be kind.') });
    expect(textOf(reply)).toBe('Hi');
  });

  test('calls a tool, and tells its result, whatever else stands beside it', async () => {
    const request = { tools: [tool, { type: 'web_search_20250305', name: 'web_search' }] };
    const reply = await whole(simulator(), 'Claude-Sim', request);
    expect(reply).toMatchObject({
      stop_reason: 'tool_use',
      content: [
        {
          type: 'tool_use',
          id: expect.stringMatching(/^toolu_vrtx_01\w{22}$/),
          name: 'weather',
          input: { name: 'name', age: 1 },
        },
      ],
    });
    const content = reply['content'] as unknown as readonly Json[];
    const id = String(content[0]?.['id']);
    const messages = [
      user('Rain?'),
      assistant(content),
      user([toolResult(id, texts('dry')), ...texts('<system-reminder>Hurry.</system-reminder>')]),
      { role: 'system', content: 'Hurry.' },
    ];
    const betas = { 'anthropic-beta': CLAUDE_CODE_BETAS };
    const told = await whole(simulator(), 'Claude-Sim', { ...request, messages }, betas);
    expect(textOf(told)).toBe('The tool answered: dry');
  });

  test.each([
    ['any', { type: 'any' }, ['weather', 'other']],
    ['one', { type: 'tool', name: 'other' }, ['other']],
    ['one at a time', { type: 'auto', disable_parallel_tool_use: true }, ['weather']],
    ['none', { type: 'none' }, []],
  ])('calls %s as it is told to', async (_, choice, names) => {
    const reply = await whole(simulator(), 'Claude-Sim', {
      tools: [tool, { ...tool, name: 'other' }],
      tool_choice: choice,
      messages: [user('in parallel')],
    });
    const content = reply['content'] as unknown as readonly Json[];
    expect(content.flatMap((block) => block['name'] ?? [])).toEqual(names);
  });

  test.each([
    ['output_config', { output_config: { format: { type: 'json_schema', schema } } }],
    ['output_format', { output_format: { type: 'json_schema', schema } }],
  ])('obeys %s', async (_, extra) => {
    const betas = { 'anthropic-beta': 'structured-outputs-2025-11-13' };
    const reply = await whole(simulator(), 'Claude-Sim', extra, betas);
    expect(JSON.parse(String(textOf(reply)))).toEqual({ name: 'name', age: 1 });
  });

  test('ends where it is to stop, in any part of its text', async () => {
    const stop = { stop_sequences: ['nobody says this', 'e, w', 'world'] };
    const reply = await whole(simulator(), 'Claude-Sim', stop);
    expect(reply).toMatchObject({
      content: [{ text: 'Hello  ther' }],
      stop_reason: 'stop_sequence',
      stop_sequence: 'e, w',
    });
  });

  test.each([
    ['Claude-Sim-Length', { max_tokens: 2 }, 'max_tokens'],
    ['Claude-Sim-Call-Cut', { tools: [tool] }, 'max_tokens'],
    ['Claude-Sim-Refuses', {}, 'refusal'],
    ['Claude-Sim-Empty', {}, 'end_turn'],
    ['Claude-Sim-Pauses', {}, 'pause_turn'],
  ])('of %s stops for its reason', async (model, extra, reason) => {
    expect(await whole(simulator(), model, extra)).toMatchObject({ stop_reason: reason });
    const events = await streamed(simulator(), model, extra);
    expect(events.at(-2)).toMatchObject({ delta: { stop_reason: reason, stop_sequence: null } });
  });

  test('that was paused goes on', async () => {
    const { content } = (await whole(simulator(), 'Claude-Sim-Pauses')) as unknown as {
      content: object[];
    };
    const messages = [user('Hi'), assistant(content)];
    expect(await whole(simulator(), 'Claude-Sim-Pauses', { messages })).toMatchObject({
      content: [{ text: 'Hi' }],
      stop_reason: 'end_turn',
    });
  });
});

describe('thinking', () => {
  test.each([
    ['enabled', thinking],
    ['adaptive', { type: 'adaptive' }],
    ['summarized', { ...thinking, display: 'summarized' }],
  ])('%s is signed, and taken back', async (_, asked) => {
    const request = { thinking: asked, tools: [tool] };
    const reply = await whole(simulator(), 'Claude-Sim', request);
    const content = reply['content'] as unknown as readonly Json[];
    expect(content[0]).toEqual({
      type: 'thinking',
      thinking: THOUGHT,
      signature: expect.stringMatching(/^[\w+/]{60,}=*$/),
    });
    const id = String(content[1]?.['id']);
    const messages = [user('Hi'), assistant(content), user([toolResult(id)])];
    const told = await whole(simulator(), 'Claude-Sim', { ...request, messages });
    expect(textOf(told)).toBe('The tool answered: dry');
  });

  test('that is left out is signed all the same', async () => {
    const asked = { thinking: { type: 'adaptive', display: 'omitted' } };
    const reply = await whole(simulator(), 'Claude-Sim', asked);
    expect(reply).toMatchObject({
      content: [{ type: 'thinking', thinking: '' }, { text: HELLO }],
    });
    const messages = [user('Hi'), assistant(reply['content']), user('Go on')];
    expect((await post(simulator(), 'Claude-Sim', { ...asked, messages })).status).toBe(200);
    const events = await streamed(simulator(), 'Claude-Sim', asked);
    expect(typesOf(events)).not.toContain('thinking_delta');
    expect(contentOf(events)).toEqual(reply['content']);
  });

  test.each([
    ['nobody asked', 'Claude-Sim', {}],
    ['it is disabled', 'Claude-Sim', { thinking: { type: 'disabled' } }],
    ['nobody asked who thinks always', 'Claude-Sim-Interleaves', {}],
  ])('does not show where %s', async (_, model, extra) => {
    expect(JSON.stringify(await whole(simulator(), model, extra))).not.toContain('thinking');
  });

  test('comes between words and calls, too', async () => {
    const asked = { thinking, tools: [tool] };
    const reply = await whole(simulator(), 'Claude-Sim-Interleaves', asked);
    const content = reply['content'] as unknown as readonly Json[];
    expect(content.map((block) => block['type'])).toEqual([
      'thinking',
      'text',
      'thinking',
      'tool_use',
    ]);
  });

  test('may be redacted, and is taken back so', async () => {
    const reply = await whole(simulator(), 'Claude-Sim-Redacted', { thinking });
    expect(reply).toMatchObject({
      content: [{ type: 'redacted_thinking', data: expect.any(String) }, { text: HELLO }],
    });
    const messages = [user('Hi'), assistant(reply['content']), user('Go on')];
    const again = await post(simulator(), 'Claude-Sim-Redacted', { thinking, messages });
    expect(again.status).toBe(200);
  });
});

describe('usage', () => {
  const long = 'word '.repeat(150);
  const mark = { cache_control: { type: 'ephemeral' } };
  const system = [{ type: 'text', text: long, ...mark }];

  test.each([
    ['nothing without a mark', { system: long }, [153, 0, 0]],
    [
      'nothing of a short prompt',
      { messages: [user([{ ...texts('Hi')[0], ...mark }])] },
      [1, 0, 0],
    ],
    ['a prefix at first', { system }, [3, 150, 0]],
    ['all of it, when the whole request is marked', { system: long, ...mark }, [0, 153, 0]],
    [
      'what the request before has written',
      {
        system,
        messages: [
          user('one two'),
          assistant('three four five'),
          user([{ type: 'text', text: 'six', ...mark }]),
        ],
      },
      [0, 4, 152],
    ],
  ])('tells of the cache: %s', async (_, extra, [fresh, written, read]) => {
    const counted = {
      input_tokens: fresh,
      cache_creation_input_tokens: written,
      cache_read_input_tokens: read,
    };
    const { usage } = (await whole(simulator(), 'Claude-Sim', extra)) as unknown as {
      usage: object;
    };
    expect(usage).toMatchObject(counted);
    const events = await streamed(simulator(), 'Claude-Sim', extra);
    expect(events[0]).toMatchObject({ message: { usage: counted } });
    expect(events.at(-2)).toMatchObject({ usage: counted });
  });

  test.each([
    ['Claude-Sim-No-Usage', undefined],
    ['Claude-Sim-Usage-Bare', { input_tokens: 3, output_tokens: 3 }],
    ['Claude-Sim-Usage-Details', expect.objectContaining({ inference_geo: 'global' })],
  ])('of %s', async (model, usage) => {
    expect((await whole(simulator(), model))['usage']).toEqual(usage);
  });

  test('of Claude-Sim-Usage-Bare is bare in a stream', async () => {
    const events = await streamed(simulator(), 'Claude-Sim-Usage-Bare');
    expect(events[0]?.['message']?.['usage']).toEqual({ input_tokens: 3, output_tokens: 1 });
    expect(events.at(-2)?.['usage']).toEqual({ input_tokens: 3, output_tokens: 3 });
    expect(JSON.stringify(await streamed(simulator(), 'Claude-Sim-No-Usage'))).not.toMatch(
      /"usage"/,
    );
  });
});

describe('a stream', () => {
  test('of text goes from message_start to message_stop', async () => {
    const events = await streamed(simulator(), 'Claude-Sim');
    expect(events.map((event) => event['type'])).toEqual([
      'message_start',
      'ping',
      'content_block_start',
      'content_block_delta',
      'content_block_delta',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(events[0]).toMatchObject({
      message: {
        id: expect.stringMatching(/^req_poe_/),
        model: 'claude-sim-20260101',
        content: [],
        stop_reason: null,
        usage: { input_tokens: 3, output_tokens: 1 },
      },
    });
    expect(events.at(-2)).toMatchObject({
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 3 },
    });
  });

  test('of a thought and a call has each in its block', async () => {
    const events = await streamed(simulator(), 'Claude-Sim', { thinking, tools: [tool] });
    expect(typesOf(events)).toEqual([
      'message_start',
      'ping',
      'content_block_start',
      'thinking_delta',
      'signature_delta',
      'content_block_stop',
      'content_block_start',
      'input_json_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    const json = events.flatMap((event) => event['delta']?.['partial_json'] ?? []);
    expect(json[0]).toBe('');
    expect(json.length).toBeGreaterThan(3);
  });

  test.each([
    ['Claude-Sim', {}],
    ['Claude-Sim-Interleaves', { thinking }],
    ['Claude-Sim-Redacted', { thinking }],
    ['Claude-Sim-Cites', { tools: undefined }],
    ['Claude-Sim-Searches', { tools: undefined }],
    ['Claude-Sim-No-Input', {}],
    ['Claude-Sim-Input-At-Start', {}],
    ['Claude-Sim-Empty', {}],
  ])('of %s says what its whole message says', async (model, extra) => {
    const request = { tools: [tool], ...extra };
    const { content } = (await whole(simulator(), model, request)) as unknown as {
      content: object[];
    };
    const ids = /"(\w*id|encrypted_\w+)":"[^"]+"/g;
    const events = await streamed(simulator(), model, request);
    expect(JSON.parse(JSON.stringify(contentOf(events)).replace(ids, '"$1":""'))).toEqual(
      JSON.parse(JSON.stringify(content).replace(ids, '"$1":""')),
    );
  });

  test('tells what was cleared from the context, where that was asked for', async () => {
    const extra = {
      thinking: { type: 'adaptive' },
      context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
      output_config: { effort: 'high' },
    };
    const betas = { 'anthropic-beta': CLAUDE_CODE_BETAS };
    const cleared = { context_management: { applied_edits: [] } };
    expect(await whole(simulator(), 'Claude-Sim', extra, betas)).toMatchObject(cleared);
    const events = await streamed(simulator(), 'Claude-Sim', extra, betas);
    expect(events.at(-2)).toMatchObject(cleared);
  });
});

test('the log tells version, betas and body', async () => {
  simulator().clear();
  await whole(simulator(), 'Claude-Sim', {}, { 'anthropic-beta': 'effort-2025-11-24' });
  expect(simulator().requests[0]).toMatchObject({
    path: '/v1/messages?beta=true',
    headers: { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'effort-2025-11-24' },
    body: { model: 'Claude-Sim', max_tokens: 4_096 },
  });
});
