/**
 * How a reply tells of limits, so that clients can pace themselves: by Poe's own headers, or by those of
 * an access token's limit here. What Poe says of a pooled key is no business of who holds a token.
 */
import type { Dialect } from './core/protocol.ts';
import type { ReplyHead } from './core/upstream.ts';
import type { ReplyHeaders } from './http/reply.ts';
import type { Taken } from './policy/rate-limit.ts';

const POES = ['limit', 'remaining', 'reset'].flatMap((part) => [
  `x-ratelimit-${part}-requests`,
  `anthropic-ratelimit-requests-${part}`,
]);

/** Poe's own, as they are. */
export function poeLimitHeaders(reply: ReplyHead): ReplyHeaders {
  const headers: Record<string, string> = {};
  for (const name of POES) {
    const value = reply.header(name);
    if (value !== undefined) headers[name] = value;
  }
  return headers;
}

/**
 * Those of a limit here, as the dialect's clients know them.
 *
 * @param now Milliseconds since 1970, when it was counted.
 * @see https://creator.poe.com/docs/resources/rate-limits
 */
export function ownLimitHeaders(
  { limit, remaining, reset }: Taken,
  { limitHeaders }: Dialect,
  now: number,
): ReplyHeaders {
  return (
    limitHeaders?.(limit, remaining, now + reset * 1000) ?? {
      'x-ratelimit-limit-requests': String(limit),
      'x-ratelimit-remaining-requests': String(remaining),
      'x-ratelimit-reset-requests': String(reset),
    }
  );
}
