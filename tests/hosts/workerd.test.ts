/** The host suite in Cloudflare's runtime, and what a worker does in place of failing to start. */
import { expect, onTestFinished, test } from 'vitest';
import { describeHost } from './_suite.ts';
import { workerd } from './_workerd.ts';

describeHost(workerd);

test('workerd names every wrong setting in its replies, without its value', async () => {
  const { url, stop } = await workerd.start({ TIMEOUT: 'secret-1', LOG_LEVEL: 'secret-2' });
  onTestFinished(async () => void (await stop()));
  const response = await fetch(`${url}/health`);
  expect(response.status).toBe(500);
  const text = await response.text();
  expect(text).toMatch(/TIMEOUT must be [\s\S]*LOG_LEVEL must be /);
  expect(text).not.toContain('secret');
});
