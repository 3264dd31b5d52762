/** Arguments are repaired and checked; no schema, however odd, makes the check throw. */
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../src/lib/json.ts';
import { checkCall } from '../../../../src/core/tools/check.ts';
import { askForCallsAgain } from '../../../../src/core/tools/retry.ts';
import { plainRequest } from '../../record.ts';

const SCHEMA: JsonObject = {
  type: 'object',
  properties: {
    count: { type: 'integer', minimum: 1 },
    on: { type: 'boolean' },
    name: { type: 'string' },
    list: { type: 'array', items: { type: 'string' } },
    unit: { enum: ['c', 'f'] },
    maybe: { type: ['string', 'null'] },
  },
  additionalProperties: false,
};

function checked(value: JsonValue, parameters: JsonObject = SCHEMA) {
  return checkCall({ name: 'tool', arguments: value }, [{ name: 'tool', parameters }]);
}

describe('checkCall', () => {
  it.each<{ given: JsonValue; json: string; why: string }>([
    { given: { count: 2 }, json: '{"count":2}', why: 'what fits' },
    { given: '{"count":2}', json: '{"count":2}', why: 'JSON as text' },
    { given: '{count: 2, on: True,}', json: '{"count":2,"on":true}', why: 'broken JSON' },
    { given: '', json: '{}', why: 'nothing' },
    { given: null, json: '{}', why: 'null' },
    { given: { count: '2' }, json: '{"count":2}', why: 'a number as text' },
    { given: { on: 'True' }, json: '{"on":true}', why: 'a boolean as text' },
    { given: { name: 5 }, json: '{"name":"5"}', why: 'text as a number' },
    { given: { list: '["a", 1]' }, json: '{"list":["a","1"]}', why: 'a list as text' },
    {
      given: { count: null, maybe: null },
      json: '{"maybe":null}',
      why: 'null for what may be missing',
    },
  ])('takes $why', ({ given, json }) => {
    expect(checked(given)).toEqual({ call: { name: 'tool', arguments: json } });
  });

  it.each<{ given: JsonValue; says: RegExp }>([
    { given: { count: 0 }, says: /count: .*minimum|count: .*less than/ },
    { given: { count: '2.5' }, says: /count: type "string" is invalid\. Expected "integer"/ },
    { given: { unit: 'k' }, says: /unit: does not match any of \["c","f"\]/ },
    { given: { nmae: 'x' }, says: /nmae: is not allowed/ },
  ])('says what is wrong with $given', ({ given, says }) => {
    expect(checked(given)).toEqual({
      problem: expect.stringMatching(says),
      unfit: { name: 'tool', arguments: JSON.stringify(given) },
    });
  });

  it.each(['[1]', 'no JSON', '5'])('knows that %s is no object', (given) => {
    expect(checked(given)).toEqual({
      problem: 'The call of "tool" has arguments that are no JSON object.',
    });
  });

  it.each<{ what: string; schema: JsonObject }>([
    { what: 'a reference to nowhere', schema: { $ref: '#/$defs/none' } },
    { what: 'a reference to itself', schema: { $ref: '#' } },
    { what: 'a type that is none', schema: { type: 7 } },
    { what: 'a pattern that is none', schema: { properties: { a: { pattern: '(' } } } },
    { what: 'properties that are none', schema: { properties: 'x', required: 'y', anyOf: {} } },
    {
      what: 'a pattern that would take years',
      schema: { properties: { a: { pattern: '^(a+)+$' } } },
    },
    { what: 'a format that would take years', schema: { properties: { a: { format: 'url' } } } },
    {
      what: 'choices that would take years',
      schema: {
        $ref: '#/$defs/0',
        $defs: Object.fromEntries(
          Array.from({ length: 40 }, (_, index) => {
            const next = { $ref: `#/$defs/${index + 1}` };
            return [String(index), index === 39 ? false : { anyOf: [next, next] }];
          }),
        ),
      },
    },
  ])('takes a schema with $what for none', ({ schema }) => {
    const given = { a: `http://${'a'.repeat(60)}!` };
    const start = performance.now();
    expect(checked(given, schema)).toEqual({
      call: { name: 'tool', arguments: JSON.stringify(given) },
    });
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('checks patterns that are quick, and leaves the schema as it was', () => {
    const schema: JsonObject = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      properties: { pattern: { type: 'string', pattern: '^[A-Z]{3}$' } },
      definitions: { a: { type: 'string' } },
    };
    const before = Reflect.ownKeys(schema);
    expect(checked({ pattern: 'NOK' }, schema)).toHaveProperty('call');
    expect(checked({ pattern: 'nok' }, schema)).toHaveProperty('problem');
    expect(Reflect.ownKeys(schema)).toEqual(before);
  });

  it.each(['Tool', 'functions.tool', ' tool'])('knows the tool behind "%s"', (name) => {
    expect(checkCall({ name, arguments: {} }, [{ name: 'tool' }])).toHaveProperty(
      'call.name',
      'tool',
    );
  });

  it('names the tools when there is none of that name', () => {
    const tools = [{ name: 'tool' }, { name: 'TOOL' }];
    expect(checkCall({ name: 'Tool', arguments: {} }, tools)).toEqual({
      problem: 'There is no tool "Tool". The tools are: "tool", "TOOL".',
    });
  });
});

describe('askForCallsAgain', () => {
  it('adds what was said and what was wrong', () => {
    const made = [{ id: 'a', name: 'clock', arguments: '{}' }];
    const { messages } = askForCallsAgain(plainRequest(), {
      said: 'Hm.',
      told: '',
      problems: ['Bad.'],
      made,
    });
    expect(messages.slice(1)).toEqual([
      { role: 'assistant', content: [{ type: 'text', text: 'Hm.' }], toolCalls: [] },
      {
        role: 'user',
        content: [
          {
            type: 'text',
            text: 'Bad.\nYour other calls are being made: "clock". Do not repeat them.\nAnswer again, with the corrected <tool_call> block only.',
          },
        ],
      },
    ]);
  });

  it('leaves out an answer without words', () => {
    const fault = { said: ' ', told: '', problems: ['You must call a tool.'], made: [] };
    expect(askForCallsAgain(plainRequest(), fault).messages.map(({ role }) => role)).toEqual([
      'user',
      'user',
    ]);
  });
});
