/** What the native protocol refuses, how it says so, and how its bots fail. */
import { describe, expect, test } from 'vitest';
import { simulatorForFile } from './client.ts';
import { ask, eventsOf, protocolMessage, query, queryEvents, toolDefinition } from './native.ts';

const simulator = simulatorForFile();

function keyed(authorization: string | undefined): RequestInit {
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream' };
  return { headers: authorization === undefined ? headers : { ...headers, authorization } };
}

const call = {
  id: 'call_123',
  type: 'function',
  function: { name: 'weather', arguments: '{}' },
};
const result = { role: 'tool', name: 'weather', tool_call_id: 'call_123', content: '"sunny"' };

function message(extra: object): object {
  return { query: [protocolMessage('hi', extra)] };
}

const REFUSED: ReadonlyArray<readonly [what: string, extra: object, words: string]> = [
  ['no version', { version: undefined }, 'version'],
  ['a version that is no version', { version: 'newest' }, 'version'],
  ['another type', { type: 'question' }, 'type'],
  ['no messages', { query: [] }, 'query'],
  [
    'the role assistant',
    message({ role: 'assistant' }),
    "Invalid 'role': Input should be 'system', 'user' or 'bot'",
  ],
  [
    'the role developer',
    message({ role: 'developer' }),
    "Invalid 'role': Input should be 'system', 'user' or 'bot'",
  ],
  ['content in parts', message({ content: [{ type: 'text', text: 'hi' }] }), 'query[0].content'],
  ['an unknown content type', message({ content_type: 'text/html' }), 'content_type'],
  ['an unknown message type', message({ message_type: 'shout' }), 'message_type'],
  ['parameters that are no object', message({ parameters: 'max' }), 'query[0].parameters'],
  ['a data: URL', message({ attachments: [{ url: 'data:text/plain,hi' }] }), 'upload the file'],
  ['an attachment without address', message({ attachments: [{ name: 'a.png' }] }), 'url'],
  [
    'an attachment with a wrong type',
    message({ attachments: [{ url: 'https://a/b', content_type: 5 }] }),
    'attachments[0].content_type',
  ],
  ['a negative temperature', { temperature: -1 }, 'temperature'],
  ['a bias above 100', { logit_bias: { a: 101 } }, 'logit_bias'],
  ['stop sequences that are no list', { stop_sequences: 'END' }, 'stop_sequences'],
  [
    'a tool without parameters',
    { tools: [{ type: 'function', function: { name: 'a' } }] },
    'tools[0]',
  ],
  ['a call without an id', { tool_calls: [{ ...call, id: undefined }] }, 'tool_calls[0]'],
  [
    'arguments that are no text',
    { tool_calls: [{ ...call, function: { name: 'a', arguments: {} } }] },
    'tool_calls[0]',
  ],
  [
    'a result without text',
    { tool_calls: [call], tool_results: [{ ...result, content: { sunny: true } }] },
    'tool_results[0]',
  ],
];

describe('a native request', () => {
  test.each(REFUSED)('with %s is refused by a status', async (_, extra, words) => {
    const response = await query(simulator(), 'Echo', extra);
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { message: string } };
    expect(error.message).toContain(words);
  });

  test.each(REFUSED)(
    'with %s is refused by an event, given such a key',
    async (_, extra, words) => {
      const response = await query(simulator(), 'Echo', extra);
      const { authorization } = { authorization: 'Bearer good-event' };
      const told = await query(simulator(), 'Echo', extra, {
        headers: { authorization, 'content-type': 'application/json' },
      });
      expect([response.status, told.status]).toEqual([400, 200]);
      const [error, done] = eventsOf(await told.text());
      expect(error?.event).toBe('error');
      expect(JSON.parse(error?.data ?? '')).toMatchObject({
        allow_retry: false,
        text: expect.stringContaining(words),
        error_type: 'user_caused_error',
      });
      expect(done?.event).toBe('done');
    },
  );

  test('whose results have no call behind them fails in an event', async () => {
    for (const calls of [null, [], [{ ...call, id: 'call_9' }]]) {
      const { error } = await ask(simulator(), 'Tool-Caller', {
        tools: [toolDefinition('weather')],
        tool_calls: calls,
        tool_results: [result],
      });
      expect(error?.['text']).toBe(
        'No tool call found for function call output with call_id call_123.',
      );
    }
  });

  test.each([
    [
      'roles system, bot and tool',
      {
        query: ['system', 'user', 'bot', 'tool', 'user'].map((role) =>
          protocolMessage('hi', { role }),
        ),
      },
    ],
    [
      'the members of an old version only',
      { version: '1.0', metadata: undefined, users: undefined, tools: undefined },
    ],
    ['an attachment that is only an address', message({ attachments: [{ url: 'https://a/b' }] })],
    ['members that nobody knows', { extra_params: { a: 1 }, novelty: true }],
    ['parameters that no list declares', message({ parameters: { unknown: 1 } })],
  ])('with %s is answered', async (_, extra) => {
    const { text, end } = await ask(simulator(), 'Echo', extra);
    expect([text, end]).toEqual([extra && 'query' in extra ? 'hi' : 'Hello  there, world', 'done']);
  });

  test('may report an error, which is taken note of', async () => {
    const response = await query(simulator(), 'Echo', { type: 'report_error', message: 'odd' });
    expect([response.status, await response.json()]).toEqual([200, {}]);
  });
});

describe('a key', () => {
  test.each([
    [undefined, 401],
    ['good', 401],
    ['Bearer ', 401],
    ['Bearer bad', 401],
    ['Bearer poor', 402],
    ['Bearer forbidden', 403],
    ['Bearer limited', 429],
  ])('«%s» gets %i', async (authorization, status) => {
    const response = await query(simulator(), 'Echo', {}, keyed(authorization));
    expect(response.status).toBe(status);
    expect(await response.json()).toHaveProperty('error.message');
  });

  test.each([
    ['bad-event', { allow_retry: false }],
    ['poor-event', { allow_retry: false, error_type: 'insufficient_fund' }],
    ['forbidden-event', { allow_retry: false, error_type: 'privacy_authorization_error' }],
    ['limited-event', { allow_retry: true }],
  ])('«%s» gets an error event under status 200', async (key, error) => {
    const response = await query(simulator(), 'Echo', {}, keyed(`Bearer ${key}`));
    expect(response.status).toBe(200);
    const [event] = eventsOf(await response.text());
    expect(JSON.parse(event?.data ?? '')).toMatchObject(error);
  });
});

describe('an unknown bot', () => {
  test.each(['Nobody', 'openai%2Fgpt-4o', '%E0%A4%A'])('%s is a 404', async (name) => {
    const response = await query(simulator(), name);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('Bot does not exist');
  });

  test('is an error event for a key with -event', async () => {
    const response = await query(simulator(), 'Nobody', {}, keyed('Bearer good-event'));
    expect(await response.text()).toMatch(
      /^event: error\ndata: \{"allow_retry": false, "text": "Bot does not exist: Nobody"\}\n\nevent: done/,
    );
  });
});

/** Bot → members of its error, whether something was said before, and whether `done` comes after. */
const FAILING: ReadonlyArray<
  readonly [bot: string, error: object, before: boolean, done: boolean, chat: number]
> = [
  ['Bot-Error-Retry', { allow_retry: true, text: 'Internal server error' }, false, true, 500],
  ['Bot-Error-Final', { allow_retry: false }, false, true, 500],
  ['Bot-Error-Funds', { error_type: 'insufficient_fund' }, false, true, 402],
  ['Bot-Error-Too-Long', { error_type: 'user_message_too_long' }, false, true, 413],
  ['Bot-Error-User', { error_type: 'user_caused_error' }, false, true, 400],
  ['Bot-Error-Privacy', { error_type: 'privacy_authorization_error' }, false, true, 403],
  ['Bot-Error-Unknown-Type', { error_type: 'moon_phase_error' }, false, true, 500],
  ['Bot-Error-Gone', { text: 'Bot does not exist: Bot-Error-Gone' }, false, true, 404],
  ['Bot-Error-Rate', { allow_retry: true }, false, true, 429],
  ['Bot-Error-Raw', { raw_response: expect.stringContaining('http') }, false, true, 502],
  ['Bot-Error-No-Done', { allow_retry: true }, false, false, 500],
  ['Bot-Error-Bare', {}, false, false, 500],
  ['Bot-Error-Midway', { allow_retry: true }, true, true, 500],
  ['Bot-Error-Midway-No-Done', { allow_retry: true }, true, false, 500],
  ['Bot-Error-Midway-Final', { allow_retry: false }, true, true, 500],
];

test.each(FAILING)('%s fails with %j', async (bot, error, before, done) => {
  const events = await queryEvents(simulator(), bot);
  const failed = events.find(({ event }) => event === 'error');
  expect(JSON.parse(failed?.data ?? '')).toMatchObject(error);
  expect(events.some(({ event }) => event === 'text')).toBe(before);
  expect(events.at(-1)?.event).toBe(done ? 'done' : 'error');
});

test.each(FAILING)('%s fails with %j, elsewhere with a status', async (...row) => {
  const [model, , , , status] = row;
  const response = await fetch(`${simulator().url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer good' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }] }),
  });
  expect(response.status).toBe(status);
});

test('Bot-Error-Text has words where JSON was expected', async () => {
  const events = await queryEvents(simulator(), 'Bot-Error-Text');
  expect(events[0]).toEqual({ event: 'error', data: 'Internal server error' });
});

test('Bot-Error-Once answers the second time', async () => {
  // It remembers who has asked, beyond this file.
  const headers = { authorization: 'Bearer good-once', 'content-type': 'application/json' };
  const heard = () => ask(simulator(), 'Bot-Error-Once', {}, { headers });
  expect(await heard()).toMatchObject({ end: 'error' });
  expect(await heard()).toMatchObject({ text: 'Hello  there, world' });
  expect(await heard()).toMatchObject({ end: 'error' });
});

test.each(['401', '402', '404', '429', '500', '502', '529'])(
  'Error-%s has its status natively too',
  async (status) => {
    const response = await query(simulator(), `Error-${status}`);
    expect(response.status).toBe(Number(status));
    expect(response.headers.has('retry-after')).toBe(status === '429');
  },
);
