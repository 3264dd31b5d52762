/** The caller's key: where it is looked for, in which order, and what no key can be. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/core/error.ts';
import { callerKey } from '../../../src/policy/access.ts';
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
