/**
 * Laws: what a client puts together from the stream is the reply that is not streamed, whatever the
 * bot says in whatever order; and what Poe's own endpoint is sent is understood here as it was meant.
 */
import fc from 'fast-check';
import { accumulateResponse } from 'openai/lib/responses/ResponseAccumulator';
import type { ResponseStreamEvent } from 'openai/resources/responses/responses';
import { expect, it } from 'vitest';
import type { FinishReason, GenerationEvent } from '../../../../src/core/event.ts';
import type { ContentPart, Message, Tool, ToolCall } from '../../../../src/core/request.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../../../src/lib/json.ts';
import { build } from '../../../../src/upstreams/poe-responses/build.ts';
import { readResponseStream, responseEvents } from '../../../clients/_responses-order.ts';
import { LAW, plainRequest } from '../../record.ts';
import {
  calls,
  CLOCK,
  grows,
  read,
  refuses,
  says,
  START,
  streamOf,
  thinks,
  wholeOf,
} from './_room.ts';

const TOOLS = [
  CLOCK,
  { type: 'custom', name: 'note' },
  { type: 'namespace', name: 'agents', tools: [CLOCK, { type: 'custom', name: 'patch' }] },
];
const PARSED = read({ input: 'Hi', tools: TOOLS });
const NAMES = PARSED.request.tools.map(({ name }) => name);

type Piece = 'text' | 'reasoning' | 'refusal' | 'call' | 'arguments';

const words = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }),
  fc.constantFrom('{', '}', '{}', '{"input":"a"}', '"a"', ' '),
);

/** A legal sequence of events: calls are announced in order; after a whole object they are over. */
const answers = fc
  .tuple(
    fc.array(
      fc.tuple(
        fc.constantFrom<Piece>('text', 'reasoning', 'refusal', 'call', 'arguments'),
        words,
        fc.nat(5),
      ),
      { maxLength: 14 },
    ),
    fc.constantFrom<FinishReason>('stop', 'length', 'tool-calls', 'content-filter', 'other'),
    fc.nat(100),
  )
  .map(([pieces, reason, tokens]) => {
    const made: string[] = [];
    const deltas = pieces.flatMap(([piece, text, number]): readonly GenerationEvent[] => {
      if (piece === 'text') return [says(text)];
      if (piece === 'reasoning') return [thinks(text)];
      if (piece === 'refusal') return [refuses(text)];
      if (piece === 'call')
        return [calls(made.push('') - 1, NAMES[number % NAMES.length] ?? 'unknown')];
      const index = number % Math.max(1, made.length);
      const before = made[index];
      if (before === undefined || isJsonObject(parseJson(before))) return [];
      made[index] = before + text;
      return [grows(index, text)];
    });
    const usage = { inputTokens: tokens, outputTokens: tokens + 1, estimated: tokens % 2 === 0 };
    const end: readonly GenerationEvent[] = [
      { type: 'usage', usage },
      { type: 'finish', reason, rawReason: reason },
    ];
    return { deltas, end };
  });

interface Answer {
  readonly deltas: readonly GenerationEvent[];
  readonly end: readonly GenerationEvent[];
}

const eventsOf = ({ deltas, end }: Answer): readonly GenerationEvent[] => [
  START,
  ...deltas,
  ...end,
];

/** What the items say, whatever their order and wherever they are parted. */
function gist({ output, ...rest }: JsonObject): object {
  const said: Record<string, string> = {};
  const made: Record<string, JsonObject> = {};
  for (const item of output as readonly JsonObject[]) {
    const parts = (item['content'] ?? item['summary'] ?? []) as readonly JsonObject[];
    for (const { type, text, refusal } of parts)
      said[String(type)] = (said[String(type)] ?? '') + String(text ?? refusal);
    if (item['call_id'] !== undefined) made[String(item['call_id'])] = { ...item, status: null };
  }
  return { rest, said: { output_text: '', ...said }, made };
}

it('the end of a stream says what the whole reply says, in any order of the events', () => {
  const property = fc.property(answers, (answer) => {
    const stream = streamOf(eventsOf(answer), PARSED);
    const { response } = readResponseStream(stream, { interleaved: true, unfit: true });
    expect(gist(response)).toEqual(gist(wholeOf(eventsOf(answer), PARSED)));
  });
  fc.assert(property, { ...LAW, numRuns: 500 });
});

it('that end is the whole reply to the letter, where thoughts, words and calls come in their order', () => {
  const ranks = ['reasoning-delta', 'text-delta', 'refusal-delta', 'tool-call-delta'];
  const property = fc.property(answers, ({ deltas, end }) => {
    const rank = (event: GenerationEvent): number =>
      ranks.indexOf(event.type) + ('index' in event ? event.index : 0);
    const answer = { deltas: [...deltas].sort((one, other) => rank(one) - rank(other)), end };
    const stream = streamOf(eventsOf(answer), PARSED);
    const { response } = readResponseStream(stream, { interleaved: true, unfit: true });
    expect(response).toEqual(wholeOf(eventsOf(answer), PARSED));
  });
  fc.assert(property, { ...LAW, numRuns: 500 });
});

it('the SDK puts the same output together from the pieces as the last event has', () => {
  const property = fc.property(answers, (answer) => {
    const events = responseEvents(streamOf(eventsOf(answer), PARSED));
    let snapshot: Parameters<typeof accumulateResponse>[1];
    for (const event of events.slice(0, -1))
      snapshot = accumulateResponse(event as unknown as ResponseStreamEvent, snapshot);
    expect(events.at(-1)).toMatchObject({ response: { output: snapshot?.output } });
  });
  fc.assert(property, { ...LAW, numRuns: 300 });
});

const text = fc.string({ minLength: 1, maxLength: 8 });
const textPart = text.map((said): ContentPart => ({ type: 'text', text: said }));
const image = fc.record({
  type: fc.constant('image' as const),
  url: fc.constantFrom('data:image/png;base64,AA==', 'https://a.test/b.png'),
  detail: fc.constantFrom(undefined, 'low', 'high'),
});
const document = fc.constantFrom<ContentPart>(
  { type: 'file', url: 'data:application/pdf;base64,AA==', filename: 'a.pdf' },
  { type: 'file', url: 'https://a.test/b.pdf', filename: '' },
);
const content = fc.array(fc.oneof(textPart, image, document), { maxLength: 3 });

/** A turn, and the results of its calls right after it, as vendors want them. */
const turn = fc
  .tuple(fc.array(textPart, { maxLength: 2 }), fc.nat(3), fc.oneof(text, image), fc.nat())
  .map(([said, count, result, seed]): readonly Message[] => {
    const toolCalls = Array.from({ length: count }, (_, index): ToolCall => ({
      id: `call_${seed}_${index}`,
      name: `f${index}`,
      arguments: JSON.stringify({ seed }),
    }));
    if (count === 0 && said.length === 0) return [];
    const output: ContentPart =
      typeof result === 'string' ? { type: 'text', text: result } : result;
    const results = toolCalls.map(({ id }): Message => ({
      role: 'tool',
      toolCallId: id,
      content: [output],
    }));
    // Two turns in a row are one, where they are items.
    const turns: readonly Message[] = [
      { role: 'user', content: [] },
      { role: 'assistant', content: said, toolCalls },
    ];
    return turns.concat(results);
  });
const conversations = fc
  .array(
    fc.oneof(
      content.map((parts): readonly Message[] => [{ role: 'user', content: parts }]),
      fc
        .array(textPart, { maxLength: 2 })
        .map((parts): readonly Message[] => [{ role: 'system', content: parts }]),
      turn,
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((turns) => turns.flat())
  .filter((messages) => messages.length > 0);
const tools = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    description: fc.option(text, { nil: undefined }),
    parameters: fc.constant<JsonObject>({ type: 'object', properties: { a: {} } }),
  }),
  { selector: (tool: Tool) => tool.name, maxLength: 3 },
);

it('what Poe’s own endpoint would be sent is understood as it was meant', () => {
  const property = fc.property(
    conversations,
    tools,
    fc.constantFrom('auto' as const, 'none' as const, 'required' as const, undefined),
    fc.option(fc.integer({ min: 1, max: 9999 }), { nil: undefined }),
    (messages, declared, toolChoice, maxOutputTokens) => {
      const request = plainRequest({
        messages,
        tools: declared,
        toolChoice: declared.length > 0 ? toolChoice : undefined,
        maxOutputTokens,
        temperature: 0.5,
        reasoningEffort: 'low',
        parameters: { verbosity: 'low' },
        outputFormat: { type: 'json-schema', name: 'a', schema: { type: 'object' }, strict: true },
      });
      const { body } = build(request, { baseUrl: '', key: '', stream: true });
      const { request: again, streamed } = read(JSON.parse(String(body)) as JsonObject);
      const { original, ...understood } = again;
      expect(original?.body['input']).toHaveLength(messages.length + extraItems(messages));
      expect(streamed).toBe(true);
      expect(JSON.parse(JSON.stringify(understood))).toEqual(JSON.parse(JSON.stringify(request)));
    },
  );
  fc.assert(property, LAW);
});

/** Calls are items beside the words of their turn. */
function extraItems(messages: readonly Message[]): number {
  return messages.reduce((sum, message) => {
    if (message.role !== 'assistant') return sum;
    return sum + message.toolCalls.length - (message.content.length > 0 ? 0 : 1);
  }, 0);
}
