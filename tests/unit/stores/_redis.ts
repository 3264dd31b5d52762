/** A real `redis-server` for tests, on a free port of loopback, that leaves nothing behind. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Certificate } from '../../hosts/_certificate.ts';
import { launch } from '../../hosts/_process.ts';
import { findRuntime } from '../../hosts/_runtime.ts';
import { freePort } from '../../hosts/_server.ts';

/** A running server. */
export interface RedisServer {
  /** `redis://127.0.0.1:PORT`; with a certificate `rediss://localhost:PORT`. */
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** The program, if there is one. */
export function findRedis(): string | undefined {
  return findRuntime(['redis-server']);
}

/**
 * @param port A free one, unless it is to be where another was.
 * @param certificate With it there is nothing but TLS; it must be of `localhost`.
 */
export async function startRedis(
  program: string,
  port?: number,
  certificate?: Certificate,
): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'poeway-redis-'));
  const at = port ?? (await freePort());
  const settings = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const listens = certificate ? await tlsSettings(folder, certificate) : ['--port'];
  const server = launch(program, [...listens, String(at), ...settings], {});
  await server.prints(/Ready to accept connections/);
  return {
    url: certificate ? `rediss://localhost:${at}` : `redis://127.0.0.1:${at}`,
    port: at,
    async stop() {
      server.kill('SIGKILL');
      await server.exit;
      await rm(folder, { recursive: true });
    },
  };
}

async function tlsSettings(folder: string, { key, cert }: Certificate): Promise<string[]> {
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  await writeFile(keyFile, key);
  await writeFile(certFile, cert);
  const files = ['--tls-key-file', keyFile, '--tls-cert-file', certFile];
  return ['--port', '0', ...files, '--tls-auth-clients', 'no', '--tls-port'];
}
