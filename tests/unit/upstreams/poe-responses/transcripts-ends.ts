/** How an answer ends: counts, limits, failures, and streams that stop too early. */
import {
  sse,
  START,
  text,
  called,
  usage,
  finish,
  error,
  CUT,
  HALF_CALL,
  USED,
  HEAD,
  CREATED,
  completed,
  incomplete,
  message,
  call,
  textDelta,
  textDone,
  itemAdded,
  itemDone,
  argsDelta,
  openCall,
  failure,
  type Transcript,
} from './wire.ts';

export const ENDS: readonly Transcript[] = [
  {
    name: "the chat endpoint's names for the counts",
    lines: [completed([message('Hi')], { usage: { prompt_tokens: 7, completion_tokens: 2 } })],
    events: [START, usage(7, 2), text('Hi'), finish()],
  },
  {
    name: 'an answer without a word',
    lines: [CREATED, completed([])],
    events: [START, USED, finish()],
  },
  {
    name: 'an answer that reached its limit',
    lines: [CREATED, textDelta('Hi'), incomplete([message('Hi')], 'max_output_tokens')],
    events: [START, text('Hi'), USED, finish('length', 'max_output_tokens')],
  },
  {
    name: 'a call that the limit cut',
    lines: [
      CREATED,
      itemAdded(0, openCall('a', 'f')),
      argsDelta(0, 'a', '{"x'),
      incomplete([call('a', 'f', '{"x')], 'max_output_tokens'),
    ],
    events: [START, called(0, 'a', 'f', '{"x'), USED, finish('length', 'max_output_tokens')],
  },
  {
    name: 'an answer that was filtered',
    lines: [CREATED, textDelta('Hi'), incomplete([message('Hi')], 'content_filter')],
    events: [START, text('Hi'), USED, finish('content-filter', 'content_filter')],
  },
  {
    name: 'an answer that is incomplete for no given reason',
    lines: [CREATED, incomplete([message('Hi')])],
    events: [START, USED, text('Hi'), finish('length', 'incomplete')],
  },
  {
    name: 'an answer that is incomplete for a new reason',
    lines: [CREATED, incomplete([message('Hi')], 'tired')],
    events: [START, USED, text('Hi'), finish('other', 'tired')],
  },
  {
    name: 'a completed event with an incomplete response',
    lines: [
      completed([message('Hi')], {
        status: 'incomplete',
        incomplete_details: { reason: 'max_output_tokens' },
      }),
    ],
    events: [START, USED, text('Hi'), finish('length', 'max_output_tokens')],
  },
  {
    name: 'a failure before anything was said',
    lines: [CREATED, failure('rate_limit_exceeded', 'Slow down.')],
    events: [error('rate-limited', 'Slow down.')],
  },
  {
    name: 'a failure in the middle',
    lines: [CREATED, textDelta('Hi'), failure('server_error', 'It broke.'), textDelta(' there')],
    events: [START, text('Hi'), error('upstream-failed', 'It broke.')],
  },
  {
    name: 'a failure because of the prompt',
    lines: [CREATED, failure('invalid_prompt', 'Not this.')],
    events: [error('invalid-request', 'Not this.')],
  },
  {
    name: 'a failure because of a picture',
    lines: [CREATED, failure('image_too_small', 'Too small.')],
    events: [error('invalid-request', 'Too small.')],
  },
  {
    name: 'a failure that moderation made',
    lines: [CREATED, failure('image_content_policy_violation', 'No.')],
    events: [error('forbidden', 'No.')],
  },
  {
    name: 'a failure without a word',
    lines: [
      CREATED,
      sse('response.failed', { response: { ...HEAD, status: 'failed', error: null } }),
    ],
    events: [error('upstream-failed', 'Poe failed without saying why. Try again.')],
  },
  {
    name: 'a cancelled answer',
    lines: [
      CREATED,
      textDelta('Hi'),
      sse('response.cancelled', { response: { status: 'cancelled' } }),
    ],
    events: [START, text('Hi'), error('upstream-failed', 'Poe cancelled the answer. Try again.')],
  },
  {
    name: 'a flat error event',
    lines: [
      CREATED,
      textDelta('Hi'),
      sse('error', { code: 'rate_limit_exceeded', message: 'Slow down.', param: null }),
    ],
    events: [START, text('Hi'), error('rate-limited', 'Slow down.')],
  },
  {
    name: 'a nested error event',
    lines: [sse('error', { error: { type: 'overloaded_error', message: 'Busy.' } })],
    events: [error('overloaded', 'Busy.')],
  },
  {
    name: 'an error event that is only named so',
    lines: ['event: error\ndata: {"message":"Busy.","code":"overloaded_error"}\n\n'],
    events: [error('overloaded', 'Busy.')],
  },
  {
    name: "an error in Poe's own form",
    lines: [
      'data: {"error":{"code":402,"type":"insufficient_credits","message":"No points."}}\n\n',
    ],
    events: [error('insufficient-points', 'No points.')],
  },
  {
    name: 'an error that is a text',
    lines: ['data: {"error":"It broke."}\n\n'],
    events: [error('upstream-failed', 'It broke.')],
  },
  {
    name: 'a prompt that is too long',
    lines: [CREATED, failure('context_length_exceeded', 'Your input is too long.')],
    events: [error('context-length', 'Your input is too long.')],
  },
  {
    name: 'a stream that ends too early',
    lines: [CREATED, textDelta('Hi'), textDone('Hi'), itemDone(0, message('Hi'))],
    events: [START, text('Hi'), CUT],
  },
  { name: 'a stream that ends before anything', lines: [CREATED], events: [CUT] },
  { name: 'no stream at all', lines: [], events: [CUT] },
  {
    name: 'a call that ends too early',
    lines: [CREATED, itemAdded(0, openCall('a', 'f')), argsDelta(0, 'a', '{"x')],
    events: [START, called(0, 'a', 'f', '{"x'), CUT],
  },
  {
    name: '[DONE] in place of the completed response',
    lines: [CREATED, textDelta('Hi'), 'data: [DONE]\n\n', textDelta(' no')],
    events: [START, text('Hi'), finish()],
  },
  {
    name: '[DONE] in the middle of a call',
    lines: [
      CREATED,
      itemAdded(0, openCall('a', 'f')),
      argsDelta(0, 'a', '{"x'),
      'data: [DONE]\n\n',
    ],
    events: [START, called(0, 'a', 'f', '{"x'), HALF_CALL],
  },
  {
    name: '[DONE] before anything was said',
    lines: [CREATED, 'data: [DONE]\n\n'],
    events: [CUT],
  },
  {
    name: 'a call that never got a name',
    lines: [CREATED, argsDelta(0, 'a', '{}'), completed([])],
    events: [START, USED, HALF_CALL],
  },
  {
    name: 'a piece that is not JSON',
    lines: [CREATED, textDelta('Hi'), 'data: {not json}\n\n', textDelta(' no')],
    events: [
      START,
      text('Hi'),
      error('upstream-failed', 'Poe sent a garbled piece of the answer. Try again.'),
    ],
  },
];
