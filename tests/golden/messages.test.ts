/** Golden cases of messages; what a stream must say is itself held to the order of events. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readMessageStream } from '../clients/_messages-order.ts';
import { replayCases } from './cases.ts';

const FOLDER = new URL('messages/', import.meta.url);

replayCases(FOLDER, '/v1/messages');

const streams = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('reply.sse'),
);

it.each(streams)('%s keeps the order of events', (path) => {
  const stream = readFileSync(new URL(path, FOLDER), 'utf8');
  const read = (): unknown => readMessageStream(stream);
  // An answer that breaks off has no end, and its last event says why.
  if (stream.includes('event: error\n')) expect(read).toThrow('Nobody knows error.');
  else expect(read).not.toThrow();
});
