/**
 * Whose request it is, behind a proxy: the address that the proxy wrote into a header. Only a header
 * that the proxy itself sets may be believed, so its name is a setting and never guessed.
 */

/** Longer than any address, zone and port included. */
const MOST_CHARACTERS = 64;

/** @param header The header's name; of a list, the last address is the one that the proxy added. */
export function clientAddress(headers: Headers, header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const address = headers.get(header)?.split(',').pop()?.trim();
  return address ? address.slice(0, MOST_CHARACTERS) : undefined;
}
