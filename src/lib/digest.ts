/** What tells a file, or a key, from every other without telling what it is. */

/** A cryptographic digest, such as SHA-256: the platform's. */
export type Digest = (bytes: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer>;

/** The digest in lower-case hexadecimal digits. */
export async function digestOf(
  content: Uint8Array<ArrayBuffer> | string,
  digest: Digest,
): Promise<string> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const hash = new Uint8Array(await digest(bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Of two digests: looks at every character, wherever they begin to differ. */
export function isSame(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let index = 0; index < one.length; index++)
    difference |= one.charCodeAt(index) ^ other.charCodeAt(index);
  return difference === 0;
}
