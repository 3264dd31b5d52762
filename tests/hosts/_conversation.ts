/** Conversations over `/v1/responses` that go on from what was kept. */
import { expect, vi } from 'vitest';
import type { Simulator } from '../../sim/server.ts';
import { KEY } from './_client.ts';

/** An answer. */
export interface Reply {
  readonly status: number;
  readonly id: string;
  readonly text: string;
}

/** One turn of a conversation, whose answer is all that the bot was told. */
export async function respond(
  url: string,
  input: string,
  previous?: string,
  key = KEY,
): Promise<Reply> {
  const response = await fetch(`${url}/v1/responses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'Echo', input, previous_response_id: previous }),
  });
  const body = (await response.json()) as { id?: string };
  return { status: response.status, id: body.id ?? '', text: JSON.stringify(body) };
}

/** The second turn, for which Poe is sent the first. What is kept is written beside the answer: it may be there a moment later. */
export async function continuesAt(simulator: Simulator, url: string, id: string): Promise<void> {
  const question = `And then, after ${id}?`;
  await vi.waitFor(async () => expect((await respond(url, question, id)).status).toBe(200));
  const asked = simulator.requests.findLast(({ body }) => JSON.stringify(body)?.includes(question));
  const body = asked?.body as { messages?: unknown[]; input?: unknown[] };
  expect(body.messages ?? body.input).toHaveLength(3);
}
