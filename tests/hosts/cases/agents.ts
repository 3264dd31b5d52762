/**
 * Cases of the host suite: the protocols of agents, relayed and translated, and what is kept between
 * two requests.
 */
import { expect, test } from 'vitest';
import { readData } from '../_client.ts';
import type { Subject } from '../_subject.ts';

const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const HELLO = { role: 'user', content: 'Hello there, world' };

/** `/v1/messages`, `/v1/responses` and what is below them, `/v1/completions`. */
export function agents({ url, caller }: Subject): void {
  const post = (path: string, body: object, headers: Record<string, string>): Promise<Response> =>
    fetch(url() + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });

  test('relays a message to Claude, event by event', async () => {
    const { key, requests } = caller();
    const system = [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }];
    const response = await post(
      '/v1/messages?beta=true',
      { model: 'Claude-Sim', max_tokens: 99, stream: true, system, messages: [HELLO] },
      { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
    );
    expect(response.headers.get('x-poeway-upstream')).toBe('poe-messages');
    const events: { type: string }[] = [];
    for await (const { data } of readData(response, 'event'))
      events.push(JSON.parse(data) as { type: string });
    expect(events[0]).toMatchObject({ type: 'message_start', message: { model: 'Claude-Sim' } });
    expect(events.at(-1)?.type).toBe('message_stop');
    expect(JSON.stringify(events)).toContain('Hello');
    expect(requests().at(-1)?.body).toMatchObject({ model: 'claude-sim', system });
  });

  test('streams a call of another bot as a message', async () => {
    const { key } = caller();
    const response = await post(
      '/v1/messages',
      {
        model: 'Follows-Prompt',
        max_tokens: 99,
        stream: true,
        messages: [HELLO],
        tools: [{ name: 'weather', description: 'The weather.', input_schema: SCHEMA }],
      },
      { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
    );
    const text = await response.text();
    expect(text).toContain('"type":"tool_use"');
    expect(text).toContain('"stop_reason":"tool_use"');
    expect(text.trimEnd().split('\n').at(-2)).toBe('event: message_stop');
  });

  test('tells Anthropic’s clients of an error in their own words', async () => {
    const { key } = caller();
    const body = { model: 'Error-529', max_tokens: 9, messages: [HELLO] };
    const response = await post('/v1/messages', body, { 'x-api-key': key });
    expect(response.status).toBe(529);
    const id = response.headers.get('request-id');
    expect(await response.json()).toMatchObject({
      type: 'error',
      error: { type: 'overloaded_error' },
      request_id: id,
    });
  });

  test('counts the tokens of a message, and says that it is an estimate', async () => {
    const { key } = caller();
    const body = { model: 'Claude-Sim', messages: [HELLO] };
    const response = await post('/v1/messages/count_tokens', body, { 'x-api-key': key });
    const { input_tokens: tokens, estimated } = (await response.json()) as Record<string, unknown>;
    expect(tokens).toBeGreaterThan(2);
    expect(estimated).toBe(true);
  });

  test('keeps a response for the key that asked for it, and goes on from it', async () => {
    const { key, requests } = caller();
    const mine = { authorization: `Bearer ${key}` };
    const first = await post('/v1/responses', { model: 'Echo', input: 'My name is Ada' }, mine);
    const { id } = (await first.json()) as { id: string };
    expect(id).toMatch(/^resp_/);
    const next = { model: 'Echo', input: 'Who am I?', previous_response_id: id, stream: true };
    const text = await (await post('/v1/responses', next, mine)).text();
    expect(text).toContain('"type":"response.completed"');
    expect(JSON.stringify(requests().at(-1)?.body)).toMatch(/My name is Ada.*Who am I\?/);

    const path = `${url()}/v1/responses/${id}`;
    expect(await (await fetch(path, { headers: mine })).json()).toMatchObject({ id });
    const other = { authorization: `Bearer ${caller().key}` };
    expect((await fetch(path, { headers: other })).status).toBe(404);
    expect((await fetch(path, { method: 'DELETE', headers: mine })).status).toBe(200);
    expect((await fetch(path, { headers: mine })).status).toBe(404);
  });

  test('completes a prompt as in old times', async () => {
    const { key } = caller();
    const body = { model: 'Shouts', prompt: ['one two', 'three'], stream: false };
    const response = await post('/v1/completions', body, { authorization: `Bearer ${key}` });
    const { object, choices } = (await response.json()) as {
      object: string;
      choices: readonly { text: string }[];
    };
    expect(object).toBe('text_completion');
    expect(choices.map(({ text }) => text)).toEqual(['ONE TWO', 'THREE']);
  });
}
