/**
 * The marks that thoughts carry. Claude signs what it thought, so that nobody can put thoughts into its
 * head; here a signature is a digest of the thought, so that a changed one is found out without a memory.
 */
import { digestOf } from '../upload/digest.ts';

const SIGNED = 'simulated thought';
const HIDDEN = 'simulated hidden thought';

function sealed(mark: string, thought: string): string {
  return Buffer.from(`${mark}:${digestOf(`${mark}:${thought}`)}`).toString('base64');
}

function opened(seal: string): string {
  return Buffer.from(seal, 'base64').toString();
}

/** The `signature` of a `thinking` block. */
export function signatureOf(thought: string): string {
  return sealed(SIGNED, thought);
}

/** True for a signature of this very thought; of any thought when the text was left out. */
export function isSignatureOf(signature: string, thought: string): boolean {
  return thought === ''
    ? opened(signature).startsWith(`${SIGNED}:`)
    : signature === signatureOf(thought);
}

/** The `data` of a `redacted_thinking` block. */
export function redacted(thought: string): string {
  return sealed(HIDDEN, thought);
}

/** True for such data from here. */
export function isRedacted(data: string): boolean {
  return opened(data).startsWith(`${HIDDEN}:`);
}
