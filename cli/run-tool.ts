/**
 * Starts a gateway, runs a tool against it, and ends the gateway with the tool. Or starts nothing
 * and prints what makes the tool use a gateway of the user's own.
 */
import process from 'node:process';
import { plainUrl } from '../src/setting.ts';
import type { Arguments, Flags } from './arguments.ts';
import { CommandError, EXIT, usageError } from './command-error.ts';
import { findProgram } from './find-program.ts';
import { keyVariable, poeKey } from './poe-key.ts';
import { printSetup } from './print-setup.ts';
import { runProgram } from './run-program.ts';
import type { Choice, Setup } from './setup.ts';
import { guessShell, SHELL_NAMES, SHELLS } from './shells.ts';
import { spawnCall } from './spawn-call.ts';
import { thisMachine } from './this-machine.ts';
import { toolEnvironment } from './tool-environment.ts';

/** Where a gateway of one's own is, unless its user says otherwise. */
const USUAL_URL = 'http://127.0.0.1:8080';

/** The flags of every command that runs a tool. */
export const TOOL_FLAGS: Flags = {
  model: { value: 'BOT', says: 'the bot that answers; without it the tool asks for its own' },
  log: { value: 'FILE', says: "append the gateway's log to a file; else errors alone are shown" },
  'print-env': { says: 'start nothing; print the lines for a gateway of your own' },
  url: { value: 'URL', says: `with --print-env: where that gateway is (${USUAL_URL})` },
  shell: {
    value: 'SHELL',
    says: `with --print-env: ${SHELL_NAMES.join(', ')}; without it your own`,
  },
};

/** What is to be run. */
export interface Run {
  /** None where only lines are printed. */
  readonly program: string | undefined;
  /** What installs it, if that is known. */
  readonly install?: string;
  readonly args: readonly string[];
  setUp(choice: Choice): Setup;
}

/** @returns The tool's exit code, or 0 when lines were printed. */
export async function runTool(run: Run, given: Arguments): Promise<number> {
  if (given.switches.has('print-env')) return print(run, given);
  const { url, shell, log } = given.values;
  if (url !== undefined || shell !== undefined)
    throw usageError('--url and --shell go with --print-env alone.');
  const { program: name = '', args, setUp, install } = run;
  const { env } = process;
  const key = poeKey(env);
  const program = findProgram(name, thisMachine());
  if (!program) throw notFound(name, install);

  // Only now: help and mistakes are told without waiting for a server to load.
  const { startLocalGateway } = await import('./local-gateway.ts');
  const gateway = await startLocalGateway(env, log);
  try {
    const setup = setUp(choiceOf(given, gateway.url));
    const call = spawnCall(program, [...setup.args, ...args], env['ComSpec'] ?? 'cmd.exe');
    return await runProgram(name, call, toolEnvironment(env, setup, key, gateway.host));
  } finally {
    await gateway.close();
  }
}

function print({ program, args, setUp }: Run, given: Arguments): number {
  const { env, platform } = process;
  const { shell: named = guessShell(platform, env), log } = given.values;
  const name = SHELL_NAMES.find((known) => known === named);
  if (!name) throw usageError(`--shell must be one of ${SHELL_NAMES.join(', ')}.`);
  if (log !== undefined)
    throw usageError('--log is nothing for --print-env, which starts nothing.');
  const setup = setUp(choiceOf(given, gatewayUrl(given.values['url'] ?? USUAL_URL)));
  const lines = printSetup(setup, SHELLS[name], keyVariable(env), { program, args });
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

function choiceOf({ values }: Arguments, url: string): Choice {
  return { url, model: values['model'], smallModel: values['small-model'] };
}

/** People paste the base URL of OpenAI clients too. */
function gatewayUrl(text: string): string {
  const url = plainUrl(text);
  if (url === undefined)
    throw usageError('--url must be an http or https URL without a query or a login.');
  return url.replace(/\/v1$/, '');
}

function notFound(name: string, install: string | undefined): CommandError {
  const cure = install === undefined ? 'Is it installed?' : `Install it: ${install}`;
  return new CommandError(`${name} is not on the PATH. ${cure}`, EXIT.notFound);
}
