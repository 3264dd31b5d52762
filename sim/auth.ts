/**
 * Who is calling. Any bearer is a good key, except those whose beginning asks for trouble:
 * `bad…`, `poor…`, `limited…`, `flaky…`, `forbidden…`. No other key than a flaky one is remembered.
 */
import { documented, unauthenticated, type Failure } from './failure.ts';

/** The flaky keys whose next request is refused. */
const refusedNext = new Set<string>();

/** The first request passes, the second one is refused, and so on, whatever they ask for. */
function everySecondTime(key: string): Failure | undefined {
  if (refusedNext.delete(key))
    return documented(429, 'rate_limit_error', 'Too many requests: wait a second.', {
      'retry-after': '1',
    });
  refusedNext.add(key);
  return undefined;
}

/** Key prefix → what Poe answers such a key wherever points are spent. */
const TROUBLED_KEYS: ReadonlyArray<
  readonly [prefix: string, failure: (key: string) => Failure | undefined]
> = [
  ['bad', unauthenticated],
  ['poor', () => documented(402, 'insufficient_credits', 'Your account has no points left.')],
  [
    'limited',
    () =>
      documented(429, 'rate_limit_error', 'Too many requests: the limit is 500 a minute.', {
        'retry-after': '7',
      }),
  ],
  ['flaky', everySecondTime],
  ['forbidden', () => documented(403, 'moderation_error', 'This key may not do that.')],
];

/** The key of an `Authorization: Bearer …` header: '' when present but empty, undefined without. */
export function bearerKey(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  return /^bearer\s+(\S+)\s*$/i.exec(authorization)?.[1] ?? '';
}

/** The key of a caller who may spend points, or why this one may not. */
export function admit(key: string | undefined): string | Failure {
  if (key === undefined || key === '') return unauthenticated();
  return TROUBLED_KEYS.find(([prefix]) => key.startsWith(prefix))?.[1](key) ?? key;
}

/** The model list needs no key, yet refuses a header that carries an empty or invalid one. */
export function listFailure(key: string | undefined): Failure | undefined {
  return key === '' || key?.startsWith('bad') ? unauthenticated() : undefined;
}
