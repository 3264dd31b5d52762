/**
 * Laws: what a client puts together from the streamed reply is the reply that is not streamed, for any
 * answer in any order of its events; and whatever JSON a client sends, an error is in Anthropic's shape.
 */
import Anthropic from '@anthropic-ai/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createApp } from '../../../../src/app.ts';
import { readConfig } from '../../../../src/config.ts';
import { foldCompletion } from '../../../../src/core/completion.ts';
import { GatewayError } from '../../../../src/core/error.ts';
import type { FinishReason, GenerationEvent } from '../../../../src/core/event.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../../src/lib/json.ts';
import { PARAMETERS } from '../../../../src/protocols/anthropic-messages/parameters.ts';
import { readMessageStream } from '../../../clients/_messages-order.ts';
import { jsonReply, replayPlatform, streamReply } from '../../../golden/replay.ts';
import { chunk } from '../../live-poe.ts';
import { LAW, thrownBy } from '../../record.ts';
import { body, parsed } from './_requests.ts';

const ANSWER = { id: 'made-up', created: 1_700_000_000, model: 'gpt-5' };

type Speech = 'text-delta' | 'reasoning-delta' | 'refusal-delta';

const word = fc.string({ unit: 'binary', minLength: 1, maxLength: 6 });

/** The arguments of one call, cut anywhere; some models leave them out where there are none. */
const pieces = fc
  .tuple(
    fc.dictionary(fc.string({ maxLength: 4 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
    fc.array(fc.nat(30), { maxLength: 3 }),
    fc.boolean(),
  )
  .map(([input, cuts, isBare]): readonly string[] => {
    const text = isBare && Object.keys(input).length === 0 ? '' : JSON.stringify(input);
    const ends = [...new Set(cuts.map((cut) => cut % (text.length + 1))), text.length];
    return ends.sort((a, b) => a - b).map((end, at) => text.slice(ends[at - 1] ?? 0, end));
  });

const speech = fc.tuple(fc.constantFrom<Speech>('text-delta', 'reasoning-delta'), word);

/** A legal sequence of events: calls are announced in order, and then grow in any. */
const events = fc
  .record({
    speeches: fc.array(speech, { maxLength: 6 }),
    refusal: fc.option(word, { nil: undefined }),
    calls: fc.array(pieces, { maxLength: 3 }),
    turns: fc.infiniteStream(fc.nat(4)),
    reason: fc.constantFrom<FinishReason>('stop', 'length', 'content-filter', 'other'),
    usage: fc.record({
      inputTokens: fc.nat(50),
      outputTokens: fc.nat(),
      estimated: fc.boolean(),
      cachedInputTokens: fc.option(fc.nat(60), { nil: undefined }),
      reasoningTokens: fc.option(fc.nat(), { nil: undefined }),
    }),
    stopSequence: fc.option(word, { nil: undefined }),
  })
  .map(({ speeches, refusal, calls, turns, reason, usage, stopSequence }) => {
    const made: GenerationEvent[] = [{ type: 'response-start', id: 'chatcmpl-1' }];
    const spoken = speeches.map(([type, text]): GenerationEvent => ({ type, text }));
    // A whole reply has it behind the text.
    if (refusal !== undefined) spoken.push({ type: 'refusal-delta', text: refusal });
    const left = calls.map((texts) => [...texts]);
    let begun = 0;
    while (spoken.length > 0 || left.some((texts) => texts.length > 0)) {
      const turn = Number(turns.next().value);
      const index = Math.min(turn, begun);
      const next = turn === 4 || !left[index]?.length ? spoken.shift() : undefined;
      if (next) made.push(next);
      if (index === begun && begun < calls.length) {
        begun += 1;
        const names = { id: `call_${index}`, name: `f${index}` };
        made.push({ type: 'tool-call-delta', index, ...names, arguments: '' });
      }
      const piece = left[index]?.shift();
      if (piece !== undefined) made.push({ type: 'tool-call-delta', index, arguments: piece });
    }
    const ended = calls.length > 0 && reason === 'stop' ? 'tool-calls' : reason;
    made.push({ type: 'usage', usage });
    made.push({ type: 'finish', reason: ended, rawReason: reason, stopSequence });
    return made;
  });

/** A message with the texts of each kind joined: a stream may tell them in several blocks. */
function joined(message: JsonObject): JsonObject {
  const content = message['content'] as readonly JsonObject[];
  const of = (type: string, field: string): string =>
    content.map((block) => (block['type'] === type ? String(block[field]) : '')).join('');
  return {
    ...message,
    content: [
      of('thinking', 'thinking'),
      of('text', 'text'),
      content.filter(({ type }) => type === 'tool_use') as JsonValue,
    ],
  };
}

function told(answer: readonly GenerationEvent[]): { whole: JsonObject; stream: string } {
  const { render, renderStream } = parsed(body());
  const fold = foldCompletion();
  for (const event of answer) fold.sink.event(event);
  let stream = '';
  const [sink] = renderStream(ANSWER, (frames) => (stream += frames));
  for (const event of answer) sink?.event(event);
  return { whole: render([fold.completion()], ANSWER) as JsonObject, stream };
}

describe('the merged stream', () => {
  it('is in order, and is the reply that is not streamed', () => {
    const property = fc.property(events, (answer) => {
      const { whole, stream } = told(answer);
      expect(joined(readMessageStream(stream).message)).toEqual(joined(whole));
    });
    fc.assert(property, { ...LAW, numRuns: 500 });
  });

  it('is that reply for the official SDK too', async () => {
    const property = fc.asyncProperty(events, async (answer) => {
      const { whole, stream } = told(answer);
      const fetch = async (): Promise<Response> =>
        new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
      const client = new Anthropic({ apiKey: 'key', fetch });
      const asked = client.messages.stream({ model: 'gpt-5', max_tokens: 1, messages: [] });
      const message = JSON.parse(JSON.stringify(await asked.finalMessage())) as JsonObject;
      // It has no field for what is Poeway's.
      const { estimated: _, ...usage } = whole['usage'] as JsonObject;
      expect(joined(message)).toMatchObject(joined({ ...whole, usage }));
    });
    await expect(fc.assert(property, LAW)).resolves.toBeUndefined();
  });
});

const WHOLE = chunk({ content: 'Hi' }) + chunk({}, 'stop') + 'data: [DONE]\n\n';
const NATIVE = 'event: text\ndata: {"text":"Hi"}\n\nevent: done\ndata: {}\n\n';

async function expectGoodManners(value: unknown): Promise<void> {
  const platform = replayPlatform(({ url }) =>
    url.endsWith('/models')
      ? jsonReply({ data: [{ id: 'gpt-5', parameters: [{ name: 'size' }] }] })
      : streamReply(url.includes('/bot/') ? NATIVE : WHOLE),
  );
  const request = new Request('http://localhost/v1/messages', {
    method: 'POST',
    headers: { 'x-api-key': 'key-of-the-caller' },
    body: JSON.stringify(value),
  });
  const response = await createApp(readConfig({}), platform).fetch(request);
  const text = await response.text();
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
    expect(readMessageStream(text).events.at(-1)).toBe('message_stop');
    return;
  }
  const reply: unknown = JSON.parse(text);
  if (response.status === 200) {
    expect(reply).toMatchObject({ type: 'message' });
    return;
  }
  expect(response.status).toBe(400);
  const error = isJsonObject(reply) && isJsonObject(reply['error']) ? reply['error'] : {};
  const { details } = error;
  expect(reply).toEqual({
    type: 'error',
    error: {
      type: 'invalid_request_error',
      message: expect.stringMatching(/\S/),
      ...(details === undefined ? {} : { details }),
    },
    request_id: expect.stringMatching(/^req_/),
  });
}

const json = fc.jsonValue({ maxDepth: 4 });
const block = fc.oneof(
  fc.record({ type: fc.constant('text'), text: fc.oneof(word, json) }),
  fc.record({ type: fc.constantFrom('image', 'document'), source: json }),
  fc.record({ type: fc.constant('tool_use'), id: word, name: word, input: json }),
  fc.record({ type: fc.constant('tool_result'), tool_use_id: word, content: json }),
  fc.record({ type: fc.constantFrom('thinking', 'web_search_tool_result', 'x'), content: json }),
  json,
);
const message = fc.record({
  role: fc.constantFrom('user', 'assistant', 'system', 'x'),
  content: fc.oneof(word, fc.array(block, { maxLength: 3 }), json),
});
const names = fc.constantFrom(...Object.keys(PARAMETERS), 'size', '__proto__');

describe('any JSON as the body', () => {
  it('is answered or refused with good manners', async () => {
    const law = fc.assert(fc.asyncProperty(json, expectGoodManners), LAW);
    await expect(law).resolves.toBeUndefined();
  });

  it('is answered or refused with good manners when it is nearly a request', async () => {
    const nearly = fc.asyncProperty(
      fc.array(message, { minLength: 1, maxLength: 3 }),
      fc.dictionary(names, json, { maxKeys: 3 }),
      fc.boolean(),
      (messages, others, stream) =>
        expectGoodManners({ max_tokens: 10, stream, ...others, messages }),
    );
    const law = fc.assert(nearly, { ...LAW, numRuns: 250 });
    await expect(law).resolves.toBeUndefined();
  });

  it.each<{ what: string; wrap: (content: JsonValue) => JsonValue; status: number }>([
    { what: 'lists', wrap: (content) => [content], status: 200 },
    {
      what: 'results',
      wrap: (content) => [{ type: 'tool_result', tool_use_id: 'x', content }],
      status: 400,
    },
    {
      what: 'documents',
      wrap: (content) => [{ type: 'document', source: { type: 'content', content } }],
      status: 400,
    },
  ])('costs no more for many words within $what within others', ({ wrap, status }) => {
    let content: JsonValue = Array.from({ length: 50_000 }, () => ({ type: 'text', text: 'a' }));
    for (let depth = 0; depth < 1000; depth++) content = wrap(content);
    const listing = { type: 'tool_search_tool_result', content };
    const started = performance.now();
    const messages = [{ role: 'user', content: status === 200 ? [listing] : content }];
    const refusal = thrownBy(() => parsed(body({ messages })));
    expect(refusal instanceof GatewayError ? refusal.status : 200).toBe(status);
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
