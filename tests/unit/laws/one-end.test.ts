/**
 * Law: every stream ends in exactly one way. Whatever bytes Poe sends, in whatever pieces, the
 * client gets one finish and `[DONE]`, or one error and no `[DONE]`, or an error status.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { readConfig } from '../../../src/config.ts';
import {
  bytesOf,
  cutRandomly,
  payloads,
  type RecordedReply,
  replayPlatform,
} from '../../golden/replay.ts';
import { chunk } from '../live-poe.ts';
import { LAW } from '../record.ts';

const call = (fields: object): string => chunk({ tool_calls: [fields] });

/** Frames as Poe sends them, in an order that it never would. */
const FRAMES: readonly string[] = [
  chunk({ role: 'assistant', content: '' }),
  chunk({ content: 'Hi 😀' }),
  chunk({ reasoning_content: 'Hm' }),
  chunk({ refusal: 'No' }),
  call({ index: 0, id: 'a', function: { name: 'f', arguments: '{"a":' } }),
  call({ index: 0, function: { arguments: '1}' } }),
  call({ id: 'b', function: { arguments: '{}' } }),
  chunk({}, 'stop'),
  chunk({}, 'tool_calls'),
  'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}\n\n',
  'data: {"error":{"message":"Full.","type":"overloaded_error"}}\n\n',
  'event: error\ndata: {"text":"Oh."}\n\n',
  'data: [DONE]\n\n',
  'data: {"choices":null}\n\n',
  'data: 5\n\n',
  ': ping\r\n\r\n',
  'data:\n\n',
];

interface Sent {
  readonly bytes: Uint8Array;
  readonly seed: number;
  readonly streamed: boolean;
  readonly asStream: boolean;
}

async function expectOneEnd({ bytes, seed, streamed, asStream }: Sent): Promise<void> {
  const type = asStream ? 'text/event-stream' : 'application/json';
  const reply: RecordedReply = {
    status: 200,
    headers: { 'content-type': type },
    chunks: cutRandomly(bytes, seed),
  };
  const request = new Request('http://localhost/v1/chat/completions', {
    method: 'POST',
    headers: { authorization: 'Bearer key-of-the-caller' },
    body: JSON.stringify({ stream: streamed, messages: [{ role: 'user', content: 'Hi' }] }),
  });
  const platform = replayPlatform(() => reply);
  const response = await createApp(readConfig({}), platform).fetch(request);
  const text = await response.text();
  expect(platform.lines.filter(({ level }) => level === 'error')).toEqual([]);

  if (response.status !== 200) {
    expect(JSON.parse(text)).toHaveProperty('error.message');
    expect(response.status).not.toBe(500);
    return;
  }
  if (!streamed) {
    expect(JSON.parse(text)).toHaveProperty('choices.0.finish_reason', expect.any(String));
    return;
  }
  const frames = payloads(text);
  const errors = frames.filter((frame) => Object.hasOwn(Object(frame), 'error')).length;
  const finishes = frames.filter((frame) => {
    const { choices } = Object(frame) as { choices?: readonly { finish_reason: unknown }[] };
    return typeof choices?.[0]?.finish_reason === 'string';
  }).length;
  const dones = frames.filter((frame) => frame === '[DONE]').length;
  expect({ errors, finishes, dones }).toEqual(
    errors === 1 ? { errors: 1, finishes: 0, dones: 0 } : { errors: 0, finishes: 1, dones: 1 },
  );
  const last = frames.at(-1);
  if (errors === 1) expect(last).toHaveProperty('error.message');
  else expect(last).toBe('[DONE]');
}

const law = (bytes: fc.Arbitrary<Uint8Array>, numRuns: number): Promise<void> =>
  fc.assert(
    fc.asyncProperty(
      fc.record({ bytes, seed: fc.nat(), streamed: fc.boolean(), asStream: fc.boolean() }),
      expectOneEnd,
    ),
    { ...LAW, numRuns },
  );

const frames = fc.array(fc.constantFrom(...FRAMES), { maxLength: 8 }).map((list) => list.join(''));

describe('an answer has exactly one end', () => {
  it('made of random bytes', async () => {
    await expect(law(fc.uint8Array({ maxLength: 200 }), 200)).resolves.toBeUndefined();
  });

  it('made of random text that looks like events', async () => {
    const line = fc.constantFrom(
      'data: ',
      'data:{',
      '}',
      '"',
      '\n',
      '\r',
      '\n\n',
      ':',
      'event: ',
      '[DONE]',
    );
    await expect(
      law(
        fc.array(line, { maxLength: 30 }).map((lines) => bytesOf(lines.join(''))),
        200,
      ),
    ).resolves.toBeUndefined();
  });

  it('made of frames in any order', async () => {
    await expect(law(frames.map(bytesOf), 500)).resolves.toBeUndefined();
  });

  it('cut off anywhere', async () => {
    const cut = fc
      .tuple(frames, fc.nat(2000))
      .map(([text, at]) => bytesOf(text).slice(0, at % (bytesOf(text).length + 1)));
    await expect(law(cut, 500)).resolves.toBeUndefined();
  });
});
