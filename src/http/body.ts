/**
 * A request's JSON body, never more of it than allowed. A declared length is judged before a byte
 * is read; an undeclared one while reading.
 */
import { GatewayError } from '../core/error.ts';
import { type JsonValue, parseJson } from '../lib/json.ts';

/**
 * @param limit Bytes.
 * @throws {GatewayError} `too-large`, or `invalid-request` when it is not JSON.
 */
export async function readJsonBody(request: Request, limit: number): Promise<JsonValue> {
  const declared = request.headers.get('content-length');
  if (Number(declared) > limit) throw tooLarge(limit);
  // HTTP itself holds a body to its declared length, so the host's own fast reader can be used.
  const reading = declared === null ? readText(request, limit) : request.text();
  const text = await reading.catch((error: unknown) => {
    if (error instanceof GatewayError) throw error;
    // Nothing can go wrong with it but the connection that it comes over.
    throw new GatewayError('client-gone', 'The connection broke before the whole body had come.');
  });
  const json = parseJson(text);
  if (json !== undefined) return json;
  const problem = text.trim() === '' ? 'is empty' : 'is not valid JSON';
  throw new GatewayError('invalid-request', `The request body ${problem}. Send a JSON object.`, {
    code: 'invalid_json',
  });
}

async function readText(request: Request, limit: number): Promise<string> {
  if (!request.body) return '';
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    // The rest stays unread: cancelling would cut the connection before the reply has gone out.
    if (size > limit) throw tooLarge(limit);
    text += decoder.decode(value, { stream: true });
  }
}

function tooLarge(limit: number): GatewayError {
  const words = `The request body is larger than ${limit} bytes. Send less, or raise MAX_REQUEST_SIZE.`;
  return new GatewayError('too-large', words);
}
