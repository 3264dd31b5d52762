/** `POST /v1/messages`: what it refuses, in whose words and in which form. */
import { describe, expect, test } from 'vitest';
import { simulatorForFile } from './client.ts';
import {
  assistant,
  CLAUDE_CODE_BETAS,
  post,
  schema,
  thinking,
  tool,
  toolResult,
  toolUse,
  user,
  whole,
} from './messages.ts';

const simulator = simulatorForFile();

const SIM = 'Claude-Sim';
const MARK = { cache_control: { type: 'ephemeral' } };
const BETAS = { 'anthropic-beta': CLAUDE_CODE_BETAS };
const adaptive = { type: 'adaptive' };

/** `messages`, and nothing else. */
function said(...messages: readonly object[]): object {
  return { messages };
}

function text(words: string, extra: object = {}): object {
  return { type: 'text', text: words, ...extra };
}

function clearing(type: string): object {
  return { context_management: { edits: [{ type }] } };
}

function formatted(changes: object): object {
  return { output_config: { format: { type: 'json_schema', schema: { ...schema, ...changes } } } };
}

type Row = readonly [what: string, request: object, words: string, model?: string];

/** What the vendor refuses; without a model it is Claude-Sim, and all betas are asked for. */
const REFUSED: readonly Row[] = [
  ['no max_tokens', { max_tokens: undefined }, 'max_tokens: Field required'],
  ['no tokens', { max_tokens: 0 }, 'max_tokens: Input should be greater than or equal to 1'],
  ['half a token', { max_tokens: 1.5 }, 'max_tokens: Input should be a valid integer'],
  ['too many tokens', { max_tokens: 64_001 }, 'max_tokens: 64001 > 64000', 'Claude-Opus-4.5'],
  ['a stranger', { seed: 1 }, 'seed: Extra inputs are not permitted'],
  ['a thread', { thread: { type: 'create' } }, 'thread: Extra inputs are not permitted'],
  ['other metadata', { metadata: { user: 'me' } }, 'metadata.user: Extra inputs'],
  ['no messages', { messages: undefined }, 'messages: Field required'],
  ['an empty conversation', said(), 'messages: at least one message is required'],
  ['a tool role', said({ role: 'tool', content: 'x' }), 'messages.0.role: Input should be'],
  ['an assistant first', said(assistant('x')), 'first message must use the "user" role'],
  ['a user without words', said(user('')), 'messages.0: user messages must have non-empty content'],
  [
    'a user without blocks',
    said(user([])),
    'messages.0: user messages must have non-empty content',
  ],
  ['an empty text', said(user([text('a'), text('')])), 'text content blocks must be non-empty'],
  [
    'an empty text beside a call',
    said(user('a'), assistant([text(''), toolUse('t1')]), user([toolResult('t1')])),
    'messages: text content blocks must be non-empty',
  ],
  ['a blank text', said(user(' \n')), 'text content blocks must contain non-whitespace text'],
  [
    'an empty system text',
    { system: [text('a'), text('')] },
    'system: text content blocks must be',
  ],
  ['a blank system prompt', { system: ' ' }, 'system: text content blocks must contain non-wh'],
  [
    'an unknown block',
    said(user([{ type: 'input_text', text: 'x' }])),
    "messages.0.content.0: Input tag 'input_text' found using 'type' does not match",
  ],
  ['a stranger in a block', said(user([text('x', { id: 1 })])), 'messages.0.content.0.text.id: Ex'],
  ['a block without text', said(user([{ type: 'text' }])), 'content.0.text.text: Field required'],
  ["a user's call", said(user([toolUse('t1')])), '`tool_use` blocks can only be in `assistant`'],
  [
    "an assistant's picture",
    said(user('a'), assistant([{ type: 'image', source: { type: 'url', url: 'https://a/b' } }])),
    '`image` blocks can only be in `user` messages',
  ],
  [
    'an http picture',
    said(user([{ type: 'image', source: { type: 'url', url: 'http://a/b' } }])),
    "source.url.url: String should match pattern '^https:",
  ],
  [
    'a picture of another kind',
    said(
      user([{ type: 'image', source: { type: 'base64', media_type: 'image/bmp', data: 'AA' } }]),
    ),
    "media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'",
  ],
  [
    'a result without a call',
    said(user([toolResult('t1')])),
    'messages.0.content.0: unexpected `tool_use_id` found in `tool_result` blocks: t1.',
  ],
  [
    'a result that comes a message late',
    said(user('a'), assistant([toolUse('t1')]), user('wait'), user([toolResult('t1')])),
    'messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: t1.',
  ],
  [
    'a text before the result',
    said(user('a'), assistant([toolUse('t1')]), user([text('so:'), toolResult('t1')])),
    '`tool_use` ids were found without `tool_result` blocks immediately after: t1.',
  ],
  [
    'a call nobody answered',
    said(user('a'), assistant([toolUse('t1'), toolUse('t2')]), user([toolResult('t1')])),
    'immediately after: t2.',
  ],
  [
    'a call at the end',
    said(user('a'), assistant([toolUse('t1')])),
    'messages.1: `tool_use` ids were found without',
  ],
  [
    'two results for one call',
    said(user('a'), assistant([toolUse('t1')]), user([toolResult('t1'), toolResult('t1')])),
    'each tool_use must have a single result',
  ],
  [
    'an id that was there before',
    said(
      user('a'),
      assistant([toolUse('t1')]),
      user([toolResult('t1')]),
      assistant([toolUse('t1')]),
      user([toolResult('t1')]),
    ),
    'messages.3.content.0: `tool_use` ids must be unique',
  ],
  [
    'an id with other letters',
    said(user('a'), assistant([toolUse('call|1')]), user([toolResult('call|1')])),
    "tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'",
  ],
  [
    'an input in a string',
    said(user('a'), assistant([{ ...toolUse('t1'), input: '{}' }]), user([toolResult('t1')])),
    'tool_use.input: Input should be a valid dictionary',
  ],
  [
    'an answer begun with a blank end',
    said(user('a'), assistant('b ')),
    'final assistant content cannot end with trailing whitespace',
  ],
  [
    'an answer begun',
    said(user('a'), assistant('b')),
    'does not support assistant message prefill',
    'Claude-Sim-Newest',
  ],
  ['heat', { temperature: 1.5 }, 'temperature: range: 0..1'],
  ['two samplings', { temperature: 0, top_p: 0.5 }, 'cannot both be specified for this model'],
  ['any sampling', { top_k: 5 }, '`top_k` is deprecated', 'Claude-Sim-Newest'],
  ['a blank stop', { stop_sequences: ['\n'] }, 'must contain non-whitespace'],
  ['five marks', { system: Array.from('abcde', (words) => text(words, MARK)) }, 'Found 5.'],
  [
    'marks inside results, too',
    {
      tools: [{ ...tool, ...MARK }],
      system: [text('a', MARK), text('b', MARK)],
      ...said(
        user([text('a', MARK)]),
        assistant([toolUse('t1')]),
        user([toolResult('t1', [text('x', MARK)])]),
      ),
    },
    'A maximum of 4 blocks with cache_control may be provided. Found 5.',
  ],
  [
    'a mark of another kind',
    { system: [text('a', { cache_control: { type: 'x' } })] },
    'ephemeral',
  ],
  ['a tool with a bad name', { tools: [{ ...tool, name: 'a.b' }] }, 'tools.0.custom.name: String'],
  ['a tool with a long name', { tools: [{ ...tool, name: 'a'.repeat(129) }] }, '{1,128}$'],
  ['a tool twice', { tools: [tool, tool] }, 'tools: Tool names must be unique.'],
  ['a chat tool', { tools: [{ type: 'function', function: {} }] }, "Input tag 'function'"],
  ['a tool without schema', { tools: [{ name: 'a' }] }, 'tools.0.custom.input_schema: Field req'],
  ['a schema without type', { tools: [{ ...tool, input_schema: {} }] }, 'input_schema.type: Field'],
  [
    'a schema of a list',
    { tools: [{ ...tool, input_schema: { type: 'array' } }] },
    "tools.0.custom.input_schema.type: Input should be 'object'",
  ],
  [
    'a schema of alternatives',
    { tools: [{ ...tool, input_schema: { type: 'object', anyOf: [] } }] },
    'does not support oneOf, allOf, or anyOf at the top level',
  ],
  [
    'a property with spaces',
    { tools: [{ ...tool, input_schema: { type: 'object', properties: { 'a b': {} } } }] },
    'Property keys should match pattern',
  ],
  [
    'a stranger in a tool',
    { tools: [{ ...tool, parameters: {} }] },
    'tools.0.custom.parameters: E',
  ],
  [
    'a choice without tools',
    { tool_choice: { type: 'auto' } },
    'only be specified while providing',
  ],
  ['a choice in a word', { tools: [tool], tool_choice: 'auto' }, 'tool_choice: Input should be'],
  ['a chat choice', { tools: [tool], tool_choice: { type: 'function' } }, "Input tag 'function'"],
  [
    'a choice of nothing',
    { tools: [tool], tool_choice: { type: 'tool', name: 'x' } },
    "Tool 'x' not found in provided tools",
  ],
  [
    'a small budget',
    { thinking: { ...thinking, budget_tokens: 1_023 } },
    'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024',
  ],
  [
    'a budget above max_tokens',
    { max_tokens: 2_048, thinking },
    '`max_tokens` must be greater than `thinking.budget_tokens`',
  ],
  ['thinking while cold', { thinking, temperature: 0 }, '`temperature` may only be set to 1 when'],
  ['thinking with top_k', { thinking: adaptive, top_k: 5 }, '`top_k` must be unset when thinking'],
  [
    'thinking with a forced call',
    { thinking, tools: [tool], tool_choice: { type: 'any' } },
    'Thinking may not be enabled when tool_choice forces tool use.',
  ],
  ['another thinking', { thinking: { type: 'auto' } }, "thinking: Input tag 'auto'"],
  [
    'thinking in the middle of calls without its thoughts',
    { thinking, ...said(user('a'), assistant([toolUse('t1')]), user([toolResult('t1')])) },
    'messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`.',
  ],
  [
    'a thought without a signature',
    said(user('a'), assistant([{ type: 'thinking', thinking: 'hm' }, text('b')]), user('c')),
    'messages.1.content.0.thinking.signature: Field required',
  ],
  [
    'a thought of somebody else',
    said(
      user('a'),
      assistant([{ type: 'thinking', thinking: 'hm', signature: 'EqcCClsI' }, text('b')]),
      user('c'),
    ),
    'messages.1.content.0: Invalid `signature` in `thinking` block',
  ],
  [
    'hidden thoughts of somebody else',
    said(user('a'), assistant([{ type: 'redacted_thinking', data: 'AA' }, text('b')]), user('c')),
    'Invalid `data` in `redacted_thinking` block',
  ],
  [
    'thinking',
    { thinking },
    "'claude-3-5-haiku-20241022' does not support thinking.",
    'Claude-Haiku-3.5',
  ],
  ['no thinking', { thinking: adaptive }, 'does not support thinking', 'Claude-Sim-Thoughtless'],
  ['adaptive thinking', { thinking: adaptive }, 'adaptive thinking is not', 'Claude-Opus-4.5'],
  ['a budget', { thinking }, 'Use "thinking.type.adaptive" and', 'Claude-Sim-Newest'],
  ['effort', { output_config: { effort: 'high' } }, 'the effort parameter.', 'Claude-Haiku-4.5'],
  [
    'an unknown effort',
    { output_config: { effort: 'most' } },
    'output_config.effort: Input should',
  ],
  [
    'clearing thoughts where none are',
    clearing('clear_thinking_20251015'),
    '`clear_thinking_20251015` strategy requires `thinking` to be enabled or adaptive',
  ],
  ['clearing something else', clearing('clear_all'), "Input tag 'clear_all'"],
  [
    'a system message',
    said(user('a'), { role: 'system', content: 'b' }),
    "role 'system' is not supported on this model",
    'Claude-Sim-Older',
  ],
  ['an open schema', formatted({ additionalProperties: true }), 'must be explicitly set to false'],
  [
    'a schema with bounds',
    formatted({ properties: { age: { type: 'integer', minimum: 0 } } }),
    "For 'integer' type, property 'minimum' is not supported",
  ],
  [
    'a schema of many items',
    formatted({ properties: { all: { type: 'array', minItems: 2 } } }),
    "'minItems' values other than 0 or 1 are not supported",
  ],
  ['no schema', { output_config: { format: { type: 'json_schema' } } }, 'valid dictionary'],
  ['another format', { output_config: { format: { type: 'json_object' } } }, "'json_object'"],
];

const CASES = REFUSED.map(([what, request, words, model]) => ({ what, request, words, model }));

test.each(CASES)('$what is refused', async ({ request, words, model = SIM }) => {
  const response = await post(simulator(), model, request, BETAS);
  const body = (await response.json()) as {
    type: string;
    error: { type: string; message: string };
  };
  expect(response.status).toBe(400);
  expect(body).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
  const inner = JSON.parse(body.error.message) as typeof body;
  expect(inner).toEqual({
    type: 'error',
    error: { type: 'invalid_request_error', message: expect.stringContaining(words) },
    request_id: expect.stringMatching(/^req_vrtx_/),
  });
});

test('a signed thought is refused when it was changed', async () => {
  const reply = await whole(simulator(), SIM, { thinking });
  const [thought, ...rest] = reply['content'] as unknown as readonly object[];
  const changed = [{ ...thought, thinking: 'Something else.' }, ...rest];
  const messages = [user('a'), assistant(changed), user('b')];
  const response = await post(simulator(), SIM, { messages });
  expect(await response.text()).toContain('Invalid `signature` in `thinking` block');
});

describe('betas', () => {
  const request = { thinking: adaptive, ...clearing('clear_thinking_20251015') };
  const unknown = { 'anthropic-beta': `${CLAUDE_CODE_BETAS}, message-threads-2026-08-12` };
  const later = said(user('a'), { role: 'system', content: 'b' });

  test.each([
    ['known ones', SIM, request, BETAS],
    ['none', 'Claude-Sim-No-Betas', { thinking: adaptive }, {}],
    ['unknown ones that are overlooked', 'Claude-Sim-Any-Beta', request, unknown],
    ['a system message', SIM, later, BETAS],
    ['effort', 'Claude-Opus-4.5', { output_config: { effort: 'high' } }, BETAS],
    [
      'a budget above max_tokens between calls',
      SIM,
      { max_tokens: 1_024, thinking, tools: [tool] },
      BETAS,
    ],
  ])('are taken: %s', async (_, model, extra, headers) => {
    expect((await post(simulator(), model, extra, headers)).status).toBe(200);
  });

  test.each([
    [
      'an unknown one',
      SIM,
      request,
      unknown,
      'Unexpected value(s) `message-threads-2026-08-12` for',
    ],
    [
      'one to who knows none',
      'Claude-Sim-No-Betas',
      {},
      { 'anthropic-beta': 'effort-2025-11-24,interleaved-thinking-2025-05-14' },
      'Unexpected value(s) `effort-2025-11-24`, `interleaved-thinking-2025-05-14` for the `anth',
    ],
    ['clearing', SIM, request, {}, 'context_management: Extra inputs are not permitted'],
    ['effort', SIM, { output_config: { effort: 'low' } }, {}, 'output_config.effort: Extra inputs'],
    ['an older format', SIM, { output_format: {} }, {}, 'output_format: Extra inputs'],
    [
      'a scope',
      SIM,
      { system: [text('a', { cache_control: { type: 'ephemeral', scope: 'global' } })] },
      {},
      'system.0.text.cache_control.ephemeral.scope: Extra inputs',
    ],
    ['a system message', SIM, later, {}, 'messages: Unexpected role "system". The Messages API'],
    [
      'a member that once was beta',
      'Claude-Sim-No-Betas',
      { tools: [{ ...tool, eager_input_streaming: true }] },
      {},
      'tools.0.custom.eager_input_streaming: Extra inputs are not permitted',
    ],
    [
      'a format',
      'Claude-Sim-No-Betas',
      formatted({}),
      {},
      'output_config: Extra inputs are not permitted',
    ],
  ])('are refused: %s', async (_, model, extra, headers, words) => {
    const response = await post(simulator(), model, extra, headers);
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { message: string } };
    expect(JSON.parse(error.message)).toMatchObject({
      error: { message: expect.stringContaining(words) },
    });
  });
});

describe('the gateway', () => {
  test.each([
    ['no key', SIM, { 'x-api-key': '' }, 401, 'authentication_error'],
    ['a bad key', SIM, { 'x-api-key': 'bad' }, 401, 'authentication_error'],
    ['a bad bearer', SIM, { authorization: 'Bearer bad' }, 401, 'authentication_error'],
    ['a poor key', SIM, { 'x-api-key': 'poor' }, 402, 'insufficient_credits'],
    ['a forbidden key', SIM, { 'x-api-key': 'forbidden' }, 403, 'moderation_error'],
    ['a limited key', SIM, { 'x-api-key': 'limited' }, 429, 'rate_limit_error'],
    ['no version', SIM, { 'anthropic-version': '' }, 400, 'invalid_request_error'],
    ['no model', '', {}, 400, 'invalid_request_error'],
    ['an unknown model', 'claude-none-1', {}, 404, 'not_found_error'],
    ['a community bot', 'Community-Bot', {}, 404, 'not_found_error'],
    ['a bot of somebody else', 'GPT-5', {}, 400, 'invalid_request_error'],
    ['a bot that only lists it', 'Claude-Sim-Not-Served', {}, 400, 'invalid_request_error'],
  ])('refuses %s in plain words', async (_, model, headers, status, type) => {
    const response = await post(simulator(), model, {}, headers);
    const body = (await response.json()) as { error: { message: string } };
    expect(response.status).toBe(status);
    expect(body).toEqual({ type: 'error', error: { type, message: expect.any(String) } });
    expect(body.error.message).not.toContain('{');
    expect(response.headers.get('request-id')).toMatch(/^req_poe_/);
    expect(response.headers.get('retry-after')).toBe(status === 429 ? '7' : null);
  });

  test('says what it does not serve', async () => {
    const response = await post(simulator(), 'GPT-5');
    expect(await response.text()).toContain('GPT-5 is not supported on /v1/messages');
  });

  test('has the form of Poe for one bot', async () => {
    const response = await post(simulator(), 'Claude-Sim-Poe-Errors', {}, { 'x-api-key': 'poor' });
    expect(await response.json()).toMatchObject({
      error: { code: 402, type: 'insufficient_credits', metadata: {} },
    });
  });

  test('refuses what is no JSON', async () => {
    const response = await fetch(`${simulator().url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': 'good', 'anthropic-version': '2023-06-01' },
      body: '{"model":',
    });
    expect(response.status).toBe(400);
  });
});

test('the vendor of one bot refuses in its own words alone', async () => {
  const response = await post(simulator(), 'Claude-Sim-Plain-Errors', { seed: 1 });
  expect(await response.json()).toEqual({
    type: 'error',
    error: { type: 'invalid_request_error', message: 'seed: Extra inputs are not permitted' },
    request_id: expect.stringMatching(/^req_vrtx_/),
  });
});
