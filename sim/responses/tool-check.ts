/**
 * What is refused in `tools` and `tool_choice`. OpenAI's bots take tools of five types; bots of
 * other vendors are reached through a translation that knows functions and web searches only.
 */
import type { Bot } from '../bot.ts';
import { toolsRefusal } from '../chat/tool-refusal.ts';
import { rejected, vendorRejected, type Failure } from '../failure.ts';
import { isObject, objectsIn, type JsonObject } from '../json.ts';
import { missing, unsupportedValue } from './unsupported.ts';

const TRANSLATED = ['function', 'web_search', 'web_search_preview'];
const OWN = ['function', 'custom', 'namespace', 'web_search', 'web_search_preview'];
const NESTED = ['function', 'custom'];

/** Types that have a name. */
const NAMED: ReadonlySet<unknown> = new Set(['function', 'custom', 'namespace']);

/** True for a bot that its vendor serves itself, without a translation. */
export function isOpenAI({ card }: Bot): boolean {
  return card?.owned_by === 'OpenAI';
}

function typeFailure(type: unknown, values: readonly string[], path: string, bot: Bot) {
  if (values.some((value) => value === type) || bot.toolTypes === 'any') return undefined;
  const failure = unsupportedValue(type, values, `${path}.type`);
  return bot.toolsRefusedBy === 'layer-behind'
    ? vendorRejected(`litellm.BadRequestError: ${String(failure.error['message'])}`)
    : failure;
}

function formatFailure({ format }: JsonObject, path: string): Failure | undefined {
  if (format === undefined || format === null) return undefined;
  const { type, syntax, definition } = isObject(format) ? format : {};
  if (type === 'text') return undefined;
  if (type !== 'grammar') return unsupportedValue(type, ['text', 'grammar'], `${path}.format.type`);
  if (syntax !== 'lark' && syntax !== 'regex') {
    return unsupportedValue(syntax, ['lark', 'regex'], `${path}.format.syntax`);
  }
  return typeof definition === 'string' ? undefined : missing(`${path}.format.definition`);
}

function toolFailure(
  tool: JsonObject,
  values: readonly string[],
  path: string,
  bot: Bot,
): Failure | undefined {
  const { type, name, tools } = tool;
  const wrongType = typeFailure(type, values, path, bot);
  if (wrongType) return wrongType;
  if (NAMED.has(type) && typeof name !== 'string') return missing(`${path}.name`);
  if (type === 'custom') return formatFailure(tool, path);
  if (type !== 'namespace') return undefined;
  if (!Array.isArray(tools)) return missing(`${path}.tools`);
  return firstFailure(tools, NESTED, `${path}.tools`, bot);
}

function firstFailure(
  tools: unknown,
  values: readonly string[],
  path: string,
  bot: Bot,
): Failure | undefined {
  for (const [index, tool] of objectsIn(tools).entries()) {
    const failure = toolFailure(tool, values, `${path}[${index}]`, bot);
    if (failure) return failure;
  }
  return undefined;
}

/** A choice of a tool that is not there. */
function choiceFailure({ tools, tool_choice: choice }: JsonObject): Failure | undefined {
  const name = isObject(choice) ? choice['name'] : undefined;
  if (typeof name !== 'string') return undefined;
  const found = objectsIn(tools).some((tool) =>
    [tool].concat(objectsIn(tool['tools'])).some((one) => one['name'] === name),
  );
  return found
    ? undefined
    : rejected(
        `Tool choice '${name}' not found in 'tools' parameter.`,
        'tool_choice',
        'invalid_value',
      );
}

/** What is wrong with the tools of a request. */
export function toolsFailure(request: JsonObject, bot: Bot): Failure | undefined {
  const { tools, model } = request;
  const failure =
    firstFailure(tools, isOpenAI(bot) ? OWN : TRANSLATED, 'tools', bot) ?? choiceFailure(request);
  if (failure) return failure;
  const able = objectsIn(tools).length === 0 || bot.card?.supported_features.includes('tools');
  return able ? undefined : toolsRefusal(bot, String(model));
}
