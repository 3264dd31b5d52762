/**
 * Thoughts that only their maker can read: `encrypted_content`. They are not secret here, but
 * signed, so that those of anybody else are told from our own, also by another simulator.
 */
import { createHmac } from 'node:crypto';
import { rejected, type Failure } from '../failure.ts';

const KEY = 'of the simulator';
const PREFIX = 'gAAAAA';

function signatureOf(thought: string): string {
  return createHmac('sha256', KEY).update(thought).digest('base64url');
}

/** A thought as it leaves the house. */
export function sealed(thought: string): string {
  const text = Buffer.from(thought).toString('base64url');
  return `${PREFIX}${text}.${signatureOf(thought)}==`;
}

/** What is wrong with a thought that comes back. */
export function sealFailure(content: string): Failure | undefined {
  const [text = '', signature] = content.slice(PREFIX.length, -2).split('.');
  const thought = Buffer.from(text, 'base64url').toString();
  if (signature === signatureOf(thought)) return undefined;
  const shown = `${content.slice(0, 4)}...${content.slice(-4)}`;
  const message = `The encrypted content ${shown} could not be verified. Reason: Encrypted content could not be decrypted or parsed.`;
  const { status, error } = rejected(message, '', 'invalid_encrypted_content');
  return { status, error: { ...error, param: null } };
}
