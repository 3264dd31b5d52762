/** Cases of the host suite: the environment reaches the app, and a Poe that fails is reported. */
import { expect, test } from 'vitest';
import { startSimulator } from '../../../sim/server.ts';
import { newCaller } from '../_caller.ts';
import { wholeContent } from '../_client.ts';
import { SETTINGS, type Subject } from '../_subject.ts';

/** The environment, and a Poe that fails. */
export function settings({ host, caller }: Subject): void {
  test('asks the default model when the request names none', async () => {
    const { ask, requests } = caller();
    expect(await wholeContent(await ask({}))).toBe('HELLO THERE, WORLD');
    const asked = new RegExp(`^${SETTINGS.DEFAULT_MODEL}$`, 'i');
    expect(requests()).toMatchObject([{ body: { model: expect.stringMatching(asked) } }]);
  });

  test('begins a whole reply early where that is set, with white space and then the answer', async () => {
    const poe = await startSimulator();
    const early = await host.start({ POE_BASE_URL: poe.url, EARLY_START: '0.1' });
    try {
      const { ask, waitFor } = newCaller(early.url, poe);
      const response = await ask({ model: 'Slow-Start' });
      expect(response.headers.get('content-type')).toBe('application/json');
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      expect((await reader?.read())?.value).toBe(' ');
      await expect(waitFor('open')).resolves.toBeDefined();
      let text = '';
      for (let part = await reader?.read(); part?.value; part = await reader?.read())
        text += part.value;
      expect(JSON.parse(text)).toMatchObject({
        choices: [{ message: { content: 'Hello there, world' } }],
      });
    } finally {
      await early.stop();
      await poe.close();
    }
  });

  test('answers 504 when Poe is silent for too long, and 502 when Poe is gone', async () => {
    const poe = await startSimulator();
    const impatient = await host.start({ POE_BASE_URL: poe.url, TIMEOUT: '0.3' });
    try {
      const { ask, waitFor } = newCaller(impatient.url, poe);
      const late = await ask({ model: 'Silent-Start' });
      expect(late.status).toBe(504);
      expect(await late.json()).toMatchObject({ error: { code: 'upstream_timeout' } });
      await waitFor('aborted');
      await poe.close();
      const deepHealth = await fetch(`${impatient.url}/health?deep=1`);
      for (const gone of [deepHealth, await ask({ model: 'Echo' })]) {
        expect(gone.status).toBe(502);
        expect(await gone.json()).toMatchObject({ error: { code: 'upstream_error' } });
      }
      expect((await fetch(`${impatient.url}/health`)).status).toBe(200);
    } finally {
      await impatient.stop();
    }
  });
}
