/** The request log, and the simulator's beginning and end. */
import { describe, expect, test } from 'vitest';
import { RequestLog } from '../../sim/request-log.ts';
import { startSimulator } from '../../sim/server.ts';
import { ask, simulatorForFile } from './client.ts';

const simulator = simulatorForFile();

describe('the log', () => {
  test('holds method, path, headers and parsed body, and how the request ended', async () => {
    simulator().clear();
    await (await ask(simulator(), 'Echo', { user: 'logged' })).text();
    const request = await simulator().waitFor(({ outcome }) => outcome === 'finished');
    expect(request).toMatchObject({
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { authorization: 'Bearer good' },
      body: { model: 'Echo', user: 'logged' },
    });
    expect(simulator().requests).toHaveLength(1);
  });

  test('notes a request whose client left', async () => {
    simulator().clear();
    const leaving = new AbortController();
    await ask(simulator(), 'Silent', { stream: true }, { signal: leaving.signal });
    expect(simulator().requests[0]).toMatchObject({ outcome: 'open' });
    leaving.abort();
    await simulator().waitFor(({ outcome }) => outcome === 'aborted');
  });

  test('counts a socket that we destroyed as finished', async () => {
    simulator().clear();
    const response = await ask(simulator(), 'Broken-Midway', { stream: true });
    await expect(response.text()).rejects.toThrow('terminated');
    await simulator().waitFor(({ outcome }) => outcome === 'finished');
  });

  test('keeps the size of a huge body instead of the body', async () => {
    simulator().clear();
    const url = `data:image/png;base64,${'A'.repeat(6_000_000)}`;
    const content = [
      { type: 'image_url', image_url: { url } },
      { type: 'text', text: 'seen' },
    ];
    const response = await ask(simulator(), 'Echo', { messages: [{ role: 'user', content }] });
    expect(await response.text()).toContain('seen');
    expect(simulator().requests[0]?.body).toMatchObject({ truncated: true });
  });

  test('tells who waits in vain what it holds', async () => {
    simulator().clear();
    await (await ask(simulator(), 'Echo')).text();
    await expect(simulator().waitFor(() => false, 20)).rejects.toThrow(/POST \/v1\/chat.*Echo/);
  });

  test('keeps no more than the last thousand requests', () => {
    const log = new RequestLog();
    const request = { method: 'GET', headers: {}, body: undefined, receivedAt: 0 };
    for (let count = 0; count < 1_050; count += 1) {
      log.add({ ...request, path: `/${count}`, outcome: 'open' });
    }
    expect(log.entries).toHaveLength(1_000);
    expect(log.entries[0]?.path).toBe('/50');
  });

  test('can be read, cleared and explained over HTTP', async () => {
    simulator().clear();
    await (await ask(simulator(), 'Echo')).text();
    const doors = `${simulator().url}/_sim`;
    const listed = await fetch(`${doors}/requests`);
    expect(await listed.json()).toMatchObject([{ path: '/v1/chat/completions' }]);
    await fetch(`${doors}/requests`, { method: 'DELETE' });
    expect(simulator().requests).toHaveLength(0);
    const bots = await fetch(`${doors}/bots`);
    expect(await bots.json()).toHaveProperty('Echo');
  });
});

test('closing ends open sockets and turns waiters away', async () => {
  const closing = await startSimulator();
  const open = await ask(closing, 'Silent', { stream: true });
  const turnedAway = closing.waitFor(() => false).catch(String);
  await closing.close();
  expect(await turnedAway).toContain('closed');
  await expect(open.text()).rejects.toThrow('terminated');
  await expect(fetch(closing.url)).rejects.toThrow('fetch failed');
});
