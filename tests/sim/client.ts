/**
 * A plain client for the simulator's own tests: asks, and reads the events of a stream. Written
 * without the project's code on purpose, so that a shared mistake cannot hide.
 */
import { startSimulator, type Simulator } from '../../sim/server.ts';
import { afterAll, beforeAll } from 'vitest';

/** Whatever JSON a reply holds; tests assert on it piece by piece. */
export interface Json {
  readonly [member: string]: Json;
  readonly [index: number]: Json;
}

/** A simulator for all tests of the file. */
export function simulatorForFile(): () => Simulator {
  let simulator: Simulator | undefined;
  beforeAll(async () => {
    simulator = await startSimulator();
  });
  afterAll(async () => {
    await simulator?.close();
  });
  return () => {
    if (!simulator) throw new Error('the simulator has not started yet');
    return simulator;
  };
}

/** A tool with one string parameter. */
export function toolNamed(name: string): object {
  const parameters = { type: 'object', properties: { city: { type: 'string' } } };
  return { type: 'function', function: { name, parameters } };
}

/** A chat request with one user message; `extra` overrides everything. */
export function ask(
  { url }: Simulator,
  model: string,
  extra: object = {},
  init: RequestInit = {},
): Promise<Response> {
  const body = { model, messages: [{ role: 'user', content: 'Hello  there, world' }], ...extra };
  return fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer good', 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...init,
  });
}

/** The JSON of a reply that is not streamed. */
export async function askWhole(...request: Parameters<typeof ask>): Promise<Json> {
  const response = await ask(...request);
  return (await response.json()) as Json;
}

/** The `data:` texts of a stream in plain framing. */
export function dataOf(text: string): readonly string[] {
  return text
    .split('\n\n')
    .filter((block) => block.startsWith('data: '))
    .map((block) => block.slice('data: '.length));
}

/** The chunks of a stream in plain framing, `[DONE]` left out. */
export async function askChunks(
  simulator: Simulator,
  model: string,
  extra: object = {},
): Promise<readonly Json[]> {
  const response = await ask(simulator, model, { stream: true, ...extra });
  return dataOf(await response.text())
    .filter((data) => data !== '[DONE]')
    .map((data) => JSON.parse(data) as Json);
}

/** The deltas' string members of that name, joined. */
export function joined(chunks: readonly Json[], member: string): string {
  return chunks.map((chunk) => chunk['choices']?.[0]?.['delta']?.[member] ?? '').join('');
}
