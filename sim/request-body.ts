/**
 * Reads a request body to its end, whatever its size: Poe's own cap is unknown, so none is made up.
 * Knows nothing of what the body means.
 */
import type { IncomingMessage } from 'node:http';

/** Bodies above this many bytes are noted in the request log, not kept. */
const LOGGED_BYTES = 1_000_000;

/** A body, and the form of it that the request log keeps. */
export interface RequestBody {
  readonly value: unknown;
  readonly logged: unknown;
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    // Not JSON is a legal thing to send here: the endpoint refuses it, the log shows the text.
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/** Reads all of it; rejects when the client leaves before the end. */
export async function readBody(request: IncomingMessage): Promise<RequestBody> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const value = parsed(bytes.toString('utf8'));
  const logged = bytes.length > LOGGED_BYTES ? { truncated: true, bytes: bytes.length } : value;
  return { value, logged };
}
