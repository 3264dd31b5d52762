/** What the tests of this room are made of: Anthropic's events, as documented, and requests. */
import { expect } from 'vitest';
import type { GenerationRequest } from '../../../../src/core/request.ts';
import type { JsonObject } from '../../../../src/lib/json.ts';
import { plainRequest } from '../../record.ts';

/** One event, named after its type. */
export function sse(type: string, members: object = {}): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`;
}

/** The same event as it is told. */
export const relayed = (type: string, members: object = {}) => ({
  type: 'relayed-event',
  name: type,
  data: JSON.stringify({ type, ...members }),
});

export const USAGE = {
  input_tokens: 3,
  cache_creation_input_tokens: 75,
  cache_read_input_tokens: 4553,
  output_tokens: 1,
};

export const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-haiku-4-5-20251001',
  content: [],
  stop_reason: null,
  stop_sequence: null,
  usage: USAGE,
};

/** An event's name and members, to be written as bytes and to be told. */
export type Told = readonly [type: string, members?: object];

export const START: Told = ['message_start', { message: MESSAGE }];
export const PING: Told = ['ping'];
export const STOP: Told = ['message_stop'];

export const begun = (index: number, content_block: object): Told => [
  'content_block_start',
  { index, content_block },
];
export const delta = (index: number, change: object): Told => [
  'content_block_delta',
  { index, delta: change },
];
export const ended = (index: number): Told => ['content_block_stop', { index }];

export const HI: readonly Told[] = [
  begun(0, { type: 'text', text: '' }),
  delta(0, { type: 'text_delta', text: 'Hi ' }),
  delta(0, { type: 'text_delta', text: 'dear 😀' }),
  ended(0),
];

export const over = (stop_reason: string, stop_sequence: string | null = null): Told => [
  'message_delta',
  { delta: { stop_reason, stop_sequence }, usage: { output_tokens: 8 } },
];

export const usage = (outputTokens: number) => ({
  type: 'usage',
  usage: {
    inputTokens: 3 + 75 + 4553,
    outputTokens,
    cachedInputTokens: 4553,
    reasoningTokens: undefined,
    estimated: false,
  },
});

export const CUT = {
  type: 'error',
  error: {
    kind: 'upstream-failed',
    message: "Poe's answer ended before it was complete. Try again.",
  },
};

export const GARBLED = {
  type: 'error',
  error: { kind: 'upstream-failed', message: expect.stringContaining('garbled') as string },
};

/** A request of a client's. */
export function asked(
  body: object,
  headers: Readonly<Record<string, string>> = {},
): GenerationRequest {
  const original = { protocol: 'anthropic-messages', body: body as JsonObject, headers } as const;
  return plainRequest({ model: 'claude-haiku-4.5', original });
}
