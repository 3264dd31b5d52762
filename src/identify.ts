/**
 * At the door: who calls, and may they come in now? First the limit of their address, then the token or
 * key that they show, with a guard against guessing, then the token's own limit.
 */
import type { Config } from './config.ts';
import { GatewayError } from './core/error.ts';
import { addressBlock } from './http/client-address.ts';
import type { Beside, LogFields, Platform } from './platform.ts';
import { type Caller, createAccess, isCredentialShown } from './policy/access.ts';
import { createLoginGuard } from './policy/login-guard.ts';
import { createRateLimits, type Taken } from './policy/rate-limit.ts';
import type { Store } from './stores/store.ts';

/** Of a limiter that does not say when it lets pass again: the shorter one of its possible periods. */
const LIMITER_WAIT = 10;

/** A request at the door. */
interface Visitor {
  readonly headers: Headers;
  /** Undefined where nobody knows it: then no limit of addresses holds. */
  readonly address: string | undefined;
  readonly beside: Beside;
  /** Facts for the log line. */
  note(fields: LogFields): void;
  /** What is left of the limit that the reply is to tell of. */
  limited(taken: Taken): void;
}

/** One for an app. */
export interface Door {
  /**
   * Lets a request in and counts it.
   *
   * @throws {GatewayError} `unauthenticated`, `rate-limited`
   */
  identify(visitor: Visitor): Promise<Caller>;
  /**
   * Another secret than a token was shown, right or wrong: guessed as little as tokens are.
   *
   * @param name Of the secret; no token's.
   * @throws {GatewayError} `rate-limited`
   */
  watch(
    name: string,
    isRight: boolean,
    visitor: Pick<Visitor, 'address' | 'beside'>,
  ): Promise<void>;
}

/** @param store Counts for all instances, where it can. */
export function createDoor(
  config: Config,
  { digest, now, log, limiters = {} }: Platform,
  store: Store | undefined,
): Door {
  const { addressRateLimit, tokenRateLimit, ownKeys } = config;
  const access = createAccess(config, digest);
  const tokens = createRateLimits(now, store, log);
  const addresses = createRateLimits(now, store, log);
  const guard = createLoginGuard({
    now,
    limits: addresses,
    store,
    warn: (address) =>
      log('warn', 'Too many wrong access tokens: for now this address is told nothing more.', {
        address,
      }),
  });
  /** Where own keys are let in a wrong token is taken for one of them, and Poe refuses it. */
  const isGuarded = ownKeys === 'deny';
  const isByAddress = isGuarded || addressRateLimit !== undefined || limiters.address !== undefined;

  async function identify(visitor: Visitor): Promise<Caller> {
    const { headers } = visitor;
    const isKnown = isByAddress && visitor.address !== undefined;
    const address = isKnown ? addressBlock(visitor.address) : undefined;
    if (address !== undefined) await limitAddress(address, visitor);
    const isWatched = isGuarded && address !== undefined && isCredentialShown(headers);
    const caller = await (isWatched ? watchedLogin(address, visitor) : access.identify(headers));
    if (caller.kind === 'token') await limitToken(caller, visitor);
    return caller;
  }

  async function limitAddress(address: string, visitor: Visitor): Promise<void> {
    const subject = 'Your address';
    if (addressRateLimit !== undefined) {
      const taken = await addresses.take(`address:${address}`, addressRateLimit);
      if (taken.retryAfter !== undefined) throw tooMany(subject, taken, visitor);
    }
    await askLimiter('address', address, subject);
  }

  /**
   * While an address is locked a right token is told the same as a wrong one, unless it has come from
   * there before. The count is looked at after the token: however many are shown at once, few are told.
   */
  async function watchedLogin(address: string, visitor: Visitor): Promise<Caller> {
    try {
      const caller = await access.identify(visitor.headers);
      if (caller.kind === 'token')
        mustNotBeLocked(await guard.came(address, caller.name, visitor.beside));
      return caller;
    } catch (error) {
      if (error instanceof GatewayError && error.kind === 'unauthenticated')
        mustNotBeLocked(await guard.failed(address));
      throw error;
    }
  }

  async function limitToken(
    { name, rpm = tokenRateLimit }: Extract<Caller, { kind: 'token' }>,
    visitor: Visitor,
  ): Promise<void> {
    const subject = 'This access token';
    visitor.note({ token: name });
    if (rpm !== undefined) {
      const taken = await tokens.take(`token:${name}`, rpm);
      if (taken.retryAfter !== undefined) throw tooMany(subject, taken, visitor);
      visitor.limited(taken);
    }
    await askLimiter('token', name, subject);
  }

  async function askLimiter(
    kind: 'address' | 'token',
    key: string,
    subject: string,
  ): Promise<void> {
    try {
      if (!limiters[kind] || (await limiters[kind].limit({ key })).success) return;
    } catch (error) {
      // Rather too many requests than none.
      log('warn', 'The rate limiter of this host does not answer.', { error: String(error) });
      return;
    }
    const words = `${subject} has asked too often. Try again in ${LIMITER_WAIT} s.`;
    throw new GatewayError('rate-limited', words, { retryAfter: LIMITER_WAIT });
  }

  return {
    identify,
    async watch(name, isRight, { address, beside }) {
      if (address === undefined) return;
      const block = addressBlock(address);
      const locked = isRight ? guard.came(block, name, beside) : guard.failed(block);
      mustNotBeLocked(await locked);
    },
  };
}

function tooMany(subject: string, taken: Taken, visitor: Visitor): GatewayError {
  visitor.limited(taken);
  const { limit, retryAfter } = taken;
  const times = limit === 1 ? 'once' : `${limit} times`;
  const words = `${subject} may ask ${times} a minute. Try again in ${retryAfter} s.`;
  return new GatewayError('rate-limited', words, { retryAfter });
}

/** @param retryAfter Of the guard: undefined where it lets the address try. */
function mustNotBeLocked(retryAfter: number | undefined): void {
  if (retryAfter === undefined) return;
  const words = `Too many wrong access tokens came from your address. Try again in ${retryAfter} s.`;
  throw new GatewayError('rate-limited', words, { retryAfter });
}
