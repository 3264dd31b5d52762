/** The memory of uploaded files, and how they are uploaded: few at a time, each once, none in vain. */
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { GatewayError } from '../../src/core/error.ts';
import type { ContentPart } from '../../src/core/request.ts';
import type { UpstreamCall } from '../../src/core/upstream.ts';
import type { Platform } from '../../src/platform.ts';
import { createUploads } from '../../src/uploads.ts';
import { jsonReply, type RecordedReply, replayPlatform } from '../golden/replay.ts';
import { plainRequest } from './record.ts';

type Answer = (call: UpstreamCall, number: number) => RecordedReply | Promise<RecordedReply>;

const taken: Answer = (_, number) =>
  jsonReply({ attachment_url: `https://pfst.cf2.poecdn.net/base/file/${number}` });

function setUp(settings: Readonly<Record<string, string>> = {}, answer: Answer = taken) {
  let now = 1_000;
  let number = 0;
  const replay = replayPlatform((call) => answer(call, ++number));
  const platform: Platform = { ...replay, now: () => now };
  const uploads = createUploads(readConfig(settings), platform);
  const attach = (
    parts: readonly ContentPart[],
    key = 'key-1',
    signal = new AbortController().signal,
  ) => uploads.attach(plainRequest({ messages: [{ role: 'user', content: parts }] }), key, signal);
  return {
    attach,
    calls: replay.calls,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

function data(content: string, filename = 'a.txt'): ContentPart {
  return { type: 'file', url: `data:text/plain;base64,${btoa(content)}`, filename };
}

describe('the memory of uploads', () => {
  it('holds for URL_CACHE_TTL_SECONDS', async () => {
    const { attach, calls, pass } = setUp({ URL_CACHE_TTL_SECONDS: '60' });
    await attach([data('one')]);
    pass(59_999);
    await attach([data('one')]);
    expect(calls).toHaveLength(1);
    pass(1);
    await attach([data('one')]);
    expect(calls).toHaveLength(2);
  });

  it('holds nothing where that is 0', async () => {
    const { attach, calls } = setUp({ URL_CACHE_TTL_SECONDS: '0' });
    await attach([data('one')]);
    await attach([data('one')]);
    expect(calls).toHaveLength(2);
  });

  it('lets go of what was not used for longest, by its size', async () => {
    const long = `https://pfst.cf2.poecdn.net/base/file/${'x'.repeat(60_000)}`;
    const { attach, calls } = setUp({ URL_CACHE_SIZE_MB: '1' }, (_, number) =>
      jsonReply({ attachment_url: `${long}${number}` }),
    );
    // Two bytes a letter: eight fit, the ninth pushes one out.
    const eight = ['1', '2', '3', '4', '5', '6', '7', '8'];
    for (const name of [...eight, '1', '9']) await attach([data(name)]);
    expect(calls).toHaveLength(9);
    for (const name of ['1', '3', '4', '5', '6', '7', '8', '9']) await attach([data(name)]);
    expect(calls).toHaveLength(9);
    await attach([data('2')]);
    expect(calls).toHaveLength(10);
  });

  it('tells nobody what another caller has uploaded', async () => {
    const { attach, calls } = setUp();
    await attach([data('one')], 'key-1');
    await attach([data('one')], 'key-2');
    expect(calls).toHaveLength(2);
    expect(calls.map(({ headers }) => headers['authorization'])).toEqual(['key-1', 'key-2']);
  });

  it('forgets what failed', async () => {
    const { attach, calls } = setUp({}, (call, number) =>
      number === 1 ? jsonReply({ error: 'no' }, 500) : taken(call, number),
    );
    await expect(attach([data('one')])).rejects.toMatchObject({ kind: 'upstream-failed' });
    await attach([data('one')]);
    expect(calls).toHaveLength(2);
  });
});

describe('the files of one request', () => {
  it('are uploaded three at a time', async () => {
    let open = 0;
    let most = 0;
    const { attach, calls } = setUp({}, async (call, number) => {
      most = Math.max(most, (open += 1));
      await new Promise((resolve) => setTimeout(resolve, 5));
      open -= 1;
      return taken(call, number);
    });
    const attached = await attach(Array.from({ length: 10 }, (_, index) => data(`file ${index}`)));
    expect(attached.size).toBe(10);
    expect(calls).toHaveLength(10);
    expect(most).toBe(3);
  });

  it('are uploaded no further once one is refused', async () => {
    const { attach, calls } = setUp({}, (call, number) =>
      number === 1 ? jsonReply({ error: 'no' }, 413) : taken(call, number),
    );
    const files = Array.from({ length: 10 }, (_, index) => data(`file ${index}`));
    await expect(attach(files)).rejects.toMatchObject({ kind: 'too-large' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(calls.length).toBeLessThanOrEqual(3);
  });

  it('need no upload where Poe has them', async () => {
    const { attach, calls } = setUp();
    const url = 'https://pfst.cf2.poecdn.net/base/image/1';
    expect((await attach([{ type: 'image', url }])).size).toBe(0);
    expect(calls).toHaveLength(0);
  });

  it('are too many beyond a hundred', async () => {
    const { attach, calls } = setUp();
    const files = Array.from({ length: 101 }, (_, index) => data(`file ${index}`));
    await expect(attach(files)).rejects.toMatchObject({ kind: 'invalid-request' });
    expect(calls).toHaveLength(0);
  });

  it('are given up when the client leaves', async () => {
    const leaving = new AbortController();
    const { attach } = setUp({}, () => {
      leaving.abort(new GatewayError('client-gone', 'The client left.'));
      throw new Error('aborted');
    });
    await expect(attach([data('one')], 'key-1', leaving.signal)).rejects.toMatchObject({
      kind: 'client-gone',
    });
  });
});
