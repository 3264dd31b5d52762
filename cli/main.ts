#!/usr/bin/env node
/** The `poeway` command: finds the command that is meant, runs it, and exits as it says. */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { ConfigError } from '../src/config.ts';
import { entryOf } from '../src/lib/table.ts';
import { readArguments } from './arguments.ts';
import { CommandError, EXIT, usageError } from './command-error.ts';
import { type Command, COMMANDS } from './commands.ts';
import { GLOBAL_FLAGS, helpOf, overview } from './help.ts';

/** @returns The exit code; undefined when the process goes on. */
async function main(args: readonly string[]): Promise<number | undefined> {
  const [word] = args;
  if (word === 'help') return say(helpFor(args[1]));
  // `poeway --port 9000` is `poeway serve --port 9000`.
  const named = word !== undefined && !word.startsWith('-');
  const command = commandOf(named ? word : 'serve');
  const flags = { ...command.flags, ...(named ? { help: GLOBAL_FLAGS.help } : GLOBAL_FLAGS) };
  const given = readArguments(named ? args.slice(1) : args, flags, command.restIs);
  if (given.switches.has('version')) return say(version());
  if (given.switches.has('help')) return say(named ? helpOf(command) : overview(COMMANDS));
  return await command.run(given);
}

function commandOf(name: string): Command {
  const command = entryOf(COMMANDS, name);
  if (command) return command;
  const names = Object.keys(COMMANDS).join(', ');
  throw usageError(
    `There is no command ${name}; there are ${names}. To run another tool: poeway run -- ${name}`,
  );
}

function helpFor(name: string | undefined): string {
  return name === undefined ? overview(COMMANDS) : helpOf(commandOf(name));
}

/** The package's; its file is as far from here as from the bundle. */
function version(): string {
  const file = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}

function say(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

/** What the user can mend is said in words; anything else is a mistake of ours, with its stack. */
function fail(error: unknown): number {
  const known = error instanceof CommandError || error instanceof ConfigError;
  const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`poeway: ${known ? error.message : words}\n`);
  return error instanceof CommandError ? error.exitCode : EXIT.failure;
}

const exitCode = await main(process.argv.slice(2)).catch(fail);
// What was written must have left; connections to Poe that are kept would hold the process.
if (exitCode !== undefined) process.stdout.write('', () => process.exit(exitCode));
