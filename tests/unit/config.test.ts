/** The settings: every default, every name, and every mistake at once, by name and never by value. */
import { describe, expect, it } from 'vitest';
import { type Config, ConfigError, readConfig } from '../../src/config.ts';
import { thrownBy } from './record.ts';

const DEFAULTS: Config = {
  port: 8080,
  host: '0.0.0.0',
  timeout: 600_000,
  idleTimeout: 120_000,
  keepAlive: 15_000,
  earlyStart: undefined,
  maxRequestSize: 52_428_800,
  poeBaseUrl: 'https://api.poe.com',
  poeUploadUrl: 'https://www.quora.com/poe_api/file_upload_3RD_PARTY_POST',
  defaultModel: 'claude-opus-4.5',
  modelMap: [],
  upstream: 'auto',
  promoteReasoning: false,
  urlCacheTtl: 259_200_000,
  urlCacheSize: 104_857_600,
  store: 'none',
  embeddingsBaseUrl: undefined,
  embeddingsApiKey: undefined,
  embeddingsModel: undefined,
  defaultEmbeddingsModel: 'text-embedding-3-small',
  embeddingsBatchSize: 100,
  clientAddressHeader: undefined,
  logLevel: 'info',
};

const RIGHT: readonly { env: Record<string, string>; wanted: Partial<Config> }[] = [
  { env: { PORT: '3000' }, wanted: { port: 3000 } },
  { env: { port: '3001' }, wanted: { port: 3001 } },
  { env: { PORT: '3000', port: '3001' }, wanted: { port: 3000 } },
  { env: { PORT: '  ', port: '3001' }, wanted: { port: 3001 } },
  { env: { PORT: '0' }, wanted: { port: 0 } },
  { env: { HOST: '::1' }, wanted: { host: '::1' } },
  { env: { TIMEOUT: '60' }, wanted: { timeout: 60_000 } },
  { env: { timeout: '0.5' }, wanted: { timeout: 500 } },
  { env: { IDLE_TIMEOUT: ' 30 ' }, wanted: { idleTimeout: 30_000 } },
  { env: { KEEP_ALIVE: '86400' }, wanted: { keepAlive: 86_400_000 } },
  { env: { EARLY_START: '20' }, wanted: { earlyStart: 20_000 } },
  { env: { MAX_REQUEST_SIZE: '1024' }, wanted: { maxRequestSize: 1024 } },
  { env: { POE_BASE_URL: 'http://127.0.0.1:9/' }, wanted: { poeBaseUrl: 'http://127.0.0.1:9' } },
  { env: { POE_BASE_URL: 'https://a.test/poe/v1/' }, wanted: { poeBaseUrl: 'https://a.test/poe' } },
  { env: { DEFAULT_MODEL: 'My-Bot' }, wanted: { defaultModel: 'My-Bot' } },
  {
    env: { CLIENT_ADDRESS_HEADER: 'Fly-Client-IP' },
    wanted: { clientAddressHeader: 'fly-client-ip' },
  },
  {
    env: { POE_FILE_UPLOAD_URL: 'http://a.test/up/' },
    wanted: { poeUploadUrl: 'http://a.test/up' },
  },
  {
    env: { MODEL_MAP: '{"GPT-*": " Claude-Opus-4.5 ", "gpt-4": "GPT-5"}' },
    wanted: {
      modelMap: [
        { pattern: 'gpt-4', model: 'GPT-5' },
        { pattern: 'gpt-*', model: 'Claude-Opus-4.5' },
      ],
    },
  },
  { env: { STORE: 'Memory' }, wanted: { store: 'memory' } },
  {
    env: { EMBEDDINGS_BASE_URL: 'http://127.0.0.1:1/v1/' },
    wanted: { embeddingsBaseUrl: 'http://127.0.0.1:1/v1' },
  },
  { env: { EMBEDDINGS_API_KEY: 'k' }, wanted: { embeddingsApiKey: 'k' } },
  { env: { EMBEDDINGS_MODEL: 'm' }, wanted: { embeddingsModel: 'm' } },
  { env: { DEFAULT_EMBEDDINGS_MODEL: 'm' }, wanted: { defaultEmbeddingsModel: 'm' } },
  { env: { EMBEDDINGS_BATCH_SIZE: '1' }, wanted: { embeddingsBatchSize: 1 } },
  { env: { UPSTREAM: 'Bot' }, wanted: { upstream: 'bot' } },
  { env: { PROMOTE_REASONING: '1' }, wanted: { promoteReasoning: true } },
  { env: { URL_CACHE_TTL_SECONDS: '0' }, wanted: { urlCacheTtl: 0 } },
  { env: { URL_CACHE_SIZE_MB: '1' }, wanted: { urlCacheSize: 1_048_576 } },
  { env: { LOG_LEVEL: 'DEBUG' }, wanted: { logLevel: 'debug' } },
];

const WRONG: readonly { name: string; values: readonly string[] }[] = [
  { name: 'PORT', values: ['-1', '65536', '80a', '1e3', '0x10', '8080.5'] },
  { name: 'TIMEOUT', values: ['0', '-5', 'ten', '86401', 'Infinity', '1e3'] },
  { name: 'IDLE_TIMEOUT', values: ['0', 'soon'] },
  { name: 'KEEP_ALIVE', values: ['0', '15s'] },
  { name: 'EARLY_START', values: ['0', 'off'] },
  { name: 'CLIENT_ADDRESS_HEADER', values: ['x real ip', 'x-real-ip:'] },
  { name: 'MAX_REQUEST_SIZE', values: ['1023', '536870913', '50MB'] },
  {
    name: 'POE_BASE_URL',
    values: [
      'api.poe.com',
      'ftp://a.test',
      'https://user:secret@a.test',
      'https://a.test/?key=secret',
      'https://a.test/#part',
      '//a.test',
    ],
  },
  {
    name: 'MODEL_MAP',
    values: ['gpt-4=GPT-5', '[]', '{"gpt-4": 5}', '{"gpt-4": " "}', '{"": "GPT-5"}', '{'],
  },
  { name: 'STORE', values: ['disk', 'redis://a.test'] },
  { name: 'EMBEDDINGS_BASE_URL', values: ['a.test', 'https://user:secret@a.test'] },
  { name: 'EMBEDDINGS_BATCH_SIZE', values: ['0', '2049'] },
  { name: 'UPSTREAM', values: ['native', 'responses'] },
  { name: 'PROMOTE_REASONING', values: ['yes', 'true'] },
  { name: 'URL_CACHE_TTL_SECONDS', values: ['-1', '3d'] },
  { name: 'URL_CACHE_SIZE_MB', values: ['5000', '1.5'] },
  { name: 'LOG_LEVEL', values: ['loud', 'warning'] },
];

describe('readConfig', () => {
  it("takes a host's own defaults where the environment is silent", () => {
    const defaults = { TIMEOUT: '55', PORT: '9' };
    expect(readConfig({ timeout: '7', PORT: ' ' }, defaults)).toEqual({
      ...DEFAULTS,
      timeout: 7_000,
      port: 9,
    });
  });

  it('has a default for everything', () => {
    expect(readConfig({})).toEqual(DEFAULTS);
  });

  it.each(['', ' ', '\t\n'])('takes the blank value %j for a missing one', (blank) => {
    const names = [...WRONG.map(({ name }) => name), 'HOST', 'DEFAULT_MODEL', 'port', 'timeout'];
    expect(readConfig(Object.fromEntries(names.map((name) => [name, blank])))).toEqual(DEFAULTS);
  });

  it.each(RIGHT)('reads $env', ({ env, wanted }) => {
    expect(readConfig(env)).toEqual({ ...DEFAULTS, ...wanted });
  });

  it.each(WRONG.flatMap(({ name, values }) => values.map((value) => ({ name, value }))))(
    'refuses $name=$value',
    ({ name, value }) => {
      const error = thrownBy(() => readConfig({ [name]: value }));
      expect(error).toBeInstanceOf(ConfigError);
      expect(String(error)).toContain(`${name} must be `);
    },
  );

  it('reports every mistake at once, each with the name that was used', () => {
    const env: Record<string, string> = Object.fromEntries(
      WRONG.map(({ name }) => [name, '?wrong?']),
    );
    const names = Object.keys(env).map((name) => (name === 'PORT' ? 'port' : name));
    const { PORT, ...rest } = env;
    const message = String(thrownBy(() => readConfig({ ...rest, port: PORT })));
    for (const name of names) expect(message).toContain(`  - ${name} must be `);
    expect(message.match(/ {2}- /g)).toHaveLength(WRONG.length);
  });

  it('never repeats a wrong value: it may be a secret in the wrong place', () => {
    for (const { name, values } of WRONG)
      for (const value of [...values.filter((text) => text.length > 6), 'sk-secret-secret'])
        expect(String(thrownBy(() => readConfig({ [name]: value })))).not.toContain(value);
  });

  it('leaves alone what is no setting and no text', () => {
    expect(readConfig({ PATH: '/bin', PORT: { binding: true }, HOST: undefined })).toEqual(
      DEFAULTS,
    );
  });

  it('cannot be changed afterwards', () => {
    expect(Object.isFrozen(readConfig({}))).toBe(true);
  });
});
