/**
 * Golden cases: each folder is a sentence of behaviour: what the client sends, what Poe answers, what
 * must reach Poe and what must reach the client; where Poe is asked in another way than by default,
 * the settings too. Every answer of Poe's is replayed whole, byte by byte and cut at random, with the
 * same result.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import {
  CUTTINGS,
  type Cutting,
  jsonReply,
  payloads,
  type RecordedReply,
  replayPlatform,
} from './replay.ts';

interface Head {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** The files of one case. */
class GoldenCase {
  readonly #folder: URL;

  constructor(folder: URL) {
    this.#folder = folder;
  }

  has(file: string): boolean {
    return existsSync(new URL(file, this.#folder));
  }

  text(file: string): string {
    return readFileSync(new URL(file, this.#folder), 'utf8');
  }

  json(file: string): unknown {
    return JSON.parse(this.text(file)) as unknown;
  }

  /** Poe's answer in every way that the cutting has. */
  poe(stem: string, { cut }: Cutting): readonly RecordedReply[] {
    const streamed = this.has(`${stem}.sse`);
    const bytes = readFileSync(new URL(`${stem}.${streamed ? 'sse' : 'json'}`, this.#folder));
    const type = streamed ? 'text/event-stream; charset=utf-8' : 'application/json';
    const head: Head = this.has('poe-head.json')
      ? (this.json('poe-head.json') as Head)
      : { status: 200, headers: { 'content-type': type } };
    return cut(new Uint8Array(bytes)).map((chunks) => ({
      status: head.status,
      headers: head.headers,
      chunks,
    }));
  }

  /** Poe's list where the case has none: its bot, which takes tools. */
  plainList(): unknown {
    const [sent, request] = [this.json('sent.json'), this.json('request.json')];
    const model = (sent as { model?: string }).model ?? (request as { model: string }).model;
    return { data: [{ id: model, supported_features: ['tools'] }] };
  }

  /** What must reach Poe with one of the calls. The choices of one request are asked alike. */
  sent(call: number): unknown {
    const later = `sent-${call + 1}.json`;
    return this.json(this.has(later) ? later : 'sent.json');
  }

  settings(): Record<string, string> {
    return this.has('settings.json') ? (this.json('settings.json') as Record<string, string>) : {};
  }

  /** One list of answers for each replay: the first call's, and the second's where there is one. */
  replays(cutting: Cutting): readonly (readonly RecordedReply[])[] {
    const first = this.poe('poe', cutting);
    if (!this.has('poe-2.sse') && !this.has('poe-2.json')) return first.map((reply) => [reply]);
    const second = this.poe('poe-2', cutting);
    return first.map((reply, index) => [reply, second[index] ?? reply]);
  }
}

async function run(
  golden: GoldenCase,
  path: string,
  replies: readonly RecordedReply[],
): Promise<{ response: Response; sent: readonly unknown[] }> {
  let asked = 0;
  const platform = replayPlatform(({ url }) => {
    if (url.endsWith('/v1/models'))
      return jsonReply(golden.has('models.json') ? golden.json('models.json') : golden.plainList());
    const reply = replies[asked++];
    if (!reply) throw new Error('Poe is asked more often than it has answers.');
    return reply;
  });
  const request = new Request(`http://localhost${path}`, {
    method: 'POST',
    headers: { authorization: 'Bearer golden-key', 'content-type': 'application/json' },
    body: golden.text('request.json'),
  });
  const response = await createApp(readConfig(golden.settings()), platform).fetch(request);
  const sent = platform.calls.flatMap(({ body }) =>
    body === undefined ? [] : [JSON.parse(String(body)) as unknown],
  );
  return { response, sent };
}

/**
 * The frames of several choices may interleave in any way, so they are put in the order of their
 * choices; frames of no choice stay last. A stream of one choice is left as it is.
 */
function byChoice(frames: readonly unknown[]): readonly unknown[] {
  const index = (frame: unknown): number => {
    const { choices } = frame as { choices?: readonly { index: number }[] };
    return choices?.[0]?.index ?? Number.MAX_SAFE_INTEGER;
  };
  return [...frames].sort((left, right) => index(left) - index(right));
}

async function expectReply(golden: GoldenCase, response: Response): Promise<void> {
  const expected: Head = golden.has('reply-head.json')
    ? (golden.json('reply-head.json') as Head)
    : { status: 200, headers: {} };
  expect(response.status).toBe(expected.status);
  expect(Object.fromEntries(response.headers)).toMatchObject(expected.headers);
  if (!('x-poeway-ignored' in expected.headers))
    expect(response.headers.has('x-poeway-ignored')).toBe(false);

  if (!golden.has('reply.sse')) {
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual(golden.json('reply.json'));
    return;
  }
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const frames = payloads(await response.text());
  const wanted = payloads(golden.text('reply.sse'));
  expect(byChoice(frames)).toEqual(byChoice(wanted));
  expect(frames.at(-1)).toEqual(wanted.at(-1));
}

/** Replays every case of a folder against one path. */
export function replayCases(folder: URL, path: string): void {
  const sentences = readdirSync(folder).map((name) => name.replaceAll('-', ' '));
  describe.each(sentences)('%s', (sentence) => {
    const golden = new GoldenCase(new URL(`${sentence.replaceAll(' ', '-')}/`, folder));
    it.each(CUTTINGS)("with Poe's answer $name", async (cutting) => {
      for (const replies of golden.replays(cutting)) {
        const { response, sent } = await run(golden, path, replies);
        expect(sent).toEqual(replies.map((_, call) => golden.sent(call)));
        await expectReply(golden, response);
      }
    });
  });
}
