/** What tells a file from every other: an upload is used again for the same content. */

/** A cryptographic digest, such as SHA-256: the platform's. */
type Digest = (bytes: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer>;

/** The digest in lower-case hexadecimal digits. */
export async function contentHash(bytes: Uint8Array<ArrayBuffer>, digest: Digest): Promise<string> {
  const hash = new Uint8Array(await digest(bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
