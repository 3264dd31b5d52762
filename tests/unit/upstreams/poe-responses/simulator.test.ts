/** The room against the simulated Poe: every bot that is about this endpoint, whole and streamed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator, type Simulator } from '../../../../sim/server.ts';
import type { GenerationEvent } from '../../../../src/core/event.ts';
import type { GenerationRequest } from '../../../../src/core/request.ts';
import { fetchSend } from '../../../../src/hosts/fetch-send.ts';
import { connectionError } from '../../../../src/http/call.ts';
import { poeResponses } from '../../../../src/upstreams/poe-responses/index.ts';
import { plainRequest, recordingSink, textOf } from '../../record.ts';

const SCHEMA = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
  additionalProperties: false,
};
const FORMAT = { type: 'json-schema', name: 'person', schema: SCHEMA, strict: true } as const;
const TOOL = { name: 'weather', description: 'Tells it.', parameters: SCHEMA };
const PNG = 'data:image/png;base64,iVBORw0KGgo=';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(async () => {
  await simulator.close();
});

/** The events of one answer; a refusal is its only event. */
async function ask(
  model: string,
  stream: boolean,
  changes: Partial<GenerationRequest> = {},
): Promise<readonly GenerationEvent[]> {
  const call = { baseUrl: simulator.url, key: 'good', stream };
  const request = plainRequest({ model, ...changes });
  const reply = await fetchSend(poeResponses.build(request, call), new AbortController().signal);
  const sink = recordingSink();
  if (reply.status !== 200) {
    const parts: string[] = [];
    for (let bytes = await reply.read(); bytes; bytes = await reply.read())
      parts.push(new TextDecoder().decode(bytes));
    return [{ type: 'error', error: poeResponses.readError(reply, parts.join(''), 'good') }];
  }
  const reader = poeResponses.read(reply, sink, { ...call, randomId: () => 'made-up' });
  try {
    for (let bytes = await reply.read(); bytes; bytes = await reply.read()) reader.feed(bytes);
    reader.end();
  } catch (error) {
    reader.end(connectionError(error, 'during'));
  }
  expect(sink.ends).toBe(1);
  return sink.events;
}

const typesOf = (events: readonly GenerationEvent[]) => [
  ...new Set(events.map(({ type }) => type)),
];

describe.each([true, false])('with stream: %s', (stream) => {
  it('echoes, counts and finishes', async () => {
    const events = await ask('Responds', stream);
    expect(textOf(events)).toBe('Hello');
    expect(events[0]).toMatchObject({ id: expect.stringMatching(/^resp_/) });
    expect(events).toContainEqual({
      type: 'usage',
      usage: {
        inputTokens: 1,
        outputTokens: 1,
        cachedInputTokens: 0,
        reasoningTokens: 0,
        estimated: false,
      },
    });
    expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
  });

  it.each(['Responds', 'Responds-Only', 'Responds-CRLF', 'Responds-As-Claude'])(
    '%s obeys the schema',
    async (model) => {
      const events = await ask(model, stream, { outputFormat: FORMAT });
      const value: unknown = JSON.parse(textOf(events));
      expect(value).toEqual({ name: expect.any(String), age: expect.any(Number) });
    },
  );

  it('obeys json_object', async () => {
    const events = await ask('Responds', stream, { outputFormat: { type: 'json-object' } });
    expect(JSON.parse(textOf(events))).toEqual({ answer: 'Hello' });
  });

  it.each(['Responds', 'Responds-Talks', 'Responds-As-Google'])('%s calls tools', async (model) => {
    const events = await ask(model, stream, {
      tools: [TOOL, { name: 'time' }],
      parallelToolCalls: true,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Both in parallel.' }] }],
    });
    const deltas = events.flatMap((event) => (event.type === 'tool-call-delta' ? [event] : []));
    const argsOf = (index: number): unknown =>
      JSON.parse(deltas.map((delta) => (delta.index === index ? delta.arguments : '')).join(''));
    expect(deltas.filter(({ name }) => name)).toMatchObject([
      { index: 0, id: expect.stringMatching(/^call_/), name: 'weather' },
      { index: 1, id: expect.stringMatching(/^call_/), name: 'time' },
    ]);
    expect(argsOf(0)).toEqual({ name: expect.any(String), age: expect.any(Number) });
    expect(argsOf(1)).toEqual({});
    expect(textOf(events)).toBe(model === 'Responds-Talks' ? 'Let me look that up.' : '');
    expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'tool-calls' });
  });

  it('takes a conversation with system text, files, calls and results', async () => {
    const events = await ask('Responds', stream, {
      tools: [TOOL],
      maxOutputTokens: 100,
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Hi' },
            { type: 'image', url: PNG },
          ],
        },
        {
          role: 'assistant',
          content: [{ type: 'text', text: 'Well.' }],
          toolCalls: [{ id: 'c1', name: 'weather', arguments: '{}' }],
        },
        { role: 'tool', toolCallId: 'c1', content: [{ type: 'text', text: 'rain' }] },
      ],
    });
    expect(textOf(events)).toBe('The tool answered: rain');
  });

  it('thinks, and does not tell it unasked', async () => {
    const events = await ask('Responds-Thinking', stream, { reasoningEffort: 'low' });
    expect(textOf(events)).toBe('Hello');
    expect(typesOf(events)).not.toContain('reasoning-delta');
  });

  it.each([
    { model: 'Responds-Length', finish: { reason: 'length', rawReason: 'max_output_tokens' } },
    { model: 'Responds-Filtered', finish: { reason: 'content-filter' } },
    { model: 'Responds-Wrongly', finish: { reason: 'stop' } },
    { model: 'Responds-Refusing', finish: { reason: 'stop' } },
  ])('$model finishes', async ({ model, finish }) => {
    const content = [{ type: 'text', text: 'one two three' }] as const;
    const messages = [{ role: 'user', content }] as const;
    const events = await ask(model, stream, { maxOutputTokens: 2, messages });
    expect(events.at(-1)).toMatchObject({ type: 'finish', ...finish });
    const said = model === 'Responds-Refusing' ? 'refusal-delta' : 'text-delta';
    expect(typesOf(events).toSorted()).toEqual(
      ['finish', 'response-start', said, 'usage'].toSorted(),
    );
  });

  it('reads no counts where there are none', async () => {
    const events = await ask('Responds-No-Usage', stream);
    expect(typesOf(events)).toEqual(['response-start', 'text-delta', 'finish']);
  });

  it.each([
    { model: 'Responds-Broken-Midway', kind: 'upstream-failed' },
    { model: 'Responds-Fails-Midway', kind: 'upstream-failed' },
    { model: 'Responds-Error-Event', kind: 'upstream-failed' },
    { model: 'Echo', kind: 'invalid-request' },
    { model: 'No-Such-Bot', kind: 'model-not-found' },
  ])('$model ends in an error', async ({ model, kind }) => {
    const events = await ask(model, stream);
    expect(events.at(-1)).toMatchObject({ type: 'error', error: { kind } });
    expect(events.filter(({ type }) => type === 'finish')).toEqual([]);
  });

  it("passes on what OpenAI says of a schema that is not strict's", async () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } } };
    const [event] = await ask('Responds', stream, { outputFormat: { ...FORMAT, schema } });
    expect(event).toMatchObject({
      error: { kind: 'invalid-request', message: expect.stringContaining('additionalProperties') },
    });
  });
});

it.each(['Responds-Ends-Quietly', 'Responds-No-End'])('%s is cut short', async (model) => {
  const events = await ask(model, true);
  expect(textOf(events)).not.toBe('');
  expect(events.at(-1)).toMatchObject({
    type: 'error',
    error: { message: "Poe's answer ended before it was complete. Try again." },
  });
});
