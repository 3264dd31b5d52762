/**
 * Law: what a client puts together from the streamed reply is the reply that is not streamed. Any
 * answer, in any order of its events, in the present and in the legacy form.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldCompletion } from '../../../src/core/completion.ts';
import type { FinishReason, GenerationEvent } from '../../../src/core/event.ts';
import { parse } from '../../../src/protocols/openai-chat/parse.ts';
import { payloads } from '../../golden/replay.ts';
import { LAW } from '../record.ts';

const ANSWER = { id: 'made-up', created: 1_700_000_000, model: 'gpt-5' };

interface Call {
  id?: string;
  type?: string;
  function: { name?: string; arguments: string };
}

interface Delta {
  readonly role?: string;
  readonly content?: string | null;
  readonly reasoning_content?: string;
  readonly refusal?: string;
  readonly tool_calls?: readonly (Partial<Call> & { readonly index: number })[];
  readonly function_call?: { readonly name?: string; readonly arguments?: string };
}

interface Chunk {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  readonly choices: readonly {
    readonly index: number;
    readonly delta: Delta;
    readonly finish_reason: string | null;
  }[];
  readonly usage?: unknown;
}

/** As the SDKs do it: strings are appended to what is there, null leaves it, calls go by index. */
class Merged {
  readonly #message: Record<string, unknown> = { refusal: null };
  readonly #calls: Call[] = [];
  #finish: string | null = null;

  add({ delta, finish_reason: finish }: Chunk['choices'][number]): void {
    for (const name of ['content', 'reasoning_content', 'refusal'] as const) {
      const piece = delta[name];
      const before = this.#message[name];
      if (typeof piece === 'string')
        this.#message[name] = (typeof before === 'string' ? before : '') + piece;
      else if (piece === null) this.#message[name] ??= null;
    }
    if (delta.role !== undefined) this.#message['role'] = delta.role;
    for (const { index, id, type, function: body } of delta.tool_calls ?? []) {
      const call = (this.#calls[index] ??= { function: { arguments: '' } });
      if (id !== undefined) call.id = id;
      if (type !== undefined) call.type = type;
      if (body?.name !== undefined) call.function.name = body.name;
      call.function.arguments += body?.arguments ?? '';
    }
    if (delta.function_call) {
      const call = (this.#message['function_call'] ??= { arguments: '' }) as Call['function'];
      if (delta.function_call.name !== undefined) call.name = delta.function_call.name;
      call.arguments += delta.function_call.arguments ?? '';
    }
    if (this.#finish !== null) throw new Error('A choice goes on after its finish reason.');
    this.#finish = finish;
  }

  choice(index: number): object {
    const calls = this.#calls.length > 0 ? { tool_calls: this.#calls } : {};
    const message = { ...this.#message, ...calls };
    return { index, message, logprobs: null, finish_reason: this.#finish };
  }
}

function mergeStream(stream: string, choices: number): object {
  const frames = payloads(stream);
  expect(frames.at(-1)).toBe('[DONE]');
  const chunks = frames.slice(0, -1) as readonly Chunk[];
  const merged = Array.from({ length: choices }, () => new Merged());
  for (const { choices: parts } of chunks) for (const part of parts) merged[part.index]?.add(part);
  const last = chunks.at(-1);
  expect(last?.choices).toEqual([]);
  expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
  return {
    id: last?.id,
    object: 'chat.completion',
    created: last?.created,
    model: last?.model,
    choices: merged.map((part, index) => part.choice(index)),
    usage: last?.usage,
  };
}

type Piece = 'text' | 'reasoning' | 'refusal' | 'call' | 'arguments';

/** A legal sequence of events: calls are announced in order before they grow. */
const events = fc
  .tuple(
    fc.array(
      fc.tuple(
        fc.constantFrom<Piece>('text', 'reasoning', 'refusal', 'call', 'arguments'),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }),
        fc.nat(3),
      ),
      { maxLength: 10 },
    ),
    fc.constantFrom<FinishReason>('stop', 'length', 'tool-calls', 'content-filter', 'other'),
    fc.nat(100),
  )
  .map(([pieces, reason, tokens]): readonly GenerationEvent[] => {
    let calls = 0;
    const deltas = pieces.flatMap(([piece, text, number]): readonly GenerationEvent[] => {
      if (piece === 'text') return [{ type: 'text-delta', text }];
      if (piece === 'reasoning') return [{ type: 'reasoning-delta', text }];
      if (piece === 'refusal') return [{ type: 'refusal-delta', text }];
      if (piece === 'arguments')
        return calls === 0
          ? []
          : [{ type: 'tool-call-delta', index: number % calls, arguments: text }];
      const index = calls++;
      return [
        { type: 'tool-call-delta', index, id: `call_${index}`, name: `f${number}`, arguments: '' },
      ];
    });
    const usage = { inputTokens: tokens, outputTokens: tokens + 1, estimated: tokens % 2 === 0 };
    const start: readonly GenerationEvent[] = [{ type: 'response-start', id: 'chatcmpl-1' }];
    return start.concat(
      deltas,
      { type: 'usage', usage },
      { type: 'finish', reason, rawReason: reason },
    );
  });

describe('the merged stream', () => {
  it.each([
    { form: 'tools', fields: {} },
    { form: 'legacy functions', fields: { functions: [{ name: 'f0' }] } },
  ])('is the reply that is not streamed, asked with $form', ({ fields }) => {
    const property = fc.property(
      fc.array(events, { minLength: 1, maxLength: 3 }),
      fc.infiniteStream(fc.nat(2)),
      (answers, turns) => {
        const messages = [{ role: 'user', content: 'Hi' }];
        const options = { stream_options: { include_usage: true }, n: answers.length };
        const { render, renderStream } = parse({ messages, ...options, ...fields });

        const folds = answers.map((answer) => {
          const fold = foldCompletion();
          for (const event of answer) fold.sink.event(event);
          return fold.completion();
        });
        let stream = '';
        const sinks = renderStream(ANSWER, (frames) => (stream += frames));
        const queues = answers.map((answer) => [...answer]);
        while (queues.some((queue) => queue.length > 0)) {
          const turn = Number(turns.next().value) % queues.length;
          const event = queues[turn]?.shift();
          if (event) sinks[turn]?.event(event);
        }
        expect(mergeStream(stream, answers.length)).toEqual(render(folds, ANSWER));
      },
    );
    fc.assert(property, { ...LAW, numRuns: 300 });
  });
});
