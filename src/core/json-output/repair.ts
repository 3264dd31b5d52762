/**
 * JSON as models miswrite it → JSON. What models get wrong most is mended here, in one pass and
 * without loss: line breaks inside strings, and backslashes that escape nothing (`\d`, `C:\Users`),
 * which jsonrepair would drop. The rest is jsonrepair's.
 */
import { jsonrepair } from 'jsonrepair';
import { parseJson } from '../../lib/json.ts';

/**
 * Longer texts are not given to jsonrepair, in characters: with many stray quotes its time grows
 * with the square of the length (seconds for 160 thousand characters).
 */
const REPAIR_LIMIT = 64 * 1024;

/** @returns JSON text, or undefined when it cannot be told what was meant. */
export function repairJson(text: string): string | undefined {
  if (parseJson(text) !== undefined) return text;
  const trimmed = text.trim();
  // jsonrepair makes a JSON string of any prose.
  if (!trimmed.startsWith('{') && !trimmed.startsWith('[')) return undefined;
  const escaped = escapeStrays(trimmed);
  const mended = escapeControls(escaped);
  if (parseJson(mended) !== undefined) return mended;
  if (escaped.length > REPAIR_LIMIT) return undefined;
  try {
    const repaired = jsonrepair(escaped).trim();
    return parseJson(repaired) === undefined ? undefined : repaired;
  } catch {
    return undefined;
  }
}

/** Doubles the backslashes that escape nothing. `\'` is left to jsonrepair, which knows it. */
function escapeStrays(text: string): string {
  return text.replace(/\\(?:["\\/bfnrt']|u[\da-fA-F]{4}|)/g, (escape) =>
    escape === '\\' ? '\\\\' : escape,
  );
}

const CONTROLS: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Escapes control characters inside strings; `\'` becomes what it stands for. A string may lack its
 * end, or every quote in it would be tried as the beginning of another, all the way to the end.
 */
function escapeControls(text: string): string {
  return text.replace(/"[^"\\]*(?:\\[\s\S][^"\\]*)*(?:"|$)/g, (string) =>
    string.replace(/\\'/g, "'").replace(/\p{Cc}/gu, escapeControl),
  );
}

function escapeControl(control: string): string {
  return CONTROLS[control] ?? `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
