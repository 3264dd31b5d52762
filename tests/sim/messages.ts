/**
 * A plain client for `POST /v1/messages`, whole and streamed. Written without the project's code on
 * purpose, so that a shared mistake cannot hide.
 */
import { expect } from 'vitest';
import type { Simulator } from '../../sim/server.ts';
import type { Json } from './client.ts';
import { eventsOf } from './native.ts';

/** The betas that Claude Code asks for. */
export const CLAUDE_CODE_BETAS =
  'claude-code-20250219,interleaved-thinking-2025-05-14,thinking-token-count-2026-05-13,' +
  'context-management-2025-06-27,prompt-caching-scope-2026-01-05,' +
  'mid-conversation-system-2026-04-07,effort-2025-11-24';

/** One request; `extra` overrides everything, `undefined` there leaves a member out. */
export function post(
  { url }: Simulator,
  model: string,
  extra: object = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const messages = [{ role: 'user', content: 'Hello  there, world' }];
  return fetch(`${url}/v1/messages?beta=true`, {
    method: 'POST',
    headers: {
      'x-api-key': 'good',
      'anthropic-version': '2023-06-01',
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify({ model, max_tokens: 4_096, messages, ...extra }),
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
  headers: Readonly<Record<string, string>> = {},
): Promise<readonly Json[]> {
  const response = await post(simulator, model, { stream: true, ...extra }, headers);
  return eventsOf(await response.text()).map(({ event, data }) => {
    const value = JSON.parse(data) as Json;
    expect(value['type']).toBe(event);
    return value;
  });
}

/** The types of events, a run of deltas told once. */
export function typesOf(events: readonly Json[]): readonly string[] {
  const types = events.map((event) =>
    String(event['type']) === 'content_block_delta'
      ? String(event['delta']?.['type'])
      : String(event['type']),
  );
  return types.filter((type, at) => type !== types[at - 1]);
}

/** Puts the events of a stream together to the content that a whole message has, as the SDK does. */
export function contentOf(events: readonly Json[]): readonly object[] {
  const blocks: Record<string, unknown>[] = [];
  const inputs = new Map<object, string>();
  for (const event of events) {
    const {
      type,
      index,
      content_block: start,
      delta,
    } = event as unknown as {
      type: string;
      index: number;
      content_block: Record<string, unknown>;
      delta: Record<string, unknown> & { type: string };
    };
    if (type === 'content_block_start') {
      expect(index).toBe(blocks.length);
      blocks.push({ ...start });
    }
    if (type !== 'content_block_delta') continue;
    const block = blocks[index];
    if (!block) throw new Error(`no block ${index} has begun`);
    const grow = (member: string): void => {
      block[member] = `${String(block[member])}${String(delta[member])}`;
    };
    const grown: Record<string, () => void> = {
      text_delta: () => grow('text'),
      thinking_delta: () => grow('thinking'),
      signature_delta: () => grow('signature'),
      citations_delta: () => {
        block['citations'] = [...(block['citations'] as object[]), delta['citation']];
      },
      input_json_delta: () => {
        inputs.set(block, `${inputs.get(block) ?? ''}${String(delta['partial_json'])}`);
      },
    };
    grown[delta.type]?.();
  }
  for (const [block, json] of inputs) {
    if (json !== '') (block as Record<string, unknown>)['input'] = JSON.parse(json);
  }
  return blocks;
}

/** A schema that structured output takes. */
export const schema = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
  additionalProperties: false,
};

/** A tool with it. */
export const tool = { name: 'weather', description: 'Tells it.', input_schema: schema };

/** Thinks for at most this long. */
export const thinking = { type: 'enabled', budget_tokens: 2_048 };

/** The user's message. */
export function user(content: unknown): object {
  return { role: 'user', content };
}

/** The assistant's. */
export function assistant(content: unknown): object {
  return { role: 'assistant', content };
}

/** A call in an assistant's message. */
export function toolUse(id: string): object {
  return { type: 'tool_use', id, name: 'weather', input: { name: 'x', age: 1 } };
}

/** Its result. */
export function toolResult(id: string, content: unknown = 'dry'): object {
  return { type: 'tool_result', tool_use_id: id, content };
}
