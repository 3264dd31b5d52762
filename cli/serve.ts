/** `poeway serve`: the Node server, as `npm start` runs it, with an address by flags. */
import process from 'node:process';
import { serveUntilSignal } from '../src/hosts/node-server.ts';
import { startServer } from '../src/hosts/server-process.ts';
import { usageError } from './command-error.ts';

/**
 * The process goes on until a signal ends it, or ends itself when it cannot serve.
 *
 * @throws {CommandError} when the port is none.
 */
export function serve(port: string | undefined, host: string | undefined): undefined {
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535))
    throw usageError('--port must be a port number, 0 to 65535.');
  const given = { ...(port && { PORT: port }), ...(host && { HOST: host }) };
  startServer(() => serveUntilSignal({ ...process.env, ...given }));
}
