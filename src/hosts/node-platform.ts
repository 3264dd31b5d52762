/** What Node gives: undici's dispatcher, srvx's light replies, log lines that are written together. */
import process from 'node:process';
import { FastResponse } from 'srvx/node';
import type { LogLevel, Platform } from '../platform.ts';
import type { ProxySettings } from './proxy.ts';
import { SERVER_STORES } from './server-stores.ts';
import { undiciSend } from './undici-send.ts';
import { webPlatform } from './web-platform.ts';

/**
 * The platform of the Node server.
 *
 * @param proxies Which calls go through a proxy; none without them.
 */
export function nodePlatform(logLevel: LogLevel, proxies?: ProxySettings): Platform {
  return webPlatform({
    send: undiciSend(proxies),
    logLevel,
    writeLine: lineWriter(),
    Response: FastResponse,
    stores: SERVER_STORES,
  });
}

/** The lines of one turn of the event loop are one write: a write to a pipe blocks. */
function lineWriter(): (line: string) => void {
  let lines = '';
  const flush = (): void => {
    const text = lines;
    lines = '';
    if (text !== '') process.stdout.write(text);
  };
  process.on('exit', flush);
  return (line) => {
    if (lines === '') setImmediate(flush);
    lines += `${line}\n`;
  };
}
