/** The user's key, and the settings of the gateway that one tool gets. */
import { describe, expect, test } from 'vitest';
import { localConfig, localSettings } from '../../cli/local-gateway.ts';
import { keyVariable, poeKey } from '../../cli/poe-key.ts';
import { readConfig } from '../../src/config.ts';
import { settingsOfToml } from '../../src/hosts/toml-settings.ts';

describe('the Poe key', () => {
  test.each<[string, Record<string, string>, string, string]>([
    ['POE_API_KEY', { POE_API_KEY: 'abc-123_X' }, 'POE_API_KEY', 'abc-123_X'],
    ['POE_KEY', { POE_KEY: 'abc' }, 'POE_KEY', 'abc'],
    ['POE_API_KEY before POE_KEY', { POE_KEY: 'b', POE_API_KEY: 'a' }, 'POE_API_KEY', 'a'],
    ['the one that is not blank', { POE_KEY: 'b', POE_API_KEY: ' ' }, 'POE_KEY', 'b'],
    ['the variable without the blanks around it', { POE_KEY: ' b\n' }, 'POE_KEY', 'b'],
  ])('is read from %s', (_, env, name, key) => {
    expect(keyVariable(env)).toBe(name);
    expect(poeKey(env)).toBe(key);
  });

  test('that is missing is said with the place to get it', () => {
    expect(() => poeKey({})).toThrow(/https:\/\/poe\.com\/api\/keys.* POE_API_KEY/);
  });

  test.each(['two words', '"quoted"', 'schlüssel', 'a\u0000b'])(
    'that cannot be one is refused, and not repeated: %j',
    (key) => {
      const read = (): string => poeKey({ POE_KEY: key });
      expect(read).toThrow(/^POE_KEY has quotes, blanks or other characters/);
      expect(read).not.toThrow(key);
    },
  );
});

describe("a tool's gateway", () => {
  test('is on a free port of this machine alone, whatever the environment says', () => {
    const { port, host } = readConfig(localSettings({ PORT: '80', port: 'no', HOST: '0.0.0.0' }));
    expect([port, host]).toEqual([0, '127.0.0.1']);
  });

  test('has the settings of the environment', () => {
    const env = { TIMEOUT: '7', POE_BASE_URL: 'http://poe.test', LOG_LEVEL: 'debug' };
    expect(readConfig(localSettings(env))).toMatchObject({
      timeout: 7000,
      poeBaseUrl: 'http://poe.test',
      logLevel: 'debug',
    });
  });

  test('has those of files too, after the environment, but no keys and no address', () => {
    const toml = { apikey: 'x', authkey: 'y', port: 80, host: '0.0.0.0', timeout: 7, retries: 1 };
    const files = { ...settingsOfToml(toml), files: [] };
    expect(localConfig({ RETRIES: '5' }, files)).toMatchObject({
      poeApiKeys: [],
      accessTokens: [],
      port: 0,
      host: '127.0.0.1',
      timeout: 7000,
      retries: 5,
    });
  });

  test('knows no keys and no tokens: the tool brings the key', () => {
    const names = ['POE_API_KEY', 'POE_KEY', 'POE_API_KEYS', 'POE_APIKEYS', 'ACCESS_TOKENS'];
    const more = ['API_ACCESS_TOKENS', 'TOKENS', 'apikey', 'AuthKey', 'ADMIN_PASSWORD'];
    const env = Object.fromEntries([...names, ...more].map((name) => [name, 'x']));
    expect(localSettings(env)).toEqual({ PORT: '0', HOST: '127.0.0.1' });
  });
});
