/**
 * Prompt caching without a memory: what stands before the last mark is cached; of that, what stood
 * before the assistant last spoke was cached by the request before. Short prompts are not, as recorded.
 */
import { isObject, objectsIn, type JsonObject } from '../json.ts';
import { countWords } from '../prompt.ts';
import { messagesOf } from './turns.ts';

const MOST_MARKS = 4;

/** Words; the real least is 1,024 tokens or more. */
const LEAST_CACHED = 100;

/** A stretch of the prompt, and whether a mark stands at its end. */
interface Stretch {
  readonly words: number;
  readonly marked: boolean;
  readonly role: string;
}

/** The words of a prompt, by what becomes of them. */
interface InputWords {
  /** Neither written to the cache nor read from it. */
  readonly fresh: number;
  readonly written: number;
  readonly read: number;
}

function isMarked(block: JsonObject): boolean {
  return isObject(block['cache_control']);
}

function stretchOf(block: JsonObject, role: string): Stretch {
  const { cache_control: _, text, ...rest } = block;
  const words = countWords(typeof text === 'string' ? text : JSON.stringify(rest));
  const inner = objectsIn(block['content']).some(isMarked);
  return { words, marked: isMarked(block) || inner, role };
}

function stretchesOf(request: JsonObject): readonly Stretch[] {
  const { tools, system } = request;
  const systemBlocks = typeof system === 'string' ? [{ text: system }] : objectsIn(system);
  return [
    ...objectsIn(tools).map((tool) => stretchOf(tool, 'tools')),
    ...systemBlocks.map((block) => stretchOf(block, 'system')),
    ...messagesOf(request).flatMap(({ role, blocks }) =>
      blocks.map((block) => stretchOf(block, role)),
    ),
  ];
}

function sumOf(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { words }) => sum + words, 0);
}

/** How the prompt's words are charged. */
export function inputWords(request: JsonObject): InputWords {
  const all = stretchesOf(request);
  const end = isMarked(request) ? all.length : all.findLastIndex(({ marked }) => marked) + 1;
  const cached = sumOf(all.slice(0, end));
  if (cached < LEAST_CACHED) return { fresh: sumOf(all), written: 0, read: 0 };
  const spoke = all.findLastIndex(({ role }) => role === 'assistant');
  const first = all.findLastIndex(({ role }, index) => index < spoke && role !== 'assistant') + 1;
  const read = Math.min(cached, sumOf(all.slice(0, spoke < 0 ? 0 : first)));
  return { fresh: sumOf(all) - cached, written: cached - read, read };
}

/** More marks than the vendor takes. */
export function cacheFault(request: JsonObject): string | undefined {
  const { tools, system } = request;
  const blocks = messagesOf(request).flatMap((message) => message.blocks);
  const inner = blocks.flatMap((block) => objectsIn(block['content']));
  const all = [request, ...objectsIn(tools), ...objectsIn(system), ...blocks, ...inner];
  const count = all.filter(isMarked).length;
  return count > MOST_MARKS
    ? `A maximum of ${MOST_MARKS} blocks with cache_control may be provided. Found ${count}.`
    : undefined;
}
