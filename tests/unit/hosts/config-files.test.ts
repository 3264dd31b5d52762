/** `config.toml` and `models.yaml`: as older proxies have them, and what is said of wrong ones. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/config.ts';
import { type ConfigFiles, readConfigFiles } from '../../../src/hosts/config-files.ts';
import { readServerConfig } from '../../../src/hosts/server-config.ts';
import { SETTINGS } from '../../../src/settings.ts';

let root: string;
let made = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'poeway-config-'));
});
afterAll(() => rm(root, { recursive: true }));

/** A new folder with these files. */
async function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  made += 1;
  const folder = join(root, String(made));
  await mkdir(folder);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

async function read(files: Readonly<Record<string, string | Uint8Array>>): Promise<ConfigFiles> {
  return await readConfigFiles({ CONFIG_DIR: await folderOf(files) });
}

/** The lines of the refusal. */
async function refusalOf(reading: Promise<unknown>): Promise<readonly string[]> {
  const error: unknown = await reading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ConfigError)) throw new Error(`not a ConfigError: ${String(error)}`);
  return error.mistakes;
}

describe('config.toml', () => {
  test.each<[string, string, Readonly<Record<string, string>>]>([
    ['nothing', '# only words\n', {}],
    ['a canonical name', 'POE_BASE_URL = "http://a.test"', { POE_BASE_URL: 'http://a.test' }],
    ['small letters', 'default_model = "Bot"', { DEFAULT_MODEL: 'Bot' }],
    ['dashes', 'rate-limit = 10\ncool-down = 3', { RATE_LIMIT: '10', COOL_DOWN: '3' }],
    ['camel case', 'maxRequestSize = 4096', { MAX_REQUEST_SIZE: '4096' }],
    ['underscores in a number', 'port = 3_700', { PORT: '3700' }],
    ['a fraction', 'timeout = 0.5', { TIMEOUT: '0.5' }],
    ['switches', 'promote-reasoning = true', { PROMOTE_REASONING: '1' }],
    ['switches that are off', 'promote-reasoning = false', { PROMOTE_REASONING: '0' }],
    ['a mark at its beginning', '\uFEFFport = 1', { PORT: '1' }],
    ['line ends of Windows', 'port = 1\r\nhost = "::1"\r\n', { PORT: '1', HOST: '::1' }],
    ['lists', 'apikey = ["one", "two"]', { POE_API_KEYS: '["one","two"]' }],
    ['a list of hosts', 'no_proxy = ["a.test", "b.test"]', { NO_PROXY: 'a.test,b.test' }],
    ['blank values', 'apikey = ""\nproxy = " "\nport = 1', { PORT: '1' }],
    ['a blank one beside a right one', 'tokens = ""\napikey = "k"', { POE_API_KEYS: 'k' }],
    ['an empty list beside a right one', 'tokens = []\napikey = ["k"]', { POE_API_KEYS: '["k"]' }],
    ['a table without lines', '[model-map]', {}],
    [
      'tables',
      '[model-map]\n"gpt-4" = "Claude-Opus-4.5"',
      { MODEL_MAP: '{"gpt-4":"Claude-Opus-4.5"}' },
    ],
    [
      'lists of tables',
      '[[accessTokens]]\nname = "laptop"\ntoken = "t"\nrpm = 20',
      { ACCESS_TOKENS: '[{"name":"laptop","token":"t","rpm":20}]' },
    ],
    [
      'parts of other proxies',
      'gateway = "http://x"\ngateway-port = 5100\napi-timeout = 7\nauto-reload = 10',
      {},
    ],
    ['the one bot of all names', 'bot = "Sage"', { MODEL_MAP: '{"*":"Sage"}' }],
  ])('may have %s', async (_, text, settings) => {
    const { warnings, mistakes, ...found } = await read({ 'config.toml': text });
    expect({ ...found.settings, warnings, mistakes }).toEqual({
      ...settings,
      warnings: [],
      mistakes: [],
    });
  });

  test('of the Go proxy is understood as it stands, but for the bots that are gone', async () => {
    const text = [
      'port = 3700',
      'tokens = ["fdasac5a1dfa6", "other"]',
      'proxy = ""',
      'gateway = "http://localhost:5100"',
      'simulate-roles = 2',
      'rate-limit = 10',
      'cool-down = 3',
      'timeout = 12',
      '[bot]',
      '"gpt-4" = "beaver" # ChatGPT 4',
      '"gpt-4-vision-preview" = "GPT-4-128k"',
      '"Claude+" = "a2_2"',
      '"gpt-3.5-turbo-16k" = "agouti"',
      '"gpt-4-32k" = "vizcacha"',
    ].join('\n');
    const { settings, places, warnings } = await read({ 'config.toml': text });
    expect(settings).toEqual({
      PORT: '3700',
      POE_API_KEYS: '["fdasac5a1dfa6","other"]',
      SIMULATE_ROLES: '2',
      RATE_LIMIT: '10',
      COOL_DOWN: '3',
      TIMEOUT: '12',
      MODEL_MAP: '{"gpt-4-vision-preview":"GPT-4-128k"}',
    });
    expect(places['POE_API_KEYS']).toBe('tokens in config.toml');
    expect(warnings).toEqual([
      expect.stringMatching(/^bot in config\.toml .*: beaver, a2_2, agouti, vizcacha$/),
    ]);
  });

  test('with unknown names is taken, with one warning that shows no value', async () => {
    const more = Array.from({ length: 12 }, (_, at) => `more-${at} = 1`).join('\n');
    const text = `baseURL = "secret"\n"a\\u001b[1mb" = 1\n${more}\n[linuxdo]\nkey = "secret"`;
    const { settings, warnings } = await read({ 'config.toml': text });
    expect(settings).toEqual({});
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/not known here: baseURL, a\?\[1mb, more-0, .*, and 5 more$/);
    expect(warnings[0]).not.toContain('secret');
  });

  test('has one spelling for each setting only', () => {
    const owners = new Map<string, string>();
    for (const [setting, { names }] of Object.entries(SETTINGS))
      for (const name of names) {
        const spelling = name.toLowerCase().replace(/[-_]/g, '');
        expect(owners.get(spelling) ?? setting, name).toBe(setting);
        owners.set(spelling, setting);
      }
    expect(owners.has('bot')).toBe(false);
  });

  test.each<[string, string, RegExp]>([
    ['no TOML', 'a = 1\ntokens = secret\n', /config\.toml is not right TOML: see line 2, column/],
    ['a name twice', 'port = 1\nport = 2', /not right TOML: see line 2/],
    ['a number too large', 'port = 99999999999999999999', /not right TOML: see line 1/],
    ['very deep lists', `tokens = ${'['.repeat(200_000)}`, /not right TOML/],
    [
      'one setting under two names',
      'retries = 1\nRETRIES = 2',
      /^RETRIES in config\.toml and retries in config\.toml are the same/,
    ],
    [
      'a list for a name',
      'default-model = ["secret"]',
      /^default-model in .* must be a bot's name\.$/,
    ],
    ['a date for a time', 'timeout = 2020-01-01', /^timeout in config\.toml must be seconds/],
    ['a bot that is a list', 'bot = ["secret"]', /^bot in config\.toml must be a JSON object/],
    ['a wrong value', 'rate-limit = -5', /^rate-limit in config\.toml must be requests a minute/],
    [
      'a pool without tokens',
      'apikey = "secret-key"',
      /^apikey in config\.toml needs ACCESS_TOKENS beside it/,
    ],
    [
      'a cookie in its list',
      'tokens = ["p-b=secret"]\naccessTokens = "a-long-token"',
      /^tokens in config\.toml: entry 1 is a p-b cookie/,
    ],
  ])('is refused with its name, and without its contents: %s', async (_, text, words) => {
    const env = { CONFIG_DIR: await folderOf({ 'config.toml': text }) };
    const mistakes = await refusalOf(readServerConfig(env, {}));
    expect(mistakes).toEqual([expect.stringMatching(words)]);
    const said = mistakes.join('').replaceAll(env.CONFIG_DIR, '');
    expect(said).not.toMatch(/secret|\[\[|-5|2020|9999/);
  });

  test('is wrong together with the environment, all at once', async () => {
    const text = 'tokens = "a"\napikey = "b"\nkeep-alive = "long"';
    const env = { CONFIG_DIR: await folderOf({ 'config.toml': text }), RETRIES: 'many' };
    const mistakes = await refusalOf(readServerConfig(env, {}));
    const starts = mistakes.map((mistake) => mistake.split(' ')[0]);
    expect(starts).toEqual(expect.arrayContaining(['apikey', 'keep-alive', 'RETRIES']));
  });

  test.each<[Record<string, string>, number]>([
    [{}, 3],
    [{ TIMEOUT: '7' }, 7],
    [{ timeout: '7' }, 7],
    [{ TIMEOUT: ' ' }, 3],
  ])('goes after the environment %j and before the defaults', async (env, timeout) => {
    const CONFIG_DIR = await folderOf({ 'config.toml': 'timeout = 3' });
    const { config } = await readServerConfig({ ...env, CONFIG_DIR }, { TIMEOUT: '1' });
    expect(config.timeout).toBe(timeout * 1000);
  });
});

describe('models.yaml', () => {
  test.each<[string, string, string | undefined]>([
    ['nothing', '# only words\n', undefined],
    [
      'names and bots',
      'gpt-4: Claude-Opus-4.5\n"gpt-*": GPT-5',
      '{"gpt-4":"Claude-Opus-4.5","gpt-*":"GPT-5"}',
    ],
    ['an anchor', 'a: &it {bot: X}\nb: *it', '{"a":{"bot":"X"},"b":{"bot":"X"}}'],
    ['a name like a property', '__proto__: X', '{"__proto__":"X"}'],
    [
      'what poe2openai writes, without its key',
      'enable: true\nmodels:\n  gpt-4o:\n    mapping: gpt-4\n    replace_response: true\napi_token: secret\nuse_v1_api: true\n',
      '{"enable":true,"models":{"gpt-4o":{"mapping":"gpt-4","replace_response":true}}}',
    ],
  ])('may have %s', async (_, text, map) => {
    const { settings, places } = await read({ 'models.yaml': text });
    expect(settings['MODEL_MAP']).toBe(map);
    expect(places['MODEL_MAP']).toBe(map && 'models.yaml');
  });

  test.each<[string, string, RegExp]>([
    ['no YAML', 'a: secret\n b: secret', /models\.yaml is not right YAML: see line 1\.$/],
    ['a name twice', 'a: secret\na: secret', /see line 2/],
    ['a tag', 'a: !!js/function "secret"', /see line 1/],
    ['bytes', 'a: !!binary secret==', /see line 1/],
    ['two documents', 'a: x\n---\nb: secret', /more than one document/],
    ['an alias that leads nowhere', 'a: *secret', /aliases/],
    ['an alias in itself', '&secret [*secret]', /aliases/],
    [
      'aliases without end',
      `a: &a [1,1,1,1,1,1,1,1,1]\n${'bcdef'
        .split('')
        .map((name, at) => `${name}: &${name} [${`*${'abcde'[at]},`.repeat(9)}]`)
        .join('\n')}`,
      /aliases/,
    ],
    ['very deep lists', '['.repeat(5_000), /see line 1/],
  ])('is refused with its name, and without its contents: %s', async (_, text, words) => {
    const mistakes = await refusalOf(read({ 'models.yaml': text }));
    expect(mistakes).toEqual([expect.stringMatching(words)]);
    expect(mistakes.join('')).not.toContain('secret');
  });

  test('is named where its map is wrong, and keeps off when the environment has one', async () => {
    const CONFIG_DIR = await folderOf({ 'models.yaml': '[secret]' });
    const [mistake = ''] = await refusalOf(readServerConfig({ CONFIG_DIR }, {}));
    expect(mistake).toMatch(/^models\.yaml\b/);
    expect(mistake).not.toMatch(/MODEL_MAP|secret/);
    const { config } = await readServerConfig({ CONFIG_DIR, MODEL_MAP: '{"a": "Mine"}' }, {});
    expect(JSON.stringify(config.modelMap)).toContain('Mine');
  });

  test('that is switched off says nothing', async () => {
    const files = { 'models.yaml': 'enable: false\nmodels: {}', 'config.toml': '[bot]\na = "Y"' };
    const { mistakes, settings } = await read(files);
    expect({ mistakes, map: settings['MODEL_MAP'] }).toEqual({ mistakes: [], map: '{"a":"Y"}' });
  });

  test('beside a map in config.toml is one too many', async () => {
    const files = { 'models.yaml': 'a: X', 'config.toml': '[bot]\na = "Y"' };
    const { mistakes } = await read(files);
    expect(mistakes).toEqual([
      'bot in config.toml and models.yaml both say which names are which bots: keep one.',
    ]);
  });
});

describe('the folder', () => {
  test('with no files is worth a warning', async () => {
    const { settings, files, warnings } = await read({ 'other.toml': 'port = 1' });
    expect({ settings, files }).toEqual({ settings: {}, files: [] });
    expect(warnings).toEqual([expect.stringMatching(/^CONFIG_DIR has no config\.toml/)]);
  });

  test('that was named must be there', async () => {
    const folder = await folderOf({ file: '' });
    for (const CONFIG_DIR of [join(folder, 'none'), join(folder, 'file')])
      expect(await refusalOf(readConfigFiles({ CONFIG_DIR }))).toEqual([
        `CONFIG_DIR must be a folder that is there: ${CONFIG_DIR}`,
      ]);
  });

  test('may have quotes around its name, as docker leaves them there', async () => {
    const folder = await folderOf({ 'config.toml': 'port = 1' });
    expect(await readConfigFiles({ CONFIG_DIR: `"${folder}"` })).toMatchObject({
      settings: { PORT: '1' },
    });
  });

  test('without a name is where the server says, if anywhere, and it may have none', async () => {
    const folder = await folderOf({ 'config.toml': 'port = 1' });
    expect(await readConfigFiles({})).toMatchObject({ files: [], warnings: [] });
    expect(await readConfigFiles({ CONFIG_DIR: ' ' }, { folder })).toMatchObject({
      settings: { PORT: '1' },
      files: [join(folder, 'config.toml')],
    });
    const asked: string[] = [];
    const mayRead = (path: string): boolean => asked.push(path) === 0;
    expect(await readConfigFiles({}, { folder, mayRead })).toMatchObject({ settings: {} });
    expect(asked).toHaveLength(2);
    const none = join(folder, 'none');
    expect(await readConfigFiles({}, { folder: none })).toMatchObject({ files: [], warnings: [] });
    const other = await folderOf({ 'config.toml': 'port = 2' });
    const both = await readConfigFiles({ CONFIG_DIR: other }, { folder, mayRead: () => false });
    expect(both.settings).toEqual({ PORT: '2' });
  });

  test('has files of at most 256 KiB, of text', async () => {
    const large = `# ${'x'.repeat(256 * 1024)}`;
    expect(await refusalOf(read({ 'config.toml': large }))).toEqual([
      expect.stringMatching(/config\.toml is larger than 256 KiB\.$/),
    ]);
    const utf16 = new Uint8Array([0xff, 0xfe, 0x61, 0x00]);
    expect(await refusalOf(read({ 'models.yaml': utf16 }))).toEqual([
      expect.stringMatching(/models\.yaml is not text in UTF-8\.$/),
    ]);
    const folder = await folderOf({});
    await mkdir(join(folder, 'config.toml'));
    expect(await refusalOf(readConfigFiles({ CONFIG_DIR: folder }))).toEqual([
      expect.stringMatching(/config\.toml is not a file\.$/),
    ]);
  });

  test('has files that can be read', async () => {
    const folder = await folderOf({});
    // A file without permissions would say the same to anybody but root.
    await symlink('config.toml', join(folder, 'config.toml'));
    expect(await refusalOf(readConfigFiles({ CONFIG_DIR: folder }))).toEqual([
      expect.stringMatching(/config\.toml cannot be read: .*ELOOP/),
    ]);
  });

  test('or the environment may ask for the admin page of an older proxy: that there is none is told', async () => {
    const lines: unknown[] = [];
    for (const env of [{ ADMIN_USERNAME: 'admin' }, { ADMIN_PASSWORD: 'long-secret' }, {}])
      (await readServerConfig(env, {})).tell({ log: (...line) => void lines.push(line) });
    const told = ['warn', expect.stringContaining('there is no admin page here')];
    expect(lines).toEqual([told, told]);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  test('is told of when the server starts', async () => {
    const CONFIG_DIR = await folderOf({ 'config.toml': 'color = "secret"' });
    const lines: unknown[] = [];
    const { tell } = await readServerConfig({ CONFIG_DIR }, {});
    tell({ log: (...line) => void lines.push(line) });
    expect(lines).toEqual([
      ['warn', 'config.toml has settings that are not known here: color'],
      ['info', 'Settings are read from files', { files: join(CONFIG_DIR, 'config.toml') }],
    ]);
  });
});
