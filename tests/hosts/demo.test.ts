/** `npm run demo` as its reader runs it: the answer, the exit codes, and the lines to copy. */
import { execFile } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { askChat, wholeContent } from './_client.ts';
import { launch, type Launched } from './_process.ts';

const ANSWER = /^ {2}Hello from Poe![\s\S]*\.\n/m;

/** By tsx's own command, which passes signals on, as npm does. */
function demo(...args: readonly string[]): Launched {
  return launch('node_modules/.bin/tsx', ['scripts/demo.ts', ...args], {});
}

/** What a POSIX shell prints for a line that was pasted into it. */
function paste(line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', line], (error, stdout) => (error ? reject(error) : resolve(stdout)));
  });
}

describe.concurrent('the demo', () => {
  test('shows one answer and exits with 0 when run once', async () => {
    const { code, stdout, stderr } = await demo('--once').exit;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(ANSWER);
    expect(stdout).toMatch(/^[\n -~]*$/);
    expect(stdout).not.toContain('curl');
  });

  test('goes on serving what its lines say, until SIGINT', async () => {
    const shown = demo();
    await shown.prints(ANSWER);
    const [, url = ''] = await shown.prints(/^ *export OPENAI_BASE_URL=(\S+)\/v1$/m);
    const [, key = ''] = await shown.prints(/^ *export OPENAI_API_KEY=(\S+)$/m);
    const [curl] = await shown.prints(/^ *curl .*$/m);
    await shown.prints(/Stop with Ctrl-C/);

    expect(await wholeContent(await askChat(url, key, { model: 'Shouts' }))).toBe(
      'HELLO THERE, WORLD',
    );
    expect(JSON.parse(await paste(curl))).toMatchObject({
      choices: [{ message: { content: 'Hello' } }],
    });

    shown.kill('SIGINT');
    expect(await shown.exit).toMatchObject({ code: 0, stderr: '' });
  });

  test('exits with 1 on an option that it does not have', async () => {
    expect(await demo('--twice').exit).toMatchObject({ code: 1 });
  });
});
