/** What becomes of a completion's body: the conversation that is asked, or a 400 that names the field. */
import { describe, expect, it } from 'vitest';
import type { GenerationRequest } from '../../../../src/core/request.ts';
import type { JsonObject, JsonValue } from '../../../../src/lib/json.ts';
import { parse } from '../../../../src/protocols/openai-completions/parse.ts';
import { thrownBy } from '../../record.ts';

const MISSING = 'missing_field';

const BAD: readonly { param?: string; code?: string; says?: string; body: JsonValue }[] = [
  { body: null },
  { body: [] },
  { body: 'Hello' },
  { param: 'prompt', code: MISSING, body: {} },
  { param: 'prompt', code: MISSING, body: { prompt: null } },
  { param: 'prompt', code: MISSING, body: { prompt: [] } },
  { param: 'prompt', says: 'blank', body: { prompt: '' } },
  { param: 'prompt', says: 'blank', body: { prompt: ' \n' } },
  { param: 'prompt', body: { prompt: { text: 'Hi' } } },
  { param: 'prompt', says: 'not a number', body: { prompt: 5 } },
  { param: 'prompt', says: 'Send the text', body: { prompt: [1, 2, 3] } },
  { param: 'prompt', says: 'Send the text', body: { prompt: [[1, 2], [3]] } },
  { param: 'prompt[1]', body: { prompt: ['Hi', 5] } },
  { param: 'prompt[1]', says: 'blank', body: { prompt: ['Hi', ''] } },
  { param: 'prompt', says: 'asks for 9 answers', body: { prompt: Array(9).fill('Hi') } },
  { param: 'prompt', says: 'asks for 9 answers', body: { prompt: 'Hi', n: 9 } },
  { param: 'prompt', says: 'at most 8', body: { prompt: ['a', 'b', 'c'], n: 3 } },
  { param: 'n', body: { prompt: 'Hi', n: 0 } },
  { param: 'n', body: { prompt: 'Hi', n: 1.5 } },
  { param: 'max_tokens', body: { prompt: 'Hi', max_tokens: 0 } },
  { param: 'temperature', body: { prompt: 'Hi', temperature: 3 } },
  { param: 'top_p', body: { prompt: 'Hi', top_p: '1' } },
  { param: 'stop[1]', body: { prompt: 'Hi', stop: ['a', 5] } },
  { param: 'stop', body: { prompt: 'Hi', stop: Array(33).fill('a') } },
  { param: 'echo', body: { prompt: 'Hi', echo: 'yes' } },
  { param: 'stream', body: { prompt: 'Hi', stream: 1 } },
  { param: 'stream_options', body: { prompt: 'Hi', stream_options: true } },
  {
    param: 'stream_options.include_usage',
    body: { prompt: 'Hi', stream_options: { include_usage: 1 } },
  },
  { param: 'suffix', body: { prompt: 'Hi', suffix: 5 } },
  { param: 'logit_bias', body: { prompt: 'Hi', logit_bias: [1] } },
  { param: 'model', body: { prompt: 'Hi', model: 5 } },
];

/** Who says what in a conversation. */
function spoken(messages: GenerationRequest['messages'] | undefined): string[][] {
  return (messages ?? []).map(({ role, content }) => [
    role,
    content.map((part) => (part.type === 'text' ? part.text : '?')).join(''),
  ]);
}

const asked = (body: JsonObject, choice = 0) => spoken(parse(body).messagesOf?.(choice));

describe('a wrong body', () => {
  it.each(BAD)('is a 400 that names $param ($body)', ({ param, code, says = '', body }) => {
    const error = thrownBy(() => parse(body));
    expect(error).toMatchObject({ kind: 'invalid-request', param, code: code ?? 'invalid_value' });
    expect((error as Error).message).toContain(says);
  });
});

describe('the conversation', () => {
  it('is the prompt, untouched, after what to do with it', () => {
    const [system, user, ...more] = asked({ prompt: '  Once upon a time ' });
    expect(system).toEqual([
      'system',
      expect.stringMatching(/Write what comes next.*that text alone/),
    ]);
    expect(user).toEqual(['user', '  Once upon a time ']);
    expect(more).toEqual([]);
    expect(spoken(parse({ prompt: 'Hi' }).request.messages)).toEqual(asked({ prompt: 'Hi' }));
  });

  it('with a suffix tells what must follow', () => {
    const [system, user] = asked({ prompt: 'def f():\n', suffix: '\n\nf()' });
    expect(system?.[1]).toContain('<after>\n\nf()</after>');
    expect(system?.[1]).toContain('the gap');
    expect(user).toEqual(['user', 'def f():\n']);
  });

  it.each([{ prompt: '' }, { prompt: null }, {}, { prompt: '\n' }])(
    'with a suffix needs no prompt: what stands before is asked for (%j)',
    (fields) => {
      const [system, user] = asked({ ...fields, suffix: 'the end.' });
      expect(system?.[1]).toContain('directly before');
      expect(user).toEqual(['user', 'the end.']);
    },
  );

  it('is one for each prompt, all answers to the first prompt first', () => {
    const { choices, messagesOf } = parse({ prompt: ['a', 'b'], n: 3 });
    expect(choices).toBe(6);
    const prompts = Array.from({ length: 6 }, (_, choice) => spoken(messagesOf?.(choice))[1]?.[1]);
    expect(prompts).toEqual(['a', 'a', 'a', 'b', 'b', 'b']);
  });
});

describe('parameters', () => {
  it('are read from extra_body too, and what stands beside it wins', () => {
    const { request } = parse({
      prompt: 'a',
      temperature: 1,
      extra_body: { temperature: 0, top_p: 0.5, aspect_ratio: '16:9' },
    });
    expect(request).toMatchObject({
      temperature: 1,
      topP: 0.5,
      parameters: { aspect_ratio: '16:9' },
    });
    expect(parse({ prompt: 'a', extra_body: 5 }).ignored).toEqual(['extra_body']);
  });

  it('that the table does not know are the bot’s own, whatever their names', () => {
    const body = JSON.parse('{"prompt":"a","constructor":1,"__proto__":2}') as JsonValue;
    expect(Object.keys(parse(body).request.parameters)).toEqual(['constructor', '__proto__']);
  });

  it.each([
    [1, []],
    [3, ['best_of']],
    [null, []],
  ])('best_of %j is named: %j', (best, ignored) => {
    expect(parse({ prompt: 'a', best_of: best }).ignored).toEqual(ignored);
  });

  it('that are empty stops stop nothing', () => {
    expect(parse({ prompt: 'a', stop: ['', 'b'] }).request.stop).toEqual(['b']);
  });

  it('of the stream that nobody knows are named', () => {
    const options = { include_usage: true, include_obfuscation: false };
    expect(parse({ prompt: 'a', stream_options: options }).ignored).toEqual([
      'stream_options.include_obfuscation',
    ]);
  });
});
