/** The whole answer is the fold of its events. */
import { describe, expect, it } from 'vitest';
import { foldCompletion } from '../../../src/core/completion.ts';
import type { GenerationEvent } from '../../../src/core/event.ts';

function fold(events: readonly GenerationEvent[]) {
  const folding = foldCompletion();
  for (const event of events) folding.sink.event(event);
  folding.sink.end();
  return folding.completion();
}

const FINISH: GenerationEvent = { type: 'finish', reason: 'stop', rawReason: 'stop' };

describe('foldCompletion', () => {
  it('joins the pieces of each kind, whatever their order', () => {
    const events: readonly GenerationEvent[] = [
      { type: 'response-start', id: 'chatcmpl-1' },
      { type: 'reasoning-delta', text: 'let ' },
      { type: 'text-delta', text: 'Good ' },
      { type: 'reasoning-delta', text: 'me see' },
      { type: 'tool-call-delta', index: 0, id: 'a', name: 'clock', arguments: '' },
      { type: 'tool-call-delta', index: 1, id: 'b', name: 'weather', arguments: '{"a"' },
      { type: 'tool-call-delta', index: 0, arguments: '{}' },
      { type: 'text-delta', text: 'day' },
      { type: 'tool-call-delta', index: 1, arguments: ':1}' },
      { type: 'refusal-delta', text: 'but ' },
      { type: 'refusal-delta', text: 'no' },
      { type: 'usage', usage: { inputTokens: 1, outputTokens: 2, estimated: false } },
      { type: 'finish', reason: 'tool-calls', rawReason: 'tool_use' },
    ];
    expect(fold(events)).toEqual({
      id: 'chatcmpl-1',
      text: 'Good day',
      reasoning: 'let me see',
      refusal: 'but no',
      files: [],
      toolCalls: [
        { id: 'a', name: 'clock', arguments: '{}' },
        { id: 'b', name: 'weather', arguments: '{"a":1}' },
      ],
      finishReason: 'tool-calls',
      usage: { inputTokens: 1, outputTokens: 2, estimated: false },
    });
  });

  it('has empty text, no calls and no usage for an answer that only ends', () => {
    expect(fold([FINISH])).toMatchObject({ text: '', toolCalls: [], usage: undefined });
  });

  it('refuses to be read before the end', () => {
    const folding = foldCompletion();
    folding.sink.event({ type: 'text-delta', text: 'Hi' });
    expect(() => folding.completion()).toThrow(/before its end/);
  });
});
