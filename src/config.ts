/**
 * The settings: one table of names, aliases, defaults and meanings; an env record → a frozen
 * Config. Every mistake is reported, all at once, by name and never by value.
 */
import { LOG_LEVELS, type LogLevel } from './platform.ts';

/** The effective settings. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** Milliseconds for a whole answer. */
  readonly timeout: number;
  /** Milliseconds of silence after which a streaming Poe is given up. */
  readonly idleTimeout: number;
  /** Milliseconds of silence after which a streaming client gets a comment. */
  readonly keepAlive: number;
  /** Milliseconds after which a reply that is not streamed begins before its answer is there. */
  readonly earlyStart: number | undefined;
  /** Bytes of a request's body. */
  readonly maxRequestSize: number;
  /** Without a trailing slash or `/v1`. */
  readonly poeBaseUrl: string;
  /** Where files go that a bot is to see. */
  readonly poeUploadUrl: string;
  readonly defaultModel: string;
  /** Which of Poe's APIs is asked, where there is a choice. */
  readonly upstream: UpstreamChoice;
  /** Thinking becomes the answer when a bot has given no other. */
  readonly promoteReasoning: boolean;
  /** Milliseconds for which Poe's copy of an uploaded file is used again. */
  readonly urlCacheTtl: number;
  /** Bytes of memory for what is known of uploaded files. */
  readonly urlCacheSize: number;
  /** The header in which the proxy in front writes the client's address. */
  readonly clientAddressHeader: string | undefined;
  readonly logLevel: LogLevel;
}

/** Settings as a host has them: by name, as text. */
export type Environment = Readonly<Record<string, unknown>>;

const UPSTREAM_CHOICES = ['auto', 'chat', 'bot'] as const;

/** `chat`: the OpenAI endpoint; `bot`: the native protocol; `auto`: whichever serves the request best. */
type UpstreamChoice = (typeof UPSTREAM_CHOICES)[number];

interface Setting<Value> {
  /** The canonical name first, then the names that users of other proxies already have. */
  readonly names: readonly [string, ...string[]];
  readonly fallback: Value;
  /** What a right value looks like; completes "… must be". */
  readonly expected: string;
  /** The value, or undefined when the text is not right. */
  read(text: string): Value | undefined;
}

const SETTINGS: { readonly [Name in keyof Config]: Setting<Config[Name]> } = {
  port: {
    names: ['PORT', 'port'],
    fallback: 8080,
    expected: 'a port number, 0 to 65535',
    read: (text) => wholeNumber(text, 0, 65_535),
  },
  host: { names: ['HOST'], fallback: '0.0.0.0', expected: 'an address', read: (text) => text },
  timeout: {
    names: ['TIMEOUT', 'timeout'],
    fallback: 600_000,
    expected: 'seconds, more than 0 and at most 86400',
    read: seconds,
  },
  idleTimeout: {
    names: ['IDLE_TIMEOUT'],
    fallback: 120_000,
    expected: 'seconds, more than 0 and at most 86400',
    read: seconds,
  },
  keepAlive: {
    names: ['KEEP_ALIVE'],
    fallback: 15_000,
    expected: 'seconds, more than 0 and at most 86400',
    read: seconds,
  },
  earlyStart: {
    names: ['EARLY_START'],
    fallback: undefined,
    expected: 'seconds, more than 0 and at most 86400',
    read: seconds,
  },
  maxRequestSize: {
    names: ['MAX_REQUEST_SIZE'],
    fallback: 50 * 1024 * 1024,
    expected: 'a number of bytes, from 1024 to 536870912',
    read: (text) => wholeNumber(text, 1024, 512 * 1024 * 1024),
  },
  poeBaseUrl: {
    names: ['POE_BASE_URL'],
    fallback: 'https://api.poe.com',
    expected: 'an http or https URL without a query or a login',
    read: baseUrl,
  },
  poeUploadUrl: {
    names: ['POE_UPLOAD_URL', 'POE_FILE_UPLOAD_URL'],
    fallback: 'https://www.quora.com/poe_api/file_upload_3RD_PARTY_POST',
    expected: 'an http or https URL without a query or a login',
    read: plainUrl,
  },
  defaultModel: {
    names: ['DEFAULT_MODEL'],
    fallback: 'claude-opus-4.5',
    expected: "a bot's name",
    read: (text) => text,
  },
  upstream: {
    names: ['UPSTREAM'],
    fallback: 'auto',
    expected: `one of ${UPSTREAM_CHOICES.join(', ')}`,
    read: (text) => UPSTREAM_CHOICES.find((choice) => choice === text.toLowerCase()),
  },
  promoteReasoning: {
    names: ['PROMOTE_REASONING'],
    fallback: false,
    expected: '0 or 1',
    read: (text) => (/^[01]$/.test(text) ? text === '1' : undefined),
  },
  urlCacheTtl: {
    names: ['URL_CACHE_TTL_SECONDS'],
    fallback: 259_200_000,
    expected: 'seconds, from 0 to 31536000',
    read: (text) => thousandfold(wholeNumber(text, 0, 31_536_000)),
  },
  urlCacheSize: {
    names: ['URL_CACHE_SIZE_MB'],
    fallback: 100 * 1024 * 1024,
    expected: 'megabytes, from 0 to 4096',
    read: (text) => {
      const megabytes = wholeNumber(text, 0, 4096);
      return megabytes === undefined ? undefined : megabytes * 1024 * 1024;
    },
  },
  clientAddressHeader: {
    names: ['CLIENT_ADDRESS_HEADER'],
    fallback: undefined,
    expected: "a header's name",
    read: (text) => (/^[\w-]+$/.test(text) ? text.toLowerCase() : undefined),
  },
  logLevel: {
    names: ['LOG_LEVEL'],
    fallback: 'info',
    expected: `one of ${LOG_LEVELS.join(', ')}`,
    read: (text) => LOG_LEVELS.find((level) => level === text.toLowerCase()),
  },
};

/** All that is wrong with the environment, one line for each mistake. */
export class ConfigError extends Error {
  constructor(mistakes: readonly string[]) {
    super(`The settings are wrong:\n${mistakes.map((mistake) => `  - ${mistake}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * Reads the settings. A setting that is missing or blank has its default.
 *
 * @param hostDefaults Of a host for which the usual defaults are not right; by canonical name.
 * @throws {ConfigError} when any value is wrong.
 */
export function readConfig(env: Environment, hostDefaults: Environment = {}): Config {
  const mistakes: string[] = [];
  function value<Value>({ names, fallback, expected, read }: Setting<Value>): Value {
    const given = names.find((alias) => isSet(env[alias])) ?? names[0];
    const text = [env[given], hostDefaults[given]].find(isSet);
    if (text === undefined) return fallback;
    const result = read(text.trim());
    if (result === undefined) mistakes.push(`${given} must be ${expected}.`);
    return result ?? fallback;
  }
  const config: Config = {
    port: value(SETTINGS.port),
    host: value(SETTINGS.host),
    timeout: value(SETTINGS.timeout),
    idleTimeout: value(SETTINGS.idleTimeout),
    keepAlive: value(SETTINGS.keepAlive),
    earlyStart: value(SETTINGS.earlyStart),
    maxRequestSize: value(SETTINGS.maxRequestSize),
    poeBaseUrl: value(SETTINGS.poeBaseUrl),
    poeUploadUrl: value(SETTINGS.poeUploadUrl),
    defaultModel: value(SETTINGS.defaultModel),
    upstream: value(SETTINGS.upstream),
    promoteReasoning: value(SETTINGS.promoteReasoning),
    urlCacheTtl: value(SETTINGS.urlCacheTtl),
    urlCacheSize: value(SETTINGS.urlCacheSize),
    clientAddressHeader: value(SETTINGS.clientAddressHeader),
    logLevel: value(SETTINGS.logLevel),
  };
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return Object.freeze(config);
}

/** A platform's env may hold things that are not text (bindings): those are not settings. */
function isSet(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function wholeNumber(text: string, least: number, most: number): number | undefined {
  const number = Number(text);
  return /^\d+$/.test(text) && number >= least && number <= most ? number : undefined;
}

function seconds(text: string): number | undefined {
  const number = Number(text);
  return /^\d+(\.\d+)?$/.test(text) && number > 0 && number <= 86_400
    ? Math.ceil(number * 1000)
    : undefined;
}

function thousandfold(number: number | undefined): number | undefined {
  return number === undefined ? undefined : number * 1000;
}

function baseUrl(text: string): string | undefined {
  return plainUrl(text)?.replace(/\/v1$/, '');
}

function plainUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '')
    return undefined;
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
