/** Whatever comes, the answer has exactly one end, and nothing follows it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../src/core/error.ts';
import type { GenerationEvent } from '../../../../src/core/event.ts';
import { ensureFinish } from '../../../../src/core/stages/ensure-finish.ts';
import { LAW, recordingSink, type RecordingSink } from '../../record.ts';

const ERROR = new GatewayError('overloaded', 'Too much.');

const TEXT: GenerationEvent = { type: 'text-delta', text: 'Hi' };
const CALL: GenerationEvent = {
  type: 'tool-call-delta',
  index: 0,
  id: 'a',
  name: 'clock',
  arguments: '{}',
};

function finish(reason: 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'other') {
  return { type: 'finish', reason, rawReason: 'vendor' } as const;
}

interface Outcome {
  readonly sink: RecordingSink;
  readonly overs: readonly (GatewayError | undefined)[];
}

function ensured(events: readonly GenerationEvent[]): Outcome {
  const sink = recordingSink();
  const overs: (GatewayError | undefined)[] = [];
  const stage = ensureFinish(sink, (failure) => overs.push(failure));
  for (const event of events) stage.event(event);
  stage.end();
  return { sink, overs };
}

describe('ensureFinish', () => {
  it('passes a good answer on and tells of its end once', () => {
    const { sink, overs } = ensured([TEXT, finish('stop')]);
    expect(sink.events).toEqual([TEXT, finish('stop')]);
    expect(sink.ends).toBe(1);
    expect(overs).toEqual([undefined]);
  });

  it('keeps a failure from the answer and hands it to the gateway', () => {
    const { sink, overs } = ensured([TEXT, { type: 'error', error: ERROR }, TEXT]);
    expect(sink.events).toEqual([TEXT]);
    expect(overs).toEqual([ERROR]);
  });

  it('calls an answer that just stops a failure', () => {
    const { sink, overs } = ensured([TEXT]);
    expect(sink.events).toEqual([TEXT]);
    expect(overs).toHaveLength(1);
    expect(overs[0]?.kind).toBe('upstream-failed');
  });

  it.each([
    { given: 'stop', wanted: 'tool-calls' },
    { given: 'other', wanted: 'tool-calls' },
    { given: 'tool-calls', wanted: 'tool-calls' },
    { given: 'length', wanted: 'length' },
    { given: 'content-filter', wanted: 'content-filter' },
  ] as const)('finishes an answer with calls with $wanted when Poe says $given', (row) => {
    const { sink } = ensured([CALL, finish(row.given)]);
    expect(sink.events.at(-1)).toEqual({ ...finish(row.given), reason: row.wanted });
  });

  it('leaves the reason of an answer without calls alone', () => {
    expect(ensured([TEXT, finish('other')]).sink.events.at(-1)).toEqual(finish('other'));
  });

  it('gives exactly one end to any sequence of events', () => {
    const event = fc.constantFrom<GenerationEvent>(
      { type: 'response-start' },
      TEXT,
      CALL,
      finish('stop'),
      finish('length'),
      { type: 'error', error: ERROR },
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 8 }), (events) => {
        const { sink, overs } = ensured(events);
        const finishes = sink.events.filter(({ type }) => type === 'finish').length;
        expect(overs).toHaveLength(1);
        expect(finishes + overs.filter((failure) => failure).length).toBe(1);
        expect(sink.events.findIndex(({ type }) => type === 'finish')).toBe(
          finishes === 1 ? sink.events.length - 1 : -1,
        );
        expect(sink.ends).toBe(finishes);
      }),
      LAW,
    );
  });
});
