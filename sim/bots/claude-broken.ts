/**
 * Bots that list `/v1/messages` and go wrong there: refusals of the vendor, streams that break off,
 * fail, stay silent or are oddly framed. Elsewhere they are plain callers of tools.
 */
import { count, echo } from '../answers/plain.ts';
import type { Bot, MessagesManner, Speech, StreamEvent } from '../bot.ts';
import { failure, gatewayReply, refused, vendorReply } from '../messages/failure.ts';
import {
  endingAfter,
  failingAfter,
  interruptedAfter,
  onlyFirst,
  without,
} from '../wire/arrange.ts';
import { byteByByte, every, firstThen, half, hungUp, withPings } from '../wire/deal.ts';
import { frame, frameWith } from '../wire/frame.ts';
import { HANG_UP, pause, SILENCE } from '../wire/reply.ts';
import { able, SIM_CLAUDE } from './claude.ts';
import { listed } from './define.ts';

/** Events that get out before something happens: start, ping, a block and a few words. */
const SOME = 6;

const OVERLOADED = failure(529, 'overloaded_error', 'Overloaded');
const LIMITED = failure(
  429,
  'rate_limit_error',
  'This request would exceed the rate limit of 1,000,000 input tokens per minute.',
  { 'retry-after': '2' },
);
const INTERNAL = failure(500, 'api_error', 'Internal server error');

const ping: StreamEvent = { part: 'noise', event: 'ping', data: '{"type": "ping"}' };

/** What happens to a stream, and instead of a whole message. */
function failing(bends: Partial<Speech>): MessagesManner {
  return { bends: { says: count, whole: () => vendorReply(OVERLOADED), ...bends } };
}

/** What happens to a stream only. */
function framed(bends: Partial<Speech>): MessagesManner {
  return { bends };
}

type Row = readonly [name: string, description: string, manner: MessagesManner];

const ROWS: readonly Row[] = [
  [
    'Claude-Sim-Ends-Quietly',
    'A few events, then the end.',
    failing({ events: onlyFirst(SOME), whole: (json) => ({ writes: [half(json)] }) }),
  ],
  ['Claude-Sim-No-Stop', 'All but message_stop.', framed({ events: without('done') })],
  [
    'Claude-Sim-No-Reason',
    'Neither message_delta nor a stop_reason.',
    framed({
      events: without('finish'),
      whole: (json) => ({ writes: [json.replace(/"stop_reason":"\w+"/, '"stop_reason":null')] }),
    }),
  ],
  [
    'Claude-Sim-Broken-Midway',
    'The socket dies after a few events, or half the JSON.',
    failing({ writes: hungUp, whole: (json) => ({ writes: [half(json), pause(50), HANG_UP] }) }),
  ],
  [
    'Claude-Sim-Malformed',
    'One event among good ones is not JSON.',
    failing({ events: interruptedAfter(SOME), whole: () => ({ writes: ['{not json}'] }) }),
  ],
  [
    'Claude-Sim-Error-Midway',
    'A few events, then overloaded_error.',
    failing({ events: failingAfter(SOME, OVERLOADED) }),
  ],
  [
    'Claude-Sim-Error-First',
    'HTTP 200, and overloaded_error is the first event.',
    failing({ events: failingAfter(0, OVERLOADED) }),
  ],
  [
    'Claude-Sim-Error-After-Ping',
    'A ping, then overloaded_error.',
    failing({
      events: (events, spelling) =>
        endingAfter(0, ping, spelling.error(OVERLOADED))(events, spelling),
    }),
  ],
  [
    'Claude-Sim-Pings',
    'Pings for 200 ms before message_start, and one before each event.',
    framed({
      writes: (frames) => [
        ...Array.from({ length: 5 }, () => [pause(40), frame(ping)]).flat(),
        ...frames.flatMap((each) => [frame(ping), each]),
      ],
    }),
  ],
  [
    'Claude-Sim-Comments',
    'SSE comments for 100 ms before the stream, and between its events.',
    framed({ writes: withPings(5, 20) }),
  ],
  ['Claude-Sim-Slow', 'Twenty words, 50 ms apart.', framed({ says: count, writes: every(50) })],
  [
    'Claude-Sim-Silent',
    'A few events, then silence for ever.',
    failing({
      writes: firstThen(SOME, SILENCE),
      whole: (json) => ({ writes: [half(json), SILENCE] }),
    }),
  ],
  ['Claude-Sim-CRLF', 'Its lines end in CR LF.', framed({ frame: frameWith('\r\n') })],
  [
    'Claude-Sim-No-Event-Lines',
    'Its events have data alone.',
    framed({ frame: ({ part, data }) => frame({ part, data }) }),
  ],
  [
    'Claude-Sim-Done',
    'A [DONE] after message_stop.',
    framed({ events: (events) => [...events, { part: 'noise', data: '[DONE]' }] }),
  ],
  ['Claude-Sim-Byte-By-Byte', 'One byte a socket write.', framed({ writes: byteByByte })],
  [
    'Claude-Sim-Ignores-Stream',
    'Answers JSON although a stream was asked for.',
    framed({ insists: 'whole' }),
  ],
  [
    'Claude-Sim-Streams-Always',
    'Answers a stream although none was asked for.',
    framed({ insists: 'stream' }),
  ],
  [
    'Claude-Sim-Not-Served',
    'Lists the endpoint, and is told to be not available there.',
    {
      reply: () => gatewayReply(refused('messages endpoint not available for this model')),
    },
  ],
  [
    'Claude-Sim-Error-Nested',
    "Status 400 with the vendor's JSON as a string in the message.",
    { reply: () => vendorReply(refused("'claude-3-5-haiku-20241022' does not support thinking.")) },
  ],
  [
    'Claude-Sim-Too-Long',
    'Status 400: the prompt is too long.',
    {
      reply: () => vendorReply(refused('prompt is too long: 208310 tokens > 200000 maximum')),
    },
  ],
  ['Claude-Sim-Overloaded', 'Status 529, nested.', { reply: () => vendorReply(OVERLOADED) }],
  [
    'Claude-Sim-Limited',
    'Status 429 of the vendor, nested, with retry-after.',
    { reply: () => vendorReply(LIMITED) },
  ],
  [
    'Claude-Sim-Error-500',
    'Status 500 of the vendor, nested.',
    { reply: () => vendorReply(INTERNAL) },
  ],
];

export const brokenClaudes: readonly Bot[] = ROWS.map(([name, description, messages]) =>
  listed(name, description, { says: messages.bends?.says ? echo : able, messages }, SIM_CLAUDE),
);
