/**
 * Bots that fail with the native `error` event: first thing or in the middle, with and without
 * `done`, each `error_type`, retry allowed or not. On the other endpoints they fail with a status.
 */
import { count, echo, echoText } from '../answers/plain.ts';
import type { Arrangement, Bot, Speech } from '../bot.ts';
import { documented, failureReply, nativeFailure, type Failure } from '../failure.ts';
import { errorEvent, errorStream } from '../native/failure.ts';
import type { Prompt } from '../prompt.ts';
import { failingAfter, failingWithEnd } from '../wire/arrange.ts';
import { frame, frameWith } from '../wire/frame.ts';
import type { Reply } from '../wire/reply.ts';
import { listed } from './define.ts';

/** Events that get out before an error in the middle. */
const A_FEW = 4;

const DONE = frame({ part: 'done', event: 'done', data: '{}' });

const INTERNAL = nativeFailure(500, { allow_retry: true, text: 'Internal server error' });
const TRACED = nativeFailure(500, {
  allow_retry: true,
  text: 'Internal server error (error_id: f52e5081-9d9d-4585-ac8b-734595d1dc13)',
});
const UNEXPECTED = nativeFailure(500, {
  allow_retry: false,
  text: 'The bot encountered an unexpected issue.',
});

function typed(status: number, type: string, text: string): Failure {
  return nativeFailure(status, { allow_retry: false, text, error_type: type });
}

/** Breaks in the middle, or, whole, fails before it begins. */
function breaking(failure: Failure, arrangement: Arrangement): Speech {
  return { says: count, events: arrangement, whole: () => failureReply(failure) };
}

/** Fails at once: natively with these frames, elsewhere with a status. */
function atOnce(failure: Failure, ...frames: readonly string[]): Bot['behaviour'] {
  const native: Reply = { ...errorStream(failure), writes: frames };
  return { reply: ({ door }) => (door === 'native' ? native : failureReply(failure)) };
}

/** The native error with data of an odd shape. */
function odd(data: string): Bot['behaviour'] {
  return atOnce(INTERNAL, frame({ part: 'error', event: 'error', data }));
}

type Row = readonly [name: string, description: string, failure: Failure];

/** All of them say so at once, and then done. */
const FIRST: readonly Row[] = [
  ['Bot-Error-Retry', 'An internal error that allows a retry.', INTERNAL],
  ['Bot-Error-Final', 'An unexpected issue that allows no retry.', UNEXPECTED],
  [
    'Bot-Error-Funds',
    'error_type insufficient_fund.',
    typed(402, 'insufficient_fund', 'You do not have enough points to message this bot.'),
  ],
  [
    'Bot-Error-Too-Long',
    'error_type user_message_too_long.',
    typed(413, 'user_message_too_long', 'The message is too long for this bot.'),
  ],
  [
    'Bot-Error-User',
    'error_type user_caused_error.',
    typed(400, 'user_caused_error', 'The bot cannot work with this message.'),
  ],
  [
    'Bot-Error-Privacy',
    'error_type privacy_authorization_error.',
    typed(403, 'privacy_authorization_error', 'You are not allowed to use this bot.'),
  ],
  [
    'Bot-Error-Unknown-Type',
    'An error_type that nobody knows.',
    typed(500, 'moon_phase_error', 'The moon is in the wrong phase.'),
  ],
  [
    'Bot-Error-Gone',
    'Says that the bot does not exist.',
    nativeFailure(404, { allow_retry: false, text: 'Bot does not exist: Bot-Error-Gone' }),
  ],
  [
    'Bot-Error-Rate',
    'Speaks of a rate limit, and allows a retry.',
    nativeFailure(429, {
      allow_retry: true,
      text: 'You have exceeded the rate limit for this bot.',
    }),
  ],
  [
    'Bot-Error-Raw',
    'Has a raw_response beside its text.',
    nativeFailure(502, {
      allow_retry: true,
      text: 'The bot returned an invalid response.',
      raw_response: '<html>Bad Gateway at http://10.1.2.3:8080</html>',
    }),
  ],
];

/** Calls whose first try has failed; a second with the same words and key succeeds. */
const tried = new Set<string>();
const KEPT_TRIES = 1_000;

function failsNow(prompt: Prompt): boolean {
  const call = `${prompt.key} ${prompt.door} ${echoText(prompt)}`;
  if (tried.delete(call)) return false;
  if (tried.size > KEPT_TRIES) tried.clear();
  tried.add(call);
  return true;
}

/** Fails every other time that the same is asked with the same key. */
const failsOnce: Speech = {
  says: (prompt) => (failsNow(prompt) ? { pieces: [], finish: null } : echo(prompt)),
  events: (events, { error }) => {
    const speaks = events.some((event) => event.part === 'piece');
    return speaks ? events : [error(TRACED), ...events.filter(({ part }) => part === 'done')];
  },
  whole: (json) =>
    /"content":""/.test(json)
      ? failureReply(documented(503, 'overloaded_error', 'Try again.', { 'retry-after': '0' }))
      : { writes: [json] },
};

export const nativeErrorBots: readonly Bot[] = [
  ...FIRST.map(([name, description, failure]) =>
    listed(name, description, atOnce(failure, frame(errorEvent(failure)), DONE)),
  ),
  listed(
    'Bot-Error-No-Done',
    'An internal error, and the stream ends without done.',
    atOnce(INTERNAL, frameWith('\r\n')(errorEvent(INTERNAL))),
  ),
  listed('Bot-Error-Bare', 'The data of its error is an empty object.', odd('{}')),
  listed('Bot-Error-Text', 'The data of its error is not JSON.', odd('Internal server error')),
  listed(
    'Bot-Error-Midway',
    'A few words, an error that allows a retry, done.',
    breaking(TRACED, failingWithEnd(A_FEW, TRACED)),
  ),
  listed(
    'Bot-Error-Midway-No-Done',
    'A few words, an error, and the stream ends.',
    breaking(TRACED, failingAfter(A_FEW, TRACED)),
  ),
  listed('Bot-Error-Midway-Final', 'A few words, an error that allows no retry, done.', {
    ...breaking(UNEXPECTED, failingWithEnd(A_FEW, UNEXPECTED)),
    frame: frameWith('\r\n'),
  }),
  listed('Bot-Error-Once', 'Fails, and echoes when the same is asked again.', failsOnce),
];
