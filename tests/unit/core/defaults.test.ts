/** What the owner says for a model counts where the client says nothing. */
import { describe, expect, it } from 'vitest';
import { type Defaults, withDefaults } from '../../../src/core/defaults.ts';
import type { GenerationRequest, OriginalRequest } from '../../../src/core/request.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { plainRequest } from '../record.ts';

const given = (changes: Partial<GenerationRequest>, defaults: Defaults): GenerationRequest =>
  withDefaults(plainRequest(changes), defaults);

const text = (words: string) => ({ type: 'text', text: words }) as const;

const original = (
  body: JsonObject,
  protocol: OriginalRequest['protocol'] = 'anthropic-messages',
) => ({
  original: { protocol, body, headers: {} },
});

describe('default parameters', () => {
  const ALL = {
    temperature: 0.2,
    top_p: 0.9,
    max_tokens: 100,
    stop: ['END'],
    reasoning_effort: 'high',
    web_search: true,
  };

  it('fill in what the client left open', () => {
    expect(given({ parameters: { aspect_ratio: '1:1' } }, { parameters: ALL })).toMatchObject({
      temperature: 0.2,
      topP: 0.9,
      maxOutputTokens: 100,
      stop: ['END'],
      reasoningEffort: 'high',
      parameters: { aspect_ratio: '1:1', web_search: true },
    });
  });

  it('leave what the client said, whatever it is', () => {
    const said = {
      temperature: 0,
      topP: 0,
      maxOutputTokens: 1,
      stop: ['STOP'],
      reasoningEffort: 'none',
      parameters: { web_search: false },
    };
    expect(given(said, { parameters: ALL })).toEqual(plainRequest(said));
  });

  const THINKING: readonly (readonly [what: string, said: Partial<GenerationRequest>])[] = [
    ['an effort', { reasoningEffort: 'low' }],
    ['a budget', { reasoningBudget: 0 }],
    ["a parameter of the bot's", { parameters: { thinking_level: 'low' } }],
  ];
  it.each(THINKING)('say nothing of thinking where the client named %s', (_, said) => {
    const parameters = { thinking_budget: 2048, reasoning_effort: 'high', enable_thinking: true };
    expect(given(said, { parameters })).toEqual(plainRequest(said));
  });

  it('know the longest answer by all its names, the first of them', () => {
    for (const name of ['max_tokens', 'max_completion_tokens', 'max_output_tokens'])
      expect(given({}, { parameters: { [name]: 5 } }).maxOutputTokens).toBe(5);
    const both = { parameters: { max_output_tokens: 5, max_tokens: 6 } };
    expect(given({}, both).maxOutputTokens).toBe(5);
  });

  it('keep a request from being relayed, where they count', () => {
    const request = original({ model: 'm' });
    expect(given(request, { parameters: { thinking_budget: 1 } }).original).toBeUndefined();
    const said = { ...request, temperature: 1 };
    expect(given(said, { parameters: { temperature: 0 } }).original).toBe(request.original);
  });
});

describe('default instructions', () => {
  it('are a message of their own where the client has none', () => {
    const { messages } = given({}, { system: 'In French.' });
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(messages[0]?.content).toEqual([text('In French.')]);
  });

  it("go before the client's", () => {
    const file = { type: 'image', url: 'https://a.test/b.png' } as const;
    const opening = (...content: readonly (ReturnType<typeof text> | typeof file)[]) =>
      given({ messages: [{ role: 'system', content }] }, { system: 'A' }).messages;
    expect(opening(text('B'), text('C'))).toEqual([
      { role: 'system', content: [text('A\n\nB'), text('C')] },
    ]);
    expect(opening(file)).toEqual([{ role: 'system', content: [text('A'), file] }]);
    expect(opening()).toEqual([{ role: 'system', content: [text('A')] }]);
  });

  it.each([
    [undefined, 'A'],
    [null, 'A'],
    ['', 'A'],
    ['B', 'A\n\nB'],
    [
      [{ type: 'text', text: 'B', cache_control: { type: 'ephemeral' } }],
      [
        { type: 'text', text: 'A' },
        { type: 'text', text: 'B', cache_control: { type: 'ephemeral' } },
      ],
    ],
  ])('are in what is relayed too: %j becomes %j', (said, wanted) => {
    const body = (field: string): JsonObject => ({
      model: 'm',
      ...(said !== undefined && { [field]: said }),
    });
    const messages = given(original(body('system')), { system: 'A' });
    expect(messages.original?.body).toEqual({ model: 'm', system: wanted });
    const responses = given(original(body('instructions'), 'openai-responses'), { system: 'A' });
    expect(responses.original?.body).toEqual({ model: 'm', instructions: wanted });
  });
});

it('without defaults a request is the same', () => {
  const request = plainRequest(original({}));
  expect(withDefaults(request, {})).toBe(request);
});
