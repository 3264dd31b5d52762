/**
 * Bots that list `/v1/responses`: well-behaved ones, and those that go wrong there. They answer on
 * the other endpoints too, in the same manner.
 */
import { lookUp } from '../answers/web-search.ts';
import { inFormat, inResponsesFormat } from '../answers/format.ts';
import { count, echo, echoWithinLimit, saying } from '../answers/plain.ts';
import { thinking, thinkingWhenAsked } from '../answers/thinking.ts';
import { callTools, talkThenCall } from '../answers/tool-call.ts';
import type { Bot, Speech, StreamEvent } from '../bot.ts';
import { documented, failureReply, vendorRejected } from '../failure.ts';
import type { CardFacts } from '../model-card.ts';
import { unknownParameter } from '../responses/unsupported.ts';
import { failingAfter, onlyFirst, without } from '../wire/arrange.ts';
import { firstThen, half, hungUp } from '../wire/deal.ts';
import { frameWith } from '../wire/frame.ts';
import { HANG_UP, SILENCE } from '../wire/reply.ts';
import { TALKER, listed } from './define.ts';
import { BY_EFFORT, endpoints } from './familiar-cards.ts';

const RESPONDER: CardFacts = { ...TALKER, endpoints: endpoints('responses', 'chat') };
const REASONER: CardFacts = { ...RESPONDER, reasoning: BY_EFFORT };
const GPT: CardFacts = { ...REASONER, owner: 'OpenAI' };

const caller = inResponsesFormat(callTools);

/** Events that get out before something happens: created, in progress, added, and a few words. */
const SOME = 6;

const FAILURE = documented(500, 'provider_error', 'The provider gave up on this answer.');

const errorEvent: StreamEvent = {
  part: 'error',
  event: 'error',
  data: JSON.stringify({
    type: 'error',
    sequence_number: SOME,
    code: 'server_error',
    message: FAILURE.error['message'],
    param: null,
  }),
};

type Row = readonly [name: string, description: string, behaviour: Speech, facts?: CardFacts];

const ROWS: readonly Row[] = [
  [
    'Responds',
    'Calls tools, obeys text.format, echoes otherwise.',
    { says: inResponsesFormat(callTools) },
  ],
  [
    'Responds-Only',
    'The same, and lists no other endpoint.',
    { says: inFormat(callTools) },
    { ...RESPONDER, endpoints: endpoints('responses') },
  ],
  [
    'Responds-Everywhere',
    'Obeys response_format on the chat endpoint too.',
    { says: inFormat(callTools) },
  ],
  [
    'Responds-Thinking',
    'Thinks first; tells its thought when a summary is asked for.',
    { says: thinking(inResponsesFormat(callTools)) },
    REASONER,
  ],
  ['Responds-Talks', 'Says something, then calls.', { says: talkThenCall }],
  [
    'Responds-Wrongly',
    'Ignores text.format: answers in words.',
    { says: () => saying('No JSON today.') },
  ],
  ['Responds-No-Usage', 'Never reports usage.', { says: inResponsesFormat(echo), usage: 'none' }],
  [
    'Responds-Length',
    'Ends as incomplete after max_output_tokens words.',
    { says: echoWithinLimit },
  ],
  [
    'Responds-Filtered',
    'Ends as incomplete: content_filter.',
    { says: () => saying('This much could be said', 'content_filter') },
  ],
  [
    'Responds-Refusing',
    'Answers with a refusal.',
    { says: () => ({ pieces: [{ kind: 'refusal', text: 'I will not.' }], finish: 'stop' }) },
  ],
  [
    'Responds-CRLF',
    'Its lines end in CR LF.',
    { says: inResponsesFormat(callTools), frame: frameWith('\r\n') },
  ],
  [
    'Responds-Broken-Midway',
    'The socket dies after a few events, or half the JSON.',
    { says: count, writes: hungUp, whole: (json) => ({ writes: [half(json), HANG_UP] }) },
  ],
  [
    'Responds-Ends-Quietly',
    'A few events, then the end.',
    { says: count, events: onlyFirst(SOME) },
  ],
  ['Responds-No-End', 'All but the last event.', { says: echo, events: without('finish', 'done') }],
  [
    'Responds-Fails-Midway',
    'A few events, then response.failed.',
    { says: count, events: failingAfter(SOME, FAILURE), whole: () => failureReply(FAILURE) },
  ],
  [
    'Responds-Error-Event',
    'A few events, then an error event.',
    {
      says: count,
      events: (events) => [...events.slice(0, SOME), errorEvent],
      whole: () => failureReply(FAILURE),
    },
  ],
  [
    'Responds-Silent',
    'A few events, then silence for ever.',
    {
      says: count,
      writes: firstThen(SOME, SILENCE),
      whole: (json) => ({ writes: [half(json), SILENCE] }),
    },
  ],
  [
    'Responds-As-Google',
    'Beside a call it has a text part without text.',
    { says: inResponsesFormat(callTools) },
    { ...RESPONDER, owner: 'Google' },
  ],
  [
    'Responds-As-Claude',
    'A previous_response_id is a 500.',
    { says: inResponsesFormat(callTools) },
    { ...RESPONDER, owner: 'Anthropic' },
  ],
];

function responder([name, description, behaviour, facts = RESPONDER]: Row): Bot {
  return listed(name, description, behaviour, facts);
}

/** What OpenAI's bots take, and what some of them may not. */
const VENDORS: readonly Bot[] = [
  responder([
    'Responds-As-OpenAI',
    'Takes custom tools, namespaces and client_metadata; thinks when asked to.',
    { says: thinkingWhenAsked(caller) },
    GPT,
  ]),
  responder([
    'Responds-Searching',
    'With web_search it looks things up, and its text has annotations.',
    { says: lookUp },
    { ...GPT, features: ['web_search', 'tools'] },
  ]),
  {
    ...responder([
      'Responds-Any-Tool',
      'Overlooks tools of types it does not know.',
      { says: caller },
      GPT,
    ]),
    toolTypes: 'any',
  },
  {
    ...responder(['Responds-No-Metadata', 'Refuses client_metadata.', { says: caller }, GPT]),
    refuses: ({ client_metadata: given }) =>
      given === undefined ? undefined : unknownParameter('client_metadata'),
  },
  {
    ...responder(['Responds-Unsealed', 'Refuses to seal its thoughts.', { says: caller }, GPT]),
    refuses: ({ include }) =>
      Array.isArray(include) && include.includes('reasoning.encrypted_content')
        ? vendorRejected('Encrypted content is not supported with this model.')
        : undefined,
  },
  {
    ...responder([
      'Responds-LiteLLM',
      'Refuses types of tools in the words of the layer behind Poe.',
      { says: caller },
    ]),
    toolsRefusedBy: 'layer-behind',
  },
];

export const responders: readonly Bot[] = [...ROWS.map(responder), ...VENDORS];
