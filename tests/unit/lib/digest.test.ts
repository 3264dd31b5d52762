/** Digests as other programs write them. */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { digestOf } from '../../../src/lib/digest.ts';

const sha256 = (bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> =>
  crypto.subtle.digest('SHA-256', bytes);

it.each([['abc'], [new TextEncoder().encode('abc')]])(
  'is in hexadecimal digits, of a text as of its bytes',
  async (content) => {
    const expected = createHash('sha256').update('abc').digest('hex');
    expect(await digestOf(content, sha256)).toBe(expected);
  },
);
