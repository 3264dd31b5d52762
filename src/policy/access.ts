/**
 * Who calls, and with it whose key pays: the caller's own Poe key, which goes to Poe as the bearer and
 * nowhere else, or an access token of this gateway's, which goes nowhere and opens the pool of keys.
 */
import { GatewayError } from '../core/error.ts';
import { type Digest, digestOf, isSame } from '../lib/digest.ts';
import { fits } from '../lib/wildcard.ts';

const LONGEST_KEY = 4096;

/** One token of the gateway's own. */
export interface AccessToken {
  /** For logs and counts; each token has another. `token-2` for the second, when it was given none. */
  readonly name: string;
  readonly token: string;
  /** Models in lower case, `*` for anything; undefined: all. */
  readonly models?: readonly string[] | undefined;
  /** Requests a minute; undefined: no limit. */
  readonly rpm?: number | undefined;
  /** Points from midnight to midnight, UTC; undefined: no limit. */
  readonly pointsPerDay?: number | undefined;
}

/** Who calls. */
export type Caller = OwnCaller | TokenCaller;

/** With a Poe key of their own. */
interface OwnCaller {
  readonly kind: 'own';
  readonly credential: string;
}

/** With one of this gateway's tokens: `name` is for logs and counts, the rest is what it may do. */
interface TokenCaller extends Pick<AccessToken, 'name' | 'models' | 'rpm' | 'pointsPerDay'> {
  readonly kind: 'token';
  readonly credential: string;
}

/** The settings that decide. */
interface AccessRules {
  readonly accessTokens: readonly AccessToken[];
  readonly ownKeys: 'allow' | 'deny';
}

/** Tells who calls. */
export interface Access {
  /** @throws {GatewayError} `unauthenticated` */
  identify(headers: Headers): Promise<Caller>;
}

/**
 * One for an app.
 *
 * @param matches Whether two digests are the same. Every token is compared, whatever the credential,
 *   and as a digest: the time that it takes tells neither a token's length nor how it begins.
 */
export function createAccess(
  { accessTokens, ownKeys }: AccessRules,
  digest: Digest,
  matches: (one: string, other: string) => boolean = isSame,
): Access {
  // Kept when they are there, and not as a promise: on workerd no request may wait for another's.
  let known: readonly string[] | undefined;

  async function tokenOf(credential: string): Promise<AccessToken | undefined> {
    known ??= await Promise.all(accessTokens.map(({ token }) => digestOf(token, digest)));
    const shown = await digestOf(credential, digest);
    let found: AccessToken | undefined;
    for (const [index, id] of known.entries()) if (matches(id, shown)) found = accessTokens[index];
    return found;
  }

  return {
    async identify(headers) {
      const isOpen = ownKeys === 'allow';
      const credential = isOpen ? callerKey(headers) : credentialOf(headers);
      const isAsked = credential !== undefined && isPossibleKey(credential);
      const token = isAsked && accessTokens.length > 0 ? await tokenOf(credential) : undefined;
      if (token) {
        const { name, models, rpm, pointsPerDay } = token;
        return { kind: 'token', credential: token.token, name, models, rpm, pointsPerDay };
      }
      if (isOpen && isAsked) return { kind: 'own', credential };
      throw new GatewayError(
        'unauthenticated',
        'This gateway needs one of its access tokens; ask its owner. Send it as "Authorization: Bearer <token>".',
      );
    },
  };
}

/**
 * The caller's key, from `Authorization: Bearer`, `x-api-key` or `api-key`, in this order. Poe's keys
 * have had several forms, so only what no key can be is refused here.
 *
 * @throws {GatewayError} `unauthenticated`
 */
export function callerKey(headers: Headers): string {
  const key = credentialOf(headers);
  if (key === undefined)
    throw new GatewayError(
      'unauthenticated',
      'No API key. Send your Poe key as "Authorization: Bearer <key>"; get one at https://poe.com/api/keys.',
    );
  if (!isPossibleKey(key))
    throw new GatewayError(
      'unauthenticated',
      'This is not a Poe API key (quotes, blanks or other odd characters, or too long). Get one at https://poe.com/api/keys.',
    );
  return key;
}

/** Whether somebody tries to come in: without any credential nobody does. */
export function isCredentialShown(headers: Headers): boolean {
  return credentialOf(headers) !== undefined;
}

/** Any text at all; undefined when there is none. */
function credentialOf(headers: Headers): string | undefined {
  const bearer = /^bearer\s+(.*)$/i.exec(headers.get('authorization') ?? '')?.[1];
  return [bearer, headers.get('x-api-key'), headers.get('api-key')]
    .map((credential) => credential?.trim() ?? '')
    .find((credential) => !isPlaceholder(credential));
}

/** Printable ASCII without blanks and quotes: anything else was pasted wrongly, or is an attack. */
export function isPossibleKey(key: string): boolean {
  return key.length <= LONGEST_KEY && /^[!#-&(-_a-~]+$/.test(key);
}

/** What programs write when their user left the key out. */
export function isPlaceholder(credential: string): boolean {
  return credential === '' || credential === 'undefined' || credential === 'null';
}

/**
 * Whether the caller's list has the model. A line with `*` is compared with Poe's name only: what a
 * client asks for may say anything before a `/` or after a `-` and still mean another bot.
 *
 * @param names The name asked for, if there is one, and what the owner calls it, then Poe's.
 */
export function mayUse(caller: Caller, ...names: readonly string[]): boolean {
  if (caller.kind === 'own' || caller.models === undefined) return true;
  const lower = names.map((name) => name.trim().toLowerCase());
  const atPoe = lower.at(-1) ?? '';
  return caller.models.some((line) =>
    line.includes('*') ? fits(line, atPoe) : lower.includes(line),
  );
}

/** @throws {GatewayError} `forbidden` where the caller may not use the model. */
export function checkModel(caller: Caller, ...names: readonly string[]): void {
  if (mayUse(caller, ...names)) return;
  throw new GatewayError('forbidden', 'model: this access token may not use this model.', {
    code: 'model_not_allowed',
    param: 'model',
  });
}
