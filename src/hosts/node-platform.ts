/** What Node gives: undici's dispatcher, srvx's light replies, log lines that are written together. */
import process from 'node:process';
import { FastResponse } from 'srvx/node';
import type { LogLevel, Platform } from '../platform.ts';
import { undiciSend } from './undici-send.ts';
import { webPlatform } from './web-platform.ts';

/** The platform of the Node server. */
export function nodePlatform(logLevel: LogLevel): Platform {
  return webPlatform({
    send: undiciSend(),
    logLevel,
    writeLine: lineWriter(),
    Response: FastResponse,
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
