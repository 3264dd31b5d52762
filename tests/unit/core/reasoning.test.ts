/** Thoughts given back: those since the user's last word, or none. */
import { describe, expect, it } from 'vitest';
import { hasReasoning, withReasoning } from '../../../src/core/reasoning.ts';
import type { Message } from '../../../src/core/request.ts';
import { plainRequest } from '../record.ts';

const USER: Message = { role: 'user', content: [] };
const RESULT: Message = { role: 'tool', toolCallId: 'a', content: [] };
const thought = (reasoning?: string): Message => ({
  role: 'assistant',
  content: [],
  toolCalls: [{ id: 'a', name: 'weather', arguments: '{}' }],
  reasoning,
});
const kept = (keeps: boolean, ...messages: readonly Message[]): readonly (string | undefined)[] =>
  withReasoning(plainRequest({ messages }), keeps).messages.flatMap((message) =>
    message.role === 'assistant' ? [message.reasoning] : [],
  );

describe('thoughts', () => {
  it('are kept where tools were called since the user’s last word', () => {
    const messages = [USER, thought('old'), USER, thought('new'), RESULT, thought('newer'), RESULT];
    expect(kept(true, ...messages)).toEqual([undefined, 'new', 'newer']);
    expect(hasReasoning(plainRequest({ messages }))).toBe(true);
  });

  it('are all left out where they are not wanted', () => {
    expect(kept(false, USER, thought('new'), RESULT)).toEqual([undefined]);
  });

  it('of the past alone are none', () => {
    const messages = [USER, thought('old'), RESULT, USER];
    expect(hasReasoning(plainRequest({ messages }))).toBe(false);
    expect(kept(true, ...messages)).toEqual([undefined]);
  });

  it('leave a request without any as it is', () => {
    const request = plainRequest({ messages: [USER, thought(), RESULT] });
    expect(withReasoning(request, false)).toBe(request);
  });
});
