/**
 * JSON where a call had to be: a call without its tag, or the arguments of the one tool that they
 * fit; anything that could be meant in two ways is no call.
 */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/lib/json.ts';
import type { Tool } from '../../../../src/core/request.ts';
import { callsInJson } from '../../../../src/core/tools/calls-in-json.ts';

function tool(name: string, properties: JsonObject, ...required: readonly string[]): Tool {
  return { name, parameters: { type: 'object', properties, required } };
}

const TEXT = { type: 'string' };
const WEATHER = tool('weather', { city: TEXT, days: { type: 'integer' } }, 'city');
const MAYOR = tool('mayor', { city: TEXT, year: { type: 'integer' } }, 'city', 'year');
const PERSON = tool('person', { name: TEXT, age: { type: 'integer' } }, 'name');
const SEARCH = tool('search', { query: TEXT, limit: { type: 'integer' } });
const STRICT: Tool = {
  name: 'strict',
  parameters: { ...WEATHER.parameters, additionalProperties: false },
};
const FREE: Tool = { name: 'free', parameters: { type: 'object' } };
const BARE: Tool = { name: 'bare' };

interface Row {
  readonly why: string;
  readonly text: string;
  readonly tools: readonly Tool[];
  readonly calls?: readonly string[];
  readonly problem?: RegExp;
}

const OSLO = '{"city": "Oslo"}';
const MADE = 'weather {"city":"Oslo"}';
const NAMED = '{"name": "weather", "arguments": {"city": "Oslo"}}';

const ONE: readonly Row[] = [
  { why: 'an object', text: OSLO, tools: [WEATHER], calls: [MADE] },
  { why: 'one in a fence', text: `\`\`\`json\n${OSLO}\n\`\`\`\n`, tools: [WEATHER], calls: [MADE] },
  {
    why: 'one in a fence in prose',
    text: `Here:\n\n\`\`\`json\n${OSLO}\n\`\`\`\n\nAnything else?`,
    tools: [WEATHER],
    calls: [MADE],
  },
  { why: 'one in a line of prose', text: `So: ${OSLO}.`, tools: [WEATHER], calls: [MADE] },
  { why: 'one that lacks its end', text: '{"city": "Oslo",', tools: [WEATHER], calls: [MADE] },
  { why: 'Python', text: "{'city': 'Oslo', 'days': None,}", tools: [WEATHER], calls: [MADE] },
  {
    why: 'a number as text',
    text: '{"city": "Oslo", "days": "3"}',
    tools: [WEATHER],
    calls: ['weather {"city":"Oslo","days":3}'],
  },
  {
    why: 'the last of several',
    text: `Like {"city": "Paris"}, so:\n${OSLO}`,
    tools: [WEATHER],
    calls: [MADE],
  },
  {
    why: 'a property too many where the schema allows it',
    text: '{"city": "Oslo", "why": "?"}',
    tools: [WEATHER],
    calls: ['weather {"city":"Oslo","why":"?"}'],
  },
  {
    why: 'arguments that look like a call',
    text: '{"name": "Bob", "age": 3}',
    tools: [PERSON],
    calls: ['person {"name":"Bob","age":3}'],
  },
  { why: 'any object', text: '{"a": [1]}', tools: [FREE], calls: ['free {"a":[1]}'] },
  { why: 'no arguments', text: '```\n{}\n```', tools: [BARE], calls: ['bare {}'] },
  { why: 'a call in prose', text: `So: ${NAMED}`, tools: [WEATHER], calls: [MADE] },
  {
    why: 'several calls in prose',
    text: `So:\n${NAMED}\n${NAMED.replace('Oslo', 'Rome')}`,
    tools: [WEATHER, MAYOR],
    calls: [MADE, 'weather {"city":"Rome"}'],
  },

  { why: 'prose', text: 'I would rather not.', tools: [WEATHER] },
  { why: 'nothing', text: '', tools: [BARE] },
  { why: 'a list', text: `[${OSLO}]`, tools: [WEATHER] },
  { why: 'a text', text: '"Oslo"', tools: [FREE] },
  {
    why: 'what does not fit',
    text: '{"city": ["Oslo"]}',
    tools: [WEATHER],
    problem: /"weather".*city/,
  },
  {
    why: 'a property that is missing',
    text: '{"days": 3}',
    tools: [WEATHER],
    problem: /"weather".*"city"/,
  },
  {
    why: 'a property that is not allowed',
    text: '{"city": "Oslo", "why": "?"}',
    tools: [STRICT],
    problem: /"strict".*why/,
  },
  { why: 'an object of something else', text: '{"error": "No."}', tools: [SEARCH] },
  { why: 'arguments for a tool that takes none', text: OSLO, tools: [BARE] },
  {
    why: 'the call of a stranger',
    text: 'So: {"name": "add_person", "arguments": {"name": "Bob"}}',
    tools: [PERSON],
  },
];

const SEVERAL: readonly Row[] = [
  { why: 'what fits one of two', text: OSLO, tools: [WEATHER, MAYOR], calls: [MADE] },
  {
    why: 'what only one of three knows',
    text: '{"query": "rain"}',
    tools: [WEATHER, MAYOR, SEARCH],
    calls: ['search {"query":"rain"}'],
  },
  { why: 'what fits both', text: '{"city": "Oslo", "year": 1}', tools: [WEATHER, MAYOR] },
  { why: 'what fits neither', text: '{"year": 1}', tools: [WEATHER, MAYOR] },
  { why: 'what fits anything', text: '{}', tools: [SEARCH, WEATHER] },
  { why: 'what a tool takes that takes all', text: OSLO, tools: [WEATHER, FREE] },
];

function expectCalls({ text, tools, calls = [], problem }: Row): void {
  const found = callsInJson(text, tools);
  expect(found.calls.map((call) => `${call.name} ${call.arguments}`)).toEqual(calls);
  if (problem) expect(found.problem).toMatch(problem);
  else expect(found.problem).toBeUndefined();
}

describe('callsInJson', () => {
  it.each(ONE)('reads $why', expectCalls);
  it.each(SEVERAL)('of several tools reads $why', expectCalls);

  it.each([
    { what: 'brackets', text: '['.repeat(100_000) },
    { what: 'braces', text: '{'.repeat(100_000) },
    { what: 'objects', text: '{"city": 1}{x}'.repeat(20_000) },
    { what: 'calls', text: NAMED.repeat(5000) },
    { what: 'fences', text: '```json\n{'.repeat(20_000) },
    { what: 'an open string', text: `{"city": "${'x\n'.repeat(100_000)}` },
  ])('reads many $what in little time', ({ text }) => {
    const start = performance.now();
    callsInJson(text, [WEATHER, MAYOR, SEARCH]);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});
