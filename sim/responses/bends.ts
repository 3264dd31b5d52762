/**
 * Ways in which a responses stream goes wrong and no other can: events that are missing, changed,
 * unnamed, or too many. Streams of other protocols pass as they are.
 */
import type { Arrangement, StreamEvent } from '../bot.ts';
import { isObject, type JsonObject } from '../json.ts';
import { frame } from '../wire/frame.ts';

function isResponses(events: readonly StreamEvent[]): boolean {
  return events.some(({ event }) => event === 'response.created');
}

function onlyHere(arrangement: Arrangement): Arrangement {
  return (events, spelling) => (isResponses(events) ? arrangement(events, spelling) : events);
}

/** The stream without the events of these names. */
export function withoutEvents(...names: readonly string[]): Arrangement {
  return onlyHere((events) => events.filter(({ event }) => !names.includes(event ?? '')));
}

function edited(edit: (data: JsonObject) => JsonObject): Arrangement {
  return onlyHere((events) =>
    events.map((event) => {
      const data: unknown = JSON.parse(event.data);
      return isObject(data) ? { ...event, data: JSON.stringify(edit(data)) } : event;
    }),
  );
}

/** No event has a number. */
export const unnumbered = edited((data) => ({ ...data, sequence_number: undefined }));

/** The last event has a response without output. */
export const withEmptyEnd = edited((data) => {
  const { type, response } = data;
  return type === 'response.completed' && isObject(response)
    ? { ...data, response: { ...response, output: [] } }
    : data;
});

/** The end of a chat stream after that of this one. */
export const withChatEnd = onlyHere((events) => [...events, { part: 'noise', data: '[DONE]' }]);

/** Events that nobody knows, after the first and before the last. */
export const amongStrangers = onlyHere((events) => {
  const stranger = (type: string): StreamEvent => ({
    part: 'noise',
    event: type,
    data: JSON.stringify({ type, sequence_number: 0, delta: 'not for you', item: { type: 'x' } }),
  });
  return [
    ...events.slice(0, 1),
    stranger('keepalive'),
    ...events.slice(1, -1),
    stranger('response.mystery.delta'),
    ...events.slice(-1),
  ];
});

/** Events of this protocol without the line that names them. */
export function unnamedFrame({ event, data, part }: StreamEvent): string {
  return frame(
    event?.startsWith('response.')
      ? { part, data }
      : { part, data, ...(event !== undefined && { event }) },
  );
}
