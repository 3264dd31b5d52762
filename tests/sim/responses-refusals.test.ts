/** `POST /v1/responses`: what it refuses, and that every bot that lists it answers. */
import { expect, test } from 'vitest';
import { bots } from '../../sim/bots.ts';
import { simulatorForFile } from './client.ts';
import { format, post, schema, textOf, whole } from './responses.ts';

const simulator = simulatorForFile();

/** What is asked, of whom, the status, and words of the message. */
const REFUSED: ReadonlyArray<
  readonly [what: string, model: string, extra: object, status: number, words: string]
> = [
  ['a model without the endpoint', 'Echo', {}, 400, 'does not support the Responses API'],
  ['a community bot', 'Community-Bot', {}, 404, 'does not exist or you do not have access'],
  ['an unknown model', 'nobody', {}, 404, 'does not exist or you do not have access'],
  ['a vendor prefix', 'openai/gpt-5', {}, 404, 'Bot does not exist'],
  ['no model', '', {}, 400, 'model'],
  ['an unknown field', 'Responds', { messages: [] }, 400, "Unknown parameter: 'messages'"],
  ['no input', 'Responds', { input: [] }, 400, 'input'],
  ['an unknown item', 'Responds', { input: [{ type: 'thing' }] }, 400, "Invalid value: 'thing'"],
  ['the role tool', 'Responds', { input: [{ role: 'tool', content: 'x' }] }, 400, "'tool'"],
  [
    'a chat part',
    'Responds',
    { input: [{ role: 'user', content: [{ type: 'text', text: 'x' }] }] },
    400,
    'input_text',
  ],
  [
    'an http picture',
    'Responds',
    { input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'http://a' }] }] },
    400,
    'image_url',
  ],
  [
    'output without a call',
    'Responds',
    { input: [{ type: 'function_call_output', call_id: 'call_1', output: 'x' }] },
    400,
    'No tool call found for function call output with call_id call_1.',
  ],
  ['a chat tool', 'Responds', { tools: [{ type: 'function', function: {} }] }, 400, 'tool'],
  ['an earlier response', 'GPT-5', { previous_response_id: 'resp_1' }, 400, 'Zero Data Retention'],
  ['the same of Claude', 'Claude-Opus-4.5', { previous_response_id: 'resp_1' }, 500, 'Internal'],
  [
    'a format without name',
    'Responds',
    { text: { format: { ...format, name: undefined } } },
    400,
    'text.format.name',
  ],
  [
    'a format without schema',
    'Responds',
    { text: { format: { ...format, schema: undefined } } },
    400,
    'text.format.schema',
  ],
  [
    'a strict schema that is open',
    'Responds',
    { text: { format: { ...format, schema: { ...schema, additionalProperties: true } } } },
    400,
    "'additionalProperties' is required",
  ],
  [
    'a strict schema with an optional property',
    'Responds',
    { text: { format: { ...format, schema: { ...schema, required: ['name'] } } } },
    400,
    "Missing 'age'",
  ],
  [
    'effort where nothing thinks',
    'GPT-4o',
    { reasoning: { effort: 'low' } },
    400,
    'reasoning.effort',
  ],
  ['an unsupported effort', 'GPT-5', { reasoning: { effort: 'huge' } }, 400, "'minimal', 'low'"],
  ['effort on the assistant', 'Assistant', { reasoning: { effort: 'high' } }, 400, "'medium'"],
];

test.each(REFUSED)('%s is refused', async (_, model, extra, status, words) => {
  const response = await post(simulator(), model, extra);
  const { error } = (await response.json()) as { error: { message: string; type: string } };
  expect(response.status).toBe(status);
  expect(error.message).toContain(words);
});

test('a lax schema is taken when nobody asked for a strict one', async () => {
  const lax = { ...format, strict: false, schema: { ...schema, required: [] } };
  const reply = await whole(simulator(), 'Responds', { text: { format: lax } });
  expect(JSON.parse(String(textOf(reply)))).toEqual({ name: 'name', age: 1 });
});

test('every bot that lists the endpoint answers, streamed and whole', async () => {
  const listing = bots.filter(
    ({ name, card }) =>
      card?.supported_endpoints.includes('/v1/responses') && !/Responds-(Broken|Silent)/.test(name),
  );
  expect(listing.length).toBeGreaterThan(30);
  const answers = listing.flatMap(({ name }) =>
    [true, false].map(async (stream) => {
      const response = await post(simulator(), name, { stream });
      const text = await response.text();
      return text.includes('simulator_mistake') || response.status === 400
        ? [`${name}: ${text}`]
        : [];
    }),
  );
  expect((await Promise.all(answers)).flat()).toEqual([]);
});
