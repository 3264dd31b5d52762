/**
 * Tool names as vendors take them: at most 64 letters, digits, `_` and `-`. Agents prefix names
 * with their server's and get longer; such names travel under a short one and come back whole.
 */
import type { GenerationRequest, ToolChoice } from '../request.ts';

const LONGEST_NAME = 64;
const VALID_NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/** A request that Poe can take, and the way back. */
export interface ShortenedNames {
  readonly request: GenerationRequest;
  /** The client's name for a name of the request; other names stay as they are. */
  restore(name: string): string;
}

/**
 * Shortens what is too long, in the tools, in the choice among them and in the calls of the history.
 * The same name always becomes the same, so a conversation stays one from request to request.
 */
export function shortenNames(request: GenerationRequest): ShortenedNames {
  const all = namesIn(request);
  if (all.every((name) => VALID_NAME.test(name))) return { request, restore: (name) => name };
  const names = new Set(all);
  const unfit = [...names].filter((name) => !VALID_NAME.test(name));

  const originals = new Map<string, string>();
  const shortNames = new Map<string, string>();
  for (const name of unfit) {
    let short = shorten(name, 0);
    for (let salt = 1; names.has(short) || originals.has(short); salt++)
      short = shorten(name, salt);
    originals.set(short, name);
    shortNames.set(name, short);
  }
  const rename = (name: string): string => shortNames.get(name) ?? name;
  return {
    request: {
      ...request,
      tools: request.tools.map((tool) => ({ ...tool, name: rename(tool.name) })),
      toolChoice: renameChoice(request.toolChoice, rename),
      messages: request.messages.map((message) =>
        message.role === 'assistant' && message.toolCalls.length > 0
          ? {
              ...message,
              toolCalls: message.toolCalls.map((call) => ({ ...call, name: rename(call.name) })),
            }
          : message,
      ),
    },
    restore: (name) => originals.get(name) ?? name,
  };
}

function namesIn({ tools, toolChoice, messages }: GenerationRequest): readonly string[] {
  return [
    ...tools.map(({ name }) => name),
    ...(typeof toolChoice === 'object' ? [toolChoice.name] : []),
    ...messages.flatMap((message) =>
      message.role === 'assistant' ? message.toolCalls.map(({ name }) => name) : [],
    ),
  ];
}

function renameChoice(
  choice: ToolChoice | undefined,
  rename: (name: string) => string,
): ToolChoice | undefined {
  return typeof choice === 'object' ? { name: rename(choice.name) } : choice;
}

/** What can be kept of the name, so that the model still reads it, and a hash of all of it. */
function shorten(name: string, salt: number): string {
  const suffix = `_${hash(salt === 0 ? name : `${salt}:${name}`)}`;
  const plain = name.replace(/[^a-zA-Z0-9_-]+/g, '_');
  // Google wants a letter or `_` first.
  const readable = /^[a-zA-Z_]/.test(plain) ? plain : `tool_${plain}`;
  return `${readable.slice(0, LONGEST_NAME - suffix.length)}${suffix}`;
}

/** FNV-1a, 32 bits: names must differ, not be secret. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let position = 0; position < text.length; position++)
    value = Math.imul(value ^ text.charCodeAt(position), 0x01000193);
  return (value >>> 0).toString(16).padStart(8, '0');
}
