/**
 * Whose key pays. The caller's credential is their own Poe key; it goes to Poe as the bearer and
 * nowhere else.
 */
import { GatewayError } from '../core/error.ts';

const KEY_LIMIT = 4096;

/**
 * The caller's Poe key, from `Authorization: Bearer`, `x-api-key` or `api-key`, in this order.
 * Poe's keys have had several forms, so only what no key can be is refused here.
 *
 * @throws {GatewayError} `unauthenticated`
 */
export function callerKey(headers: Headers): string {
  const bearer = /^bearer\s+(.*)$/i.exec(headers.get('authorization') ?? '')?.[1];
  const credentials = [bearer, headers.get('x-api-key'), headers.get('api-key')];
  const key = credentials
    .find((credential) => credential && !isPlaceholder(credential.trim()))
    ?.trim();
  if (key === undefined)
    throw new GatewayError(
      'unauthenticated',
      'No API key. Send your Poe key as "Authorization: Bearer <key>"; get one at https://poe.com/api/keys.',
    );
  if (!isPossibleKey(key))
    throw new GatewayError(
      'unauthenticated',
      'This is not a Poe API key (quotes, blanks or other odd characters, or too long). Get one at https://poe.com/api/keys.',
    );
  return key;
}

/** Printable ASCII without blanks and quotes: anything else was pasted wrongly, or is an attack. */
export function isPossibleKey(key: string): boolean {
  return key.length <= KEY_LIMIT && /^[!#-&(-_a-~]+$/.test(key);
}

/** What clients send when their user left the key out. */
function isPlaceholder(credential: string): boolean {
  return credential === '' || credential === 'undefined' || credential === 'null';
}
