/**
 * A gateway for one tool, on a free port of this machine, which nobody else can reach. It keeps off
 * the tool's screen: what it has to say goes to a file, and errors alone to standard error.
 */
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import process from 'node:process';
import { FastResponse } from 'srvx/node';
import type { Config, Environment } from '../src/config.ts';
import { type ConfigFiles, readConfigFiles } from '../src/hosts/config-files.ts';
import { type NodeServer, startNodeServer } from '../src/hosts/node-server.ts';
import { tellOf, withFiles } from '../src/hosts/server-config.ts';
import { SERVER_DEFAULTS } from '../src/hosts/server-process.ts';
import { SERVER_STORES } from '../src/hosts/server-stores.ts';
import { undiciSend } from '../src/hosts/undici-send.ts';
import { webPlatform } from '../src/hosts/web-platform.ts';
import { CommandError } from './command-error.ts';

const ADDRESS = { PORT: '0', HOST: '127.0.0.1' };

/**
 * Settings of a gateway for many: whose keys pay, and who may come in. Here the tool brings the
 * user's own key, which may stand in one of these.
 */
const FOR_MANY =
  /^(POE_(API_?)?KEYS?|TOKENS|apikey|(API_)?ACCESS_TOKENS|AuthKey|accessTokens|OWN_KEYS|TOKEN_RATE_LIMIT|ADMIN_.*|port)$/;

/** The settings of a gateway for one tool, from those of the user's environment. */
export function localSettings(env: Environment): Environment {
  return { ...forOne(env), ...ADDRESS };
}

function forOne<Value>(settings: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !FOR_MANY.test(name)));
}

/**
 * The same, with what the files in `CONFIG_DIR` say beside. A file in the folder where the tool works
 * is not looked for: it may be of anybody.
 *
 * @throws {ConfigError}
 */
export function localConfig(env: Environment, files: ConfigFiles): Config {
  const settings = forOne(files.settings);
  return withFiles(localSettings(env), SERVER_DEFAULTS, { ...files, settings });
}

/** A gateway that runs. */
export interface LocalGateway {
  /** Without a slash at the end. */
  readonly url: string;
  readonly host: string;
  /** Ends it and all that it is doing; resolves when its port is free and its log written. */
  close(): Promise<void>;
}

/**
 * Starts a gateway that serves this machine alone.
 *
 * @param logFile Gets lines as `LOG_LEVEL` says; without it errors go to standard error.
 */
export async function startLocalGateway(env: Environment, logFile?: string): Promise<LocalGateway> {
  const files = await readConfigFiles(env);
  const config = localConfig(env, files);
  const log = logFile === undefined ? toStandardError() : await toFile(logFile);
  const platform = webPlatform({
    send: undiciSend(config),
    logLevel: logFile === undefined ? 'error' : config.logLevel,
    writeLine: log.write,
    Response: FastResponse,
    stores: SERVER_STORES,
  });
  tellOf(files, platform);
  const server: NodeServer = await startNodeServer(config, platform);
  return {
    url: server.url.replace(/\/$/, ''),
    host: config.host,
    async close() {
      await server.close(true);
      await log.end();
    },
  };
}

interface Log {
  write(line: string): void;
  end(): Promise<void>;
}

function toStandardError(): Log {
  return {
    write: (line) => void process.stderr.write(`${line}\n`),
    end: () => Promise.resolve(),
  };
}

/** Appends; only the user may read what is written. */
async function toFile(path: string): Promise<Log> {
  const file = await open(path, 'a', 0o600).catch((error: Error) => {
    throw new CommandError(`The log cannot be written: ${error.message}`);
  });
  const stream = createWriteStream('', { fd: file });
  // A full disk must not end the tool's session.
  stream.once('error', ({ message }) => process.stderr.write(`The log ends: ${message}\n`));
  return {
    write: (line) => void stream.write(`${line}\n`),
    async end() {
      if (stream.destroyed) return;
      await new Promise<void>((resolve) => stream.once('close', resolve).end());
    },
  };
}
