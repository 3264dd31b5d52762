/**
 * Bots whose answer goes wrong on the way: torn sockets, torn JSON, errors in the middle, missing
 * ends. Each is ordinary up to the point where it breaks; all count to twenty, so that there is a
 * middle to break in.
 */
import { count } from '../answers/plain.ts';
import type { Bot, StreamEvent } from '../bot.ts';
import { documented, failureReply } from '../failure.ts';
import {
  endingAfter,
  failingAfter,
  interruptedAfter,
  onlyFirst,
  without,
} from '../wire/arrange.ts';
import { cutInside, half, hungUp } from '../wire/deal.ts';
import { HANG_UP, type Reply } from '../wire/reply.ts';
import { listed } from './define.ts';

/** Events that get out before something happens. */
const A_FEW = 4;

const FAILURE = documented(500, 'provider_error', 'The provider gave up on this answer.');

/** The other presumed form: a named event with a bare message. */
const errorEvent: StreamEvent = {
  part: 'error',
  event: 'error',
  data: JSON.stringify({ message: FAILURE.error['message'] }),
};

/** Where a stream breaks off in the middle, a whole answer fails before it begins. */
function failsWhole(): Partial<Reply> {
  return failureReply(FAILURE);
}

/** Any finish reason in a whole answer becomes null. */
function unfinished(json: string): Partial<Reply> {
  return { writes: [json.replace(/"finish_reason":"\w+"/, '"finish_reason":null')] };
}

export const brokenBots: readonly Bot[] = [
  listed('Broken-Midway', 'The socket dies after a few chunks, or half the JSON.', {
    says: count,
    writes: hungUp,
    whole: (json) => ({
      headers: { 'content-type': 'application/json', 'content-length': String(json.length) },
      writes: [half(json), HANG_UP],
    }),
  }),
  listed('Broken-JSON', 'A chunk cut in the middle of its JSON, then a clean end.', {
    says: count,
    writes: cutInside(A_FEW),
    whole: (json) => ({ writes: [half(json)] }),
  }),
  listed('Malformed', 'One event among good ones is not JSON.', {
    says: count,
    events: interruptedAfter(A_FEW),
    whole: () => ({ writes: ['{not json}'] }),
  }),
  listed('Error-Midway', 'A few chunks, then an error object, then the end.', {
    says: count,
    events: failingAfter(A_FEW, FAILURE),
    whole: failsWhole,
  }),
  listed('Error-Event', 'A few chunks, then event: error with a message only.', {
    says: count,
    events: endingAfter(A_FEW, errorEvent),
    whole: failsWhole,
  }),
  listed('Error-First', 'HTTP 200, and an error is the first thing in it.', {
    says: count,
    events: failingAfter(0, FAILURE),
    whole: () => ({ writes: [JSON.stringify({ error: FAILURE.error })] }),
  }),
  listed('Ends-Quietly', 'A few chunks, then the end: no finish, no [DONE].', {
    says: count,
    events: onlyFirst(A_FEW),
    whole: unfinished,
  }),
  listed('No-Finish', 'All chunks and [DONE], but no finish reason.', {
    says: count,
    events: without('finish'),
    whole: unfinished,
  }),
  listed('No-Done', 'All chunks and the finish reason, but no [DONE].', {
    says: count,
    events: without('done'),
  }),
  listed('Empty-Body', 'Status 200 and not one byte.', {
    says: count,
    writes: () => [],
    whole: () => ({ writes: [] }),
  }),
];
