/**
 * Anthropic's content blocks → neutral parts, calls, results and thoughts. What no bot of Poe's can
 * be told is named; no kind of block is refused.
 *
 * @see https://docs.anthropic.com/en/api/messages
 */
import { invalidField } from '../../core/error.ts';
import type { ContentPart, Message, ToolCall } from '../../core/request.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import { requiredObject, requiredString, typeName } from './fields.ts';
import { readDocument, readImage } from './sources.ts';

/** Blocks within blocks: no client goes deeper, and each step costs a copy of all that is within. */
const DEEPEST = 16;

/** The blocks of one message, by what they are. */
export interface Blocks {
  readonly parts: ContentPart[];
  readonly calls: ToolCall[];
  readonly results: (Message & { readonly role: 'tool' })[];
  readonly thoughts: string[];
}

/**
 * @param value A string, blocks, or nothing.
 * @param ignored Gets the paths of what is dropped.
 * @param read Reads one block.
 * @throws {GatewayError} naming the field that is wrong.
 */
export function readBlocks(
  value: JsonValue | undefined,
  path: string,
  ignored: Set<string>,
  read = readBlock,
): Blocks {
  const blocks: Blocks = { parts: [], calls: [], results: [], thoughts: [] };
  if (path.split('.').length > DEEPEST) throw invalidField(path, 'is nested too deeply.');
  if (value === undefined || value === null) return blocks;
  if (typeof value === 'string') addText(blocks, value);
  else if (Array.isArray(value)) {
    const items: readonly JsonValue[] = value;
    for (const [position, item] of items.entries()) {
      const itemPath = `${path}[${position}]`;
      if (typeof item === 'string') addText(blocks, item);
      else read(requiredObject(item, itemPath), itemPath, blocks, ignored);
    }
  } else throw invalidField(path, `must be a string or an array, not ${typeName(value)}.`);
  return blocks;
}

/** Vendors refuse empty texts, and nothing is lost without them. */
function addText({ parts }: Blocks, text: string): void {
  if (text !== '') parts.push({ type: 'text', text });
}

/**
 * One block, added to those of its message.
 *
 * @throws {GatewayError} naming the field that is wrong.
 */
export function readBlock(
  block: JsonObject,
  path: string,
  into: Blocks,
  ignored: Set<string>,
): void {
  const type = requiredString(block['type'], `${path}.type`);
  switch (type) {
    case 'text':
      return addText(into, requiredString(block['text'], `${path}.text`));
    case 'image':
      into.parts.push(readImage(block, path));
      return;
    case 'document':
      for (const part of readDocument(
        block,
        path,
        (value, at) => readBlocks(value, at, ignored).parts,
      ))
        into.parts.push(part);
      return;
    case 'thinking': {
      const { thinking } = block;
      if (typeof thinking === 'string' && thinking !== '') into.thoughts.push(thinking);
      return;
    }
    case 'tool_use':
      into.calls.push({
        id: requiredString(block['id'], `${path}.id`),
        name: requiredString(block['name'], `${path}.name`),
        arguments: JSON.stringify(block['input'] ?? {}),
      });
      return;
    case 'tool_result':
      into.results.push(readResult(block, path, ignored));
      return;
    case 'tool_addition':
    case 'tool_removal':
      // They are heeded with the tools.
      return;
    default: {
      const texts: string[] = [];
      readTexts(block, texts);
      if (texts.length > 0) addText(into, texts.join('\n'));
      else ignored.add(`messages[].content[].${type}`);
    }
  }
}

function readResult(
  block: JsonObject,
  path: string,
  ignored: Set<string>,
): Blocks['results'][number] {
  const { parts, results } = readBlocks(block['content'], `${path}.content`, ignored);
  // A result has no results; whoever nests them loses nothing.
  const content = [...parts, ...results.flatMap((result) => result.content)];
  return {
    role: 'tool',
    toolCallId: requiredString(block['tool_use_id'], `${path}.tool_use_id`),
    content: block['is_error'] === true ? asError(content) : content,
  };
}

/** Poe's other protocols know no failed call: the words have to say it. */
function asError(content: readonly ContentPart[]): readonly ContentPart[] {
  const [first] = content;
  if (first?.type !== 'text') return [{ type: 'text', text: 'Error' }, ...content];
  return /error/i.test(first.text.slice(0, 40))
    ? content
    : [{ type: 'text', text: `Error: ${first.text}` }, ...content.slice(1)];
}

/** Where blocks of the vendor's own tools, and of its search, keep what can be read. */
const TEXT_FIELDS = [
  'title',
  'url',
  'source',
  'text',
  'data',
  'stdout',
  'stderr',
  'tool_name',
  'tool_references',
  'tabs',
  'content',
] as const;

/** @param texts Gets what can be read. */
function readTexts(value: JsonValue | undefined, texts: string[]): void {
  if (typeof value === 'string') {
    if (value.trim() !== '') texts.push(value);
  } else if (Array.isArray(value)) {
    const items: readonly JsonValue[] = value;
    for (const item of items) readTexts(item, texts);
  } else if (isJsonObject(value)) {
    for (const field of TEXT_FIELDS) {
      // Only of a text are the data to be read; else they are bytes, or a secret.
      if (field !== 'data' || value['type'] === 'text') readTexts(value[field], texts);
    }
  }
}
