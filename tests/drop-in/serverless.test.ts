/**
 * The serverless ones (Vercel, Netlify): no settings at all, the caller's own Poe key as the bearer,
 * `/v1` for the functions and `/edge/v1` for the edge.
 */
import { expect, test } from 'vitest';
import { findDeno } from '../hosts/_deno.ts';
import type { Host } from '../hosts/_host.ts';
import { netlifyEdge } from '../hosts/_netlify-edge.ts';
import { netlifyFunction } from '../hosts/_netlify-function.ts';
import { withRuntime } from '../hosts/_runtime.ts';
import { vercelEdge } from '../hosts/_vercel-edge.ts';
import { vercelNode } from '../hosts/_vercel-node.ts';
import {
  asked,
  get,
  listedModels,
  openHouse,
  post,
  preflight,
  streamedAnswer,
  wholeAnswer,
} from './_older-proxy.ts';

const house = openHouse();

async function answersAsDocumented(host: Host, base: string): Promise<void> {
  const running = await house.add(host.start({ POE_BASE_URL: house.poe().url }));
  const { origin } = new URL(running);
  const key = `own-key-of-${host.name}`.replace(/\W+/g, '-').toLowerCase();
  const question = { model: 'gpt-4o', messages: asked('Hello') };
  const url = `${origin}${base}/chat/completions`;

  expect(await wholeAnswer(await post(url, key, question))).toBe('Hello');
  expect(await streamedAnswer(await post(url, key, { ...question, stream: true }))).toBe('Hello');
  expect(house.chats(key)).toHaveLength(2);
  expect(await listedModels(await get(`${origin}${base}/models`, key))).toContain('gpt-4o');

  expect((await post(url, undefined, question)).status).toBe(401);
  expect((await post(url, 'bad-key', question)).status).toBe(401);
  await preflight(url);
}

test.each([
  { host: vercelNode, base: '/v1' },
  { host: vercelEdge, base: '/edge/v1' },
  { host: netlifyFunction, base: '/v1' },
])('answers at $base on $host.name', async ({ host, base }) => {
  await expect(answersAsDocumented(host, base)).resolves.toBeUndefined();
});

withRuntime('Netlify Edge Functions', findDeno(), (deno) => {
  test('answers at /edge/v1 on Netlify Edge Functions', async () => {
    const answers = answersAsDocumented(netlifyEdge(deno), '/edge/v1');
    await expect(answers).resolves.toBeUndefined();
  });
});
