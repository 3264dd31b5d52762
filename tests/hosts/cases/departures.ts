/** Cases of the host suite: a client that leaves costs its user no more of Poe's points. */
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { KEY, readData } from '../_client.ts';
import type { Subject } from '../_subject.ts';

/** Clients that leave. */
export function departures({ host, url, caller }: Subject): void {
  const { abortMidStream, abortBeforeHeaders } = host.notices;

  // Poe sees an abort only before its end: an answer that was let run is `finished`.
  test.runIf(abortMidStream).each([
    ['while Poe speaks', 'Slow'],
    ['while Poe is silent, by the next keep-alive', 'Silent'],
  ])('hangs up on Poe when a client leaves mid-stream %s', async (_, model) => {
    const { ask, waitFor } = caller();
    const leaving = new AbortController();
    const response = await ask({ model, stream: true }, { signal: leaving.signal });
    await readData(response).next();
    leaving.abort();
    await expect(waitFor('aborted')).resolves.toBeDefined();
  });

  test.runIf(abortBeforeHeaders).each([false, true])(
    'hangs up on Poe when a client leaves before the reply, with stream %s',
    async (stream) => {
      const { ask, waitFor } = caller();
      const leaving = new AbortController();
      const response = ask({ model: 'Silent-Start', stream }, { signal: leaving.signal });
      const ending = response.catch(String);
      await waitFor();
      leaving.abort();
      expect(await ending).toContain('aborted');
      await expect(waitFor('aborted')).resolves.toBeDefined();
    },
  );

  // What the host may have to say of it is looked at in the suite's last test.
  test('takes a client that leaves in the middle of its upload for no failure', async () => {
    const { hostname, port } = new URL(url());
    const socket = connect(Number(port), hostname);
    const head = `POST /v1/chat/completions HTTP/1.1\r\nhost: ${hostname}\r\n`;
    const headers = `authorization: Bearer ${KEY}\r\ncontent-length: 100\r\n\r\n`;
    await new Promise((resolve) => socket.write(`${head}${headers}{"model":`, resolve));
    socket.destroy();
    expect((await fetch(`${url()}/health`)).status).toBe(200);
  });

  test('goes on serving the others when one client leaves', async () => {
    const { ask } = caller();
    const leaving = new AbortController();
    const [left, stays] = await Promise.all([
      ask({ model: 'Slow', stream: true }, { signal: leaving.signal }),
      ask({ model: 'Slow', stream: true }),
    ]);
    await readData(left).next();
    leaving.abort();
    expect(await stays.text()).toContain('twenty');
  });
}
