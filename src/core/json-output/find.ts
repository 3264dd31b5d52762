/**
 * Finding JSON in what a model wrote: models wrap it in fences and prose. One pass, whatever the
 * text, since the text is foreign.
 */

/** A piece of a text that begins like JSON. */
export interface JsonSpan {
  readonly start: number;
  readonly end: number;
  /** All brackets are closed. */
  readonly closed: boolean;
}

/** The outermost `{…}` and `[…]` of a text, in their order. The last may be open. */
export function jsonSpans(text: string): readonly JsonSpan[] {
  const spans: JsonSpan[] = [];
  let start = -1;
  let depth = 0;
  let quoted = false;
  for (let position = 0; position < text.length; position++) {
    const character = text[position];
    if (quoted) {
      if (character === '\\') position++;
      else if (character === '"') quoted = false;
    } else if (character === '{' || character === '[') {
      if (depth === 0) start = position;
      depth++;
    } else if (depth > 0 && character === '"') {
      quoted = true;
    } else if (depth > 0 && (character === '}' || character === ']')) {
      depth--;
      if (depth === 0) spans.push({ start, end: position + 1, closed: true });
    }
  }
  if (depth > 0) spans.push({ start, end: text.length, closed: false });
  return spans;
}

/** The text without the code fence around all of it; a fence that is only opened goes too. */
export function withoutFence(text: string): string {
  const trimmed = text.trim();
  const opened = /^```[\w+-]{0,16}[ \t]*(?:\r?\n|(?=[{[]))/.exec(trimmed);
  if (!opened) return trimmed;
  const inner = trimmed.slice(opened[0].length);
  return (inner.endsWith('```') ? inner.slice(0, -3) : inner).trim();
}
