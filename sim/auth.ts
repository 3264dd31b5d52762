/**
 * Who is calling. Any bearer is a good key, except those whose beginning asks for trouble:
 * `bad…`, `poor…`, `limited…`, `forbidden…`. No key is stored or compared.
 */
import { documented, unauthenticated, type Failure } from './failure.ts';

/** Key prefix → what Poe answers such a key wherever points are spent. */
const TROUBLED_KEYS: ReadonlyArray<readonly [prefix: string, failure: () => Failure]> = [
  ['bad', unauthenticated],
  ['poor', () => documented(402, 'insufficient_credits', 'Your account has no points left.')],
  [
    'limited',
    () =>
      documented(429, 'rate_limit_error', 'Too many requests: the limit is 500 a minute.', {
        'retry-after': '7',
      }),
  ],
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
  return TROUBLED_KEYS.find(([prefix]) => key.startsWith(prefix))?.[1]() ?? key;
}

/** The model list needs no key, yet refuses a header that carries an empty or invalid one. */
export function listFailure(key: string | undefined): Failure | undefined {
  return key === '' || key?.startsWith('bad') ? unauthenticated() : undefined;
}
