/**
 * Refusals of the responses endpoint in OpenAI's words, for values of which only some are taken.
 */
import { rejected, type Failure } from '../failure.ts';

/** `'a', 'b', and 'c'`, as OpenAI writes a list. */
function listed(values: readonly string[]): string {
  const quoted = values.map((value) => `'${value}'`);
  const last = quoted.pop() ?? '';
  if (quoted.length === 0) return last;
  return `${quoted.join(', ')}${quoted.length > 1 ? ',' : ''} and ${last}`;
}

/** A value that is none of these. */
export function unsupportedValue(
  value: unknown,
  values: readonly string[],
  param: string,
): Failure {
  const words = `Invalid value: '${String(value)}'. Supported values are: ${listed(values)}.`;
  return rejected(words, param, 'invalid_value');
}

/** A member that has to be there. */
export function missing(param: string): Failure {
  return rejected(`Missing required parameter: '${param}'.`, param, 'missing_required_parameter');
}

/** A member that nobody knows. */
export function unknownParameter(param: string): Failure {
  return rejected(`Unknown parameter: '${param}'.`, param, 'unknown_parameter');
}
