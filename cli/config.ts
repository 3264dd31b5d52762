/** `poeway config`: what `poeway serve` would do here, without doing it. */
import process from 'node:process';
import { existsSync } from 'node:fs';
import { type Environment, givenFor } from '../src/config.ts';
import { readServerConfig } from '../src/hosts/server-config.ts';
import { SERVER_DEFAULTS } from '../src/hosts/server-process.ts';
import { type EffectiveSetting, effectiveSettings } from './effective-settings.ts';

const NONE = '(none)';

/** What is printed where. */
export interface Printed {
  readonly output: string;
  /** What is odd, a line each. */
  readonly notes: readonly string[];
}

/**
 * The effective settings, for people or as JSON.
 *
 * @throws {ConfigError} with all mistakes, when the server would not start.
 */
export async function printConfig(env: Environment, asJson: boolean): Promise<Printed> {
  const { config, files } = await readServerConfig(env, SERVER_DEFAULTS);
  const settings = effectiveSettings(env, SERVER_DEFAULTS, files, config);
  const notes = [...files.warnings, ...remarks(env, settings)];
  return { output: asJson ? json(settings) : table(settings, files.files), notes };
}

/** What people wonder at. */
function remarks(env: Environment, settings: readonly EffectiveSetting[]): readonly string[] {
  const unread = ['config.toml', 'models.yaml'].filter((name) => existsSync(name));
  const [pool] = settings;
  return [
    ...(givenFor(['CONFIG_DIR'], env, {}).text === undefined && unread.length > 0
      ? [`${unread.join(' and ')} in this folder: not read. With CONFIG_DIR=. it would be.`]
      : []),
    ...(pool?.from === 'environment POE_API_KEY' && pool.value === undefined
      ? ['POE_API_KEY makes no pool: without ACCESS_TOKENS it is for clients.']
      : []),
  ];
}

function table(settings: readonly EffectiveSetting[], files: readonly string[]): string {
  const rows = settings.map(({ name, from, value }) => [name, from, value ?? NONE] as const);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map(([name, from, value]) =>
    [name.padEnd(widths[0] ?? 0), from.padEnd(widths[1] ?? 0), value].join('  '),
  );
  return [...lines, '', `Files: ${files.length > 0 ? files.join(', ') : NONE}`].join('\n');
}

function json(settings: readonly EffectiveSetting[]): string {
  const entries = settings.map(({ name, value = null, from }) => [name, { value, from }] as const);
  return JSON.stringify(Object.fromEntries(entries), null, 2);
}

/** Prints them; notes on standard error. */
export async function showConfig(asJson: boolean): Promise<number> {
  const { output, notes } = await printConfig(process.env, asJson);
  for (const note of notes) process.stderr.write(`poeway: ${note}\n`);
  process.stdout.write(`${output}\n`);
  return 0;
}
