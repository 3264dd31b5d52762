/**
 * Requests that real clients sent, recorded in a folder beside the project, and how one is sent again.
 * Where the folder is absent there are none.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isJsonObject, type JsonObject } from '../../src/lib/json.ts';

const FOLDER = new URL('../../../shared/captures/', import.meta.url);

/** One of them. */
export interface Capture {
  /** The file's. */
  readonly name: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

/** Headers that belong to the recorded connection, not to the client. */
const CONNECTION: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'authorization',
  'x-api-key',
  'accept-encoding',
  'expect',
]);

/** Those whose path begins so. */
export function capturesOf(path: string): readonly Capture[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER).flatMap((name) => {
    const capture: unknown = JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'));
    if (!isJsonObject(capture) || !String(capture['path']).startsWith(path)) return [];
    const { headers, body } = capture;
    if (!isJsonObject(headers) || !isJsonObject(body)) return [];
    // Long values were cut by the recorder, with a mark that no header may have.
    const sent = Object.entries(headers)
      .filter(([header]) => !CONNECTION.has(header))
      .map(([header, value]) => [header, String(value).replaceAll('…', '')] as const);
    return [{ name, path: String(capture['path']), headers: Object.fromEntries(sent), body }];
  });
}

/**
 * Sends it again. The recorder cut long strings; a picture that was cut is no picture any more, but
 * still a part.
 *
 * @param url Of the gateway.
 * @param credential The header with the key.
 * @param fields Stand in the place of the recorded ones.
 */
export async function sendAgain(
  { path, headers, body }: Capture,
  url: string,
  credential: Readonly<Record<string, string>>,
  fields: JsonObject,
): Promise<{ response: Response; text: string }> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { ...headers, ...credential },
    body: JSON.stringify({ ...body, ...fields }),
  });
  return { response, text: await response.text() };
}
