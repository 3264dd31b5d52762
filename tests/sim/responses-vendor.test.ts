/** `POST /v1/responses`: what a vendor's own API refuses, in its words, and who takes what. */
import { describe, expect, test } from 'vitest';
import { simulatorForFile, type Json } from './client.ts';
import { post, tool, whole } from './responses.ts';

const simulator = simulatorForFile();

interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly type: string;
  readonly param: string | null | undefined;
  readonly code: string | null | undefined;
}

async function refusal(model: string, extra: object): Promise<Refusal> {
  const response = await post(simulator(), model, extra);
  const { error } = (await response.json()) as { error: Omit<Refusal, 'status'> };
  return { ...error, status: response.status };
}

const CUSTOM = { type: 'custom', name: 'apply_patch', format: { type: 'text' } };
const GRAMMAR = { type: 'grammar', syntax: 'lark', definition: 'start: "x"' };
const NAMESPACE = { type: 'namespace', name: 'agents', description: '', tools: [tool] };
const CALL = { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{}' };
const OUTPUT = { type: 'function_call_output', call_id: 'call_1', output: 'dry' };
const CUSTOM_CALL = {
  type: 'custom_tool_call',
  call_id: 'call_2',
  name: 'apply_patch',
  input: 'x',
};
const CUSTOM_OUTPUT = { type: 'custom_tool_call_output', call_id: 'call_2', output: 'done' };
const HI = { role: 'user', content: 'Hi' };

/** What is asked of an OpenAI bot, and the error. */
const REFUSED: ReadonlyArray<readonly [what: string, extra: object, error: Partial<Refusal>]> = [
  [
    'a type of tool that is not for others',
    { tools: [tool, CUSTOM, { type: 'tool_search' }] },
    {
      message:
        "Invalid value: 'tool_search'. Supported values are: 'function', 'custom', 'namespace', 'web_search', and 'web_search_preview'.",
      param: 'tools[2].type',
      code: 'invalid_value',
    },
  ],
  ['a local shell', { tools: [{ type: 'local_shell' }] }, { param: 'tools[0].type' }],
  [
    'a search within a namespace',
    { tools: [{ ...NAMESPACE, tools: [tool, { type: 'web_search' }] }] },
    {
      param: 'tools[0].tools[1].type',
      message: expect.stringContaining("'function' and 'custom'"),
    },
  ],
  [
    'a namespace without tools',
    { tools: [{ ...NAMESPACE, tools: undefined }] },
    { param: 'tools[0].tools', code: 'missing_required_parameter' },
  ],
  ['a tool without name', { tools: [{ type: 'custom' }] }, { param: 'tools[0].name' }],
  [
    'a grammar of another kind',
    { tools: [{ ...CUSTOM, format: { ...GRAMMAR, syntax: 'ebnf' } }] },
    { param: 'tools[0].format.syntax' },
  ],
  [
    'the choice of a tool that is not there',
    { tools: [tool], tool_choice: { type: 'function', name: 'mayor' } },
    { message: "Tool choice 'mayor' not found in 'tools' parameter." },
  ],
  [
    'an output without its call',
    { input: [HI, CUSTOM_OUTPUT] },
    {
      message: 'No tool call found for custom tool call output with call_id call_2.',
      param: 'input',
    },
  ],
  [
    'a call without its output',
    { input: [HI, CALL] },
    { message: 'No tool output found for function call call_1.', param: 'input', code: null },
  ],
  [
    'a custom call without its output',
    { input: [HI, CUSTOM_CALL, OUTPUT, CALL] },
    { message: 'No tool output found for custom tool call call_2.' },
  ],
  [
    'a reference to what is not kept',
    { input: [HI, { type: 'item_reference', id: 'msg_1' }] },
    {
      status: 404,
      message: expect.stringMatching(/^Item with id 'msg_1' not found\. Items are not persisted/),
      param: 'input',
    },
  ],
  [
    'a thought by its id alone',
    { input: [{ type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: null }, HI] },
    { status: 404, message: expect.stringContaining("Item with id 'rs_1' not found.") },
  ],
  [
    'a thought that somebody else sealed',
    { input: [{ type: 'reasoning', summary: [], encrypted_content: 'gAAAAABmine==' }, HI] },
    {
      message:
        'The encrypted content gAAA...ne== could not be verified. Reason: Encrypted content could not be decrypted or parsed.',
      param: null,
      code: 'invalid_encrypted_content',
    },
  ],
  [
    'an id of another kind of item',
    { input: [HI, { ...CALL, id: 'call_1' }, OUTPUT] },
    { message: "Invalid 'input[1].id': 'call_1'. Expected an ID that begins with 'fc'." },
  ],
  [
    'input from the model',
    { input: [{ role: 'assistant', content: [{ type: 'input_text', text: 'x' }] }, HI] },
    {
      message: "Invalid value: 'input_text'. Supported values are: 'output_text' and 'refusal'.",
      param: 'input[0].content[0]',
    },
  ],
  [
    'output from the caller',
    { input: [{ role: 'user', content: [{ type: 'output_text', text: 'x' }] }] },
    { param: 'input[0].content[0]' },
  ],
  [
    'an output in chat parts',
    { input: [HI, CALL, { ...OUTPUT, output: [{ type: 'text', text: 'x' }] }] },
    { param: 'input[2].output[0]' },
  ],
  [
    'an unknown action of a search',
    { input: [{ type: 'web_search_call', id: 'ws_1', action: { type: 'other' } }, HI] },
    { param: 'input[0].action.type' },
  ],
  ['an unknown inclusion', { include: ['thoughts'] }, { param: 'include[0]' }],
  ['an unknown summary', { reasoning: { summary: 'long' } }, { param: 'reasoning.summary' }],
  ['an unknown truncation', { truncation: 'some' }, { param: 'truncation' }],
  [
    'work in the background',
    { background: true },
    { message: expect.stringContaining('Retention') },
  ],
  ['a conversation', { conversation: 'conv_1' }, { message: expect.stringContaining('Retention') }],
  ['a stored prompt', { prompt: { id: 'p' } }, { message: expect.stringContaining('Retention') }],
  ['a stranger', { messages: [] }, { param: 'messages', code: 'unknown_parameter' }],
];

test.each(REFUSED)('%s is refused', async (_, extra, error) => {
  const given = await refusal('Responds-As-OpenAI', extra);
  expect(given).toMatchObject({ status: 400, type: 'invalid_request_error', ...error });
});

/** What an OpenAI bot takes. */
const TAKEN: ReadonlyArray<readonly [what: string, extra: object]> = [
  ['a custom tool', { tools: [{ type: 'custom', name: 'x' }] }],
  ['a custom tool with a grammar', { tools: [{ ...CUSTOM, format: GRAMMAR }] }],
  ['a namespace of both kinds', { tools: [{ ...NAMESPACE, tools: [tool, CUSTOM] }] }],
  ['web searches', { tools: [{ type: 'web_search' }, { type: 'web_search_preview' }] }],
  ['client_metadata', { client_metadata: { turn_id: '1' } }],
  ['members that say no', { background: false, conversation: null, previous_response_id: null }],
  ['pairs of both kinds', { input: [HI, CALL, CUSTOM_CALL, CUSTOM_OUTPUT, OUTPUT] }],
  ['calls with ids', { input: [HI, { ...CALL, id: 'fc_1', namespace: 'a' }, OUTPUT] }],
  ['a search that was made', { input: [{ type: 'web_search_call', status: 'completed' }, HI] }],
  ['a thought without anything', { input: [{ type: 'reasoning', summary: [] }, HI] }],
  ['a thought of the model', { reasoning: { summary: 'concise' } }],
];

test.each(TAKEN)('%s is taken', async (_, extra) => {
  expect((await post(simulator(), 'Responds-As-OpenAI', extra)).status).toBe(200);
});

describe('a bot of another vendor', () => {
  test.each([
    ['a custom tool', { tools: [CUSTOM] }, 'tools[0].type'],
    ['a namespace', { tools: [NAMESPACE] }, 'tools[0].type'],
    ['a custom call', { input: [HI, CUSTOM_CALL, CUSTOM_OUTPUT] }, 'input[1]'],
    [
      'a call into a namespace',
      { input: [HI, { ...CALL, namespace: 'a' }, OUTPUT] },
      'input[1].namespace',
    ],
    ['client_metadata', { client_metadata: {} }, 'client_metadata'],
  ])('refuses %s', async (_, extra, param) => {
    for (const model of ['Responds', 'Claude-Opus-4.5', 'Agent-Claude', 'Grok-4']) {
      expect(await refusal(model, extra)).toMatchObject({ status: 400, param });
    }
  });

  test('does not look at ids', async () => {
    const input = [HI, { ...CALL, id: 'call_1' }, OUTPUT, { type: 'reasoning', id: 'rs_1' }];
    expect((await post(simulator(), 'Responds', { input })).status).toBe(200);
  });
});

test('Responds-LiteLLM refuses in the words of the layer behind', async () => {
  const given = await refusal('Responds-LiteLLM', { tools: [CUSTOM] });
  expect(given.message).toMatch(/^litellm\.BadRequestError: Invalid value: 'custom'/);
  expect(given).not.toHaveProperty('param');
});

test('Responds-Any-Tool overlooks what it does not know', async () => {
  const tools = [{ type: 'tool_search' }, { type: 'local_shell' }, tool];
  const reply = await whole(simulator(), 'Responds-Any-Tool', { tools });
  expect(reply['output']?.[0]).toMatchObject({ type: 'function_call', name: 'weather' });
});

test.each([
  ['Responds-No-Metadata', { client_metadata: {} }, "Unknown parameter: 'client_metadata'."],
  [
    'Responds-Unsealed',
    { include: ['reasoning.encrypted_content'] },
    'Encrypted content is not supported with this model.',
  ],
])('%s refuses %j', async (model, extra, message) => {
  expect(await refusal(model, extra)).toMatchObject({ status: 400, message });
  expect((await post(simulator(), model)).status).toBe(200);
});

test('a sealed thought is refused whatever was changed in it', async () => {
  const request = { include: ['reasoning.encrypted_content'], reasoning: { effort: 'high' } };
  const reply = await whole(simulator(), 'Responds-As-OpenAI', request);
  const thought = reply['output']?.[0] as Json;
  const seal = String(thought['encrypted_content']);
  const send = async (content: string): Promise<number> => {
    const input = [{ ...thought, encrypted_content: content }, HI];
    return (await post(simulator(), 'Responds-As-OpenAI', { input })).status;
  };
  expect(await send(seal)).toBe(200);
  expect(await send(seal.replace('gAAAAA', 'gAAAAAx'))).toBe(400);
  expect(await send(seal.slice(0, -4))).toBe(400);
  expect(await send('')).toBe(400);
});
