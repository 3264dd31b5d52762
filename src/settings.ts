/**
 * The table of settings: names, defaults, and what a right value looks like. `config.ts` reads the
 * environment by it; `docs/configuration.md` has the same table for people (a test compares the two).
 */
import type { RoleFolding } from './core/fold-roles.ts';
import { LOG_LEVELS } from './platform.ts';
import { readAccessTokens } from './policy/access-tokens.ts';
import { KEY_STRATEGIES } from './policy/key-choice.ts';
import { type ModelMap, readModelMap } from './policy/model-map.ts';
import { PROXY_EXPECTED, readProxyUrl } from './policy/proxy-url.ts';
import { problemOf, readPoeKeys, weaknessOf } from './policy/secret-list.ts';
import { flag, free, plainUrl, seconds, setting, URL_EXPECTED, whole, word } from './setting.ts';
import { readStoreSetting, STORE_EXPECTED } from './stores/setting.ts';

/** What `SIMULATE_ROLES` says with 0, 1 and 2. */
const ROLE_FOLDINGS = ['never', 'always', 'auto'] as const satisfies (RoleFolding | 'never')[];

/** In the order of `docs/configuration.md`. Times are given out in milliseconds, sizes in bytes. */
export const SETTINGS = {
  /** Poe keys that whoever has an access token uses; each once. */
  poeApiKeys: setting(
    ['POE_API_KEYS', 'POE_APIKEYS', 'POE_API_KEY', 'TOKENS', 'apikey'],
    [],
    'Poe API keys: key1,key2 or ["key1", "key2"]',
    readPoeKeys,
  ),
  /** Who may use them. */
  accessTokens: setting(
    ['ACCESS_TOKENS', 'API_ACCESS_TOKENS', 'AuthKey', 'accessTokens'],
    [],
    'tokens: token1,token2 or ["token1", {"name": "laptop", "token": "token2"}]',
    readAccessTokens,
  ),
  /** May a caller bring a Poe key of their own; undefined: if there is no pool. */
  ownKeys: setting<'allow' | 'deny' | undefined>(
    ['OWN_KEYS'],
    undefined,
    'one of allow, deny',
    (given) => (['allow', 'deny'] as const).find((candidate) => candidate === given.toLowerCase()),
  ),
  port: whole(['PORT', 'port'], 8080, 'a port number', [0, 65_535]),
  host: free('HOST', '0.0.0.0', 'an address'),
  /** For a whole answer. */
  timeout: seconds('TIMEOUT', 600_000, 'timeout'),
  /** Silence after which a streaming Poe is given up. */
  idleTimeout: seconds('IDLE_TIMEOUT', 120_000),
  /** Silence after which a streaming client gets a comment. */
  keepAlive: seconds('KEEP_ALIVE', 15_000),
  /** After which a reply that is not streamed begins before its answer is there. */
  earlyStart: seconds('EARLY_START', undefined),
  maxRequestSize: setting(
    ['MAX_REQUEST_SIZE'],
    50 * 1024 * 1024,
    'a number of bytes, 1024 or more',
    // JavaScript has no longer text. Users of poe2openai have twice as much in their compose files.
    (given) =>
      /^\d{4,15}$/.test(given) && Number(given) >= 1024
        ? Math.min(Number(given), 2 ** 29)
        : undefined,
  ),
  /** Without a trailing slash or `/v1`. */
  poeBaseUrl: setting(['POE_BASE_URL'], 'https://api.poe.com', URL_EXPECTED, (given) =>
    plainUrl(given)?.replace(/\/v1$/, ''),
  ),
  /** Where files go that a bot is to see. */
  poeUploadUrl: setting(
    ['POE_UPLOAD_URL', 'POE_FILE_UPLOAD_URL'],
    'https://www.quora.com/poe_api/file_upload_3RD_PARTY_POST',
    URL_EXPECTED,
    plainUrl,
  ),
  /** Secret where it has a login. All calls go through it, but those to `noProxy` and this machine. */
  proxy: setting<string | undefined>(
    ['PROXY', 'PROXY_URL'],
    undefined,
    PROXY_EXPECTED,
    readProxyUrl,
  ),
  /** Secret too. The same for https alone. */
  httpsProxy: setting<string | undefined>(
    ['HTTPS_PROXY', 'https_proxy'],
    undefined,
    PROXY_EXPECTED,
    readProxyUrl,
  ),
  noProxy: setting(['NO_PROXY', 'no_proxy'], '', 'a list of hosts', (given) => given),
  /** How a request that goes on with no conversation gets its key of the pool. */
  keyStrategy: word('KEY_STRATEGY', 'round-robin', KEY_STRATEGIES),
  /** For each key of the pool. */
  rateLimit: whole(['RATE_LIMIT'], undefined, 'requests a minute', [1, 1_000_000]),
  /** Between two uses of a key of the pool. */
  coolDown: whole(['COOL_DOWN'], 0, 'seconds', [0, 86_400], 1000),
  /** The least time between the beginnings of two calls to Poe, whoever pays for them. */
  callSpacing: whole(['RATE_LIMIT_MS'], 0, 'milliseconds', [0, 60_000]),
  /** Further tries of a call that Poe could not answer. */
  retries: whole(['RETRIES'], 2, 'a number', [0, 10]),
  /** For each access token that has no limit of its own. */
  tokenRateLimit: whole(['TOKEN_RATE_LIMIT'], undefined, 'requests a minute', [1, 1_000_000]),
  /** For each address that requests come from. */
  addressRateLimit: whole(['ADDRESS_RATE_LIMIT'], undefined, 'requests a minute', [1, 1_000_000]),
  defaultModel: free('DEFAULT_MODEL', 'claude-opus-4.5', "a bot's name"),
  /** Names that clients say → bots that Poe knows, and what holds for them. */
  modelMap: setting<ModelMap>(
    ['MODEL_MAP'],
    [],
    'a JSON object of names and the bots that they stand for, {"gpt-4": "Claude-Opus-4.5"}',
    readModelMap,
  ),
  /** `chat`: the OpenAI endpoint; `bot`: the native protocol; `auto`: whichever serves a request best. */
  upstream: word('UPSTREAM', 'auto', ['auto', 'chat', 'bot']),
  /** Thinking becomes the answer when a bot has given no other. */
  promoteReasoning: flag('PROMOTE_REASONING'),
  /** A whole conversation becomes one message of the user's: for bots that see no other. */
  simulateRoles: setting<RoleFolding | 'never'>(
    ['SIMULATE_ROLES'],
    'never',
    '0, 1, or 2 for where it is needed',
    (given) => ROLE_FOLDINGS[['0', '1', '2'].indexOf(given)],
    (folding) => String(ROLE_FOLDINGS.indexOf(folding)),
  ),
  /** For how long Poe's copy of an uploaded file is used again. */
  urlCacheTtl: whole(['URL_CACHE_TTL_SECONDS'], 259_200_000, 'seconds', [0, 31_536_000], 1000),
  /** Memory for what is known of uploaded files. */
  urlCacheSize: whole(
    ['URL_CACHE_SIZE_MB'],
    100 * 1024 * 1024,
    'megabytes',
    [0, 4096],
    1024 * 1024,
  ),
  /** What outlives a request (responses that clients refer to) is kept here. */
  store: setting(['STORE'], 'none', STORE_EXPECTED, readStoreSetting),
  /** Without a trailing slash. */
  upstashUrl: setting<string | undefined>(
    ['UPSTASH_REDIS_REST_URL', 'KV_REST_API_URL'],
    undefined,
    URL_EXPECTED,
    plainUrl,
  ),
  upstashToken: setting<string | undefined>(
    ['UPSTASH_REDIS_REST_TOKEN', 'KV_REST_API_TOKEN'],
    undefined,
    'a token',
    (given) => given,
  ),
  /** A server of embeddings; without a trailing slash. */
  embeddingsBaseUrl: setting<string | undefined>(
    ['EMBEDDINGS_BASE_URL'],
    undefined,
    URL_EXPECTED,
    plainUrl,
  ),
  embeddingsApiKey: free('EMBEDDINGS_API_KEY', undefined, 'a key'),
  /** What that server is asked for, whatever the client names. */
  embeddingsModel: free('EMBEDDINGS_MODEL', undefined, "a model's name"),
  defaultEmbeddingsModel: free(
    'DEFAULT_EMBEDDINGS_MODEL',
    'text-embedding-3-small',
    "a model's name",
  ),
  /** Texts in one call to that server. */
  embeddingsBatchSize: whole(['EMBEDDINGS_BATCH_SIZE'], 100, 'a number', [1, 2048]),
  /** The header in which the proxy in front writes the client's address. */
  clientAddressHeader: setting<string | undefined>(
    ['CLIENT_ADDRESS_HEADER'],
    undefined,
    "a header's name",
    (given) => (/^[\w-]+$/.test(given) ? given.toLowerCase() : undefined),
  ),
  /** Who may see `/metrics`; without it nobody. */
  metricsToken: setting<string | undefined>(
    ['METRICS_TOKEN'],
    undefined,
    '8 characters or more without blanks that are not easily guessed',
    (given) => ((problemOf(given) ?? weaknessOf(given)) === undefined ? given : undefined),
  ),
  /** Read for those who come from a proxy with an admin page; there is none here yet. */
  adminUsername: free('ADMIN_USERNAME', undefined, 'a name'),
  adminPassword: setting<string | undefined>(
    ['ADMIN_PASSWORD'],
    undefined,
    '8 characters or more that are not easily guessed',
    (given) => (weaknessOf(given) === undefined ? given : undefined),
  ),
  logLevel: word('LOG_LEVEL', 'info', LOG_LEVELS),
};

/**
 * What nobody may be shown of which setting: all of it, the login in a URL, or the tokens in a list. A
 * test sees to it that none is forgotten.
 */
export const SECRETS = {
  poeApiKeys: 'all',
  accessTokens: 'tokens',
  proxy: 'login',
  httpsProxy: 'login',
  store: 'login',
  upstashToken: 'all',
  embeddingsApiKey: 'all',
  metricsToken: 'all',
  adminPassword: 'all',
} as const satisfies Partial<Record<keyof typeof SETTINGS, 'all' | 'login' | 'tokens'>>;
