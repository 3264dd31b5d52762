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

/**
 * For whom an address counts where requests are limited: an IPv4 address for itself, an IPv6 address for
 * its /64, since one client has all of that. Without a port or a zone; other texts are left as they are.
 */
export function addressBlock(address: string): string {
  const bare = /^\[([^\]]*)\]/.exec(address)?.[1] ?? address.replace(/^([^:]*):\d+$/, '$1');
  const url = `http://[${bare.replace(/%.*/, '')}]`;
  if (!bare.includes(':') || !URL.canParse(url)) return bare.toLowerCase();
  const [head = [], tail = []] = new URL(url).hostname
    .slice(1, -1)
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  const groups = [...head, ...zeros, ...tail];
  if (/^(0:){5}ffff:/.test(groups.join(':')))
    return groups
      .slice(6)
      .map((group) => Number.parseInt(group, 16))
      .map((pair) => `${pair >> 8}.${pair & 255}`)
      .join('.');
  return `${groups.slice(0, 4).join(':')}::/64`;
}
