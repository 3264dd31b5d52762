/**
 * Checks the three members of a native request that speak of tools: `tools`, and the pair of
 * `tool_calls` and `tool_results`, of which the second makes no sense without the first.
 */
import { nativeFailure, rejected, type Failure } from '../failure.ts';
import { isObject, type JsonObject } from '../json.ts';

type ItemCheck = (item: JsonObject) => string | undefined;

function definitionFault({ type, function: definition }: JsonObject): string | undefined {
  if (type !== 'function') return "type must be 'function'";
  if (!isObject(definition) || typeof definition['name'] !== 'string') {
    return 'function.name is required';
  }
  return isObject(definition['parameters']) ? undefined : 'function.parameters is required';
}

function callFault({ id, type, function: called }: JsonObject): string | undefined {
  if (typeof id !== 'string' || type !== 'function') return 'id and type are required';
  return isObject(called) &&
    typeof called['name'] === 'string' &&
    typeof called['arguments'] === 'string'
    ? undefined
    : 'function must hold name and arguments, both strings';
}

function resultFault({ role, name, tool_call_id: id, content }: JsonObject): string | undefined {
  if (role !== 'tool') return "role must be 'tool'";
  return [name, id, content].every((member) => typeof member === 'string')
    ? undefined
    : 'name, tool_call_id and content must be strings';
}

const LISTS: ReadonlyArray<readonly [member: string, check: ItemCheck]> = [
  ['tools', definitionFault],
  ['tool_calls', callFault],
  ['tool_results', resultFault],
];

function listFailure(list: unknown, member: string, check: ItemCheck): Failure | undefined {
  if (list === undefined || list === null) return undefined;
  if (!Array.isArray(list)) return rejected(`${member} must be a list.`, member, 'invalid_value');
  for (const [index, item] of list.entries()) {
    const path = `${member}[${index}]`;
    const fault = isObject(item) ? check(item) : 'must be an object';
    if (fault !== undefined) return rejected(`${path}: ${fault}.`, path, 'invalid_value');
  }
  return undefined;
}

/** The first fault in what is said of tools. */
export function toolsFailure(request: JsonObject): Failure | undefined {
  for (const [member, check] of LISTS) {
    const failure = listFailure(request[member], member, check);
    if (failure) return failure;
  }
  return undefined;
}

/** A result without the call that asked for it: the vendor's complaint, so it comes as an event. */
export function strayResult({
  tool_calls: calls,
  tool_results: results,
}: JsonObject): Failure | undefined {
  const asked = new Set(Array.isArray(calls) ? calls.filter(isObject).map(({ id }) => id) : []);
  const stray = (Array.isArray(results) ? results.filter(isObject) : []).find(
    (result) => !asked.has(result['tool_call_id']),
  );
  if (!stray) return undefined;
  const text = `No tool call found for function call output with call_id ${String(stray['tool_call_id'])}.`;
  return nativeFailure(400, { allow_retry: false, text });
}
