/**
 * `config.toml` and `models.yaml`: settings in files, for servers that have any. What is wrong with a
 * file is said with its name and a line, and never with what stands there: it has secrets.
 */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, type Environment, givenFor } from '../config.ts';
import { isJsonObject, type JsonValue } from '../lib/json.ts';
import { type FromFile, settingsOfToml } from './toml-settings.ts';

/** Bytes; more than anybody writes. YAML of four times as much takes half a minute. */
const MOST = 256 * 1024;

const MODEL_MAP = 'MODEL_MAP';

/** What Deno says of files that its flags do not name. */
const NOT_ALLOWED = 'NotCapable';

/** What the files say. */
export interface ConfigFiles extends FromFile {
  /** Paths of those that were read. */
  readonly files: readonly string[];
}

/** Where files are looked for without a `CONFIG_DIR`. */
export interface OtherFolder {
  /** Where there may be none; undefined: no files without a `CONFIG_DIR`. */
  readonly folder?: string;
  /** Asked before a file of it is looked for: Deno would ask the user. */
  mayRead?(path: string): boolean;
}

/**
 * Reads the files in `CONFIG_DIR`, if there are any.
 *
 * @throws {ConfigError} when a file or the folder cannot be read, or is not what its name says.
 */
export async function readConfigFiles(
  env: Environment,
  other: OtherFolder = {},
): Promise<ConfigFiles> {
  const { text: named } = givenFor(['CONFIG_DIR'], env, {});
  const folder = named ?? other.folder;
  if (folder === undefined)
    return { settings: {}, places: {}, mistakes: [], warnings: [], files: [] };
  const read = async (name: string): Promise<string | undefined> => {
    const path = join(folder, name);
    return named === undefined && other.mayRead?.(path) === false ? undefined : await textOf(path);
  };
  const [toml, yaml] = await Promise.all([read('config.toml'), read('models.yaml')]);
  const files = Object.entries({ 'config.toml': toml, 'models.yaml': yaml }).flatMap(
    ([name, text]) => (text === undefined ? [] : [join(folder, name)]),
  );
  const given = settingsOfToml(toml === undefined ? {} : await parseToml(toml, files[0] ?? ''));
  const warnings = [...given.warnings];
  if (named !== undefined && files.length === 0) {
    await mustBeFolder(folder);
    warnings.push(`CONFIG_DIR has no config.toml and no models.yaml: ${folder}`);
  }
  const map = yaml === undefined ? '' : modelMapOf(await parseYaml(yaml, files.at(-1) ?? ''));
  if (map === '') return { ...given, warnings, files };
  const before = given.places[MODEL_MAP];
  return {
    settings: { ...given.settings, [MODEL_MAP]: map },
    places: { ...given.places, [MODEL_MAP]: 'models.yaml' },
    mistakes: [
      ...given.mistakes,
      ...(before === undefined
        ? []
        : [`${before} and models.yaml both say which names are which bots: keep one.`]),
    ],
    warnings,
    files,
  };
}

/** Undefined when it is not there. */
async function textOf(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new ConfigError([`${path} is not a file.`]);
    if (found.size > MOST) throw new ConfigError([`${path} is larger than 256 KiB.`]);
    return decoded(await readFile(path), path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw refusal(error, path);
  }
}

/** Without the mark at the beginning that Windows writes. */
function decoded(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ConfigError([`${path} is not text in UTF-8.`]);
  }
}

async function mustBeFolder(folder: string): Promise<void> {
  try {
    if ((await stat(folder)).isDirectory()) return;
  } catch (error) {
    // Deno lets its files be looked for, but not itself: then the warning must do.
    if (error instanceof Error && codeOf(error) === NOT_ALLOWED) return;
    if (!isMissing(error)) throw refusal(error, folder);
  }
  throw new ConfigError([`CONFIG_DIR must be a folder that is there: ${folder}`]);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && /^(ENOENT|ENOTDIR)$/.test(codeOf(error));
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.name;
}

/** What keeps a file from being read, in words; or the error as it is. */
function refusal(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || error instanceof ConfigError) return error;
  const code = codeOf(error);
  const why =
    code === NOT_ALLOWED
      ? `Deno was started without --allow-read=${path}`
      : `the system says ${code}. The user that runs Poeway must be able to read it`;
  return new ConfigError([`${path} cannot be read: ${why}.`]);
}

async function parseToml(text: string, path: string): Promise<Readonly<Record<string, unknown>>> {
  const { parse, TomlError } = await import('smol-toml');
  try {
    return parse(text);
  } catch (error) {
    // The library's own message quotes the lines around.
    if (error instanceof TomlError)
      throw new ConfigError([
        `${path} is not right TOML: see line ${error.line}, column ${error.column}. Texts stand in "quotes", lists in [brackets].`,
      ]);
    throw error;
  }
}

/** The first document; aliases and tags that only YAML has are no part of a model map. */
async function parseYaml(text: string, path: string): Promise<JsonValue> {
  const { parseAllDocuments } = await import('./yaml.ts');
  const documents = parseAllDocuments(text, {
    logLevel: 'silent',
    schema: 'core',
    resolveKnownTags: false,
  });
  if (!Array.isArray(documents) || documents.length === 0) return null;
  const [document, second] = documents;
  const wrong = document?.errors[0] ?? document?.warnings[0];
  if (wrong !== undefined || second !== undefined) {
    const line = wrong?.linePos?.[0].line;
    const where = line === undefined ? 'it has more than one document' : `see line ${line}`;
    throw new ConfigError([`${path} is not right YAML: ${where}.`]);
  }
  try {
    // Through JSON: an alias may lead to what it stands in.
    return JSON.parse(JSON.stringify(document?.toJS() ?? null)) as JsonValue;
  } catch {
    throw new ConfigError([`${path} has too many aliases, or one that leads nowhere.`]);
  }
}

/** As `MODEL_MAP` has it; blank when the file says nothing. */
function modelMapOf(json: JsonValue): string {
  if (json === null) return '';
  if (!isJsonObject(json)) return JSON.stringify(json);
  // Of poe2openai, for lists of models that Poeway asks for with the caller's key. One is a secret.
  const { api_token: _secret, use_v1_api: _version, ...map } = json;
  const saysNothing = map['enable'] === false || Object.keys(map).length === 0;
  return saysNothing ? '' : JSON.stringify(map);
}
