/** The settings of a server of one's own: the environment, then its files, then its defaults. */
import { type Config, ConfigError, type Environment, readConfig } from '../config.ts';
import type { Platform } from '../platform.ts';
import { type ConfigFiles, type OtherFolder, readConfigFiles } from './config-files.ts';

/** What a server is to do, and what is to be said of its files. */
export interface ServerConfig {
  readonly config: Config;
  readonly files: ConfigFiles;
  /** Logs which files were read, and what is odd about the settings. */
  tell(platform: Pick<Platform, 'log'>): void;
}

/**
 * Reads them all.
 *
 * @param defaults Of the server; by canonical name.
 * @param other Where files are without a `CONFIG_DIR`.
 * @throws {ConfigError} with all that is wrong with them, or with what keeps a file from being read.
 */
export async function readServerConfig(
  env: Environment,
  defaults: Environment,
  other?: OtherFolder,
): Promise<ServerConfig> {
  const read = await readConfigFiles(env, other);
  const config = withFiles(env, defaults, read);
  const warnings = [...read.warnings, ...ofNoUse(config)];
  const files = { ...read, warnings };
  return { config, files, tell: (platform) => tellOf(files, platform) };
}

/** Settings that people of an older proxy would wait in vain for. */
function ofNoUse({ adminUsername, adminPassword }: Config): readonly string[] {
  return (adminUsername ?? adminPassword) === undefined
    ? []
    : ['ADMIN_USERNAME and ADMIN_PASSWORD are of no use: there is no admin page here yet.'];
}

/** Logs which files were read, and what is odd about them. */
export function tellOf({ files, warnings }: ConfigFiles, platform: Pick<Platform, 'log'>): void {
  for (const warning of warnings) platform.log('warn', warning);
  if (files.length > 0)
    platform.log('info', 'Settings are read from files', { files: files.join(', ') });
}

/**
 * The settings, where files are read already.
 *
 * @throws {ConfigError}
 */
export function withFiles(env: Environment, defaults: Environment, files: ConfigFiles): Config {
  const mistakes = [...files.mistakes];
  try {
    const config = readConfig(env, { ...defaults, ...files.settings }, files.places);
    if (mistakes.length === 0) return config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    mistakes.push(...error.mistakes);
  }
  throw new ConfigError(mistakes);
}
