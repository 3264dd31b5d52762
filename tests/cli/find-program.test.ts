/** Which file a name stands for: on Windows in folders made of data, elsewhere in real ones. */
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findProgram, type Machine } from '../../cli/find-program.ts';
import { thisMachine } from '../../cli/this-machine.ts';

const NODE = 'C:\\node\\node.exe';
const NPM = 'C:\\Users\\me\\npm';

/** What npm writes for a program, from the line that starts it. */
const npmShim = (start: string, before = ''): string =>
  `@ECHO off\r\nGOTO start\r\n:find_dp0\r\nSET dp0=%~dp0\r\nEXIT /b\r\n:start\r\nSETLOCAL\r\nCALL :find_dp0\r\n${before}${start} %*\r\n`;
const byNode = (interpreter = 'node'): string =>
  `IF EXIST "%dp0%\\${interpreter}.exe" (\r\n  SET "_prog=%dp0%\\${interpreter}.exe"\r\n) ELSE (\r\n  SET "_prog=${interpreter}"\r\n)\r\n`;
const SCRIPT = '"%dp0%\\node_modules\\t\\cli.js"';
const pnpmShim = (flags = ''): string =>
  `@SETLOCAL\r\n@IF EXIST "%~dp0\\node.exe" (\r\n  "%~dp0\\node.exe" ${flags} "%~dp0\\node_modules\\t\\cli.js" %*\r\n) ELSE (\r\n  @SET PATHEXT=%PATHEXT:;.JS;=;%\r\n  node ${flags} "%~dp0\\node_modules\\t\\cli.js" %*\r\n)\r\n`;

const FOLDERS: Readonly<Record<string, string>> = {
  [`${NPM}\\script`]: '#!/bin/sh',
  [`${NPM}\\script.cmd`]: npmShim(`endLocal & title x & "%_prog%"  ${SCRIPT}`, byNode()),
  [`${NPM}\\flags.cmd`]: npmShim(`"%_prog%" --no-warnings ${SCRIPT}`, byNode()),
  [`${NPM}\\sets.cmd`]: npmShim(`"%_prog%"  ${SCRIPT}`, `@SET A=b\r\n${byNode()}`),
  [`${NPM}\\bun.cmd`]: npmShim(`"%_prog%"  ${SCRIPT}`, byNode('bun')),
  [`${NPM}\\native.cmd`]: npmShim('"%dp0%\\node_modules\\t\\bin\\t.exe"  '),
  [`${NPM}\\gone.cmd`]: npmShim('"%dp0%\\node_modules\\t\\bin\\gone.exe"  '),
  [`${NPM}\\pnpm.cmd`]: pnpmShim(),
  [`${NPM}\\pnpm-flags.cmd`]: pnpmShim('--no-warnings'),
  [`${NPM}\\two.cmd`]: `"%~dp0\\node_modules\\t\\bin\\t.exe" %*\r\n"%~dp0\\node_modules\\t\\cli.js" %*`,
  [`${NPM}\\own.bat`]: 'echo %*',
  [`${NPM}\\unix-only`]: '#!/bin/sh',
  [`${NPM}\\node_modules\\t\\cli.js`]: '',
  [`${NPM}\\node_modules\\t\\bin\\t.exe`]: '',
  'C:\\first\\both.exe': '',
  'D:\\second\\both.exe': '',
  'D:\\second\\both.com': '',
  'C:\\work\\here.exe': '',
  'C:\\work\\tools\\near.exe': '',
};

/** Windows does not tell upper from lower case. */
const files = new Map(Object.entries(FOLDERS).map(([path, text]) => [path.toLowerCase(), text]));

const windows = (env: Machine['env'] = {}): Machine => ({
  windows: true,
  env: { Path: `"C:\\first";;D:\\second;${NPM}`, ...env },
  folder: 'C:\\work',
  node: NODE,
  isProgram: (path) => files.has(path.toLowerCase()),
  read: (path) => files.get(path.toLowerCase()) ?? '',
});

const BATCH = (file: string): object => ({ file: `${NPM}\\${file}`, args: [], batch: true });
const script = { file: NODE, args: [`${NPM}\\node_modules\\t\\cli.js`] };
const native = { file: `${NPM}\\node_modules\\t\\bin\\t.exe`, args: [] };

describe('a program on Windows', () => {
  test.each<[string, string, object | undefined]>([
    [
      'is the exe in the first folder that has one',
      'both',
      { file: 'C:\\first\\both.exe', args: [] },
    ],
    ['is found with its ending', 'BOTH.EXE', { file: 'C:\\first\\BOTH.EXE', args: [] }],
    ['is found by its folder', '.\\tools\\near', { file: 'C:\\work\\tools\\near.exe', args: [] }],
    ['is found by slashes', 'tools/near.exe', { file: 'C:\\work\\tools\\near.exe', args: [] }],
    ['is not looked for in the working directory', 'here', undefined],
    ['is no file without an ending', 'unix-only', undefined],
    ['is unknown if nobody has it', 'nothing', undefined],
    ['of npm that is a script is run by Node', 'script', script],
    ['of npm that is an exe is run itself', 'native', native],
    ['of pnpm is run by Node', 'pnpm', script],
    ['whose script wants flags is left to the shell', 'flags', BATCH('flags.cmd')],
    ['of pnpm whose script wants flags too', 'pnpm-flags', BATCH('pnpm-flags.cmd')],
    ['whose script wants variables too', 'sets', BATCH('sets.cmd')],
    ['whose script is for another interpreter too', 'bun', BATCH('bun.cmd')],
    ['whose exe is gone too', 'gone', BATCH('gone.cmd')],
    ['that starts two others too', 'two', BATCH('two.cmd')],
    ['that is a batch file of its own too', 'own', BATCH('own.bat')],
  ])('%s', (_, name, expected) => {
    expect(findProgram(name, windows())).toEqual(expected);
  });

  test('has the endings of PATHEXT in their order, and no others', () => {
    const Path = 'D:\\second';
    expect(findProgram('both', windows({ Path }))?.file).toBe('D:\\second\\both.com');
    expect(findProgram('both', windows({ Path, PathExt: '.JS;.EXE;.COM' }))?.file).toBe(
      'D:\\second\\both.exe',
    );
    expect(findProgram('both', windows({ Path, PATHEXT: '.JS' }))).toBeUndefined();
  });

  test('is unknown where there is no PATH', () => {
    expect(findProgram('both', { ...windows(), env: {} })).toBeUndefined();
  });
});

describe.skipIf(process.platform === 'win32')('a program elsewhere', () => {
  test('is the first file on the PATH that may be run', async () => {
    const root = await mkdtemp(join(tmpdir(), 'poeway-path-'));
    onTestFinished(() => rm(root, { recursive: true }));
    const [folder, locked, good] = ['folder', 'locked', 'good'].map((name) => join(root, name));
    for (const path of [folder, locked, good]) await mkdir(path ?? '');
    await mkdir(join(folder ?? '', 'tool'));
    await writeFile(join(locked ?? '', 'tool'), '', { mode: 0o644 });
    await writeFile(join(good ?? '', 'real'), '');
    await chmod(join(good ?? '', 'real'), 0o755);
    await symlink('real', join(good ?? '', 'tool'));
    await writeFile(join(root, 'file'), '');
    const PATH = [folder, join(root, 'file'), locked, '/nowhere', good].join(':');
    const machine: Machine = { ...thisMachine(), windows: false, env: { PATH }, folder: root };
    const found = { file: join(good ?? '', 'tool'), args: [] };

    expect(findProgram('tool', machine)).toEqual(found);
    expect(findProgram('./good/tool', machine)).toEqual(found);
    expect(findProgram('./locked/tool', machine)).toBeUndefined();
    expect(findProgram('real', { ...machine, env: {} })).toBeUndefined();
    // An empty entry is the working directory.
    expect(
      findProgram('tool', { ...machine, env: { PATH: ':/nowhere' }, folder: good ?? '' }),
    ).toEqual(found);
  });
});
