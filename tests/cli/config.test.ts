/** `poeway config`: every setting with where it is from, and no secret, nor anything of one. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { printConfig } from '../../cli/config.ts';
import { readConfig } from '../../src/config.ts';
import { SECRETS, SETTINGS } from '../../src/settings.ts';
import { launch } from '../hosts/_process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'poeway-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Shown {
  readonly value: string | null;
  readonly from: string;
}

async function shown(env: Readonly<Record<string, string>>): Promise<Record<string, Shown>> {
  const { output } = await printConfig(env, true);
  return JSON.parse(output) as Record<string, Shown>;
}

const POOL = { TOKENS: 'key-one', ACCESS_TOKENS: 'a-long-token' };

/** For each secret a value that would be noticed, how it is shown, and in whose company it may be. */
const CANARIES: Readonly<Record<keyof typeof SECRETS, readonly [string, string]>> = {
  poeApiKeys: ['canary-1,canary-2', '***'],
  accessTokens: [
    '["canary-3", {"name": "laptop", "token": "canary-4", "models": ["gpt-*"], "rpm": 20}]',
    '[{"name":"token-1","token":"***"},{"name":"laptop","token":"***","models":["gpt-*"],"rpm":20}]',
  ],
  proxy: ['http://canary:canary@a.test:3128', 'http://***@a.test:3128'],
  httpsProxy: ['canary@a.test:3128', 'http://***@a.test:3128'],
  store: ['rediss://canary:canary@a.test:6380/1?canary=canary', 'rediss://***@a.test:6380/1'],
  upstashToken: ['canary', '***'],
  embeddingsApiKey: ['canary', '***'],
  metricsToken: ['canary-secret', '***'],
  adminPassword: ['canary-secret', '***'],
};

/** Their names sound like secrets, and they are none. */
const HARMLESS = [
  'ownKeys',
  'noProxy',
  'keyStrategy',
  'tokenRateLimit',
  'keepAlive',
  'upstashUrl',
  'adminUsername',
];

describe('secrets', () => {
  test('are all in the table of secrets', () => {
    const sounding = Object.entries(SETTINGS)
      .filter(([key, { names }]) =>
        /key|token|pass|secret|proxy|store|auth|login|credential/i.test([key, ...names].join(' ')),
      )
      .map(([key]) => key);
    const listed = new Set([...Object.keys(SECRETS), ...HARMLESS]);
    // A setting that is new here: is it a secret, or in part? Say so in SECRETS, or above.
    expect(sounding.filter((key) => !listed.has(key))).toEqual([]);
    expect(Object.keys(CANARIES).sort()).toEqual(Object.keys(SECRETS).sort());
  });

  test('are hidden, and what is not secret of them is shown', async () => {
    const env = Object.fromEntries(
      Object.entries(CANARIES).map(([key, [text]]) => [
        SETTINGS[key as keyof typeof SETTINGS].names[0],
        text,
      ]),
    );
    const settings = await shown(env);
    for (const [key, [, value]] of Object.entries(CANARIES)) {
      const [name] = SETTINGS[key as keyof typeof SETTINGS].names;
      expect(settings[name]).toEqual({ value, from: `environment ${name}` });
    }
    for (const asJson of [true, false]) {
      const { output, notes } = await printConfig(env, asJson);
      expect(output + notes.join('')).not.toContain('canary');
    }
  });

  test.each([
    ['redis://a.test:6379/0', 'redis://a.test:6379/0'],
    ['file:/var/lib/poeway', 'file:/var/lib/poeway'],
    ['redis://:canary@a.test/canary', 'redis://***@a.test'],
    ['redis://canary/canary@a.test', '***'],
    ['redis://user:canary@canary/x@a.test', '***'],
    ['redis://a.test?password=canary', '***'],
  ])('in a URL that is not clear hide all of it: %s', async (STORE, value) => {
    expect((await shown({ STORE }))['STORE']?.value).toBe(value);
  });

  test('have no length', async () => {
    const outputs = ['x'.repeat(9), 'a-much-longer-one'.repeat(9)].map(
      async (secret) =>
        (
          await printConfig(
            {
              POE_API_KEYS: `${secret}-key`,
              ACCESS_TOKENS: `${secret}ab-token`,
              PROXY: `http://${secret}@a.test`,
              METRICS_TOKEN: `${secret}abc`,
            },
            false,
          )
        ).output,
    );
    const [one, other] = await Promise.all(outputs);
    expect(one).toBe(other);
  });

  test('of an old models.yaml are hidden in MODEL_MAP too', async () => {
    const MODEL_MAP = '{"models": {"a": {"mapping": "B"}}, "api_token": "canary"}';
    expect((await shown({ MODEL_MAP }))['MODEL_MAP']?.value).toBe(
      '{"models":{"a":{"mapping":"B"}},"api_token":"***"}',
    );
  });
});

describe('every other setting', () => {
  test('is shown with its default, so that it would be read as that again', async () => {
    const settings = await shown({});
    expect(Object.keys(settings)).toEqual(Object.values(SETTINGS).map(({ names }) => names[0]));
    for (const { from } of Object.values(settings)) expect(from).toBe('default');
    const env = Object.fromEntries(
      Object.entries(settings).map(([name, { value }]) => [name, value]),
    );
    const { ownKeys, ...others } = readConfig({ ...env, OWN_KEYS: undefined });
    expect(ownKeys).toBe('allow');
    expect(others).toEqual(
      expect.objectContaining(withoutOwnKeys(readConfig({}, { STORE: 'memory' }))),
    );
  });

  test.each<[Record<string, string>, string, string | null, string]>([
    [{ timeout: '60' }, 'TIMEOUT', '60', 'environment timeout'],
    [{ KEEP_ALIVE: '0.5' }, 'KEEP_ALIVE', '0.5', 'environment KEEP_ALIVE'],
    [{ URL_CACHE_SIZE_MB: '7' }, 'URL_CACHE_SIZE_MB', '7', 'environment URL_CACHE_SIZE_MB'],
    [{ UPSTREAM: 'BOT' }, 'UPSTREAM', 'bot', 'environment UPSTREAM'],
    [{ SIMULATE_ROLES: '2' }, 'SIMULATE_ROLES', '2', 'environment SIMULATE_ROLES'],
    [{ PROMOTE_REASONING: '1' }, 'PROMOTE_REASONING', '1', 'environment PROMOTE_REASONING'],
    [{ MODEL_MAP: '{\n "a": "B"\n}' }, 'MODEL_MAP', '{"a":"B"}', 'environment MODEL_MAP'],
    [
      { POE_BASE_URL: 'http://a.test/v1/' },
      'POE_BASE_URL',
      'http://a.test',
      'environment POE_BASE_URL',
    ],
    [POOL, 'POE_API_KEYS', '***', 'environment TOKENS'],
    [POOL, 'OWN_KEYS', 'deny', 'default'],
    [{ HOST: '' }, 'HOST', '0.0.0.0', 'default'],
  ])('is shown as it counts: %j', async (env, name, value, from) => {
    expect((await shown(env))[name]).toEqual({ value, from });
  });
});

describe('what people wonder at', () => {
  test('an admin page that is not there', async () => {
    const { notes } = await printConfig(
      { ADMIN_USERNAME: 'canary', ADMIN_PASSWORD: 'canary-secret' },
      false,
    );
    expect(notes).toEqual([
      expect.stringMatching(/^ADMIN_USERNAME and ADMIN_PASSWORD .* no admin page/),
    ]);
    expect(notes.join('')).not.toContain('canary');
  });

  test('a POE_API_KEY that makes no pool', async () => {
    const { notes } = await printConfig({ POE_API_KEY: 'key' }, false);
    expect(notes).toEqual([expect.stringMatching(/^POE_API_KEY makes no pool/)]);
    expect((await printConfig({ ...POOL, POE_API_KEY: 'key' }, false)).notes).toEqual([]);
  });
});

/** The command's process. */
function command(args: readonly string[], env: Readonly<Record<string, string>>) {
  return launch(process.execPath, ['--import', 'tsx', 'cli/main.ts', ...args], env).exit;
}

describe.concurrent('the command', () => {
  test('shows what the environment and the files say', async () => {
    await writeFile(
      join(folder, 'config.toml'),
      'apikey = ["canary-5"]\naccessTokens = ["canary-6"]\ntimeout = 120\nport = 3700\ncolor = 1\n',
    );
    await writeFile(join(folder, 'models.yaml'), 'gpt-4: Claude-Opus-4.5\n');
    const { code, stdout, stderr } = await command(['config'], { CONFIG_DIR: folder, PORT: '9' });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^POE_API_KEYS +apikey in config\.toml +\*\*\*$/m);
    expect(stdout).toMatch(/^PORT +environment PORT +9$/m);
    expect(stdout).toMatch(/^TIMEOUT +timeout in config\.toml +120$/m);
    expect(stdout).toMatch(/^MODEL_MAP +models\.yaml +\{"gpt-4":"Claude-Opus-4\.5"\}$/m);
    expect(stdout).toMatch(/^EARLY_START +default +\(none\)$/m);
    expect(stdout).toMatch(/^STORE +default +memory$/m);
    expect(stdout).toContain(`\nFiles: ${join(folder, 'config.toml')}, `);
    expect(stderr).toBe('poeway: config.toml has settings that are not known here: color\n');
    expect(stdout).not.toContain('canary');
  });

  test('lists all mistakes, without values, and exits with 1', async () => {
    const env = { PORT: 'canary', TIMEOUT: 'canary', STORE: 'canary', CONFIG_DIR: '' };
    const { code, stdout, stderr } = await command(['config', '--json'], env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^poeway: The settings are wrong:\n( {2}- (PORT|TIMEOUT|STORE) must be .*\n){3}$/,
    );
    expect(stderr).not.toContain('canary');
  });
});

function withoutOwnKeys(config: object): object {
  return Object.fromEntries(Object.entries(config).filter(([name]) => name !== 'ownKeys'));
}
