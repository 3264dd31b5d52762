/**
 * Who calls: where the credential is looked for, what none can be, which token it is, and what that
 * token may use.
 */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { GatewayError } from '../../../src/core/error.ts';
import type { Digest } from '../../../src/lib/digest.ts';
import { type Caller, callerKey, createAccess, mayUse } from '../../../src/policy/access.ts';
import { LAW, thrownBy } from '../record.ts';

/** Headers as a careless host might hand them over: any value at all. */
class RawHeaders extends Headers {
  readonly #values: Readonly<Record<string, string>>;

  constructor(values: Readonly<Record<string, string>>) {
    super();
    this.#values = values;
  }

  override get(name: string): string | null {
    return this.#values[name] ?? null;
  }
}

const GIVEN: readonly { headers: Record<string, string>; key: string }[] = [
  { headers: { authorization: 'Bearer my-key' }, key: 'my-key' },
  { headers: { authorization: 'bearer my-key' }, key: 'my-key' },
  { headers: { authorization: 'BEARER   my-key  ' }, key: 'my-key' },
  { headers: { authorization: 'Bearer\tmy-key' }, key: 'my-key' },
  { headers: { 'x-api-key': 'my-key' }, key: 'my-key' },
  { headers: { 'api-key': ' my-key ' }, key: 'my-key' },
  { headers: { authorization: 'Bearer a', 'x-api-key': 'b', 'api-key': 'c' }, key: 'a' },
  { headers: { 'x-api-key': 'b', 'api-key': 'c' }, key: 'b' },
  { headers: { authorization: 'Bearer undefined', 'x-api-key': 'b' }, key: 'b' },
  { headers: { authorization: 'Bearer null', 'x-api-key': ' ', 'api-key': 'c' }, key: 'c' },
  { headers: { authorization: 'Basic dXNlcg==', 'x-api-key': 'b' }, key: 'b' },
  { headers: { authorization: 'Bearer', 'api-key': 'c' }, key: 'c' },
  { headers: { authorization: 'Bearer sk-a_B.9/+=~:|@' }, key: 'sk-a_B.9/+=~:|@' },
];

const REFUSED: readonly { what: string; headers: Record<string, string> }[] = [
  { what: 'no header', headers: {} },
  { what: 'a bare Bearer', headers: { authorization: 'Bearer' } },
  { what: 'a blank bearer', headers: { authorization: 'Bearer    ' } },
  { what: 'blank headers', headers: { authorization: '', 'x-api-key': '', 'api-key': ' ' } },
  { what: 'the word undefined', headers: { authorization: 'Bearer undefined' } },
  { what: 'the word null', headers: { 'x-api-key': 'null' } },
  { what: 'no scheme', headers: { authorization: 'my-key' } },
  { what: 'another scheme', headers: { authorization: 'Basic dXNlcg==' } },
  { what: 'double quotes', headers: { authorization: 'Bearer "my-key"' } },
  { what: 'single quotes', headers: { authorization: "Bearer 'my-key'" } },
  { what: 'backquotes', headers: { 'x-api-key': '`my-key`' } },
  { what: 'a blank inside', headers: { authorization: 'Bearer my key' } },
  { what: 'a doubled scheme', headers: { authorization: 'Bearer Bearer my-key' } },
  { what: 'NUL', headers: { authorization: 'Bearer my\0key' } },
  { what: 'a line break', headers: { authorization: 'Bearer my\r\nkey' } },
  { what: 'a delete character', headers: { 'x-api-key': 'my\u007Fkey' } },
  { what: 'Latin-1', headers: { authorization: 'Bearer clé' } },
  { what: 'unicode', headers: { authorization: 'Bearer 钥匙🔑' } },
  { what: 'a megabyte', headers: { authorization: `Bearer ${'k'.repeat(1_048_576)}` } },
  {
    what: 'a bad bearer beside a good key',
    headers: { authorization: 'Bearer "a"', 'api-key': 'c' },
  },
];

describe('callerKey', () => {
  it.each(GIVEN)('finds $key in $headers', ({ headers, key }) => {
    expect(callerKey(new RawHeaders(headers))).toBe(key);
    expect(callerKey(new Headers(headers))).toBe(key);
  });

  it.each(REFUSED)('refuses $what and says where to get a key', ({ headers }) => {
    const error = thrownBy(() => callerKey(new RawHeaders(headers)));
    expect(error).toMatchObject({ kind: 'unauthenticated', status: 401, code: 'invalid_api_key' });
    expect(String(error)).toContain('https://poe.com/api/keys');
    expect(String(error)).not.toMatch(/my.{0,2}key|钥匙|kkkk/);
  });

  it('gives a key of printable ASCII or refuses, for any three headers', () => {
    const value = fc.option(fc.string({ unit: 'binary', maxLength: 20 }), { nil: '' });
    fc.assert(
      fc.property(value, value, value, (bearer, first, second) => {
        const headers = new RawHeaders({
          authorization: `Bearer ${bearer}`,
          'x-api-key': first,
          'api-key': second,
        });
        let key: string | undefined;
        const error = thrownBy(() => (key = callerKey(headers)));
        if (key === undefined) expect(error).toBeInstanceOf(GatewayError);
        else expect(key).toMatch(/^[!-~]+$/);
      }),
      LAW,
    );
  });
});

const TOKENS = [
  { name: 'laptop', token: 'token-of-the-laptop' },
  { name: 'phone', token: 'token-of-the-phone', models: ['gpt-*'], rpm: 20 },
  { name: 'long', token: `token-of-the-laptop${'x'.repeat(1000)}` },
];
const digest: Digest = (bytes) => crypto.subtle.digest('SHA-256', bytes);
const bearer = (credential: string): Headers =>
  new RawHeaders({ authorization: `Bearer ${credential}` });

/** Close to a token, and none. */
const STRANGERS = [
  'token-of-the-laptoq',
  'uoken-of-the-laptop',
  'token-of-the-lapto',
  'token-of-the-laptopx',
  'Token-of-the-laptop',
  'token',
  'laptop',
  'my-own-key',
  'k'.repeat(4096),
];
/** What is no credential at all. */
const NOBODY = [
  '',
  ' ',
  'undefined',
  'null',
  '"token-of-the-laptop"',
  'token-of the-phone',
  'tökén',
];

describe('identify', () => {
  const shared = createAccess({ accessTokens: TOKENS, ownKeys: 'deny' }, digest);
  const both = createAccess({ accessTokens: TOKENS, ownKeys: 'allow' }, digest);
  const own = createAccess({ accessTokens: [], ownKeys: 'allow' }, digest);

  it.each(TOKENS)('knows the token of $name in every header', async (token) => {
    const { token: credential, ...rights } = token;
    const wanted = { kind: 'token', credential, models: undefined, rpm: undefined, ...rights };
    for (const access of [shared, both])
      for (const headers of [
        bearer(credential),
        new Headers({ 'x-api-key': credential }),
        new Headers({ 'api-key': credential }),
        new Headers({ authorization: 'Bearer undefined', 'x-api-key': ` ${credential} ` }),
      ])
        expect(await access.identify(headers)).toEqual(wanted);
  });

  it.each(STRANGERS)('takes %s for no token', async (credential) => {
    await expect(shared.identify(bearer(credential))).rejects.toMatchObject({
      kind: 'unauthenticated',
      code: 'invalid_api_key',
      message: expect.stringMatching(/^This gateway needs one of its access tokens; ask its owner/),
    });
    const wanted: Caller = { kind: 'own', credential };
    expect(await both.identify(bearer(credential))).toEqual(wanted);
    expect(await own.identify(bearer(credential))).toEqual(wanted);
  });

  it.each(NOBODY)('lets %j in nowhere', async (credential) => {
    for (const access of [shared, both, own]) {
      const error: unknown = await access.identify(bearer(credential)).catch((caught) => caught);
      expect(error).toMatchObject({ kind: 'unauthenticated', status: 401 });
      expect(String(error)).toContain(access === shared ? 'access tokens' : 'poe.com/api/keys');
      expect(String(error)).not.toMatch(/token-of|tök/);
    }
  });

  it('lets nobody in without headers', async () => {
    for (const access of [shared, both, own])
      await expect(access.identify(new Headers())).rejects.toBeInstanceOf(GatewayError);
  });

  it.each(['', ' ', 'undefined', 'null'])('is not opened by a token that is %j', async (token) => {
    const access = createAccess(
      { accessTokens: [{ name: 'none', token }], ownKeys: 'deny' },
      digest,
    );
    for (const headers of [bearer(token), new RawHeaders({ 'x-api-key': token }), new Headers()])
      await expect(access.identify(headers)).rejects.toMatchObject({ kind: 'unauthenticated' });
  });

  it.each([...TOKENS.map(({ token }) => token), ...STRANGERS])(
    'compares every token, whole, whatever the credential: %s',
    async (credential) => {
      const matches = vi.fn<(one: string, other: string) => boolean>((one, other) => one === other);
      const access = createAccess({ accessTokens: TOKENS, ownKeys: 'allow' }, digest, matches);
      await access.identify(bearer(credential));
      expect(matches).toHaveBeenCalledTimes(TOKENS.length);
      expect(new Set(matches.mock.calls.map(([known]) => known)).size).toBe(TOKENS.length);
      for (const text of matches.mock.calls.flat()) expect(text).toMatch(/^[\da-f]{64}$/);
    },
  );

  it('makes the digests of the tokens once, and none where there are no tokens', async () => {
    const counted = vi.fn<Digest>(digest);
    const access = createAccess({ accessTokens: TOKENS, ownKeys: 'allow' }, counted);
    for (let time = 0; time < 3; time++) await access.identify(bearer('my-own-key'));
    expect(counted).toHaveBeenCalledTimes(TOKENS.length + 3);

    counted.mockClear();
    await createAccess({ accessTokens: [], ownKeys: 'allow' }, counted).identify(bearer('my-key'));
    expect(counted).not.toHaveBeenCalled();
  });

  it('digests nothing that can be no token, however long', async () => {
    const counted = vi.fn<Digest>(digest);
    const access = createAccess({ accessTokens: TOKENS, ownKeys: 'deny' }, counted);
    for (const credential of ['k'.repeat(1_048_576), 'tökén', 'a"b'])
      await expect(access.identify(bearer(credential))).rejects.toBeInstanceOf(GatewayError);
    expect(counted).not.toHaveBeenCalled();
  });

  it('makes them again after it failed once', async () => {
    const failing = vi.fn<Digest>(digest).mockRejectedValueOnce(new Error('not now'));
    const access = createAccess({ accessTokens: TOKENS, ownKeys: 'deny' }, failing);
    const headers = bearer('token-of-the-phone');
    await expect(access.identify(headers)).rejects.toThrow('not now');
    expect(await access.identify(headers)).toMatchObject({ name: 'phone' });
  });

  it('knows a token from any other text', async () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(text, text, async (token, credential) => {
        const accessTokens = [{ name: 'one', token }];
        const caller = createAccess({ accessTokens, ownKeys: 'allow' }, digest);
        const { kind } = await caller.identify(bearer(credential));
        expect(kind).toBe(token === credential ? 'token' : 'own');
      }),
      LAW,
    );
  });
});

/** The names asked for and Poe's, last; what of the list lets them through. */
const USES: readonly { models: readonly string[]; names: readonly string[]; may: boolean }[] = [
  { models: ['gpt-5'], names: ['gpt-5'], may: true },
  { models: ['gpt-5'], names: ['GPT-5'], may: true },
  { models: ['gpt-5'], names: [' GPT-5 ', 'gpt-5'], may: true },
  { models: ['gpt-5'], names: ['gpt-5-mini'], may: false },
  { models: ['gpt-5'], names: ['openai/gpt-5', 'gpt-5'], may: true },
  { models: ['fast'], names: ['Fast', 'gpt-5-mini'], may: true },
  { models: ['gpt-5-mini'], names: ['fast', 'gpt-5-mini'], may: true },
  { models: ['gpt-4o-2024-11-20'], names: ['gpt-4o-2024-11-20', 'gpt-4o'], may: true },
  { models: ['echo', 'gpt-*'], names: ['gpt-5.2-pro'], may: true },
  { models: ['echo', 'gpt-*'], names: ['claude-opus-4.5'], may: false },
  { models: ['*'], names: ['anything'], may: true },
  { models: ['*-mini'], names: ['gpt-5-mini'], may: true },
  { models: ['*-mini'], names: ['gpt-5-mini-pro'], may: false },
  { models: ['gpt-*-mini'], names: ['gpt-5-mini'], may: true },
  { models: ['gpt-*-mini'], names: ['gpt-mini'], may: false },
  { models: ['claude-*-4*'], names: ['claude-sonnet-4.5'], may: true },
  // What a client says before or after a bot's name does not make it another bot.
  { models: ['gpt-*'], names: ['gpt-5/claude-opus-4.5', 'claude-opus-4.5'], may: false },
  { models: ['*-latest'], names: ['claude-opus-4.5-latest', 'claude-opus-4.5'], may: false },
  { models: ['gpt-5'], names: ['', 'claude-opus-4.5'], may: false },
  { models: ['gpt-5'], names: [], may: false },
];

describe('mayUse', () => {
  const token = { kind: 'token', credential: 'a-long-token', name: 'one' } as const;

  it.each(USES)('says $may for $names with $models', ({ models, names, may }) => {
    expect(mayUse({ ...token, models }, ...names)).toBe(may);
  });

  it('lets own keys, and tokens without a list, use everything', () => {
    expect(mayUse({ kind: 'own', credential: 'my-key' }, 'gpt-5')).toBe(true);
    expect(mayUse(token, 'gpt-5')).toBe(true);
  });
});
