/**
 * `EARLY_START`: a whole reply that begins before its answer is there, for hosts that give up on a
 * late first byte. What comes out must be one JSON value, whatever happens after the beginning.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import type { LogFields, Platform } from '../../src/platform.ts';
import { livePoe } from './live-poe.ts';

const JSON_REPLY = { headers: { 'content-type': 'application/json' } };
const ANSWER = JSON.stringify({
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  if (vi.getTimerCount() > 0) throw new Error('a timer was left running');
  vi.useRealTimers();
});

/** Asks for a whole reply under these settings. */
function ask(settings: Record<string, string>, fields: object = {}) {
  const poe = livePoe(JSON_REPLY, JSON_REPLY);
  const logged: LogFields[] = [];
  const log: Platform['log'] = (_, message, line = {}) => {
    if (message === 'request') logged.push(line);
  };
  const app = createApp(readConfig(settings), { ...poe.platform, log });
  const client = new AbortController();
  const response = app.fetch(
    new Request('http://localhost/v1/chat/completions', {
      method: 'POST',
      headers: { authorization: 'Bearer key-of-the-caller' },
      body: JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }], ...fields }),
      signal: client.signal,
    }),
  );
  return { response, calls: poe.calls, logged, client };
}

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

describe('a whole reply with EARLY_START', () => {
  it('has its status, and no white space, when Poe is in time', async () => {
    const { response, calls, logged } = ask({ EARLY_START: '20' });
    await vi.advanceTimersByTimeAsync(19_999);
    calls[0]?.say(ANSWER);
    calls[0]?.close();
    const text = await (await response).text();
    expect(text).toMatch(/^\{.*\}$/);
    expect(logged).toMatchObject([{ status: 200 }]);
  });

  it('has the status of a failure that is in time', async () => {
    const { response, calls } = ask({ EARLY_START: '20' });
    await vi.advanceTimersByTimeAsync(19_999);
    calls[0]?.breakOff(new Error('reset'));
    expect((await response).status).toBe(502);
  });

  it('begins with white space after so many seconds, and goes on with it until the answer', async () => {
    const { response, calls, logged } = ask({ EARLY_START: '20' });
    await vi.advanceTimersByTimeAsync(20_000);
    const begun = await response;
    expect(begun.status).toBe(200);
    expect(begun.headers.get('content-type')).toBe('application/json');
    expect(begun.headers.get('x-accel-buffering')).toBe('no');
    const reader = begun.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect(await reader?.read()).toEqual({ done: false, value: ' ' });
    const second = reader?.read();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await second).toEqual({ done: false, value: ' ' });
    calls[0]?.say(ANSWER);
    calls[0]?.close();
    await settle();
    const answer = JSON.parse((await reader?.read())?.value ?? '') as object;
    expect(answer).toMatchObject({ choices: [{ message: { content: 'Hi' } }] });
    expect(await reader?.read()).toMatchObject({ done: true });
    expect(logged).toMatchObject([{ status: 200, outcome: 'finished', milliseconds: 35_000 }]);
  });

  it.each([
    { what: 'one choice', fields: {} },
    { what: 'two choices', fields: { n: 2 } },
  ])('is the body of an error that comes later, with $what', async ({ fields }) => {
    const { response, calls, logged } = ask({ EARLY_START: '1' }, fields);
    await vi.advanceTimersByTimeAsync(1_000);
    const begun = await response;
    calls[0]?.breakOff(new Error('reset'));
    const text = await begun.text();
    expect(text).toMatch(/^ +\{/);
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'upstream_error' } });
    expect(logged).toMatchObject([{ status: 200, outcome: 'upstream_error' }]);
    // The other answer would be paid for and thrown away.
    for (const call of calls.slice(1)) expect(call.letGo).not.toEqual([]);
  });

  it('says so when the time for the whole is up', async () => {
    const { response, calls } = ask({ EARLY_START: '1', TIMEOUT: '60' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await (await response).json()).toMatchObject({ error: { code: 'upstream_timeout' } });
    expect(calls[0]?.letGo).toContain('aborted');
  });

  it.each([
    { how: 'closes the body', leave: (body: ReadableStream | null) => body?.cancel() },
    { how: 'aborts', leave: (_: unknown, client: AbortController) => client.abort() },
  ])('hangs up on Poe when the client $how', async ({ leave }) => {
    const { response, calls, logged, client } = ask({ EARLY_START: '1' });
    await vi.advanceTimersByTimeAsync(1_000);
    await leave((await response).body, client);
    await settle();
    expect(calls[0]?.letGo).toContain('aborted');
    expect(logged).toMatchObject([{ outcome: 'client_closed_request' }]);
  });

  it('piles no white space up for a client that does not read', async () => {
    const { response, calls } = ask({ EARLY_START: '1', KEEP_ALIVE: '1' });
    await vi.advanceTimersByTimeAsync(500_000);
    calls[0]?.say(ANSWER);
    calls[0]?.close();
    expect(await (await response).text()).toMatch(/^ \{/);
  });

  it('is waited for when it is not set', async () => {
    const { response, calls } = ask({});
    await vi.advanceTimersByTimeAsync(599_000);
    calls[0]?.say(ANSWER);
    calls[0]?.close();
    expect(await (await response).text()).toMatch(/^\{/);
  });
});
