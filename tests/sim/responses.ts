/**
 * A plain client for `POST /v1/responses`, whole and streamed. Written without the project's code
 * on purpose, so that a shared mistake cannot hide.
 */
import { expect } from 'vitest';
import type { Simulator } from '../../sim/server.ts';
import type { Json } from './client.ts';
import { eventsOf } from './native.ts';

/** One request; `extra` overrides everything. */
export function post({ url }: Simulator, model: string, extra: object = {}): Promise<Response> {
  return fetch(`${url}/v1/responses`, {
    method: 'POST',
    headers: { authorization: 'Bearer good', 'content-type': 'application/json' },
    body: JSON.stringify({ model, input: 'Hello  there, world', ...extra }),
  });
}

/** The JSON of a reply. */
export async function whole(...request: Parameters<typeof post>): Promise<Json> {
  const response = await post(...request);
  return (await response.json()) as Json;
}

/** The events of a stream; each carries its name as its type. */
export async function streamed(
  simulator: Simulator,
  model: string,
  extra: object = {},
): Promise<readonly Json[]> {
  const response = await post(simulator, model, { stream: true, ...extra });
  return eventsOf(await response.text()).map(({ event, data }) => {
    const value = JSON.parse(data) as Json;
    expect(value['type']).toBe(event);
    return value;
  });
}

/** A schema that is good enough for strict. */
export const schema = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
  additionalProperties: false,
};
/** A format with that schema. */
export const format = { type: 'json_schema', name: 'person', schema, strict: true };
/** A tool with it. */
export const tool = {
  type: 'function',
  name: 'weather',
  description: 'Tells it.',
  parameters: { ...schema, $schema: 'http://json-schema.org/draft-07/schema#' },
};

/** The text of the first message of a response. */
export function textOf(response: Json): unknown {
  const output = response['output'] as unknown as readonly Json[];
  return output.find((item) => String(item['type']) === 'message')?.['content']?.[0]?.['text'];
}

/** The types of events. */
export function typesOf(events: readonly Json[]): readonly string[] {
  return events.map((event) => String(event['type']));
}

/** The output that a stream ends with. */
export function outputOf(events: readonly Json[]): readonly Json[] {
  return events.at(-1)?.['response']?.['output'] as unknown as readonly Json[];
}
