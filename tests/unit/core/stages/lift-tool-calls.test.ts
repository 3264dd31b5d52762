/**
 * Calls in text become calls: however the text is cut into pieces, whatever spelling of a call the
 * bot falls into; and text without calls is left as it is.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../src/core/error.ts';
import type { FinishReason, GenerationEvent } from '../../../../src/core/event.ts';
import type { Tool } from '../../../../src/core/request.ts';
import {
  type FaultVerdict,
  type LiftOptions,
  liftToolCalls,
} from '../../../../src/core/stages/lift-tool-calls.ts';
import type { ToolFault } from '../../../../src/core/tools/retry.ts';
import { LAW, recordingSink, textOf } from '../../record.ts';

const TOOLS: readonly Tool[] = [
  {
    name: 'weather',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'integer' } },
      required: ['city'],
      additionalProperties: false,
    },
  },
  { name: 'write', parameters: { type: 'object', properties: { text: { type: 'string' } } } },
];

interface Settings extends Partial<LiftOptions> {
  readonly verdict?: FaultVerdict;
  readonly reason?: FinishReason;
  readonly tools?: readonly Tool[];
}

function lifted(pieces: readonly string[], settings: Settings = {}) {
  const { verdict = 'as-text', reason = 'stop', tools = TOOLS, ...options } = settings;
  const sink = recordingSink();
  const faults: ToolFault[] = [];
  let ids = 0;
  const stage = liftToolCalls(
    tools,
    {
      parallel: true,
      required: false,
      randomId: () => String((ids += 1)).padStart(24, '0'),
      onFault(fault) {
        faults.push(fault);
        return verdict;
      },
      ...options,
    },
    sink,
  );
  for (const text of pieces) stage.event({ type: 'text-delta', text });
  stage.event({ type: 'finish', reason, rawReason: reason });
  stage.end();
  return { events: sink.events, ends: sink.ends, faults };
}

type Lifted = ReturnType<typeof lifted>;

/** What a client has in the end. */
function outcome({ events, ends, faults }: Lifted) {
  const calls = events.flatMap((event) =>
    event.type === 'tool-call-delta' ? [`${event.name} ${event.arguments}`] : [],
  );
  const reasons = events.flatMap((event) => (event.type === 'finish' ? [event.reason] : []));
  const problems = faults.flatMap((fault) => fault.problems);
  return { text: textOf(events), calls, reasons, problems, ends };
}

const OPTIONS: LiftOptions = {
  parallel: true,
  required: false,
  randomId: () => '',
  onFault: () => 'as-text',
};

const OSLO = '{"name": "weather", "arguments": {"city": "Oslo"}}';
const CALL = `<tool_call>${OSLO}</tool_call>`;
const MADE = 'weather {"city":"Oslo"}';
const MISSING = '<tool_call>{"name": "weather", "arguments": {}}</tool_call>';
const UNKNOWN = '<tool_call>{"name": "fly", "arguments": {}}</tool_call>';

interface Case {
  readonly why: string;
  readonly said: string;
  readonly text?: string;
  readonly calls?: readonly string[];
  readonly settings?: Settings;
  readonly problems?: readonly RegExp[];
}

const CASES: readonly Case[] = [
  { why: 'a call alone', said: CALL, calls: [MADE] },
  { why: 'text before a call', said: `Let me see.\n\n${CALL}`, text: 'Let me see.', calls: [MADE] },
  {
    why: 'a call in a fence',
    said: `See:\n\`\`\`xml\n${CALL}\n\`\`\``,
    text: 'See:',
    calls: [MADE],
  },
  {
    why: 'JSON in a fence in the tag',
    said: `<tool_call>\n\`\`\`json\n${OSLO}\n\`\`\`\n</tool_call>`,
    calls: [MADE],
  },
  { why: 'two calls', said: `${CALL}\n${CALL}`, calls: [MADE, MADE] },
  {
    why: 'text between two calls',
    said: `One ${CALL} two ${CALL} three`,
    text: 'One two ',
    calls: [MADE, MADE],
  },
  {
    why: 'several values in one block',
    said: `<tool_call>${OSLO}\n${OSLO}</tool_call>`,
    calls: [MADE, MADE],
  },
  {
    why: 'a list in one block',
    said: `<tool_call>[${OSLO},${OSLO}]</tool_call>`,
    calls: [MADE, MADE],
  },
  {
    why: 'blocks in a list tag',
    said: `<tool_calls>\n${CALL}\n${CALL}\n</tool_calls>`,
    calls: [MADE, MADE],
  },
  { why: 'text after a call, which is dropped', said: `${CALL}\nIt rains.`, calls: [MADE] },
  {
    why: 'made-up results, which end the answer',
    said: `${CALL}\n<tool_result id="1" name="weather">7</tool_result>\n${CALL} It is 7.`,
    calls: [MADE],
  },
  {
    why: 'no second call where one is allowed',
    said: `${CALL}${CALL}`,
    calls: [MADE],
    settings: { parallel: false },
  },
  { why: '<function_call>', said: `<function_call>${OSLO}</function_call>`, calls: [MADE] },
  { why: '<tool_use>', said: `<tool_use>${OSLO}</tool_use>`, calls: [MADE] },
  { why: 'tags that do not match', said: `<tool_use>${OSLO}</tool_call>`, calls: [MADE] },
  { why: '[TOOL_CALL]', said: `[TOOL_CALL]${OSLO}[/TOOL_CALL]`, calls: [MADE] },
  { why: '[TOOL_CALLS]', said: `[TOOL_CALLS][${OSLO}]`, calls: [MADE] },
  {
    why: "Anthropic's tags",
    said: '<function_calls>\n<invoke name="weather">\n<parameter name="city">Oslo</parameter>\n<parameter name="days">3</parameter>\n</invoke>\n</function_calls>',
    calls: ['weather {"city":"Oslo","days":3}'],
  },
  {
    why: "Qwen's tags",
    said: '<tool_call>\n<function=weather>\n<parameter=city>\n42\n</parameter>\n</function>\n</tool_call>',
    calls: ['weather {"city":"42"}'],
  },
  { why: 'a call without tags as the whole answer', said: ` ${OSLO}\n`, calls: [MADE] },
  { why: 'the same in a fence', said: `\`\`\`json\n${OSLO}\n\`\`\``, calls: [MADE] },
  {
    why: "OpenAI's form",
    said: '{"tool_calls":[{"id":"a","type":"function","function":{"name":"weather","arguments":"{\\"city\\":\\"Oslo\\"}"}}]}',
    calls: [MADE],
  },
  {
    why: 'Python instead of JSON',
    said: `<tool_call>{'name': 'weather', 'arguments': {'city': 'Oslo',}}</tool_call>`,
    calls: [MADE],
  },
  { why: 'a bracket too many', said: `<tool_call>${OSLO}}</tool_call>`, calls: [MADE] },
  { why: 'a bracket too few', said: `<tool_call>${OSLO.slice(0, -1)}</tool_call>`, calls: [MADE] },
  { why: 'no closing tag', said: `<tool_call>${OSLO}`, calls: [MADE] },
  {
    why: 'no closing tag before the next call',
    said: `<tool_call>${OSLO}\n${CALL}`,
    calls: [MADE, MADE],
  },
  {
    why: 'a line break in a string',
    said: '<tool_call>{"name": "write", "arguments": {"text": "a\nb \\d"}}</tool_call>',
    calls: ['write {"text":"a\\nb \\\\d"}'],
  },
  {
    why: 'a closing tag in a string',
    said: '<tool_call>{"name": "write", "arguments": {"text": "</tool_call> {\\"<tool_call>"}}</tool_call>',
    calls: ['write {"text":"</tool_call> {\\"<tool_call>"}'],
  },
  {
    why: 'quotes in a string that are not escaped',
    said: `<tool_call>{"name": "write", "arguments": {"text": "7" wide"}}</tool_call> ${CALL}`,
    calls: ['write {"text":"7\\" wide"}', MADE],
  },
  {
    why: 'another spelling of the name',
    said: CALL.replace('weather', 'functions.Weather'),
    calls: [MADE],
  },
  {
    why: 'a number as text',
    said: CALL.replace('"Oslo"', '"Oslo", "days": "3"'),
    calls: ['weather {"city":"Oslo","days":3}'],
  },

  { why: 'text', said: 'Hello, world!  \n', text: 'Hello, world!  \n' },
  {
    why: 'code',
    said: 'a < b [1] `x`\n```ts\nconst a = {"name": 1};\n```\n',
    text: 'a < b [1] `x`\n```ts\nconst a = {"name": 1};\n```\n',
  },
  {
    why: 'JSON that is no call',
    said: '{"name": "Bob", "age": 3}',
    text: '{"name": "Bob", "age": 3}',
  },
  {
    why: 'JSON that is a call of a stranger',
    said: '{"name": "fly", "arguments": {}}',
    text: '{"name": "fly", "arguments": {}}',
  },
  { why: 'text that goes on after JSON', said: `${OSLO} is how.`, text: `${OSLO} is how.` },
  { why: 'JSON within text', said: `So: ${OSLO}`, text: `So: ${OSLO}` },
  {
    why: 'the name of the tag',
    said: 'Use `<tool_call>` and <tool_call>…</tool_call>.',
    text: 'Use `<tool_call>` and <tool_call>…</tool_call>.',
  },
  { why: 'half a tag at the end', said: 'See <tool_c', text: 'See <tool_c' },
  { why: 'results without a call', said: '<tool_result>', text: '<tool_result>' },

  {
    why: 'an unknown tool',
    said: `Hm. ${UNKNOWN}`,
    text: `Hm. ${UNKNOWN}`,
    problems: [/no tool "fly".*"weather", "write"/],
  },
  {
    why: 'arguments that do not fit',
    said: `${MISSING} So.`,
    text: `${MISSING} So.`,
    problems: [/"weather".*"city"/],
  },
  {
    why: 'the same as a call',
    said: MISSING,
    calls: ['weather {}'],
    settings: { verdict: 'as-calls' },
    problems: [/city/],
  },
  {
    why: 'an unknown tool, never a call',
    said: UNKNOWN,
    text: UNKNOWN,
    settings: { verdict: 'as-calls' },
    problems: [/fly/],
  },
  {
    why: 'a block without a call',
    said: '<tool_call>{"city": 1}</tool_call>',
    text: '<tool_call>{"city": 1}</tool_call>',
    problems: [/no call in the block/],
  },
  {
    why: 'one of two that is wrong',
    said: `${CALL}${MISSING}`,
    text: MISSING,
    calls: [MADE],
    problems: [/city/],
  },
  {
    why: 'one cut in its string',
    said: '<tool_call>{"name": "write", "arguments": {"text": "ab',
    text: '<tool_call>{"name": "write", "arguments": {"text": "ab',
    problems: [/cut off/],
  },
  {
    why: 'one cut by the length',
    said: `<tool_call>${OSLO.slice(0, 30)}`,
    text: `<tool_call>${OSLO.slice(0, 30)}`,
    settings: { reason: 'length' },
  },
  {
    why: 'no call where one must be',
    said: 'No.',
    text: 'No.',
    settings: { required: true },
    problems: [/must call/],
  },
  {
    why: 'one that is asked for again',
    said: `Hm. ${MISSING} So.`,
    text: 'Hm.',
    settings: { verdict: 'ask-again' },
    problems: [/city/],
  },
  {
    why: 'an apology in a second round',
    said: `Sorry! ${CALL}`,
    calls: [MADE],
    settings: { earlier: [] },
  },
  {
    why: 'text alone in a second round',
    said: 'Then not.',
    text: 'Then not.',
    settings: { earlier: [] },
  },
  {
    why: 'a call of the first round, which is not made again',
    said: `${CALL}${CALL.replace('Oslo', 'Rome')}`,
    calls: ['weather {"city":"Rome"}'],
    settings: { earlier: [{ id: 'a', name: 'weather', arguments: '{"city":"Oslo"}' }] },
  },
];

const WEATHER = TOOLS.slice(0, 1);
const ARGUMENTS = '{"city": "Oslo"}';
const FENCED = `\`\`\`json\n${ARGUMENTS}\n\`\`\``;
const FORCED: Settings = { required: true, tools: WEATHER };

/** Where a call must be made. */
const FORCED_CASES: readonly Case[] = [
  { why: 'the arguments alone', said: ARGUMENTS, calls: [MADE], settings: FORCED },
  { why: 'the same in a fence', said: `${FENCED}\n`, calls: [MADE], settings: FORCED },
  { why: 'the same, broken', said: '{"city": "Oslo",', calls: [MADE], settings: FORCED },
  {
    why: 'prose around them',
    said: `Here you are:\n\n${FENCED}\n\nAnything else?`,
    text: 'Here you are:',
    calls: [MADE],
    settings: FORCED,
  },
  {
    why: 'them in a line',
    said: `So: ${ARGUMENTS}.`,
    text: 'So:',
    calls: [MADE],
    settings: FORCED,
  },
  {
    why: 'them in the tag',
    said: `<tool_call>${ARGUMENTS}</tool_call>`,
    calls: [MADE],
    settings: FORCED,
  },
  {
    why: 'a call without a tag in prose',
    said: `So: ${OSLO}`,
    text: 'So:',
    calls: [MADE],
    settings: FORCED,
  },
  {
    why: 'a call, which comes first',
    said: `Now ${CALL} {}`,
    text: 'Now',
    calls: [MADE],
    settings: FORCED,
  },
  {
    why: 'them where the tools tell which is meant',
    said: ARGUMENTS,
    calls: [MADE],
    settings: { required: true },
  },
  {
    why: 'them after a first round',
    said: `Sorry!\n${FENCED}`,
    calls: [MADE],
    settings: { ...FORCED, earlier: [] },
  },
  {
    why: 'prose, which is not shown if it is asked for again',
    said: 'I have no tools.',
    settings: { ...FORCED, verdict: 'ask-again' },
    problems: [/^You must call/],
  },
  {
    why: 'prose in a second round',
    said: ' I have no tools. ',
    text: ' I have no tools. ',
    settings: { ...FORCED, earlier: [], verdict: 'as-calls' },
    problems: [/^You must call/],
  },
  {
    why: 'what does not fit',
    said: '{"city": ["Oslo"]}',
    settings: { ...FORCED, verdict: 'ask-again' },
    problems: [/^You must call/, /"weather".*city/],
  },
  {
    why: 'the same in a second round',
    said: '{"city": ["Oslo"]}',
    text: '{"city": ["Oslo"]}',
    settings: { ...FORCED, earlier: [], verdict: 'as-calls' },
    problems: [/^You must call/, /"weather".*city/],
  },
  {
    why: 'a stranger in a block, whose arguments are not looked at',
    said: `Hm. ${CALL.replace('weather', 'fly')}`,
    settings: { ...FORCED, verdict: 'ask-again' },
    problems: [/no tool "fly"/],
  },
  {
    why: 'them cut by the length',
    said: `So: ${ARGUMENTS.slice(0, 8)}`,
    text: `So: ${ARGUMENTS.slice(0, 8)}`,
    settings: { ...FORCED, reason: 'length' },
  },
];

function expected({ text = '', calls = [], settings = {}, problems = [] }: Case) {
  const silent = settings.verdict === 'ask-again';
  const reason = calls.length > 0 ? 'tool-calls' : (settings.reason ?? 'stop');
  return {
    text,
    calls,
    reasons: silent ? [] : [reason],
    problems: problems.map((problem) => expect.stringMatching(problem)),
    ends: silent ? 0 : 1,
  };
}

/** Text, cut at random places. */
function cuts(text: string): fc.Arbitrary<readonly string[]> {
  return fc
    .array(fc.nat({ max: text.length }), { maxLength: 12 })
    .map((places) => places.concat(0, text.length).sort((a, b) => a - b))
    .map((places) => places.slice(1).map((end, index) => text.slice(places[index], end)));
}

function expectReading(row: Case): void {
  const whole = outcome(lifted([row.said], row.settings));
  expect(whole).toEqual(expected(row));
  expect(outcome(lifted([...row.said], row.settings))).toEqual(whole);
  fc.assert(
    fc.property(cuts(row.said), (cut) => {
      expect(outcome(lifted(cut, row.settings))).toEqual(whole);
    }),
    { ...LAW, numRuns: 25 },
  );
}

describe('liftToolCalls', () => {
  it.each(CASES)('reads $why', expectReading);
  it.each(FORCED_CASES)('where a call must be made reads $why', expectReading);

  it('shows no text of an answer without a call where one must be made', () => {
    const said = `Hm. ${FENCED} So.`;
    for (const pieces of [[said], [...said]])
      for (const settings of [FORCED, { ...FORCED, earlier: [] }])
        expect(textOf(lifted(pieces, settings).events)).not.toMatch(/[`{}]|So/);
    const sink = recordingSink();
    const stage = liftToolCalls(WEATHER, { ...OPTIONS, required: true }, sink);
    const shown = (text: string): string => {
      stage.event({ type: 'text-delta', text });
      return textOf(sink.events);
    };
    expect(shown('Let me see. ')).toBe('');
    expect(shown(CALL)).toBe('Let me see.');
    expect(sink.events.at(-1)?.type).toBe('tool-call-delta');
  });

  it('gives a call in one delta, with an id, numbered from 0', () => {
    const deltas = lifted([...`${CALL}${CALL}`]).events.filter(({ type }) => type !== 'finish');
    const rest = { type: 'tool-call-delta', name: 'weather', arguments: '{"city":"Oslo"}' };
    expect(deltas).toEqual([
      { ...rest, index: 0, id: 'call_000000000000000000000001' },
      { ...rest, index: 1, id: 'call_000000000000000000000002' },
    ]);
  });

  it('goes on counting in a second round', () => {
    const earlier = [{ id: 'a', name: 'write', arguments: '{}' }];
    expect(lifted([CALL], { earlier }).events[0]).toMatchObject({ index: 1 });
  });

  it('streams text at once, but for what may begin a call', () => {
    const sink = recordingSink();
    const stage = liftToolCalls(TOOLS, OPTIONS, sink);
    const shown = (text: string): string => {
      stage.event({ type: 'text-delta', text });
      return textOf(sink.events);
    };
    expect(shown('Hello, ')).toBe('Hello,');
    expect(shown('you <to')).toBe('Hello, you');
    expect(shown('e>')).toBe('Hello, you <toe>');
    expect(shown(' <tool_call>')).toBe('Hello, you <toe>');
    expect(shown(OSLO)).toBe('Hello, you <toe>');
    stage.event({ type: 'reasoning-delta', text: 'Hm.' });
    expect(sink.events.at(-1)?.type).toBe('reasoning-delta');
    expect(shown('</tool_call>')).toBe('Hello, you <toe>');
    expect(sink.events.at(-1)?.type).toBe('tool-call-delta');
  });

  it('tells all that was said, all problems and the calls that were good', () => {
    const said = `Hm. ${CALL}${MISSING}${UNKNOWN}`;
    const [fault, ...more] = lifted([said], { verdict: 'ask-again' }).faults;
    expect(more).toEqual([]);
    expect(fault).toMatchObject({
      said,
      made: [{ name: 'weather', arguments: '{"city":"Oslo"}' }],
    });
    expect(fault?.problems).toHaveLength(2);
  });

  it('ends at once when a bot answers its own call', () => {
    const sink = recordingSink();
    const stage = liftToolCalls(TOOLS, OPTIONS, sink);
    stage.event({ type: 'text-delta', text: `${CALL}<tool_result id="1">` });
    expect(sink.events.map(({ type }) => type)).toEqual(['tool-call-delta', 'finish']);
  });

  it.each<{ end: GenerationEvent | undefined; why: string }>([
    { end: { type: 'error', error: new GatewayError('overloaded', 'No.') }, why: 'fails' },
    { end: undefined, why: 'just stops' },
  ])('shows no half call when the answer $why', ({ end }) => {
    const sink = recordingSink();
    const options = { ...OPTIONS, required: true };
    const stage = liftToolCalls(TOOLS, options, sink);
    stage.event({ type: 'text-delta', text: `Hm. <tool_call>${OSLO}` });
    if (end) stage.event(end);
    stage.end();
    expect(textOf(sink.events)).toBe('Hm. ');
    expect(sink.events.map(({ type }) => type)).not.toContain('tool-call-delta');
    expect(sink.ends).toBe(1);
  });

  const prose = fc.string({
    unit: fc.constantFrom(
      'a',
      ' ',
      '\n',
      '<',
      '`',
      '```',
      '[',
      '{',
      '"',
      'name',
      'tool',
      '_c',
      '</',
      '>',
      '🙂',
    ),
    maxLength: 40,
  });

  it('leaves any text without a call as it is', () => {
    fc.assert(
      fc.property(
        prose.chain((text) => fc.tuple(fc.constant(text), cuts(text))),
        ([text, cut]) => {
          expect(outcome(lifted(cut)).text).toBe(text);
        },
      ),
      { ...LAW, numRuns: 1000 },
    );
  });

  it.each<Settings>([{}, FORCED])(
    'never shows a part of a call, and reads the same from any pieces (%o)',
    (forced) => {
      const settings: Settings = { ...forced, verdict: 'ask-again' };
      const part = fc.oneof(
        prose,
        fc.constantFrom(CALL, MISSING, UNKNOWN, ARGUMENTS, `\`\`\`\n${CALL}\n\`\`\``),
      );
      const said = fc.array(part, { maxLength: 5 }).map((parts) => parts.join(''));
      fc.assert(
        fc.property(
          said.chain((text) => fc.tuple(fc.constant(text), cuts(text))),
          ([text, cut]) => {
            const { events, ...rest } = lifted(cut, settings);
            expect(outcome({ events, ...rest })).toEqual(outcome(lifted([text], settings)));
            expect(textOf(events)).not.toMatch(/<tool_call>(?:\s|`)*[{[]/);
            for (const event of events)
              if (event.type === 'tool-call-delta')
                expect(JSON.parse(event.arguments)).toBeTypeOf('object');
          },
        ),
        { ...LAW, numRuns: 1000 },
      );
    },
  );

  it.each([
    {
      what: 'a long file',
      said: `<tool_call>{"name": "write", "arguments": {"text": "${'line\\n'.repeat(40_000)}"}}</tool_call>`,
    },
    {
      what: 'a call that never ends',
      said: `<tool_call>{"name": "${'</tool_call>'.repeat(10_000)}`,
    },
    { what: 'broken calls', said: '<tool_call>{"a" "b" </tool_call>'.repeat(2000) },
    { what: 'openings', said: '<tool_call> ```'.repeat(10_000) },
    { what: 'brackets', said: '<tool_call>'.concat('['.repeat(100_000)) },
    { what: 'fences', said: '```\n'.repeat(30_000) },
  ])('reads $what in little time, character by character', ({ said }) => {
    const start = performance.now();
    lifted([...said]);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});
