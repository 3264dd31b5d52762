/**
 * A whole response as the events of a stream: for a Poe that answers whole though a stream was asked
 * for. Clients rely on all of them: some read only the deltas, some only the ends.
 *
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import { entryOf } from '../../lib/table.ts';
import { objectsIn, stringOf } from './items.ts';

/** What grows: the events that tell of it, and the field that holds it. */
interface Growth {
  readonly events: string;
  readonly field: string;
}

const PARTS: Readonly<Record<string, Growth>> = {
  output_text: { events: 'response.output_text', field: 'text' },
  refusal: { events: 'response.refusal', field: 'refusal' },
  reasoning_text: { events: 'response.reasoning_text', field: 'text' },
};

const SUMMARY: Growth = { events: 'response.reasoning_summary_text', field: 'text' };

const CALLS: Readonly<Record<string, Growth>> = {
  function_call: { events: 'response.function_call_arguments', field: 'arguments' },
  custom_tool_call: { events: 'response.custom_tool_call_input', field: 'input' },
};

type Tell = (type: string, members: JsonObject) => void;

/** @param end `response.completed` or `response.incomplete`, which has the whole response. */
export function eventsOf(response: JsonObject, end: string): readonly JsonObject[] {
  const events: JsonObject[] = [];
  const tell: Tell = (type, members) => {
    events.push({ type, sequence_number: events.length, ...members });
  };
  const begun = { ...response, status: 'in_progress', output: [], usage: null };
  tell('response.created', { response: begun });
  tell('response.in_progress', { response: begun });
  for (const [output_index, item] of objectsIn(response['output']).entries())
    tellItem(item, output_index, tell);
  tell(end, { response });
  return events;
}

function tellItem(item: JsonObject, output_index: number, tell: Tell): void {
  const { summary, content, type } = item;
  const call = entryOf(CALLS, stringOf(type));
  tell('response.output_item.added', {
    output_index,
    item: {
      ...item,
      status: 'in_progress',
      ...(Array.isArray(summary) ? { summary: [] } : {}),
      ...(Array.isArray(content) ? { content: [] } : {}),
      ...(call ? { [call.field]: '' } : {}),
    },
  });
  const at = { item_id: item['id'], output_index };
  for (const [summary_index, part] of partsIn(summary))
    tellPart(part, SUMMARY, 'response.reasoning_summary_part', { ...at, summary_index }, tell);
  for (const [content_index, part] of partsIn(content)) {
    const growth = entryOf(PARTS, stringOf(part['type']));
    tellPart(part, growth, 'response.content_part', { ...at, content_index }, tell);
  }
  if (call) tellGrowth(item, call, at, tell);
  tell('response.output_item.done', { output_index, item });
}

function partsIn(list: JsonValue | undefined): readonly (readonly [number, JsonObject])[] {
  return [...objectsIn(list).entries()];
}

function tellPart(
  part: JsonObject,
  growth: Growth | undefined,
  events: string,
  at: JsonObject,
  tell: Tell,
): void {
  tell(`${events}.added`, { ...at, part: growth ? { ...part, [growth.field]: '' } : part });
  if (growth) tellGrowth(part, growth, at, tell);
  tell(`${events}.done`, { ...at, part });
}

/** All of it at once, and that it was all. */
function tellGrowth(
  holder: JsonObject,
  { events, field }: Growth,
  at: JsonObject,
  tell: Tell,
): void {
  const { logprobs } = holder;
  const measured = isJsonObject(logprobs) || Array.isArray(logprobs) ? { logprobs } : {};
  tell(`${events}.delta`, { ...at, delta: holder[field], ...measured });
  tell(`${events}.done`, { ...at, [field]: holder[field], ...measured });
}
