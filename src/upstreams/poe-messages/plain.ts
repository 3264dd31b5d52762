/**
 * A request as the stable API takes it, with nothing in it that needs a beta feature: for a Poe that
 * refuses those. What is said stays; how it was to be thought about or kept goes, and is named.
 *
 * @see https://docs.anthropic.com/en/api/messages
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import { entryOf } from '../../lib/table.ts';
import { hasSystemMessages, mergeSystemMessages } from './system-messages.ts';

/** A plain body, and the names of what it lacks. */
export interface PlainForm {
  readonly body: JsonObject;
  readonly ignored: ReadonlySet<string>;
  /** It was plain already. */
  readonly isSame: boolean;
}

type Simplify = (value: JsonValue, ignored: Set<string>) => JsonValue | undefined;

const asItIs: Simplify = (value) => value;

/** Every field that is sent; without a value nothing is left of it. */
const FIELDS: Readonly<Record<string, Simplify>> = {
  model: asItIs,
  max_tokens: asItIs,
  messages: (value, ignored) => plainBlocks(mergeSystemMessages(value), ignored),
  system: plainBlocks,
  temperature: asItIs,
  top_p: asItIs,
  top_k: asItIs,
  stream: asItIs,
  stop_sequences: asItIs,
  tools: plainTools,
  tool_choice: asItIs,
  metadata: asItIs,
  thinking: plainThinking,
  service_tier: asItIs,
  output_config: plainOutputConfig,
};

const TOOL_FIELDS: ReadonlySet<string> = new Set([
  'type',
  'name',
  'description',
  'input_schema',
  'cache_control',
]);

/** @param body The client's. */
export function plainForm(body: JsonObject): PlainForm {
  const ignored = new Set<string>();
  const plain: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(body)) {
    if (value === undefined || value === null) continue;
    const simplify = entryOf(FIELDS, name);
    const simple = simplify?.(value, ignored);
    if (simple !== undefined) plain[name] = simple;
    else if (!simplify) ignored.add(name);
  }
  const { tools, tool_choice: choice } = plain;
  if (choice !== undefined && !canChoose(choice, tools)) {
    delete plain['tool_choice'];
    ignored.add('tool_choice');
  }
  const isSame = ignored.size === 0 && !hasSystemMessages(body['messages']);
  return { body: plain, ignored, isSame };
}

/** A choice needs tools, and the one that it names. */
function canChoose(choice: JsonValue, tools: JsonValue | undefined): boolean {
  if (!Array.isArray(tools)) return false;
  if (!isJsonObject(choice) || choice['type'] !== 'tool') return true;
  return tools.some((tool: JsonValue) => isJsonObject(tool) && tool['name'] === choice['name']);
}

/** Messages, or blocks within one: the marks of the cache are reduced at any depth. */
function plainBlocks(value: JsonValue, ignored: Set<string>): JsonValue {
  if (!Array.isArray(value)) return value;
  const list: readonly JsonValue[] = value;
  return list.map((block) => (isJsonObject(block) ? plainBlock(block, ignored) : block));
}

function plainBlock(block: JsonObject, ignored: Set<string>): JsonObject {
  const marked = plainMark(block, ignored);
  const { content } = block;
  return Array.isArray(content) ? { ...marked, content: plainBlocks(content, ignored) } : marked;
}

/** How long something is cached, and for whom, may be a beta feature; that it is cached is none. */
function plainMark(holder: JsonObject, ignored: Set<string>): JsonObject {
  const { cache_control: mark } = holder;
  if (!isJsonObject(mark)) return holder;
  for (const name of Object.keys(mark)) if (name !== 'type') ignored.add(`cache_control.${name}`);
  return { ...holder, cache_control: { type: mark['type'] } };
}

function plainTools(value: JsonValue, ignored: Set<string>): JsonValue | undefined {
  if (!Array.isArray(value)) return value;
  const list: readonly JsonValue[] = value;
  const tools = list.flatMap((tool): readonly JsonValue[] => {
    if (!isJsonObject(tool)) return [tool];
    const type = tool['type'] ?? 'custom';
    if (type !== 'custom') {
      ignored.add(`tools[].${String(type)}`);
      return [];
    }
    const fields = Object.entries(tool).filter(([name]) => {
      if (!TOOL_FIELDS.has(name)) ignored.add(`tools[].${name}`);
      return TOOL_FIELDS.has(name);
    });
    return [plainMark(Object.fromEntries(fields), ignored)];
  });
  return tools.length > 0 ? tools : undefined;
}

/** A budget is stable; what the model decides for itself, and how it is shown, may be none. */
function plainThinking(value: JsonValue, ignored: Set<string>): JsonValue | undefined {
  const { type, budget_tokens, ...rest } = isJsonObject(value) ? value : {};
  if (type === 'disabled') return { type };
  if (type !== 'enabled') {
    ignored.add('thinking');
    return undefined;
  }
  for (const name of Object.keys(rest)) ignored.add(`thinking.${name}`);
  return { type, budget_tokens };
}

/** A format is what the client will parse: without it the answer is none. So Poe may refuse it. */
function plainOutputConfig(value: JsonValue, ignored: Set<string>): JsonValue | undefined {
  const { format, ...rest } = isJsonObject(value) ? value : {};
  for (const name of Object.keys(rest)) ignored.add(`output_config.${name}`);
  return isJsonObject(format) ? { format } : undefined;
}
