/** The `poeway` command as a process, with tools that tell what was done to them. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleCommand } from '../../scripts/bundle.ts';
import { startSimulator, type Simulator } from '../../sim/server.ts';
import { LISTENS } from '../hosts/_node.ts';
import { install, type Installation, type Shown } from './_command.ts';

const SCRIPT = '/usr/bin/script';

describe.concurrent('the command', () => {
  let simulator: Simulator;
  let installed: Installation;
  beforeAll(async () => {
    simulator = await startSimulator();
    installed = await install(['claude', 'codex', 'tool'], { POE_BASE_URL: simulator.url });
  });
  afterAll(async () => {
    await installed.remove();
    await simulator.close();
  });

  const poeway: Installation['poeway'] = (args, env) => installed.poeway(args, env);

  /** What the tool shows of itself when the command runs it. */
  async function shown(args: readonly string[], env = {}): Promise<Shown> {
    const { code, stdout, stderr } = await poeway(args, env).exit;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return JSON.parse(stdout) as Shown;
  }

  test('runs Claude Code with its variables, and the arguments as they were', async () => {
    const words = ['-p', 'say "hi"', '', '$HOME *', '--', '--model', 'x'];
    const env = {
      ANTHROPIC_API_KEY: 'key-of-anthropic',
      CLAUDE_CODE_USE_BEDROCK: '1',
      MINE: 'kept',
    };
    const tool = await shown(['claude', '--model', 'Grok-4', '--', ...words], env);
    expect(tool.args).toEqual(words);
    expect(tool.env).toMatchObject({
      ANTHROPIC_BASE_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      ANTHROPIC_AUTH_TOKEN: 'the-key',
      ANTHROPIC_MODEL: 'Grok-4',
      MINE: 'kept',
    });
    for (const name of ['ANTHROPIC_API_KEY', 'CLAUDE_CODE_USE_BEDROCK'])
      expect(tool.env).not.toHaveProperty(name);
  });

  test("runs Codex with its flags before the user's", async () => {
    const { args, env } = await shown(['codex', '--model', 'GPT-5.5', '--', 'exec', 'hi'], {
      POE_API_KEY: '',
      POE_KEY: 'other-key',
    });
    expect(args.slice(-4)).toEqual(['-m', 'GPT-5.5', 'exec', 'hi']);
    expect(args.join(' ')).toMatch(
      /base_url=http:\/\/127\.0\.0\.1:\d+\/v1 -c .*env_key=POE_API_KEY/,
    );
    expect(env['POE_API_KEY']).toBe('other-key');
  });

  test('runs any tool, with or without "--", and ends the gateway with it', async () => {
    for (const args of [
      ['--', 'tool', 'ask'],
      ['tool', 'ask'],
    ]) {
      const { code, stdout, stderr } = await poeway(['run', ...args]).exit;
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const { status, models, url } = JSON.parse(stdout);
      expect(status).toBe(200);
      expect(models).toBeGreaterThan(10);
      await expect(fetch(url)).rejects.toThrow('fetch failed');
    }
  });

  test.each([
    ['its exit code', ['exit', '7'], 7],
    ['128 and the signal that ended it', ['kill', 'SIGKILL'], 137],
  ])('exits as the tool does: %s', async (_, job, code) => {
    expect(await poeway(['run', '--', 'tool', ...job]).exit).toMatchObject({
      code,
      signal: null,
      stderr: '',
    });
  });

  test.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)(
    'passes %s on once, and keeps the gateway until the tool has ended',
    async (signal) => {
      const running = poeway(['run', '--', 'tool', 'wait']);
      const [, url = ''] = await running.prints(/waiting at (\S+);/);
      running.kill(signal);
      const { code, stdout, stderr } = await running.exit;
      expect({ code, stderr }).toEqual({ code: 5, stderr: '' });
      expect(stdout).toContain(`ended by ${signal}, heard 1, gateway says 200`);
      await expect(fetch(url)).rejects.toThrow('fetch failed');
    },
  );

  test.runIf(existsSync(SCRIPT))(
    'leaves Ctrl-C to the terminal, which tells the tool',
    async () => {
      const command = `exec '${process.execPath}' '${installed.main}' run -- tool wait`;
      const terminal = spawn(SCRIPT, ['-qec', command, '/dev/null'], { env: installed.env });
      let printed = '';
      let typed = false;
      terminal.stdout.on('data', (text: Buffer) => {
        printed += text.toString();
        if (typed || !printed.includes('waiting at')) return;
        typed = true;
        terminal.stdin.write('\u0003');
      });
      const code = await new Promise((resolve) => terminal.once('close', resolve));
      expect(printed).toContain('ended by SIGINT, heard 1, gateway says 200');
      expect(code).toBe(5);
    },
  );

  test('keeps the log off the screen, and writes it where it is told to', async () => {
    const log = join(installed.folder, 'gateway.log');
    const quiet = await poeway(['run', '--', 'tool', 'refused'], { LOG_LEVEL: 'debug' }).exit;
    expect(quiet).toMatchObject({ code: 0, stdout: 'refused with 401\n', stderr: '' });
    for (const _ of 'ab') await poeway(['run', '--log', log, '--', 'tool', 'refused']).exit;
    const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).status)).toEqual([401, 401]);
  });

  test.each<[string, readonly string[], Record<string, string>, number, RegExp]>([
    [
      'a tool that is not installed',
      ['claude'],
      { PATH: '/nowhere' },
      127,
      /^poeway: claude is not on the PATH\. Install it: npm install -g @anthropic-ai\/claude-code$/m,
    ],
    ['a command that is not there', ['run', 'no-such'], {}, 127, /no-such is not on the PATH/],
    ['a missing key', ['claude'], { POE_API_KEY: '' }, 1, /https:\/\/poe\.com\/api\/keys/],
    ['a wrong setting', ['claude'], { TIMEOUT: 'long' }, 1, /^ {2}- TIMEOUT must be/m],
    ['a log that cannot be', ['claude', '--log', '/nowhere/log'], {}, 1, /log cannot be written/],
    ['an unknown command', ['clod'], {}, 2, /no command clod; there are serve, config, demo/],
    ['an unknown flag', ['claude', '-p', 'hi'], {}, 2, /no flag -p.*after "--"/],
    ['nothing to run', ['run'], {}, 2, /poeway run -- node app\.js/],
    ['a port that is none', ['--port', '70000'], {}, 2, /--port must be a port number/],
    ['help for nothing', ['help', 'clod'], {}, 2, /no command clod/],
    ['a flag without its fellow', ['claude', '--url', 'http://x'], {}, 2, /go with --print-env/],
    ['an address that is none', ['run', '--print-env', '--url', 'x'], {}, 2, /--url must be/],
    [
      'a shell that is none',
      ['run', '--print-env', '--shell', 'x'],
      {},
      2,
      /--shell must be one of/,
    ],
  ])('says in words what is wrong, and exits: %s', async (_, args, env, code, message) => {
    const exit = await poeway(args, env).exit;
    expect(exit).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(message) });
    expect(exit.stderr).toMatch(/^poeway: /);
    expect(exit.stderr).not.toMatch(/^\s+at /m);
  });

  test('prints lines that do for a shell what it does for the tool, and not the key', async () => {
    const args = ['claude', '--print-env', '--url', 'https://my.host/v1/', '--model', "it's"];
    const { code, stdout } = await poeway([...args, '--shell', 'posix']).exit;
    expect(code).toBe(0);
    expect(stdout).not.toContain('the-key');
    const env = { ...installed.env, ANTHROPIC_API_KEY: 'key-of-anthropic' };
    const shell = spawn('/bin/sh', ['-c', `${stdout}claude`], { env });
    let text = '';
    for await (const chunk of shell.stdout) text += chunk;
    const tool = JSON.parse(text) as Shown;
    expect(tool.env).toMatchObject({
      ANTHROPIC_BASE_URL: 'https://my.host',
      ANTHROPIC_AUTH_TOKEN: 'the-key',
      ANTHROPIC_MODEL: "it's",
    });
    expect(tool.env).not.toHaveProperty('ANTHROPIC_API_KEY');
  });

  test.each([[[]], [['serve']]])('serves until it is stopped: poeway %j', async (words) => {
    const server = poeway([...words, '--port', '0', '--host', '127.0.0.1'], { PORT: 'no' });
    const [, url] = await server.prints(LISTENS);
    expect(await (await fetch(`${url}/health`)).text()).toBe('OK');
    expect(await server.stop()).toMatchObject({ code: 0, stderr: '' });
  });

  test('reads its files of settings, and speaks to Redis, with what it brings along', async () => {
    const CONFIG_DIR = join(installed.folder, 'settings');
    await mkdir(CONFIG_DIR);
    await writeFile(join(CONFIG_DIR, 'config.toml'), 'timeout = 77');
    await writeFile(join(CONFIG_DIR, 'models.yaml'), 'models: { mine: GPT-5 }');
    const { stdout, stderr } = await poeway(['config'], { CONFIG_DIR, POE_API_KEY: '' }).exit;
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^TIMEOUT +timeout in config\.toml +77$/m);
    expect(stdout).toMatch(/^MODEL_MAP +models\.yaml +.*"mine":"GPT-5"/m);

    const server = poeway(['serve'], {
      STORE: 'redis://127.0.0.1:1',
      PORT: '0',
      HOST: '127.0.0.1',
    });
    await server.prints(/The store does not answer.*ECONNREFUSED/);
    await server.stop();
  });

  test('shows the demo', async () => {
    const { code, stdout, stderr } = await poeway(['demo', '--once']).exit;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Hello from Poe!');
  });

  test('gives the demo’s bots files without leaving this machine', async () => {
    const demo = poeway(['demo']);
    const [, url] = await demo.prints(/Poeway is at (http\S+)/);
    const file = {
      filename: 'a.pdf',
      file_data: `data:application/pdf;base64,${btoa('%PDF-1.4')}`,
    };
    const response = await fetch(`${url}/chat/completions`, {
      method: 'POST',
      headers: { authorization: 'Bearer demo-key', 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'Attachments',
        messages: [{ role: 'user', content: [{ type: 'file', file }] }],
      }),
    });
    expect(await response.text()).toContain('1. a.pdf, application/pdf, 8 bytes');
    // Where the upload fails the chat endpoint is asked.
    expect(response.headers.get('x-poeway-upstream')).toBe('poe-bot');
    await demo.stop();
  });

  test.each<[readonly string[], RegExp]>([
    [['--version'], /^1\.2\.3-test\n$/],
    [['-v'], /^1\.2\.3-test\n$/],
    [['--help'], /^Commands:[\s\S]*^ {2}claude /m],
    [['help'], /^Commands:/m],
    [['help', 'claude'], /^ {2}--small-model BOT/m],
    [['claude', '-h'], /^ {2}--small-model BOT/m],
    [['run', '--help'], /OPENAI_BASE_URL/],
  ])('tells of itself: poeway %j', async (args, words) => {
    const { code, stdout, stderr } = await poeway(args).exit;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(words);
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });
});

test('the bundle of the command leans on Node alone, and has the simulator apart', async () => {
  const { files, imports } = await bundleCommand();
  expect(imports.filter((name) => !name.startsWith('node:') && !isBuiltin(name))).toEqual([]);
  const main = files.find(({ path }) => path === 'cli.js');
  expect(main?.code).toMatch(/^#!\/usr\/bin\/env node\n/);
  const holders = files.filter(({ code }) => code.includes('simulator_mistake'));
  expect(holders.map(({ path }) => path)).toEqual([expect.stringMatching(/^cli\/demo-\w+\.js$/)]);
});
