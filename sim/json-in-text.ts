/** JSON objects that stand in prose: where one ends, and what it says. */
import { isObject, type JsonObject } from './json.ts';

/** An object in a text. */
export interface FoundObject {
  readonly value: JsonObject;
  /** Behind its last brace. */
  readonly end: number;
}

/** The balanced object that begins at `start`; undefined where braces stand for something else. */
export function objectAt(text: string, start: number): FoundObject | undefined {
  const end = endOfObject(text, start);
  const value = end < 0 ? undefined : parsedObject(text.slice(start, end));
  return value && { value, end };
}

/** -1 when it never ends. */
function endOfObject(text: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let index = start; index < text.length; index += 1) {
    const letter = text[index];
    if (quoted && letter === '\\') index += 1;
    else if (letter === '"') quoted = !quoted;
    else if (!quoted && letter === '{') depth += 1;
    else if (!quoted && letter === '}') {
      depth -= 1;
      if (depth === 0) return index + 1;
    }
  }
  return -1;
}

function parsedObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch (error) {
    // Braces in prose are common; only JSON counts.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
