/** A bot's own parameters: what is clear is coerced, what does not fit is dropped and named. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ModelCard } from '../../../src/core/model.ts';
import { fitParameters } from '../../../src/core/parameters.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/lib/json.ts';
import { readModels } from '../../../src/upstreams/poe-models/index.ts';

/** A bot that declares these. */
function bot(schemas: Readonly<Record<string, JsonValue>>): ModelCard {
  return {
    id: 'bot',
    displayName: 'Bot',
    owner: 'Poe',
    created: 0,
    outputModalities: ['text'],
    parameters: new Map(
      Object.entries(schemas).map(([name, schema]) => [name, isJsonObject(schema) ? schema : {}]),
    ),
    entry: {},
  };
}

const NUMBER: JsonObject = { type: 'number', minimum: 0, maximum: 10 };

describe('fitParameters', () => {
  it.each<{ schema: JsonObject | null; given: JsonValue; fit: JsonValue | undefined }>([
    { schema: { enum: ['4', '8'] }, given: '4', fit: '4' },
    { schema: { enum: ['4', '8'] }, given: 4, fit: '4' },
    { schema: { enum: ['4s', '8s'] }, given: 4, fit: '4s' },
    { schema: { enum: ['720p', '1080p'] }, given: '1080', fit: '1080p' },
    { schema: { enum: ['4s', '4h'] }, given: 4, fit: undefined },
    { schema: { enum: ['High', 'Low'] }, given: 'high', fit: 'High' },
    { schema: { enum: [1, 2] }, given: '2', fit: 2 },
    { schema: { enum: ['a'] }, given: 'b', fit: undefined },
    { schema: { enum: ['a'] }, given: ['a'], fit: undefined },
    { schema: NUMBER, given: 5, fit: 5 },
    { schema: NUMBER, given: ' 5.5 ', fit: 5.5 },
    { schema: NUMBER, given: 'five', fit: undefined },
    { schema: NUMBER, given: '', fit: undefined },
    { schema: NUMBER, given: 11, fit: undefined },
    { schema: NUMBER, given: true, fit: undefined },
    { schema: { type: 'integer' }, given: '5.5', fit: undefined },
    { schema: { type: 'boolean' }, given: 'True', fit: true },
    { schema: { type: 'boolean' }, given: 0, fit: false },
    { schema: { type: 'boolean' }, given: 'maybe', fit: undefined },
    { schema: { type: 'string' }, given: 5, fit: '5' },
    { schema: { type: 'string' }, given: { a: 1 }, fit: undefined },
    { schema: { type: 'array' }, given: [1], fit: [1] },
    { schema: { type: 'object' }, given: 'a', fit: undefined },
    { schema: null, given: { a: 1 }, fit: { a: 1 } },
    { schema: { type: 'colour' }, given: 'red', fit: 'red' },
  ])('fits $given to $schema', ({ schema, given, fit }) => {
    const { parameters, ignored } = fitParameters(bot({ it: schema }), { it: given });
    expect(parameters).toEqual(fit === undefined ? {} : { it: fit });
    expect(ignored).toEqual(fit === undefined ? ['it'] : []);
  });

  it('drops and names what the bot does not declare', () => {
    const fitted = fitParameters(bot({ a: NUMBER }), { a: 1, constructor: 1, b: 2 });
    expect(fitted).toMatchObject({
      parameters: { a: 1 },
      ignored: ['constructor', 'b'],
      undeclared: {},
    });
  });

  it('leaves the parameters of an unlisted bot to the caller', () => {
    expect(fitParameters(undefined, { a: 1 }, { effort: 'high' })).toEqual({
      parameters: {},
      reasoningEffort: 'high',
      ignored: [],
      undeclared: { a: 1 },
    });
  });

  it('moves a thinking budget into its range', () => {
    const card = bot({ thinking_budget: { type: 'number', minimum: 0, maximum: 31_999 } });
    expect(fitParameters(card, { thinking_budget: 64_000 }).parameters).toEqual({
      thinking_budget: 31_999,
    });
  });
});

const GPT = { reasoning_effort: { enum: ['low', 'medium', 'high', 'xhigh'] } };
const OUTPUT = { output_effort: { enum: ['max', 'high', 'medium', 'low', 'none'] } };
const BUDGET = { thinking_budget: { type: 'number', minimum: 0, maximum: 30_000 } };
const LEVEL = { thinking_level: { enum: ['low', 'high'] } };
const SWITCH = { enable_thinking: { type: 'boolean' } };

describe('the effort', () => {
  it.each<{
    schemas: Readonly<Record<string, JsonValue>>;
    effort: string;
    parameters: JsonObject;
    forwarded?: string;
  }>([
    { schemas: {}, effort: 'high', parameters: {}, forwarded: 'high' },
    { schemas: GPT, effort: 'High', parameters: { reasoning_effort: 'high' }, forwarded: 'high' },
    { schemas: GPT, effort: 'none', parameters: { reasoning_effort: 'low' }, forwarded: 'low' },
    { schemas: GPT, effort: 'max', parameters: { reasoning_effort: 'xhigh' }, forwarded: 'xhigh' },
    { schemas: OUTPUT, effort: 'minimal', parameters: { output_effort: 'low' } },
    { schemas: OUTPUT, effort: 'xhigh', parameters: { output_effort: 'max' } },
    { schemas: LEVEL, effort: 'medium', parameters: { thinking_level: 'high' } },
    { schemas: LEVEL, effort: 'minimal', parameters: { thinking_level: 'low' } },
    { schemas: BUDGET, effort: 'none', parameters: { thinking_budget: 0 } },
    { schemas: BUDGET, effort: 'low', parameters: { thinking_budget: 6000 } },
    { schemas: BUDGET, effort: 'max', parameters: { thinking_budget: 30_000 } },
    {
      schemas: { thinking_budget: { type: 'number', minimum: 128, maximum: 2000 } },
      effort: 'minimal',
      parameters: { thinking_budget: 1024 },
    },
    {
      schemas: { thinking_budget: { type: 'number', minimum: 128, maximum: 2000 } },
      effort: 'none',
      parameters: { thinking_budget: 128 },
    },
    { schemas: SWITCH, effort: 'none', parameters: { enable_thinking: false } },
    { schemas: SWITCH, effort: 'low', parameters: { enable_thinking: true } },
    {
      schemas: { ...OUTPUT, ...BUDGET },
      effort: 'high',
      parameters: { output_effort: 'high', thinking_budget: 24_000 },
    },
    { schemas: { ...LEVEL, ...SWITCH }, effort: 'none', parameters: { enable_thinking: false } },
  ])('$effort is $parameters for $schemas', ({ schemas, effort, parameters, forwarded }) => {
    const fitted = fitParameters(bot(schemas), {}, { effort });
    expect(fitted.parameters).toEqual(parameters);
    expect(fitted.reasoningEffort).toBe(forwarded);
    expect(fitted.ignored).toEqual([]);
  });

  it('is named when it is none of the bot’s', () => {
    expect(fitParameters(bot(GPT), {}, { effort: 'ultra' })).toMatchObject({
      parameters: {},
      ignored: ['reasoning_effort'],
    });
  });

  it.each([
    { budget: 2_000, declared: BUDGET, wanted: { thinking_budget: 2_000 } },
    { budget: 0, declared: BUDGET, wanted: { thinking_budget: 0 } },
    { budget: 1_000_000, declared: BUDGET, wanted: { thinking_budget: 30_000 } },
    { budget: 2_000, declared: OUTPUT, wanted: { output_effort: 'low' } },
    { budget: 10_000, declared: OUTPUT, wanted: { output_effort: 'medium' } },
    { budget: 30_000, declared: OUTPUT, wanted: { output_effort: 'high' } },
    { budget: 0, declared: OUTPUT, wanted: { output_effort: 'none' } },
  ])('may be a budget of $budget', ({ budget, declared, wanted }) => {
    expect(fitParameters(bot(declared), {}, { budget }).parameters).toEqual(wanted);
  });

  it('that is a hint is told to no bot that declares nothing for it', () => {
    const thinking = { effort: 'high', isHint: true };
    for (const card of [bot({}), undefined])
      expect(fitParameters(card, {}, thinking)).toMatchObject({
        reasoningEffort: undefined,
        ignored: ['reasoning_effort'],
      });
    expect(fitParameters(bot(OUTPUT), {}, thinking)).toMatchObject({
      parameters: { output_effort: 'high' },
      ignored: [],
    });
  });

  it('does not outweigh a parameter of the client’s own', () => {
    const { parameters } = fitParameters(
      bot({ ...BUDGET, ...OUTPUT }),
      { thinking_budget: 5 },
      { effort: 'high' },
    );
    expect(parameters).toEqual({ thinking_budget: 5, output_effort: 'high' });
  });
});

const LIST = new URL('../../../../shared/recordings/v1-models.json', import.meta.url);

describe.skipIf(!existsSync(LIST))("Poe's real list", () => {
  const cards = existsSync(LIST) ? (readModels(readFileSync(LIST, 'utf8')) ?? []) : [];
  const defaults = (card: ModelCard): JsonObject => {
    const declared = card.entry['parameters'] as readonly JsonObject[] | null;
    return Object.fromEntries(
      (declared ?? []).flatMap(({ name, default_value: value }): [string, JsonValue][] =>
        value === undefined || value === null ? [] : [[String(name), value]],
      ),
    );
  };

  it('gives every default of every bot back as it is', () => {
    expect(cards).toHaveLength(362);
    for (const card of cards) {
      const parameters = defaults(card);
      expect(fitParameters(card, parameters), card.id).toMatchObject({ parameters, ignored: [] });
    }
  });

  it('finds a word for every effort on every bot', () => {
    for (const card of cards)
      for (const effort of ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'])
        expect(fitParameters(card, {}, { effort }).ignored, `${card.id} ${effort}`).toEqual([]);
  });
});
