/** Which reader a reply gets, and tool calls as vendors send them. Whole replies are in golden/. */
import { describe, expect, it } from 'vitest';
import type { GenerationEvent } from '../../../../src/core/event.ts';
import { poeChat } from '../../../../src/upstreams/poe-chat/index.ts';
import { bytesOf } from '../../../golden/replay.ts';
import { chunk } from '../../live-poe.ts';
import { recordingSink, textOf } from '../../record.ts';

const STREAM = `${chunk({ content: 'Hi' })}${chunk({}, 'stop')}data: [DONE]\n\n`;
const WHOLE = JSON.stringify({ choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }] });

function read(text: string, contentType: string | undefined, stream = true) {
  const sink = recordingSink();
  const head = { status: 200, header: () => contentType };
  const reader = poeChat.read(head, sink, { key: 'k', stream, randomId: () => 'made-up' });
  reader.feed(bytesOf(text));
  reader.end();
  return sink.events;
}

function calls(...pieces: readonly object[]): readonly GenerationEvent[] {
  const text = pieces.map((piece) => chunk({ tool_calls: [piece] })).join('');
  return read(`${text}${chunk({}, 'tool_calls')}data: [DONE]\n\n`, 'text/event-stream').filter(
    ({ type }) => type === 'tool-call-delta',
  );
}

describe('read', () => {
  it.each([
    { type: 'text/event-stream', text: STREAM },
    { type: 'text/event-stream; charset=utf-8', text: STREAM },
    { type: 'Text/Event-Stream', text: STREAM },
    { type: 'application/json', text: WHOLE },
    { type: 'Application/JSON; charset=utf-8', text: WHOLE },
    { type: undefined, text: STREAM },
  ])('reads an answer of type $type', ({ type, text }) => {
    expect(textOf(read(text, type))).toBe('Hi');
  });

  it('keeps two calls apart that have the same index and different ids', () => {
    const events = calls(
      { index: 0, id: 'a', function: { name: 'f', arguments: '{}' } },
      { index: 0, id: 'b', function: { name: 'g', arguments: '{}' } },
    );
    expect(events).toMatchObject([
      { index: 0, id: 'a', name: 'f' },
      { index: 1, id: 'b', name: 'g' },
    ]);
  });

  it('takes a name that comes with every piece once', () => {
    const events = calls(
      { index: 0, id: 'a', function: { name: 'f', arguments: '{"a"' } },
      { index: 0, id: 'a', function: { name: 'f', arguments: ':1}' } },
    );
    expect(events).toEqual([
      { type: 'tool-call-delta', index: 0, id: 'a', name: 'f', arguments: '{"a"' },
      { type: 'tool-call-delta', index: 0, arguments: ':1}' },
    ]);
  });

  it('closes the gaps in the indexes', () => {
    const events = calls(
      { index: 3, id: 'a', function: { name: 'f', arguments: '{}' } },
      { index: 7, id: 'b', function: { name: 'g', arguments: '{}' } },
    );
    expect(events).toMatchObject([{ index: 0 }, { index: 1 }]);
  });

  it('makes up an id for a call without one', () => {
    expect(calls({ function: { name: 'f', arguments: '{}' } })).toMatchObject([
      { index: 0, id: 'call_made-up', name: 'f' },
    ]);
  });

  it('calls an answer an error whose call never got a name', () => {
    const text = chunk({ tool_calls: [{ index: 0, id: 'a', function: { arguments: '{}' } }] });
    const events = read(`${text}${chunk({}, 'tool_calls')}`, 'text/event-stream');
    expect(events.at(-1)?.type).toBe('error');
  });
});
