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
  const text = declared === null ? await readText(request, limit) : await request.text();
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
    if (size > limit) {
      // The rest is not waited for; a client that goes on sending is the host's to cut off.
      void reader.cancel().catch(() => undefined);
      throw tooLarge(limit);
    }
    text += decoder.decode(value, { stream: true });
  }
}

function tooLarge(limit: number): GatewayError {
  const words = `The request body is larger than ${limit} bytes. Send less, or raise MAX_REQUEST_SIZE.`;
  return new GatewayError('too-large', words);
}
