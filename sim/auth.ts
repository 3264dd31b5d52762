/**
 * Who is calling. Any bearer is a good key, except those whose beginning asks for trouble:
 * `bad…`, `poor…`, `refill…`, `limited…`, `flaky…`, `busy-once…`, `busy-twice…`, `busy-thrice…`,
 * `forbidden…`. No other key than a flaky, a busy or a refilled one is remembered.
 */
import { documented, unauthenticated, type Failure } from './failure.ts';

const outOfPoints = (): Failure =>
  documented(402, 'insufficient_credits', 'Your account has no points left.');

/** What one simulator remembers of its callers. */
export class Callers {
  /** The flaky keys whose next request is refused. */
  readonly #refusedNext = new Set<string>();
  /** The accounts that got points when they were first found to have none. */
  readonly #refilled = new Set<string>();
  /** How often the busy keys have been refused since they last passed. */
  readonly #refusals = new Map<string, number>();

  /** Key prefix → what Poe answers such a key wherever points are spent. */
  readonly #troubled: ReadonlyArray<
    readonly [prefix: string, failure: (key: string) => Failure | undefined]
  > = [
    ['bad', unauthenticated],
    ['poor', outOfPoints],
    ['refill', (key) => this.#firstTime(key)],
    [
      'limited',
      () =>
        documented(429, 'rate_limit_error', 'Too many requests: the limit is 500 a minute.', {
          'retry-after': '7',
        }),
    ],
    ['flaky', (key) => this.#everySecondTime(key)],
    ['busy-once', (key) => this.#overloaded(key, 1)],
    ['busy-twice', (key) => this.#overloaded(key, 2)],
    ['busy-thrice', (key) => this.#overloaded(key, 3)],
    ['forbidden', () => documented(403, 'moderation_error', 'This key may not do that.')],
  ];

  /** The key of a caller who may spend points, or why this one may not. */
  admit(key: string | undefined): string | Failure {
    if (key === undefined || key === '') return unauthenticated();
    return this.#troubled.find(([prefix]) => key.startsWith(prefix))?.[1](key) ?? key;
  }

  /** What the account of this key has none of is points: nothing else is wrong with it. */
  isOutOfPoints(key: string | undefined): boolean {
    if (key?.startsWith('refill')) return !this.#refilled.has(key);
    return key?.startsWith('poor') === true;
  }

  /** The first request passes, the second one is refused, and so on, whatever they ask for. */
  #everySecondTime(key: string): Failure | undefined {
    if (this.#refusedNext.delete(key))
      return documented(429, 'rate_limit_error', 'Too many requests: wait a second.', {
        'retry-after': '1',
      });
    this.#refusedNext.add(key);
    return undefined;
  }

  /** The first request is refused, and the account filled up. */
  #firstTime(key: string): Failure | undefined {
    if (this.#refilled.has(key)) return undefined;
    this.#refilled.add(key);
    return outOfPoints();
  }

  /** So many requests are refused, whatever they ask for, then one passes, and so on. */
  #overloaded(key: string, times: number): Failure | undefined {
    const refused = this.#refusals.get(key) ?? 0;
    this.#refusals.set(key, refused < times ? refused + 1 : 0);
    return refused < times
      ? documented(503, 'overloaded_error', 'The service is unavailable for a moment.')
      : undefined;
  }
}

/** The key of an `Authorization: Bearer …` header: '' when present but empty, undefined without. */
export function bearerKey(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  return /^bearer\s+(\S+)\s*$/i.exec(authorization)?.[1] ?? '';
}

/** The model list needs no key, yet refuses a header that carries an empty or invalid one. */
export function listFailure(key: string | undefined): Failure | undefined {
  return key === '' || key?.startsWith('bad') ? unauthenticated() : undefined;
}
