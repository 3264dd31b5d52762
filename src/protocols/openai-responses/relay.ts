/**
 * A response that Poe gives in this very dialect: passed on as it is, all but what only the gateway
 * knows: its id, the model's name as the client wrote it, and what Poe was not told.
 */
import type { AnswerIdentity } from '../../core/protocol.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../lib/json.ts';
import { type ReplyForm, responseId, wireUsage } from './response.ts';

/** Events that hold the response. */
const HOLDERS: ReadonlySet<string> = new Set(
  ['created', 'queued', 'in_progress', 'completed', 'incomplete', 'failed'].map(
    (state) => `response.${state}`,
  ),
);

/** Passes one stream on. */
export interface RelayedStream {
  /** @param data JSON text. */
  event(name: string, data: string): void;
}

/**
 * The response as the client is to see it.
 *
 * @param isOver It ended well.
 */
export function ownResponse(
  response: JsonObject,
  answer: AnswerIdentity,
  { echo }: ReplyForm,
  isOver: boolean,
): JsonObject {
  const { previous_response_id: previous, store, instructions, metadata } = echo;
  return {
    ...response,
    id: responseId(answer),
    model: answer.model,
    previous_response_id: previous,
    store,
    instructions,
    metadata,
    // Many clients read the counts of what is finished without a look.
    ...(isOver && !isJsonObject(response['usage']) ? { usage: wireUsage() } : {}),
  };
}

/** @param write Takes whole frames. */
export function relayStream(
  answer: AnswerIdentity,
  form: ReplyForm,
  write: (frames: string) => void,
): RelayedStream {
  /** Events about items that are done, unread: only a response without its output needs them. */
  const done: string[] = [];

  /** The event's data, with the response as the client is to see it. */
  function rewrite(name: string, data: string): string {
    const event = parseJson(data);
    if (!isJsonObject(event) || !isJsonObject(event['response'])) return data;
    const isOver = name === 'response.completed' || name === 'response.incomplete';
    const own = ownResponse(event['response'], answer, form, isOver);
    const { output } = own;
    const isEmpty = !Array.isArray(output) || output.length === 0;
    const response = isOver && isEmpty ? { ...own, output: done.flatMap(itemIn) } : own;
    if (isOver) form.keep?.(response);
    return JSON.stringify({ ...event, response });
  }

  return {
    event(name, data) {
      if (name === 'response.output_item.done') done.push(data);
      const own = HOLDERS.has(name) ? rewrite(name, data) : data;
      // A line break inside JSON is white space; in a frame it begins another line.
      write(`event: ${name}\ndata: ${own.replace(/[\r\n]+/g, ' ')}\n\n`);
    },
  };
}

function itemIn(data: string): readonly JsonObject[] {
  const event = parseJson(data);
  return isJsonObject(event) && isJsonObject(event['item']) ? [event['item']] : [];
}
