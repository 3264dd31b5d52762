/** What each tool is given, and how it is printed for every shell. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printSetup } from '../../cli/print-setup.ts';
import { POE_KEY } from '../../cli/setup.ts';
import { guessShell, SHELLS, type ShellName } from '../../cli/shells.ts';
import { toolEnvironment } from '../../cli/tool-environment.ts';
import { setUpAny } from '../../cli/tools/any.ts';
import { claude } from '../../cli/tools/claude.ts';
import { codex } from '../../cli/tools/codex.ts';

const URL = 'http://127.0.0.1:8080';

describe('Claude Code', () => {
  test('asks the gateway with the Poe key, and nobody else', () => {
    expect(claude.setUp({ url: URL })).toEqual({
      variables: {
        ANTHROPIC_BASE_URL: URL,
        ANTHROPIC_AUTH_TOKEN: POE_KEY,
        ANTHROPIC_API_KEY: undefined,
        CLAUDE_CODE_USE_BEDROCK: undefined,
        CLAUDE_CODE_USE_VERTEX: undefined,
        CLAUDE_CODE_USE_FOUNDRY: undefined,
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      },
      args: [],
    });
  });

  test('has one bot under every name of a large model, and another under those of a small one', () => {
    const { variables } = claude.setUp({ url: URL, model: 'Grok-4', smallModel: 'GPT-5-nano' });
    expect(variables).toMatchObject({
      ANTHROPIC_MODEL: 'Grok-4',
      ANTHROPIC_DEFAULT_OPUS_MODEL: 'Grok-4',
      ANTHROPIC_DEFAULT_SONNET_MODEL: 'Grok-4',
      ANTHROPIC_DEFAULT_FABLE_MODEL: 'Grok-4',
      ANTHROPIC_DEFAULT_HAIKU_MODEL: 'GPT-5-nano',
      ANTHROPIC_SMALL_FAST_MODEL: 'GPT-5-nano',
    });
  });
});

test('Codex has the gateway as a provider of its own, by flags that need no quotes', () => {
  const { variables, args } = codex.setUp({ url: URL, model: 'GPT-5.5' });
  expect(variables).toEqual({ POE_API_KEY: POE_KEY });
  expect(args.join(' ')).toBe(
    [
      '-c model_provider=poeway',
      '-c model_providers.poeway.name=Poeway',
      `-c model_providers.poeway.base_url=${URL}/v1`,
      '-c model_providers.poeway.env_key=POE_API_KEY',
      '-c model_providers.poeway.wire_api=responses',
      '-m GPT-5.5',
    ].join(' '),
  );
  expect(codex.setUp({ url: URL }).args).not.toContain('-m');
});

test("any other tool finds the gateway where OpenAI's and Anthropic's SDKs look", () => {
  const { variables } = setUpAny({ url: URL, model: 'Echo' });
  expect(variables).toMatchObject({
    OPENAI_BASE_URL: `${URL}/v1`,
    OPENAI_API_BASE: `${URL}/v1`,
    OPENAI_API_KEY: POE_KEY,
    OPENAI_MODEL: 'Echo',
    ANTHROPIC_BASE_URL: URL,
    ANTHROPIC_AUTH_TOKEN: POE_KEY,
    ANTHROPIC_API_KEY: POE_KEY,
    ANTHROPIC_MODEL: 'Echo',
  });
  expect(
    Object.keys(setUpAny({ url: URL }).variables).filter((name) => /MODEL/.test(name)),
  ).toEqual([]);
});

describe("a tool's environment", () => {
  const setup = { variables: { A: 'new', TOKEN: POE_KEY, GONE: undefined }, args: [] } as const;
  const given = (env: Record<string, string>): object =>
    toolEnvironment(env, setup, 'the-key', '127.0.0.1');

  test("is the user's own with the setup in it", () => {
    expect(given({ HOME: '/home/me', A: 'old', GONE: 'x' })).toEqual({
      HOME: '/home/me',
      A: 'new',
      TOKEN: 'the-key',
    });
  });

  test.each<[string, Record<string, string>, string]>([
    ['where there is one', { HTTP_PROXY: 'http://p' }, '127.0.0.1'],
    ['beside other exceptions', { https_proxy: 'p', NO_PROXY: 'a,b' }, 'a,b,127.0.0.1'],
    ['beside those of the other name', { all_proxy: 'p', no_proxy: 'a' }, 'a,127.0.0.1'],
  ])('leads to the gateway past a proxy %s', (_, env, list) => {
    expect(given(env)).toMatchObject({ NO_PROXY: list, no_proxy: list });
  });
});

describe('a printed setup', () => {
  const setup = {
    variables: { BASE: "it's $HOME", TOKEN: POE_KEY, POE_API_KEY: POE_KEY, GONE: undefined },
    args: ['-c', 'a=b'],
  } as const;

  test.each<[ShellName, readonly string[]]>([
    [
      'posix',
      [
        `export BASE='it'\\''s $HOME'`,
        'export TOKEN="$POE_API_KEY"',
        'unset GONE',
        `tool -c a=b 'two words'`,
      ],
    ],
    [
      'fish',
      [
        `set -gx BASE 'it\\'s $HOME'`,
        'set -gx TOKEN "$POE_API_KEY"',
        'set -e GONE',
        `tool -c a=b 'two words'`,
      ],
    ],
    [
      'powershell',
      [
        `$env:BASE = 'it''s $HOME'`,
        '$env:TOKEN = $env:POE_API_KEY',
        '$env:GONE = $null',
        `tool -c a=b 'two words'`,
      ],
    ],
    [
      'cmd',
      [
        `set "BASE=it's $HOME"`,
        'set "TOKEN=%POE_API_KEY%"',
        'set "GONE="',
        `tool -c a=b "two words"`,
      ],
    ],
  ])('has a line for each variable and one for the command: %s', (name, lines) => {
    const command = { program: 'tool', args: ['two words'] };
    expect(printSetup(setup, SHELLS[name], 'POE_API_KEY', command)).toEqual(lines);
  });

  test('names the variable in which the key is, and needs no command without arguments', () => {
    const bare = { ...setup, args: [] };
    const command = { program: 'tool', args: [] };
    expect(printSetup(bare, SHELLS.posix, 'POE_KEY', command)).toEqual([
      `export BASE='it'\\''s $HOME'`,
      'export TOKEN="$POE_KEY"',
      'export POE_API_KEY="$POE_KEY"',
      'unset GONE',
    ]);
  });

  test.skipIf(process.platform === 'win32')('means in a POSIX shell what was meant', async () => {
    const texts = fc.sample(fc.string({ unit: 'grapheme', minLength: 1 }), 40);
    const words = [...texts, `'`, `$(exit 1)`, '`x`', '"', '\\', '!!', '', '*', '~', '-n']
      // Control characters are refused before.
      .filter((text) => !/\p{Cc}|\p{Cs}/u.test(text));
    const tool = [
      process.execPath,
      '-e',
      'console.log(JSON.stringify(process.argv.slice(1)))',
      '--',
    ];
    const script = SHELLS.posix.command([...tool, ...words]);
    const { stdout } = await promisify(execFile)('sh', ['-c', script]);
    expect(JSON.parse(stdout)).toEqual(words);
    const set = words.map((text, at) => SHELLS.posix.set(`X${at}`, text)).join('\n');
    const show = `${SHELLS.posix.command([process.execPath, '-p', 'JSON.stringify(process.env)'])}`;
    const { stdout: env } = await promisify(execFile)('sh', ['-c', `${set}\n${show}`]);
    expect(JSON.parse(env)).toMatchObject(
      Object.fromEntries(words.map((text, at) => [`X${at}`, text])),
    );
  });

  test('has the quotes of PowerShell doubled, the typographic too, and a quoted command called', () => {
    const { set, command } = SHELLS.powershell;
    expect(set('X', "a'b\u2019c\\")).toBe("$env:X = 'a''b\u2019\u2019c\\'");
    expect(command(['my tool', 'x y'])).toBe("& 'my tool' 'x y'");
  });

  test.each(['a"b', 'a%b%'])('is refused where cmd.exe could not be given %s', (text) => {
    expect(() => SHELLS.cmd.set('X', text)).toThrow(/--shell powershell/);
    expect(() => SHELLS.cmd.command(['tool', text])).toThrow(/--shell powershell/);
  });
});

test.each<[NodeJS.Platform, Record<string, string>, ShellName]>([
  ['linux', { SHELL: '/usr/bin/zsh' }, 'posix'],
  ['linux', { SHELL: '/usr/bin/fish' }, 'fish'],
  ['linux', {}, 'posix'],
  ['win32', {}, 'powershell'],
  ['win32', { MSYSTEM: 'MINGW64', SHELL: '/usr/bin/bash' }, 'posix'],
])('on %s with %j the shell is taken for %s', (platform, env, shell) => {
  expect(guessShell(platform, env)).toBe(shell);
});
