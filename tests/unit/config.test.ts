/** The settings: every default, every name, and every mistake at once, by name and never by value. */
import { describe, expect, it } from 'vitest';
import { type Config, ConfigError, readConfig } from '../../src/config.ts';
import { thrownBy } from './record.ts';

const DEFAULTS: Config = {
  poeApiKeys: [],
  accessTokens: [],
  ownKeys: 'allow',
  port: 8080,
  host: '0.0.0.0',
  timeout: 600_000,
  idleTimeout: 120_000,
  keepAlive: 15_000,
  earlyStart: undefined,
  maxRequestSize: 52_428_800,
  poeBaseUrl: 'https://api.poe.com',
  poeUploadUrl: 'https://www.quora.com/poe_api/file_upload_3RD_PARTY_POST',
  proxy: undefined,
  httpsProxy: undefined,
  noProxy: '',
  keyStrategy: 'round-robin',
  rateLimit: undefined,
  coolDown: 0,
  callSpacing: 0,
  retries: 2,
  tokenRateLimit: undefined,
  addressRateLimit: undefined,
  defaultModel: 'claude-opus-4.5',
  modelMap: [],
  upstream: 'auto',
  promoteReasoning: false,
  simulateRoles: 'never',
  urlCacheTtl: 259_200_000,
  urlCacheSize: 104_857_600,
  store: 'none',
  upstashUrl: undefined,
  upstashToken: undefined,
  embeddingsBaseUrl: undefined,
  embeddingsApiKey: undefined,
  embeddingsModel: undefined,
  defaultEmbeddingsModel: 'text-embedding-3-small',
  embeddingsBatchSize: 100,
  clientAddressHeader: undefined,
  metricsToken: undefined,
  adminUsername: undefined,
  adminPassword: undefined,
  logLevel: 'info',
};

/** A pool of one key that one token opens. */
const POOL = { POE_API_KEYS: 'key-one', ACCESS_TOKENS: 'a-long-token' };
const POOLED: Partial<Config> = {
  poeApiKeys: ['key-one'],
  accessTokens: [{ name: 'token-1', token: 'a-long-token' }],
  ownKeys: 'deny',
};

const RIGHT: readonly { env: Record<string, string>; wanted: Partial<Config> }[] = [
  { env: POOL, wanted: POOLED },
  ...['POE_APIKEYS', 'POE_API_KEY', 'TOKENS', 'apikey'].map((name) => ({
    env: { [name]: 'key-one', ACCESS_TOKENS: 'a-long-token' },
    wanted: POOLED,
  })),
  ...['API_ACCESS_TOKENS', 'AuthKey', 'accessTokens'].map((name) => ({
    env: { [name]: 'a-long-token', POE_API_KEYS: 'key-one' },
    wanted: POOLED,
  })),
  { env: { ...POOL, OWN_KEYS: 'Allow' }, wanted: { ...POOLED, ownKeys: 'allow' } },
  { env: { ...POOL, OWN_KEYS: 'deny' }, wanted: POOLED },
  { env: { OWN_KEYS: 'allow' }, wanted: {} },
  { env: { POE_API_KEYS: ' , ', ACCESS_TOKENS: '["", " "]' }, wanted: {} },
  ...[' key-one , sk-poe_2==,,key-one', '["key-one", " sk-poe_2== ", "", "key-one"]'].map(
    (keys) => ({
      env: { ...POOL, POE_API_KEYS: keys },
      wanted: { ...POOLED, poeApiKeys: ['key-one', 'sk-poe_2=='] },
    }),
  ),
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
  { env: { MAX_REQUEST_SIZE: '1073741824' }, wanted: { maxRequestSize: 536_870_912 } },
  { env: { POE_BASE_URL: 'http://127.0.0.1:9/' }, wanted: { poeBaseUrl: 'http://127.0.0.1:9' } },
  { env: { POE_BASE_URL: 'https://a.test/poe/v1/' }, wanted: { poeBaseUrl: 'https://a.test/poe' } },
  { env: { PROXY: 'http://a.test:3128' }, wanted: { proxy: 'http://a.test:3128/' } },
  { env: { PROXY: 'a.test:3128' }, wanted: { proxy: 'http://a.test:3128/' } },
  { env: { PROXY_URL: 'http://a.test:1' }, wanted: { proxy: 'http://a.test:1/' } },
  {
    env: { PROXY: `''`, PORT: '" "', port: `" 3000 "`, HOST: '"' },
    wanted: { port: 3000, host: '"' },
  },
  {
    env: { ...POOL, POE_API_KEYS: `'["key-one"]'`, ACCESS_TOKENS: '"a-long-token"' },
    wanted: POOLED,
  },
  { env: { PROXY: 'https://u:p%40@a.test' }, wanted: { proxy: 'https://u:p%40@a.test/' } },
  { env: { HTTPS_PROXY: 'http://a.test:1' }, wanted: { httpsProxy: 'http://a.test:1/' } },
  { env: { https_proxy: 'http://a.test:1' }, wanted: { httpsProxy: 'http://a.test:1/' } },
  { env: { HTTP_PROXY: 'http://a.test:1', ALL_PROXY: 'socks5://a.test:1' }, wanted: {} },
  { env: { NO_PROXY: '*' }, wanted: { noProxy: '*' } },
  { env: { no_proxy: '.a.test, b.test' }, wanted: { noProxy: '.a.test, b.test' } },
  { env: { KEY_STRATEGY: 'Least-Used' }, wanted: { keyStrategy: 'least-used' } },
  { env: { KEY_STRATEGY: 'most-points' }, wanted: { keyStrategy: 'most-points' } },
  { env: { RATE_LIMIT: '500' }, wanted: { rateLimit: 500 } },
  { env: { COOL_DOWN: '3' }, wanted: { coolDown: 3_000 } },
  { env: { RATE_LIMIT_MS: '200' }, wanted: { callSpacing: 200 } },
  { env: { RETRIES: '0' }, wanted: { retries: 0 } },
  { env: { TOKEN_RATE_LIMIT: '20' }, wanted: { tokenRateLimit: 20 } },
  { env: { ADDRESS_RATE_LIMIT: '60' }, wanted: { addressRateLimit: 60 } },
  { env: { SIMULATE_ROLES: '1' }, wanted: { simulateRoles: 'always' } },
  { env: { SIMULATE_ROLES: '2' }, wanted: { simulateRoles: 'auto' } },
  { env: { METRICS_TOKEN: 'a-long-secret' }, wanted: { metricsToken: 'a-long-secret' } },
  {
    env: { ADMIN_USERNAME: 'admin', ADMIN_PASSWORD: 'a long secret' },
    wanted: { adminUsername: 'admin', adminPassword: 'a long secret' },
  },
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
        { pattern: 'gpt-4', name: 'gpt-4', model: 'GPT-5' },
        { pattern: 'gpt-*', name: 'GPT-*', model: 'Claude-Opus-4.5' },
      ],
    },
  },
  { env: { STORE: 'Memory' }, wanted: { store: 'memory' } },
  { env: { STORE: 'File:/Var/Lib' }, wanted: { store: 'file:/Var/Lib' } },
  { env: { STORE: 'Redis://u:P@a.test/1' }, wanted: { store: 'redis://u:P@a.test/1' } },
  { env: { STORE: 'rediss://a.test:6380' }, wanted: { store: 'rediss://a.test:6380' } },
  { env: { STORE: 'cloudflare-kv' }, wanted: { store: 'cloudflare-kv' } },
  { env: { KV_REST_API_URL: 'https://a.test/' }, wanted: { upstashUrl: 'https://a.test' } },
  { env: { UPSTASH_REDIS_REST_TOKEN: 't' }, wanted: { upstashToken: 't' } },
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
  {
    name: 'POE_API_KEYS',
    values: ['["key-one"', '{"key": "key-one"}', `[${'"k",'.repeat(1000)}"k"]`],
  },
  { name: 'ACCESS_TOKENS', values: ['["a-long-token"', '{"token": "a-long-token"}', '[}'] },
  { name: 'OWN_KEYS', values: ['yes', 'allowed', 'deny, allow'] },
  { name: 'PORT', values: ['-1', '65536', '80a', '1e3', '0x10', '8080.5'] },
  { name: 'TIMEOUT', values: ['0', '-5', 'ten', '86401', 'Infinity', '1e3'] },
  { name: 'IDLE_TIMEOUT', values: ['0', 'soon'] },
  { name: 'KEEP_ALIVE', values: ['0', '15s'] },
  { name: 'EARLY_START', values: ['0', 'off'] },
  { name: 'CLIENT_ADDRESS_HEADER', values: ['x real ip', 'x-real-ip:'] },
  { name: 'MAX_REQUEST_SIZE', values: ['1023', '1e9', '50MB', '9'.repeat(16)] },
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
    values: ['gpt-4=GPT-5', '[]', '5', '{'],
  },
  {
    name: 'PROXY',
    values: [
      'socks5://secret.test:1080',
      'http://:80',
      'http://secret.test/path',
      'http://secret.test/?query',
      'http://user:secret%@a.test',
    ],
  },
  { name: 'HTTPS_PROXY', values: ['socks5h://user:secret@a.test', 'http://secret test'] },
  { name: 'KEY_STRATEGY', values: ['random', 'round robin'] },
  { name: 'RATE_LIMIT', values: ['0', '-1', 'off', '1000001'] },
  { name: 'COOL_DOWN', values: ['-1', '1.5', '86401'] },
  { name: 'RATE_LIMIT_MS', values: ['-1', '0.5', '60001'] },
  { name: 'RETRIES', values: ['-1', '11', 'many'] },
  { name: 'TOKEN_RATE_LIMIT', values: ['0', 'off'] },
  { name: 'ADDRESS_RATE_LIMIT', values: ['0', 'off'] },
  { name: 'SIMULATE_ROLES', values: ['yes', '-1', '3', '01'] },
  { name: 'METRICS_TOKEN', values: ['short', 'changeme', 'two words'] },
  { name: 'ADMIN_PASSWORD', values: ['123456', 'admin', 'password', 'changeme'] },
  {
    name: 'STORE',
    values: ['disk', 'file:', 'redis:', 'redis:///0', 'redis:a.test', 'upstash:x', 'http://a.test'],
  },
  { name: 'UPSTASH_REDIS_REST_URL', values: ['a.test', 'https://user:secret@a.test'] },
  { name: 'EMBEDDINGS_BASE_URL', values: ['a.test', 'https://user:secret@a.test'] },
  { name: 'EMBEDDINGS_BATCH_SIZE', values: ['0', '2049'] },
  { name: 'UPSTREAM', values: ['native', 'responses'] },
  { name: 'PROMOTE_REASONING', values: ['yes', 'true'] },
  { name: 'URL_CACHE_TTL_SECONDS', values: ['-1', '3d'] },
  { name: 'URL_CACHE_SIZE_MB', values: ['5000', '1.5'] },
  { name: 'LOG_LEVEL', values: ['loud', 'warning'] },
];

/** 2023's cookie in its forms; what says so, or is no such thing. */
const COOKIE = /entry 2 is a p-b cookie of Poe's website.*https:\/\/poe\.com\/api\/keys/;
/** Of the values below. */
const SECRET =
  /QVbY|key.one|k y|kkkk|schl|short-1|a-long|first-l|second-l|secret|12345|50000|[Cc]hange|laptop/;
const OBJECT = '{"name": "a", "token": "first-long-token"}';

const WRONG_PARTS: readonly { name: string; value: string; words: readonly (string | RegExp)[] }[] =
  [
    ...[
      'QVbYwwXPECcIFC00qeoRag==',
      'QVbYwwXPECcIFC00qeoRag%3D%3D',
      'QVbY-wXPECcI_C00qeoRag%3d%3d',
      'p-b=QVbYwwXPECcIFC00qeoRag%3D%3D',
      'p-b:QVbYww',
    ].map((value) => ({
      name: 'TOKENS',
      value: `key-one,${value}`,
      words: [COOKIE],
    })),
    { name: 'POE_API_KEYS', value: 'key one', words: ['entry 1 has quotes, blanks'] },
    {
      name: 'MODEL_MAP',
      value: '{"gpt-4": 5, "gpt-5": {"upstream": "secret"}, "": "GPT-5"}',
      words: [
        'entry 1 must be the name of a bot',
        'entry 2 has a wrong upstream: it must be auto, chat or bot',
        'entry 3 has no name',
      ],
    },
    { name: 'POE_API_KEYS', value: '"key-one', words: ['entry 1 has quotes'] },
    { name: 'POE_API_KEYS', value: 'schlüssel', words: ['entry 1 has quotes'] },
    { name: 'POE_API_KEYS', value: 'k'.repeat(4097), words: ['entry 1 has quotes'] },
    {
      name: 'POE_API_KEYS',
      value: 'undefined',
      words: ['entry 1 is blank, or a word for no value'],
    },
    {
      name: 'apikey',
      value: '["", "k y", 5, ["key-one"], null, {"key": "key-one"}, "null", "key-one"]',
      words: [
        'entry 2 has quotes',
        'entry 3 is not a text',
        'entry 4 is not a text',
        'entry 5 is not a text',
        'entry 6 is not a text',
        'entry 7 is blank',
      ],
    },
    {
      name: 'AuthKey',
      value: 'a-long-token,short-1',
      words: ['entry 2 is shorter than 8 characters'],
    },
    { name: 'ACCESS_TOKENS', value: 'a-long token', words: ['entry 1 has quotes, blanks'] },
    { name: 'ACCESS_TOKENS', value: 'undefined', words: ['entry 1 is blank, or a word'] },
    ...['123456', 'password', 'changeme'].map((value) => ({
      name: 'ACCESS_TOKENS',
      value,
      words: [value.length < 8 ? 'entry 1 is shorter' : 'entry 1 is easily guessed'],
    })),
    ...[
      '12345678',
      'sk-123456',
      'Change_Me',
      'PASSWORD',
      'your-api-key',
      'aaaaaaaaaa',
      '--------',
    ].map((value) => ({ name: 'ACCESS_TOKENS', value, words: ['entry 1 is easily guessed'] })),
    { name: 'ACCESS_TOKENS', value: '[{"name": "laptop"}]', words: ['entry 1 has no token'] },
    { name: 'ACCESS_TOKENS', value: '[{"token": " "}]', words: ['entry 1 is blank'] },
    {
      name: 'ACCESS_TOKENS',
      value: '[{"token": 12345678}, null]',
      words: ['entry 1 is not', 'entry 2 is not'],
    },
    {
      name: 'ACCESS_TOKENS',
      value: `[{"token": "first-long-token", "name": " ", "models": [], "rpm": 0, "points_per_day": 0}]`,
      words: [
        'entry 1 has a wrong name: it must be 1 to 64 characters',
        'entry 1 has a wrong models: it must be a list',
        'entry 1 has a wrong rpm: it must be a whole number',
        'entry 1 has a wrong points_per_day: it must be a whole number',
      ],
    },
    ...['"gpt-*"', '["openai/gpt-*"]', '[5]', '[" "]'].map((models) => ({
      name: 'ACCESS_TOKENS',
      value: `[{"token": "first-long-token", "models": ${models}}]`,
      words: ['entry 1 has a wrong models'],
    })),
    ...['"20"', '1.5', '-1', '1e13', 'null'].map((points) => ({
      name: 'ACCESS_TOKENS',
      value: `[{"token": "first-long-token", "points_per_day": ${points}}]`,
      words: ['entry 1 has a wrong points_per_day'],
    })),
    ...['"20"', '1.5', '-1', '1e9', 'null'].map((rpm) => ({
      name: 'ACCESS_TOKENS',
      value: `[{"token": "first-long-token", "rpm": ${rpm}}]`,
      words: ['entry 1 has a wrong rpm'],
    })),
    {
      name: 'ACCESS_TOKENS',
      value: '[{"token": "first-long-token", "a-secret-field": 1}]',
      words: ['entry 1 has a field that is not name, token, models, rpm or points_per_day'],
    },
    {
      name: 'ACCESS_TOKENS',
      value: `["first-long-token", ${OBJECT}]`,
      words: ['entry 2 has the token of another'],
    },
    {
      name: 'ACCESS_TOKENS',
      value: `[${OBJECT}, {"name": "a", "token": "second-long-token"}]`,
      words: ['entry 2 has the name of another'],
    },
    {
      name: 'ACCESS_TOKENS',
      value: `[${OBJECT}, {"name": "my first-long-token", "token": "second-long-token"}]`,
      words: ['a name has a token in it'],
    },
  ];

/** Each right for itself. */
const WRONG_TOGETHER: readonly { env: Record<string, string>; words: string }[] = [
  { env: { TOKENS: 'key-one' }, words: 'TOKENS needs ACCESS_TOKENS beside it' },
  {
    env: { POE_API_KEYS: 'key-one', AuthKey: ' ', OWN_KEYS: 'allow' },
    words: 'POE_API_KEYS needs ACCESS_TOKENS beside it',
  },
  { env: { POE_API_KEYS: 'key-one', AuthKey: ',' }, words: 'POE_API_KEYS needs AuthKey beside it' },
  { env: { AuthKey: 'a-long-token' }, words: 'AuthKey needs POE_API_KEYS beside it' },
  {
    env: { ACCESS_TOKENS: 'a-long-token', OWN_KEYS: 'allow' },
    words: 'ACCESS_TOKENS needs POE_API_KEYS beside it',
  },
  {
    env: { POE_API_KEYS: 'key-one,a-long-token', ACCESS_TOKENS: 'a-long-token' },
    words: 'ACCESS_TOKENS must not have a key of POE_API_KEYS in it',
  },
  { env: { OWN_KEYS: 'deny' }, words: 'OWN_KEYS may be deny only with POE_API_KEYS' },
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

  it('takes a key that is exported for clients for no pool', () => {
    expect(readConfig({ POE_API_KEY: 'key-of-a-user' })).toEqual(DEFAULTS);
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
      WRONG.map(({ name }) => [name, '[wrong']),
    );
    const names = Object.keys(env).map((name) => (name === 'PORT' ? 'port' : name));
    const { PORT, ...rest } = env;
    const message = String(thrownBy(() => readConfig({ ...rest, port: PORT })));
    for (const name of names) expect(message).toContain(`  - ${name} must be `);
    expect(message.match(/ {2}- /g)).toHaveLength(WRONG.length);
  });

  it.each(WRONG_PARTS)('says which part of $name=$value is wrong', ({ name, value, words }) => {
    const message = String(thrownBy(() => readConfig({ [name]: value })));
    for (const word of words) expect(message).toMatch(word);
    expect(message).toContain(`  - ${name}: `);
    expect(message.match(/ {2}- /g)).toHaveLength(words.length);
    expect(message).not.toMatch(SECRET);
  });

  it.each(WRONG_TOGETHER)('refuses $env together', ({ env, words }) => {
    const error = thrownBy(() => readConfig(env));
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toContain(`  - ${words}`);
    expect(String(error).match(/ {2}- /g)).toHaveLength(1);
    expect(String(error)).not.toMatch(/key-one|a-long-token/);
  });

  it('names what is wrong together beside what is wrong alone', () => {
    const env = { TOKENS: 'key-one', PORT: 'x', OWN_KEYS: 'maybe' };
    const message = String(thrownBy(() => readConfig(env)));
    for (const words of ['PORT must be', 'OWN_KEYS must be', 'TOKENS needs ACCESS_TOKENS'])
      expect(message).toContain(`  - ${words}`);
    expect(message.match(/ {2}- /g)).toHaveLength(3);
  });

  it.each([
    'sk-poe-QVbYwwXPECcIFC00q==',
    'poe-QVbYwwXPECcIFC00qeo==',
    'QVbYwwXPECcIFC00qeoRag',
    `${'Ab1'.repeat(13)}==`,
  ])('takes %s for a key, not for a cookie', (key) => {
    expect(readConfig({ ...POOL, POE_API_KEYS: key }).poeApiKeys).toEqual([key]);
  });

  it('reads tokens with all that they may say, each once', () => {
    const tokens = [
      'first-long-token',
      { name: ' laptop ', token: ' second-long-token ', models: [' GPT-* ', 'Echo'], rpm: 20 },
      'first-long-token',
      'second-long-token',
      'third-long-token',
      { token: 'fourth-long-token', points_per_day: 50_000 },
    ];
    const env = { ...POOL, ACCESS_TOKENS: JSON.stringify(tokens) };
    expect(readConfig(env).accessTokens).toStrictEqual([
      { name: 'token-1', token: 'first-long-token' },
      { name: 'laptop', token: 'second-long-token', models: ['gpt-*', 'echo'], rpm: 20 },
      { name: 'token-5', token: 'third-long-token' },
      { name: 'token-6', token: 'fourth-long-token', pointsPerDay: 50_000 },
    ]);
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
