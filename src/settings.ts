/**
 * The table of settings: names, defaults, and what a right value looks like. `config.ts` reads the
 * environment by it; `docs/configuration.md` has the same table for people (a test compares the two).
 */
import { LOG_LEVELS } from './platform.ts';
import { readModelMap } from './policy/model-map.ts';

/** One setting; the type of its value is that of `read`. */
interface Setting<Value> {
  /** The canonical name first, then the names that users of other proxies already have. */
  readonly names: readonly [string, ...string[]];
  /** Undefined: without the setting there is nothing. */
  readonly fallback: Value;
  /** What a right value looks like; completes "… must be". */
  readonly expected: string;
  /** The value, or undefined when the text is not right. */
  read(text: string): Value | undefined;
}

/** Keeps the type of each value. */
function setting<Value>(
  names: Setting<Value>['names'],
  fallback: Value,
  expected: string,
  read: (text: string) => Value | undefined,
): Setting<Value> {
  return { names, fallback, expected, read };
}

function seconds<Value extends number | undefined>(
  name: string,
  fallback: Value,
  ...aliases: string[]
): Setting<number | Value> {
  return setting<number | Value>(
    [name, ...aliases],
    fallback,
    'seconds, more than 0 and at most 86400',
    (text) => {
      const number = Number(text);
      const isRight = /^\d+(\.\d+)?$/.test(text) && number > 0 && number <= 86_400;
      return isRight ? Math.ceil(number * 1000) : undefined;
    },
  );
}

/** A whole number of `unit`s, given out as so many times `factor`. */
function whole(
  names: Setting<number>['names'],
  fallback: number,
  unit: string,
  [least, most]: readonly [number, number],
  factor = 1,
): Setting<number> {
  return setting(names, fallback, `${unit}, from ${least} to ${most}`, (text) => {
    const number = Number(text);
    const isRight = /^\d+$/.test(text) && number >= least && number <= most;
    return isRight ? number * factor : undefined;
  });
}

function word<Word extends string>(name: string, fallback: Word, words: readonly Word[]) {
  return setting<Word>([name], fallback, `one of ${words.join(', ')}`, (text) =>
    words.find((candidate) => candidate === text.toLowerCase()),
  );
}

function free<Value extends string | undefined>(
  name: string,
  fallback: Value,
  expected: string,
): Setting<string | Value> {
  return setting<string | Value>([name], fallback, expected, (given) => given);
}

const URL_EXPECTED = 'an http or https URL without a query or a login';

/** In the order of `docs/configuration.md`. Times are given out in milliseconds, sizes in bytes. */
export const SETTINGS = {
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
  maxRequestSize: whole(['MAX_REQUEST_SIZE'], 50 * 1024 * 1024, 'a number of bytes', [
    1024,
    512 * 1024 * 1024,
  ]),
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
  defaultModel: free('DEFAULT_MODEL', 'claude-opus-4.5', "a bot's name"),
  /** Names that clients say → names that Poe knows. */
  modelMap: setting(
    ['MODEL_MAP'],
    readModelMap('{}') ?? [],
    'a JSON object of names and the bots that they stand for, {"gpt-4": "Claude-Opus-4.5"}',
    readModelMap,
  ),
  /** `chat`: the OpenAI endpoint; `bot`: the native protocol; `auto`: whichever serves a request best. */
  upstream: word('UPSTREAM', 'auto', ['auto', 'chat', 'bot']),
  /** Thinking becomes the answer when a bot has given no other. */
  promoteReasoning: setting(['PROMOTE_REASONING'], false, '0 or 1', (given) =>
    /^[01]$/.test(given) ? given === '1' : undefined,
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
  store: word('STORE', 'none', ['none', 'memory']),
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
  logLevel: word('LOG_LEVEL', 'info', LOG_LEVELS),
};

/** Without a trailing slash; undefined when it is no http or https URL, or has a query or a login. */
export function plainUrl(given: string): string | undefined {
  if (!URL.canParse(given)) return undefined;
  const url = new URL(given);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '')
    return undefined;
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
