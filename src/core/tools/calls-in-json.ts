/**
 * The calls in an answer that must call a tool, and only wrote JSON: a call without its tag, or the
 * arguments alone. Which tool is meant follows from the schemas, where only one of them fits.
 */
import { isJsonObject, type JsonObject, parseJson } from '../../lib/json.ts';
import { checkJson } from '../json-output/check.ts';
import type { Tool } from '../request.ts';
import { checkCall, type NamelessCall } from './check.ts';
import { readCalls } from './read-calls.ts';

/** The calls that can be made, if any; or what is wrong with the arguments of the only tool. */
export interface JsonCalls {
  readonly calls: readonly NamelessCall[];
  readonly problem?: string | undefined;
}

/**
 * Of several JSON objects the last counts, as it does for answers in JSON (`checkJson`): examples
 * come first.
 *
 * @param text A whole answer: JSON, bare or fenced, and the prose around it.
 * @param tools Those that may be called.
 */
export function callsInJson(text: string, tools: readonly Tool[]): JsonCalls {
  const start = text.search(/[{[]/);
  if (start < 0) return { calls: [] };
  const written = readCalls(text.slice(start), tools)?.map((call) => checkCall(call, tools)) ?? [];
  const named = written.flatMap((check) => ('call' in check ? [check.call] : []));
  if (named.length > 0 && named.length === written.length) return { calls: named };

  const found = checkJson(text, { type: 'json-object' });
  const value = 'json' in found ? parseJson(found.json) : undefined;
  if (!isJsonObject(value)) return { calls: [] };
  const alone = tools.length === 1;
  const checks = tools
    .filter((tool) => areMeant(value, tool, alone))
    .map(({ name }) => checkCall({ name, arguments: value }, tools));
  const calls = checks.flatMap((check) => ('call' in check ? [check.call] : []));
  if (calls.length === 1) return { calls };
  const [first] = checks;
  return { calls: [], problem: alone && first && 'problem' in first ? first.problem : undefined };
}

/**
 * Whether an object may be meant as this tool's arguments. Most schemas allow properties that they
 * do not know, so it must have one that is known; and it must not be the call of another tool.
 */
function areMeant(value: JsonObject, { parameters }: Tool, alone: boolean): boolean {
  const keys = Object.keys(value);
  if (keys.length === 0) return alone;
  const properties = parameters ? parameters['properties'] : {};
  const isKnown = (key: string): boolean =>
    !isJsonObject(properties) || Object.hasOwn(properties, key);
  return keys.some(isKnown) && (keys.every(isKnown) || !readCalls(JSON.stringify(value), []));
}
