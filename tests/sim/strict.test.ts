/** The strict chat handler: what it refuses and how it names the culprit. */
import { expect, test } from 'vitest';
import { ask, simulatorForFile, toolNamed } from './client.ts';

const simulator = simulatorForFile();

function saying(...content: readonly object[]): object {
  return { messages: [{ role: 'user', content }] };
}

const REFUSED: ReadonlyArray<
  readonly [what: string, model: string, extra: object, status: number, words: string]
> = [
  ['an undeclared field', 'Echo', { aspect: '1:1' }, 400, 'aspect'],
  ['a literal extra_body', 'GPT-5-mini', { extra_body: { verbosity: 'low' } }, 400, 'extra_body'],
  ['more than one choice', 'Echo', { n: 2 }, 400, 'n must be 1'],
  ['a vendor prefix', 'openai/gpt-4o', {}, 404, 'Bot does not exist: openai/gpt-4o'],
  ['an unknown model', 'no-such-bot', {}, 404, 'no-such-bot'],
  ['no model', '', {}, 400, 'model'],
  ['no messages', 'Echo', { messages: [] }, 400, 'messages'],
  [
    'the developer role',
    'Echo',
    { messages: [{ role: 'developer', content: 'x' }] },
    400,
    "Invalid 'role'",
  ],
  [
    'an http image',
    'Echo',
    saying({ type: 'image_url', image_url: { url: 'http://a/b.png' } }),
    400,
    'messages[0].content[0]',
  ],
  [
    'a file without data',
    'Echo',
    saying({ type: 'file', file: { filename: 'a.pdf' } }),
    400,
    'file_data',
  ],
  [
    'an unknown part',
    'Echo',
    saying({ type: 'text', text: 'a' }, { type: 'video' }),
    400,
    'messages[0].content[1]',
  ],
  ['a value outside an enum', 'GPT-5-mini', { reasoning_effort: 'huge' }, 400, "'minimal', 'low'"],
  ['a number for a string enum', 'Veo-3.1', { duration: 8 }, 400, 'duration'],
  ['a value above the maximum', 'Claude-Sonnet-4.5', { thinking_budget: 40_000 }, 400, '31999'],
  ['a value of the wrong type', 'Claude-Sonnet-4.5', { web_search: 'yes' }, 400, 'boolean'],
  [
    'tools on a bot without them',
    'No-Tools',
    { tools: [toolNamed('look')] },
    400,
    'does not support tool calling',
  ],
  ['few tokens while it thinks', 'Thinking-Claude', { max_tokens: 100 }, 400, '1024'],
  ['a blank stop sequence', 'Claude-Opus-4.5', { stop: '\n' }, 400, 'non-whitespace'],
  ['effort on the assistant', 'assistant', { reasoning_effort: 'high' }, 400, "'medium'"],
];

test.each(REFUSED)('refuses %s', async (_, model, extra, status, words) => {
  const response = await ask(simulator(), model, extra);
  const body = (await response.json()) as { error: { message: string } };
  expect(response.status).toBe(status);
  expect(body.error.message).toContain(words);
});

const ACCEPTED: ReadonlyArray<readonly [what: string, model: string, extra: object]> = [
  ['a name in any case', 'eChO', {}],
  ['an unlisted community bot', 'Community-Bot', { tools: [toolNamed('look')] }],
  [
    'declared parameters',
    'gpt-5-mini',
    { reasoning_effort: 'low', verbosity: 'high', web_search: true },
  ],
  [
    'standard fields it ignores',
    'Echo',
    { seed: 1, user: 'me', store: false, n: 1, logit_bias: {} },
  ],
  ['audio parts, which it strips', 'Echo', saying({ type: 'input_audio', input_audio: {} })],
  [
    'pictures and files',
    'Echo',
    saying(
      { type: 'image_url', image_url: { url: 'https://a/b.png' } },
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA==' } },
    ),
  ],
  ['few tokens with thinking off', 'Thinking-Claude', { max_tokens: 100, thinking_budget: 0 }],
  ['an empty list of tools', 'No-Tools', { tools: [] }],
];

test.each(ACCEPTED)('accepts %s', async (_, model, extra) => {
  const response = await ask(simulator(), model, extra);
  expect(await response.json()).toHaveProperty('choices');
});

test('names the unsupported feature in the recorded form', async () => {
  const response = await ask(simulator(), 'No-Tools', { tools: [toolNamed('look')] });
  expect(await response.json()).toMatchObject({
    error: { type: 'invalid_request_error', param: 'model', code: 'unsupported_feature_for_model' },
  });
});

test('refuses a body that is not JSON', async () => {
  const response = await ask(simulator(), 'Echo', {}, { body: '{"model":' });
  expect(response.status).toBe(400);
});
