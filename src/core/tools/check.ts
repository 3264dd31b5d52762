/**
 * Whether a call can be made: the tool exists, and the arguments fit its schema, once repaired.
 */
import { isJsonObject, type JsonValue, parseJson } from '../../lib/json.ts';
import { fitToSchema } from '../json-output/coerce.ts';
import { repairJson } from '../json-output/repair.ts';
import type { Tool, ToolCall } from '../request.ts';

/** A call as a bot wrote it: the arguments as JSON, or as text that holds JSON. */
export interface WrittenCall {
  readonly name: string;
  readonly arguments: JsonValue;
}

/** A call without its id; `arguments` is JSON text of an object. */
export type NamelessCall = Pick<ToolCall, 'name' | 'arguments'>;

/** A call that can be made; or what is wrong, and the call all the same if it is one at all. */
export type CallCheck =
  | { readonly call: NamelessCall }
  | { readonly problem: string; readonly unfit?: NamelessCall | undefined };

/**
 * Never throws: a schema that makes no sense, or refers to what is not there, is as good as none.
 * Slips with one reading are mended (`json-output/coerce.ts` lists them); all else is a problem.
 */
export function checkCall(written: WrittenCall, tools: readonly Tool[]): CallCheck {
  const tool = findTool(written.name, tools);
  if (!tool) {
    const names = tools.map(({ name }) => JSON.stringify(name)).join(', ');
    return {
      problem: `There is no tool ${JSON.stringify(written.name)}. The tools are: ${names}.`,
    };
  }
  const named = `The call of ${JSON.stringify(tool.name)}`;
  const value = readArguments(written.arguments);
  if (!isJsonObject(value)) return { problem: `${named} has arguments that are no JSON object.` };
  const fitted = fitToSchema(value, tool.parameters);
  if ('value' in fitted)
    return { call: { name: tool.name, arguments: JSON.stringify(fitted.value) } };
  return {
    problem: `${named} has arguments that do not fit the schema: ${fitted.problems.join('; ')}`,
    unfit: { name: tool.name, arguments: JSON.stringify(value) },
  };
}

/** By its name; else by its only namesake in other capitals or behind a prefix like `functions.`. */
function findTool(name: string, tools: readonly Tool[]): Tool | undefined {
  const exact = tools.find((tool) => tool.name === name);
  if (exact) return exact;
  const loose = (word: string): string =>
    word
      .trim()
      .toLowerCase()
      .replace(/^functions?[.:]/, '');
  const alike = tools.filter((tool) => loose(tool.name) === loose(name));
  return alike.length === 1 ? alike[0] : undefined;
}

function readArguments(value: JsonValue): JsonValue | undefined {
  if (value === null) return {};
  if (typeof value !== 'string') return value;
  if (value.trim() === '') return {};
  const json = repairJson(value);
  return json === undefined ? undefined : parseJson(json);
}
