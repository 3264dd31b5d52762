/**
 * A plain client for the host suite: asks over HTTP, and reads a stream event by event as it
 * arrives. Written without the project's code on purpose, so that a shared mistake cannot hide.
 */

/** How the keys of the suite begin; no log may ever hold one. */
export const KEY = 'key-of-the-host-suite';

/** The header without which a browser hides a reply from the page that asked. */
export const CORS_ORIGIN = 'access-control-allow-origin';

/** The members of a chunk that the suite looks at. */
export interface ChatChunk {
  readonly choices: readonly {
    readonly delta: {
      readonly content?: string;
      readonly tool_calls?: readonly {
        readonly function: { readonly name?: string; readonly arguments?: string };
      }[];
    };
    readonly finish_reason: string | null;
  }[];
}

/** Posts a chat request with one user message; `body` overrides its members. */
export function askChat(
  url: string,
  key: string,
  body: object,
  init: RequestInit = {},
): Promise<Response> {
  const messages = [{ role: 'user', content: 'Hello there, world' }];
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messages, ...body }),
    ...init,
  });
}

/** A body that is sent in chunks. The DOM's types do not know `duplex`, which fetch demands here. */
export function ofUndeclaredLength(text: string): RequestInit {
  const streamed = { body: new Blob([text]).stream(), duplex: 'half' };
  return streamed;
}

/**
 * Each `data:` text of a stream as it arrives, with the number of the read that completed it.
 *
 * @param first What each block begins with: its data, or its event's name before it.
 */
export async function* readData(
  response: Response,
  first: 'data' | 'event' = 'data',
): AsyncGenerator<{ readonly data: string; readonly read: number }> {
  let rest = '';
  let read = 0;
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    read += 1;
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks)
      if (block.startsWith(`${first}: `))
        yield { data: block.slice(block.indexOf('data: ') + 'data: '.length), read };
  }
  if (rest !== '') throw new Error(`the stream ended inside an event: ${rest}`);
}

/** The chunks of a stream; it must end in `[DONE]`. */
export async function readChunks(response: Response): Promise<readonly ChatChunk[]> {
  const texts: string[] = [];
  for await (const { data } of readData(response)) texts.push(data);
  if (texts.pop() !== '[DONE]') throw new Error('the stream does not end in [DONE]');
  return texts.map((text) => JSON.parse(text) as ChatChunk);
}

/** What a chunk says, if it says anything. */
export function contentOf(chunk: ChatChunk): string {
  return chunk.choices[0]?.delta.content ?? '';
}

/** What a stream says in all. */
export async function readContent(response: Response): Promise<string> {
  return (await readChunks(response)).map(contentOf).join('');
}

/** What an answer that is not streamed says. */
export async function wholeContent(response: Response): Promise<string> {
  const { choices } = (await response.json()) as {
    choices: readonly { message: { content: string } }[];
  };
  return choices[0]?.message.content ?? '';
}
