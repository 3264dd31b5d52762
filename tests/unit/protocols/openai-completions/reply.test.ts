/** The two forms of the reply: the stream says in pieces what the whole says at once. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldCompletion } from '../../../../src/core/completion.ts';
import { GatewayError } from '../../../../src/core/error.ts';
import type { FinishReason, GenerationEvent } from '../../../../src/core/event.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { parse } from '../../../../src/protocols/openai-completions/parse.ts';
import { payloads } from '../../../golden/replay.ts';
import { LAW } from '../../record.ts';

const ANSWER = { id: 'made-up', created: 1_700_000_000, model: 'Claude "X"' };

interface Chunk {
  readonly id: string;
  readonly object: string;
  readonly model: string;
  readonly choices: readonly {
    readonly text: string;
    readonly index: number;
    readonly logprobs: null;
    readonly finish_reason: string | null;
  }[];
  readonly usage?: unknown;
}

const text = (piece: string): GenerationEvent => ({ type: 'text-delta', text: piece });
const finish = (reason: FinishReason): GenerationEvent => ({
  type: 'finish',
  reason,
  rawReason: reason,
});
const usage: GenerationEvent = {
  type: 'usage',
  usage: { inputTokens: 3, outputTokens: 2, cachedInputTokens: 1, estimated: false },
};

/** @param events Of each choice. */
function whole(body: JsonObject, events: readonly (readonly GenerationEvent[])[]) {
  const completions = events.map((list) => {
    const fold = foldCompletion();
    for (const event of list) fold.sink.event(event);
    return fold.completion();
  });
  return parse(body).render(completions, ANSWER) as unknown as Chunk;
}

function streamed(body: JsonObject, events: readonly (readonly GenerationEvent[])[]) {
  let stream = '';
  const sinks = parse(body).renderStream(ANSWER, (frames) => (stream += frames));
  for (const [index, list] of events.entries())
    for (const event of list) sinks[index]?.event(event);
  return payloads(stream);
}

describe('the whole reply', () => {
  it('has the text, the reason and the counts', () => {
    expect(whole({ prompt: 'a' }, [[text(' b'), usage, finish('stop')]])).toEqual({
      id: 'cmpl-made-up',
      object: 'text_completion',
      created: 1_700_000_000,
      model: 'Claude "X"',
      choices: [{ text: ' b', index: 0, logprobs: null, finish_reason: 'stop' }],
      usage: {
        prompt_tokens: 3,
        completion_tokens: 2,
        total_tokens: 5,
        prompt_tokens_details: { cached_tokens: 1 },
        completion_tokens_details: { reasoning_tokens: 0 },
      },
    });
  });

  it.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['content-filter', 'content_filter'],
    ['tool-calls', 'stop'],
    ['other', 'stop'],
  ] as const)('ends a %s with %s', (reason, word) => {
    expect(whole({ prompt: 'a' }, [[finish(reason)]]).choices[0]?.finish_reason).toBe(word);
    const chunks = streamed({ prompt: 'a' }, [[finish(reason)]]) as readonly Chunk[];
    expect(chunks[0]?.choices[0]).toMatchObject({ text: '', finish_reason: word });
  });

  it('sums what its choices took', () => {
    const { usage: sum } = whole({ prompt: ['a', 'b'] }, [
      [usage, finish('stop')],
      [usage, finish('stop')],
    ]);
    expect(sum).toMatchObject({ prompt_tokens: 6, completion_tokens: 4, total_tokens: 10 });
  });

  it('has the prompt before each text where an echo is wanted, and neither thoughts nor calls', () => {
    const events: GenerationEvent[] = [
      { type: 'reasoning-delta', text: 'hm' },
      { type: 'tool-call-delta', index: 0, id: 'c', name: 'f', arguments: '{}' },
      text('!'),
      finish('stop'),
    ];
    const { choices } = whole({ prompt: ['a', 'b'], echo: true }, [events, events]);
    expect(choices.map((choice) => choice.text)).toEqual(['a!', 'b!']);
    const chunks = streamed({ prompt: 'a', echo: true }, [events]).slice(0, -1) as Chunk[];
    expect(chunks.map((chunk) => chunk.choices[0]?.text)).toEqual(['a', '!', '']);
  });
});

describe('the stream', () => {
  it('writes nothing before the first word, whatever is thought before it', () => {
    const events: GenerationEvent[] = [
      { type: 'response-start', id: 'chatcmpl-1' },
      { type: 'reasoning-delta', text: 'hm' },
    ];
    expect(streamed({ prompt: 'a', echo: true }, [events])).toEqual([]);
    expect(streamed({ prompt: 'a b' }, [[...events, text('a ')]])).toEqual([]);
  });

  it('has the usage in a last chunk of its own, for all choices', () => {
    const events = [text('!'), usage, finish('stop')];
    const body = { prompt: ['a', 'b'], stream_options: { include_usage: true } };
    const frames = streamed(body, [events, events]);
    expect(frames.at(-1)).toBe('[DONE]');
    const chunks = frames.slice(0, -1) as readonly Chunk[];
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 10 } });
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
    const without = streamed({ prompt: 'a' }, [events]) as readonly Chunk[];
    expect(without.some((chunk) => typeof chunk === 'object' && 'usage' in chunk)).toBe(false);
  });

  it('gives what was waiting before it tells of a failure, and is not done then', () => {
    const error = new GatewayError('upstream-failed', 'Poe broke off.');
    const frames = streamed({ prompt: 'a b c' }, [[text('a b'), { type: 'error', error }]]);
    expect(frames).toEqual([
      expect.objectContaining({ choices: [expect.objectContaining({ text: 'a b' })] }),
      { error: expect.objectContaining({ message: 'Poe broke off.' }) },
    ]);
  });
});

it('law: the texts of the stream together are the text of the whole reply', () => {
  const words = fc.array(fc.constantFrom('a', ' ', 'b', '\n', 'ab', '👋'), { maxLength: 12 });
  const answer = fc.record({ pieces: words, refusal: fc.constantFrom('', 'No.') });
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a b', 'ab', '\na ', 'a👋'), { minLength: 1, maxLength: 3 }),
      fc.array(answer, { minLength: 3, maxLength: 3 }),
      fc.boolean(),
      (prompts, answers, echo) => {
        const body = { prompt: prompts, echo, stream_options: { include_usage: true } };
        const events = prompts.map((_, index): GenerationEvent[] => {
          const { pieces = [], refusal = '' } = answers[index] ?? {};
          const refused: GenerationEvent[] =
            refusal === '' ? [] : [{ type: 'refusal-delta', text: refusal }];
          return [...pieces.map(text), ...refused, usage, finish('stop')];
        });
        const chunks = streamed(body, events).slice(0, -1) as readonly Chunk[];
        const reply = whole(body, events);
        const texts = prompts.map((_, index) =>
          chunks
            .flatMap(({ choices }) => choices)
            .filter((choice) => choice.index === index)
            .map((choice) => choice.text)
            .join(''),
        );
        expect(texts).toEqual(reply.choices.map((choice) => choice.text));
        expect(chunks.at(-1)?.usage).toEqual(reply.usage);
        for (const chunk of chunks) {
          const { id, object, created, model } = reply as unknown as JsonObject;
          expect(chunk).toMatchObject({ id, object, created, model });
        }
      },
    ),
    LAW,
  );
});
