/**
 * Which calls to Poe are made again when they fail, how often, and after what wait. Who asks is
 * `answering.ts`. Never once Poe has begun to answer: by then it may have charged.
 */
import { GatewayError } from '../core/error.ts';
import { entryOf } from '../lib/table.ts';
import { type Pause, pause } from '../lib/time.ts';

/** How many more tries a call is worth, by the status that it was refused with; no other has any. */
const TRIES_BY_STATUS: Readonly<Record<number, number>> = {
  408: Infinity,
  429: Infinity,
  // Poe says it of a vendor's failure and of a bad request alike.
  500: 1,
  502: Infinity,
  503: Infinity,
  529: Infinity,
};

/** The same where Poe said with status 200 that there is no answer, and that it may be asked again. */
const TRIES_WHEN_ALLOWED = 1;

/** In place of a status: no key of the pool could be used. It is not Poe that failed. */
export const NO_KEY = 'no-key';

/** Before the first further try, in milliseconds; doubled with each. Poe's own advice. */
const FIRST_WAIT = 250;
/** Who has to wait longer is told so instead of being kept waiting. */
const LONGEST_WAIT = 20_000;
/** The same of a key of the pool, in all: a blink is waited out, a rest is the client's to know. */
const LONGEST_FOR_KEYS = 2_000;

/** The dice are so many hexadecimal digits of a random id. */
const DICE_DIGITS = 8;

/** What one answer may spend on further tries. */
export interface RetryTerms {
  /** At most so many, whatever fails. */
  readonly retries: number;
  /** Milliseconds since 1970 when the whole answer has to be there. */
  readonly endsAt: number;
  /** Ends a wait. */
  readonly signal: AbortSignal;
  /** The clock, and hexadecimal digits of which the first ones are random. */
  readonly platform: { now(): number; randomId(): string };
}

/** The further tries of one answer. */
export interface Retries {
  /**
   * Waits until the call may be made again, if it may. With full jitter: what failed together does not
   * come again together.
   *
   * @param status Of Poe's reply; undefined when there was none. Waits for a key are not counted.
   * @returns Whether the wait is over, and nothing has cut it short.
   */
  wait(failure: GatewayError, status: number | typeof NO_KEY | undefined): Promise<boolean>;
  /** Cuts the wait short, if there is one. */
  cancel(): void;
  /** The failure as the client is told of it: what was tried again here is not theirs to try as often. */
  told(failure: GatewayError): GatewayError;
}

/** One for each answer. */
export function countRetries({ retries, endsAt, signal, platform }: RetryTerms): Retries {
  let made = 0;
  /** Milliseconds. */
  let waitedForKeys = 0;
  let waiting: Pause | undefined;
  let isCancelled = false;

  /** Milliseconds before the next try; undefined: there is none. */
  function next(failure: GatewayError, status: Parameters<Retries['wait']>[1]): number | undefined {
    const isForKey = status === NO_KEY;
    const used = isForKey ? 0 : made;
    const most = isForKey ? Number(failure.retryable) : triesOf(failure, status);
    if (signal.aborted || used >= Math.min(retries, most)) return undefined;
    const asked = (failure.retryAfter ?? Number(isForKey)) * 1000;
    if (isForKey ? asked + waitedForKeys > LONGEST_FOR_KEYS : asked > LONGEST_WAIT)
      return undefined;
    const digits = platform.randomId().slice(0, DICE_DIGITS);
    const dice = Number.parseInt(digits, 16) / 16 ** DICE_DIGITS;
    const wait = asked + dice * Math.min(FIRST_WAIT * 2 ** made, LONGEST_WAIT);
    return platform.now() + wait < endsAt ? wait : undefined;
  }

  return {
    async wait(failure, status) {
      const milliseconds = next(failure, status);
      if (milliseconds === undefined) return false;
      if (status === NO_KEY) waitedForKeys += milliseconds;
      else made += 1;
      waiting = pause(milliseconds, signal);
      await waiting.over;
      return !isCancelled && !signal.aborted;
    },
    cancel() {
      isCancelled = true;
      waiting?.end();
    },
    told: (failure) =>
      made > 0 && failure.status >= 500 && failure.retryable
        ? new GatewayError(failure.kind, failure.message, { ...failure, retryable: false })
        : failure,
  };
}

function triesOf({ retryable, allowsRetry }: GatewayError, status: number | undefined): number {
  if (!retryable) return 0;
  if (status === undefined) return Infinity;
  if (status >= 200 && status < 300) return allowsRetry ? TRIES_WHEN_ALLOWED : 0;
  return entryOf(TRIES_BY_STATUS, String(status)) ?? 0;
}
