/** Thinking becomes the answer only where there is no other, and the answer came to its own end. */
import { describe, expect, it } from 'vitest';
import type { FinishReason, GenerationEvent } from '../../../../src/core/event.ts';
import { promoteReasoning } from '../../../../src/core/stages/promote-reasoning.ts';
import { recordingSink } from '../../record.ts';

function run(events: readonly GenerationEvent[]): readonly GenerationEvent[] {
  const sink = recordingSink();
  const stage = promoteReasoning(sink);
  for (const event of events) stage.event(event);
  stage.end();
  expect(sink.ends).toBe(1);
  return sink.events;
}

const thought = (text: string): GenerationEvent => ({ type: 'reasoning-delta', text });
const finish = (reason: FinishReason = 'stop'): GenerationEvent => ({
  type: 'finish',
  reason,
  rawReason: reason,
});

describe('an answer that is thinking alone', () => {
  it('is said as text too, right before its end', () => {
    expect(run([thought('It is'), thought(' four.'), finish()])).toEqual([
      thought('It is'),
      thought(' four.'),
      { type: 'text-delta', text: 'It is four.' },
      finish(),
    ]);
  });

  it.each(['length', 'content-filter', 'tool-calls', 'other'] as const)(
    'stays as it is when it ends with %s',
    (reason) => {
      const events = [thought('It is'), finish(reason)];
      expect(run(events)).toEqual(events);
    },
  );

  it('stays as it is when it is blank', () => {
    const events = [thought(' \n'), finish()];
    expect(run(events)).toEqual(events);
  });
});

describe('an answer with something else in it', () => {
  const OTHERS: readonly GenerationEvent[] = [
    { type: 'text-delta', text: 'Four.' },
    { type: 'refusal-delta', text: 'No.' },
    { type: 'tool-call-delta', index: 0, id: 'call_1', name: 'count', arguments: '{}' },
    { type: 'file', file: { url: 'https://host/a.png', mediaType: 'image/png', name: 'a.png' } },
  ];
  it.each(OTHERS.map((event) => ({ kind: event.type, event })))(
    'stays as it is: $kind',
    ({ event }) => {
      const events = [thought('Hm.'), event, finish()];
      expect(run(events)).toEqual(events);
    },
  );
});
