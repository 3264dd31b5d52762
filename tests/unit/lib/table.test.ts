/** Words from outside meet our tables: what every object inherits is not an entry. */
import { expect, test } from 'vitest';
import type { GenerationEvent } from '../../../src/core/event.ts';
import { read } from '../../../src/upstreams/poe-chat/read.ts';
import { readPoeErrorObject } from '../../../src/upstreams/poe-shared/error.ts';

const INHERITED = ['constructor', 'toString', '__proto__', 'hasOwnProperty'];

test.each(INHERITED)('a finish reason called %s is an unknown one', (reason) => {
  const events: GenerationEvent[] = [];
  const sink = { event: (event: GenerationEvent) => void events.push(event), end: () => undefined };
  const head = { status: 200, header: () => 'application/json' };
  const reader = read(head, sink, { key: '', stream: false, randomId: () => '0' });
  const choice = { message: { role: 'assistant', content: 'hi' }, finish_reason: reason };
  reader.feed(new TextEncoder().encode(JSON.stringify({ choices: [choice] })));
  reader.end();
  expect(events.at(-1)).toEqual({ type: 'finish', reason: 'other', rawReason: reason });
});

test.each(INHERITED)('an error type called %s is an unknown one', (type) => {
  const error = readPoeErrorObject({ error: { message: 'It broke.', type } }, '');
  expect(error.kind).toBe('upstream-failed');
  expect(error.status).toBe(502);
});
