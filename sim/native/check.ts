/**
 * What Poe refuses in a native request as a whole: version, type, the hints, and, through the
 * files beside this one, messages and tools. Members it does not know pass.
 */
import { rejected, type Failure } from '../failure.ts';
import { isObject, type JsonObject } from '../json.ts';
import { queryMessagesFailure } from './messages.ts';
import { toolsFailure } from './tools.ts';

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const flag: Check = (value) => typeof value === 'boolean';
const texts: Check = (value) => Array.isArray(value) && value.every(text);

function optional(check: Check): Check {
  return (value) => value === undefined || value === null || check(value);
}

function bias(value: unknown): boolean {
  return typeof value === 'number' && value >= -100 && value <= 100;
}

/** Member → what it must be, and the words that say so. */
const MEMBERS: ReadonlyArray<readonly [member: string, check: Check, words: string]> = [
  [
    'version',
    (value) => text(value) && /^\d+(\.\d+)*$/.test(String(value)),
    "a version such as '1.2'",
  ],
  ['type', (value) => value === 'query', "'query'"],
  ['user_id', optional(text), 'a string'],
  ['conversation_id', optional(text), 'a string'],
  ['message_id', optional(text), 'a string'],
  ['metadata', optional(text), 'a string'],
  [
    'temperature',
    optional((value) => typeof value === 'number' && value >= 0),
    'a number of at least 0',
  ],
  ['skip_system_prompt', optional(flag), 'a boolean'],
  ['adopt_current_bot_name', optional(flag), 'a boolean'],
  [
    'logit_bias',
    optional((value) => isObject(value) && Object.values(value).every(bias)),
    'an object of numbers from -100 to 100',
  ],
  ['stop_sequences', optional(texts), 'a list of strings'],
  ['language_code', optional(text), 'a string'],
  ['users', optional(Array.isArray), 'a list'],
  ['extra_params', optional(isObject), 'an object'],
];

/** Why this request is refused, or undefined when it is good. */
export function queryFailure(request: JsonObject): Failure | undefined {
  for (const [member, check, words] of MEMBERS) {
    if (check(request[member])) continue;
    return rejected(`${member} must be ${words}.`, member, 'invalid_value');
  }
  return queryMessagesFailure(request) ?? toolsFailure(request);
}
