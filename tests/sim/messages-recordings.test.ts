/**
 * `POST /v1/messages` beside the requests of real clients and real exchanges with Poe, where they are at
 * hand (they are not part of the project).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { simulatorForFile, type Json } from './client.ts';
import { post, thinking, whole } from './messages.ts';

const CAPTURES = new URL('../../../shared/captures/', import.meta.url);
const RECORDINGS = new URL('../../../shared/recordings/', import.meta.url);

const simulator = simulatorForFile();

interface Capture {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

describe.skipIf(!existsSync(CAPTURES))('the request of a real client', () => {
  const names = existsSync(CAPTURES) ? readdirSync(CAPTURES) : [];
  const captures = names
    .map((name): readonly [string, Capture] => [
      name,
      JSON.parse(readFileSync(new URL(name, CAPTURES), 'utf8')) as Capture,
    ])
    .filter(([, { path }]) => /^\/v1\/messages(\?|$)/.test(path));

  /** Threads are a beta that nobody serves; the other one leaves out what was thought. */
  const REFUSED = /^(anthropic-sdk-[56]|pi-reasoning-9)\.json$/;

  test.each(captures)(
    '%s is answered, or refused for a reason',
    async (name, { headers, body }) => {
      const protocol = Object.entries(headers).filter(([header]) =>
        header.startsWith('anthropic-'),
      );
      const request = { ...body, model: 'Claude-Sim' };
      const response = await post(simulator(), 'Claude-Sim', request, Object.fromEntries(protocol));
      const text = await response.text();
      expect(response.status, text).toBe(REFUSED.test(name) ? 400 : 200);
    },
  );
});

/** The paths of all members. */
function pathsOf(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsOf(item, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [`${path}: ${typeof value}`];
  return Object.entries(value).flatMap(([name, member]) => pathsOf(member, `${path}.${name}`));
}

test.skipIf(!existsSync(RECORDINGS))(
  'a message has no member that was never recorded',
  async () => {
    const recorded = readdirSync(RECORDINGS)
      .filter((name) => name.startsWith('v1-messages-'))
      .map((name) => JSON.parse(readFileSync(new URL(name, RECORDINGS), 'utf8')) as Json)
      .map((exchange) => exchange['response']?.['body']);
    const theirs = new Set(recorded.flatMap((body) => pathsOf(body)));
    const ours = await Promise.all([
      whole(simulator(), 'Claude-Sim', { thinking }),
      whole(simulator(), 'Claude-Sim-Usage-Details'),
    ]);
    const strangers = ours.flatMap((body) => pathsOf(body)).filter((path) => !theirs.has(path));
    expect(strangers).toEqual([]);
    const always = Object.keys(recorded[0] as object).sort();
    for (const message of ours) expect(Object.keys(message).sort()).toEqual(always);
  },
);
