/**
 * What the parts do together: two choices at once, clients that stop reading or leave, and requests
 * that are made to hurt. Nothing may be left running.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { jsonReply, payloads, replayPlatform, streamReply } from '../golden/replay.ts';
import { chunk, type Head, livePoe } from './live-poe.ts';

const DONE = 'data: [DONE]\n\n';
const WHOLE = chunk({ content: 'Hi' }) + chunk({}, 'stop') + DONE;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function chatRequest(body: object, signal?: AbortSignal): Request {
  const text = JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }], ...body });
  return new Request('http://localhost/v1/chat/completions', {
    method: 'POST',
    headers: { authorization: 'Bearer key-of-the-caller' },
    body: text,
    ...(signal ? { signal } : {}),
  });
}

function ask(body: object, heads: readonly Head[] = [], signal?: AbortSignal) {
  const { platform, calls } = livePoe(...heads);
  const answer = createApp(readConfig({}), platform).fetch(chatRequest(body, signal));
  return { answer, calls, settle: () => vi.advanceTimersByTimeAsync(0) };
}

function choiceIndexes(stream: string): readonly (number | undefined)[] {
  return payloads(stream).map(
    (frame) => (frame as { choices?: readonly { index: number }[] }).choices?.[0]?.index,
  );
}

describe('two choices at once', () => {
  it('come interleaved, each as soon as Poe gives it', async () => {
    const { answer, calls, settle } = ask({ stream: true, n: 2 });
    await settle();
    calls[1]?.say(chunk({ content: 'b' }));
    const reader = (await answer).body?.getReader();
    const first = new TextDecoder().decode((await reader?.read())?.value);
    expect(choiceIndexes(first)).toEqual([1]);
    calls[0]?.say(chunk({ content: 'a' }));
    const second = new TextDecoder().decode((await reader?.read())?.value);
    expect(choiceIndexes(second)).toEqual([0]);
    for (const call of calls) call.say(chunk({}, 'stop') + DONE);
    let rest = '';
    for (let step = await reader?.read(); step?.value; step = await reader?.read())
      rest += new TextDecoder().decode(step.value);
    expect(choiceIndexes(rest)).toEqual([0, 1, undefined]);
    expect(payloads(rest).at(-1)).toBe('[DONE]');
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([true, false])('fail together when one is refused (stream: %s)', async (stream) => {
    // Longer than the gateway would wait for its next try.
    const refused = { status: 429, headers: { 'retry-after': '50' } };
    const { answer, calls, settle } = ask({ stream, n: 2 }, [{}, refused]);
    await settle();
    calls[1]?.close();
    const response = await answer;
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('50');
    expect(calls[0]?.letGo.length).toBeGreaterThan(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('end with one error, and no [DONE], when one breaks in the middle', async () => {
    const { answer, calls, settle } = ask({ stream: true, n: 2 });
    await settle();
    calls[0]?.say(WHOLE);
    await settle();
    calls[1]?.say(chunk({ content: 'b' }));
    calls[1]?.close();
    const frames = payloads(await (await answer).text());
    expect(frames.filter((frame) => Object.hasOwn(Object(frame), 'error'))).toHaveLength(1);
    expect(frames.at(-1)).toHaveProperty('error');
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a client that stops', () => {
  it('reading is closed when the time is up, and nothing runs on', async () => {
    const { answer, calls, settle } = ask({ stream: true });
    await settle();
    calls[0]?.say(chunk({ content: 'Hi' }));
    const reader = (await answer).body?.getReader();
    await reader?.read();
    await vi.advanceTimersByTimeAsync(600_000);
    await expect(reader?.read()).rejects.toMatchObject({ kind: 'upstream-timeout' });
    expect(calls[0]?.letGo).toContain('aborted');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('being there while it reads nothing leaves nothing running', async () => {
    const client = new AbortController();
    const { answer, calls, settle } = ask({ stream: true }, [], client.signal);
    await settle();
    calls[0]?.say(chunk({ content: 'Hi' }));
    const reader = (await answer).body?.getReader();
    await reader?.read();
    client.abort();
    await settle();
    expect(calls[0]?.letGo).toContain('aborted');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('being there before Poe answers hangs up on Poe', async () => {
    const client = new AbortController();
    const { answer, calls, settle } = ask({ stream: false }, [], client.signal);
    await settle();
    client.abort();
    expect((await answer).status).toBe(499);
    expect(calls[0]?.letGo).toContain('aborted');
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a slow Poe', () => {
  it('gets a client the stream after 15 s, and the error in it', async () => {
    const { answer, calls, settle } = ask({ stream: true });
    await settle();
    await vi.advanceTimersByTimeAsync(15_000);
    const response = await answer;
    expect(response.status).toBe(200);
    calls[0]?.say('data: {"error":{"message":"Full.","type":"overloaded_error"}}\n\n');
    const frames = payloads(await response.text());
    expect(frames).toEqual([{ error: expect.objectContaining({ code: 'overloaded' }) }]);
  });
});

describe('a request that is made to hurt', () => {
  const deep = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  const user = '"messages":[{"role":"user","content":"Hi"}]';
  const tool = (schema: string): string =>
    `{"type":"function","function":{"name":"f","parameters":${schema}}}`;

  it.each([
    { what: 'a schema of 100,000 levels', body: `{${user},"tools":[${tool(deep(100_000))}]}` },
    { what: 'a body of 100,000 levels', body: deep(100_000) },
    { what: 'a parameter of 100,000 levels', body: `{${user},"size":${deep(100_000)}}` },
    { what: '__proto__ keys', body: `{${user},"__proto__":{"n":9},"constructor":{"prototype":1}}` },
  ])('is not our failure with $what', async ({ body }) => {
    const platform = replayPlatform(({ url }) =>
      url.endsWith('/models')
        ? jsonReply({ data: [{ id: 'claude-opus-4.5', parameters: [{ name: 'size' }] }] })
        : streamReply(WHOLE),
    );
    const headers = { authorization: 'Bearer key-of-the-caller' };
    const url = 'http://localhost/v1/chat/completions';
    const request = new Request(url, { method: 'POST', headers, body });
    const response = await createApp(readConfig({}), platform).fetch(request);
    expect(response.status).toBeLessThan(500);
    expect(await response.json()).toHaveProperty(response.ok ? 'choices' : 'error.message');
  });
});
