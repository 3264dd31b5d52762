/** An answer becomes the JSON that was asked for, or it is said what is wrong with it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkJson } from '../../../../src/core/json-output/check.ts';
import { emulateJson } from '../../../../src/core/json-output/describe.ts';
import { askForJsonAgain, type JsonFault } from '../../../../src/core/json-output/retry.ts';
import type { FinishReason, GenerationEvent } from '../../../../src/core/event.ts';
import type { OutputFormat } from '../../../../src/core/request.ts';
import { holdJson } from '../../../../src/core/stages/hold-json.ts';
import { joinRounds } from '../../../../src/core/stages/join-rounds.ts';
import { LAW, plainRequest, recordingSink, textOf } from '../../record.ts';

const OBJECT: OutputFormat = { type: 'json-object' };
const POINT: OutputFormat = {
  type: 'json-schema',
  name: 'point',
  schema: {
    type: 'object',
    properties: { x: { type: 'number' }, label: { type: 'string' } },
    required: ['x'],
    additionalProperties: false,
  },
};

describe('checkJson', () => {
  it.each<{ why: string; said: string; json: string; format?: OutputFormat }>([
    { why: 'JSON, letter for letter', said: '{ "x": 1.0 }', json: '{ "x": 1.0 }' },
    { why: 'JSON in a fence', said: '```json\n{"x": 1}\n```', json: '{"x": 1}' },
    { why: 'JSON in a fence that stays open', said: '```\n{"x": 1}', json: '{"x": 1}' },
    { why: 'JSON between words', said: 'Here it is:\n{"x": 1}\nEnjoy [1]!', json: '{"x": 1}' },
    { why: 'a fence between words', said: 'So:\n```json\n{"x": 1}\n```\nDone.', json: '{"x": 1}' },
    { why: 'the answer, not the example', said: 'Not {"y": 2} but {"x": 1}', json: '{"x": 1}' },
    { why: 'broken JSON', said: "{x: 1, 'label': 'a',}", json: '{"x": 1, "label": "a"}' },
    { why: 'a bracket too few', said: '{"x": 1', json: '{"x": 1}' },
    {
      why: 'a line break in a string',
      said: '{"x": 1, "label": "a\nb"}',
      json: '{"x": 1, "label": "a\\nb"}',
    },
    {
      why: 'a stray backslash',
      said: '{"x": 1, "label": "\\d"}',
      json: '{"x": 1, "label": "\\\\d"}',
    },
    { why: 'a number as text', said: '{"x": "1"}', json: '{"x":1}' },
    { why: 'null for what may be missing', said: '{"x": 1, "label": null}', json: '{"x":1}' },
    {
      why: 'any object without a schema',
      said: 'Sure! {"a": [1]}',
      json: '{"a": [1]}',
      format: OBJECT,
    },
    {
      why: 'a list that is wanted',
      said: '[1]',
      json: '[1]',
      format: { type: 'json-schema', name: 'list', schema: { type: 'array' } },
    },
    {
      why: 'anything for a schema that is none',
      said: '{"a": 1}',
      json: '{"a": 1}',
      format: { type: 'json-schema', name: 'odd', schema: { $ref: '#/no' } },
    },
  ])('takes $why', ({ said, json, format = POINT }) => {
    expect(checkJson(said, format)).toEqual({ json });
  });

  it.each<{ said: string; says: RegExp; format?: OutputFormat }>([
    { said: ' ', says: /empty/ },
    { said: 'I cannot.', says: /not JSON/ },
    {
      said: '{"label": "a"}',
      says: /does not fit the schema: does not have required property "x"/,
    },
    { said: '{"x": 1, "y": 2}', says: /y: is not allowed/ },
    { said: '[1]', says: /not a JSON object/, format: OBJECT },
    { said: '"words"', says: /not a JSON object/, format: OBJECT },
  ])('says what is wrong with $said', ({ said, says, format = POINT }) => {
    expect(checkJson(said, format)).toEqual({ problem: expect.stringMatching(says) });
  });

  it('returns valid objects unchanged and nothing but JSON from anything else', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (value, noise) => {
        const json = JSON.stringify(value);
        expect(checkJson(json, OBJECT)).toEqual({ json });
        const checked = checkJson(noise + json.slice(0, -1), OBJECT);
        if ('json' in checked) expect(JSON.parse(checked.json)).toBeTypeOf('object');
      }),
      LAW,
    );
  });

  it.each([
    { what: 'brackets', said: '['.repeat(200_000) },
    { what: 'objects', said: '{}'.repeat(100_000) },
    { what: 'quotes', said: `{"a":"${'x"y '.repeat(50_000)}` },
    { what: 'backslashes', said: `{"a":"${'\\'.repeat(100_001)}` },
  ])('reads many $what in little time', ({ said }) => {
    const start = performance.now();
    checkJson(said, POINT);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

const FINISH: GenerationEvent = { type: 'finish', reason: 'stop', rawReason: 'stop' };

function held(events: readonly GenerationEvent[], again = false) {
  const sink = recordingSink();
  const faults: JsonFault[] = [];
  const onFault = (fault: JsonFault): boolean => {
    faults.push(fault);
    return again;
  };
  const stage = holdJson(POINT, onFault, sink);
  for (const event of events) stage.event(event);
  stage.end();
  return { events: sink.events, ends: sink.ends, faults };
}

describe('holdJson', () => {
  it('gives the JSON in one piece before the finish, from any pieces', () => {
    const said = 'Here:\n```json\n{"x": 1}\n```';
    for (const pieces of [[said], [...said]]) {
      const { events, ends } = held([
        ...pieces.map((text) => ({ type: 'text-delta', text }) as const),
        FINISH,
      ]);
      expect(events).toEqual([{ type: 'text-delta', text: '{"x": 1}' }, FINISH]);
      expect(ends).toBe(1);
    }
  });

  it('lets reasoning pass at once', () => {
    const sink = recordingSink();
    const stage = holdJson(POINT, () => false, sink);
    stage.event({ type: 'text-delta', text: '{' });
    stage.event({ type: 'reasoning-delta', text: 'Hm.' });
    expect(sink.events.map(({ type }) => type)).toEqual(['reasoning-delta']);
  });

  it('fails with the problem when the answer is no JSON', () => {
    const { events, ends, faults } = held([{ type: 'text-delta', text: 'No.' }, FINISH]);
    expect(events).toMatchObject([
      { type: 'error', error: { status: 502, message: expect.stringContaining('not JSON') } },
    ]);
    expect(ends).toBe(1);
    expect(faults).toEqual([{ said: 'No.', problem: 'The answer is not JSON.' }]);
  });

  it('says nothing more when the answer is asked for again', () => {
    expect(held([{ type: 'text-delta', text: 'No.' }, FINISH], true)).toMatchObject({
      events: [],
      ends: 0,
    });
  });

  it.each<{ why: string; before: readonly GenerationEvent[]; reason: FinishReason }>([
    { why: 'was cut at its length', before: [], reason: 'length' },
    { why: 'was filtered', before: [], reason: 'content-filter' },
    { why: 'is refused', before: [{ type: 'refusal-delta', text: 'No.' }], reason: 'stop' },
    {
      why: 'calls a tool',
      before: [{ type: 'tool-call-delta', index: 0, id: 'a', name: 'b', arguments: '{}' }],
      reason: 'tool-calls',
    },
  ])('leaves an answer alone that $why', ({ before, reason }) => {
    const finish: GenerationEvent = { type: 'finish', reason, rawReason: reason };
    const text: GenerationEvent = { type: 'text-delta', text: '{"x": ' };
    expect(held([...before, text, finish]).events).toEqual([...before, text, finish]);
  });
});

describe('emulateJson', () => {
  const system = (format: OutputFormat, tools: readonly { name: string }[] = []): string => {
    const emulated = emulateJson(plainRequest({ outputFormat: format, tools }));
    expect(emulated.outputFormat).toBeUndefined();
    return JSON.stringify(emulated.messages[0]);
  };

  it('says the schema in the system message', () => {
    expect(system(POINT)).toContain('\\"required\\":[\\"x\\"]');
    expect(system(OBJECT)).toContain('one JSON object');
  });

  it('leaves room for calls', () => {
    expect(system(OBJECT, [{ name: 'clock' }])).toContain('When you do not call a tool');
  });

  it('leaves a request without a format alone', () => {
    const request = plainRequest();
    expect(emulateJson(request)).toBe(request);
  });
});

describe('askForJsonAgain', () => {
  it('adds what was said and what was wrong', () => {
    const { messages } = askForJsonAgain(plainRequest(), { said: 'No.', problem: 'Bad.' });
    expect(messages.slice(1)).toEqual([
      { role: 'assistant', content: [{ type: 'text', text: 'No.' }], toolCalls: [] },
      {
        role: 'user',
        content: [{ type: 'text', text: 'Bad.\nAnswer again, with the corrected JSON only.' }],
      },
    ]);
  });
});

describe('joinRounds', () => {
  it('makes one answer of two rounds', () => {
    const sink = recordingSink();
    const stage = joinRounds(sink);
    const usage = { inputTokens: 1, outputTokens: 2, estimated: false };
    stage.event({ type: 'response-start', id: 'a' });
    stage.event({ type: 'usage', usage });
    stage.event({ type: 'response-start', id: 'b' });
    stage.event({ type: 'text-delta', text: 'Hi' });
    stage.event({ type: 'usage', usage: { ...usage, reasoningTokens: 1 } });
    stage.event(FINISH);
    stage.end();
    expect(sink.events).toEqual([
      { type: 'response-start', id: 'a' },
      { type: 'text-delta', text: 'Hi' },
      {
        type: 'usage',
        usage: { inputTokens: 2, outputTokens: 4, reasoningTokens: 1, estimated: false },
      },
      FINISH,
    ]);
    expect(textOf(sink.events)).toBe('Hi');
    expect(sink.ends).toBe(1);
  });
});
