/**
 * Reads a request body to its end, whatever its size: Poe's own cap is unknown, so none is made up.
 * Tells JSON, forms and other text apart; knows nothing of what they mean.
 */
import type { IncomingMessage } from 'node:http';
import { loggedForm, readForm } from './upload/form.ts';

/** Bodies above this many bytes are noted in the request log, not kept. */
const LOGGED_BYTES = 1_000_000;

/** A body, and the form of it that the request log keeps. */
export interface RequestBody {
  readonly value: unknown;
  readonly logged: unknown;
}

/** The JSON in a text; the text itself when it is none. */
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
  const form = await readForm(bytes, request.headers['content-type'] ?? '');
  if (form) return { value: form, logged: loggedForm(form) };
  const value = parsed(bytes.toString('utf8'));
  const logged = bytes.length > LOGGED_BYTES ? { truncated: true, bytes: bytes.length } : value;
  return { value, logged };
}
