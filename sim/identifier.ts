/**
 * Random identifiers in the spellings Poe uses. They only have to look right and not repeat;
 * nothing reads meaning out of them.
 */
import { randomBytes } from 'node:crypto';

/** `length` random lowercase hex digits. */
export function hex(length: number): string {
  return randomBytes(Math.ceil(length / 2))
    .toString('hex')
    .slice(0, length);
}

/** A chat completion's id: `chatcmpl-` and 24 hex digits. */
export function completionId(): string {
  return `chatcmpl-${hex(24)}`;
}
