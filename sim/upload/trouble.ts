/**
 * Uploads that go wrong: keys and filenames that ask for it, answered in plain text as Poe's upload
 * does. The wordings are invented, since none was recorded.
 */
import type { Reply } from '../wire/reply.ts';
import type { Uploads } from './store.ts';

/** A plain text refusal. */
export function textReply(status: number, text: string): Reply {
  return {
    status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      ...(status === 429 && { 'retry-after': '7' }),
    },
    writes: [text],
  };
}

type KeyTrouble = readonly [key: RegExp, status: number, text: string];

/** A key without points may upload: it costs none. */
const KEY_TROUBLES: readonly KeyTrouble[] = [
  [/^$/, 401, 'Authorization is required.'],
  [/^bearer\b/i, 401, 'Invalid API key: send the key alone, without Bearer.'],
  [/\s/, 401, 'Invalid API key.'],
  [/^bad/, 401, 'Invalid API key.'],
  [/^forbidden/, 403, 'This key may not upload files.'],
  [/^limited/, 429, 'Too many requests.'],
];

/** Why this `Authorization` header is turned away. */
export function keyTrouble(authorization: string | undefined): Reply | undefined {
  const trouble = KEY_TROUBLES.find(([key]) => key.test(authorization ?? ''));
  return trouble && textReply(trouble[1], trouble[2]);
}

type NameTrouble = readonly [name: RegExp, reply: (match: string) => Reply];

const NAME_TROUBLES: readonly NameTrouble[] = [
  [/^fail-(?=\d{3})/, (name) => textReply(Number(name.slice(5, 8)), `Upload of ${name} failed.`)],
  [/^too-large/, () => textReply(413, 'File is too large.')],
  [/^bad-type/, () => textReply(415, 'Unsupported file type.')],
  [
    /^not-json/,
    () => ({ status: 200, headers: { 'content-type': 'text/html' }, writes: ['<p>Uploaded</p>'] }),
  ],
  [
    /^no-url/,
    () => ({
      status: 200,
      headers: { 'content-type': 'application/json' },
      writes: ['{"mime_type":"text/plain"}'],
    }),
  ],
  [/^silent/, () => ({ ...textReply(200, ''), startAfter: Infinity })],
];

/** What becomes of an upload of that name instead of being accepted. */
export function nameTrouble(name: string, uploads: Uploads): Reply | undefined {
  if (name.startsWith('fail-once') && uploads.failsNow(name)) {
    return textReply(500, `Upload of ${name} failed; try again.`);
  }
  return NAME_TROUBLES.find(([pattern]) => pattern.test(name))?.[1](name);
}
