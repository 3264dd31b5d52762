/**
 * Who is calling. Any bearer is a good key, except those whose beginning asks for trouble:
 * `bad…`, `poor…`, `refill…`, `limited…`, `flaky…`, `busy-once…`, `busy-twice…`, `busy-thrice…`,
 * `forbidden…`. No other key than a flaky, a busy or a refilled one is remembered.
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

/** The accounts that got points when they were first found to have none. */
const refilled = new Set<string>();

const outOfPoints = (): Failure =>
  documented(402, 'insufficient_credits', 'Your account has no points left.');

/** The first request is refused, and the account filled up. */
function firstTime(key: string): Failure | undefined {
  if (refilled.has(key)) return undefined;
  refilled.add(key);
  return outOfPoints();
}

/** What the account of this key has none of is points: nothing else is wrong with it. */
export function isOutOfPoints(key: string | undefined): boolean {
  if (key?.startsWith('refill')) return !refilled.has(key);
  return key?.startsWith('poor') === true;
}

/** How often the busy keys have been refused since they last passed. */
const refusals = new Map<string, number>();

/** So many requests are refused, whatever they ask for, then one passes, and so on. */
function overloaded(times: number): (key: string) => Failure | undefined {
  return (key) => {
    const refused = refusals.get(key) ?? 0;
    refusals.set(key, refused < times ? refused + 1 : 0);
    return refused < times
      ? documented(503, 'overloaded_error', 'The service is unavailable for a moment.')
      : undefined;
  };
}

/** Key prefix → what Poe answers such a key wherever points are spent. */
const TROUBLED_KEYS: ReadonlyArray<
  readonly [prefix: string, failure: (key: string) => Failure | undefined]
> = [
  ['bad', unauthenticated],
  ['poor', outOfPoints],
  ['refill', firstTime],
  [
    'limited',
    () =>
      documented(429, 'rate_limit_error', 'Too many requests: the limit is 500 a minute.', {
        'retry-after': '7',
      }),
  ],
  ['flaky', everySecondTime],
  ['busy-once', overloaded(1)],
  ['busy-twice', overloaded(2)],
  ['busy-thrice', overloaded(3)],
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
