/**
 * Where a call begins in a bot's text. Looked at with the text as far as it has come, so the answer
 * may be that more must come; never more than a few dozen characters wait for it.
 */

/** What begins at a place of the text. */
export type Opener =
  | 'none'
  /** More text decides. */
  | 'undecided'
  /** A made-up result: the bot goes on without waiting. */
  | { readonly kind: 'result' }
  /** `end`: where the block's inside begins. `closer`: what ends it; `tags`: it is no JSON. */
  | {
      readonly kind: 'block';
      readonly end: number;
      readonly closer: string;
      readonly tags: boolean;
    }
  /** A call without tags, as the whole answer. */
  | { readonly kind: 'bare'; readonly end: number };

/** The spellings of the tag around a call, by what closes it. */
const TAGS: readonly (readonly [string, string])[] = [
  ['<tool_call>', '</tool_call>'],
  ['<function_call>', '</function_call>'],
  ['<tool_use>', '</tool_use>'],
  ['[TOOL_CALL]', '[/TOOL_CALL]'],
  ['[TOOL_CALLS]', '[/TOOL_CALLS]'],
];

/** Tags around several calls; a call's own tag may follow. */
const LIST_TAGS: readonly (readonly [string, string])[] = [
  ['<tool_calls>', '</tool_calls>'],
  ['<function_calls>', '</function_calls>'],
];

const RESULT_TAG = '<tool_result';

/** Every tag that can end a block, for bots that mix them up. */
export const CLOSERS: readonly string[] = [...TAGS, ...LIST_TAGS].map(([, closer]) => closer);

/** Every tag that can begin a block. */
export const OPENERS: readonly string[] = [...TAGS, ...LIST_TAGS].map(([opener]) => opener);

/** What begins a call of Anthropic's or Qwen's spelling inside a block. */
const INNER_TAGS = ['<invoke ', '<function='] as const;

/** First keys of a call that stands alone. */
const BARE_START =
  /^(?:\[\s{0,16})?\{\s{0,16}"(?:name|tool_name|tool|tool_calls|function_call|function|id|type)"/;
const BARE_LIMIT = 64;

/** Where an opener may begin next. */
export const OPENER_START = /[<`[{]/g;

/** @param fresh Nothing but white space was said before: the answer may be a call without tags. */
export function matchOpener(text: string, at: number, fresh: boolean): Opener {
  if (!fresh && text[at] === '{') return 'none';
  const result = literal(text, at, RESULT_TAG);
  if (typeof result === 'number') return { kind: 'result' };
  const fenced = fence(text, at);
  if (fenced === 'undecided') return fenced;
  const start = fenced === 'none' ? at : fenced;
  const tagged = matchTag(text, start, fresh);
  if (tagged !== 'none') return tagged;
  if (fresh) {
    const bare = matchBare(text, start);
    if (bare !== 'none') return bare;
  }
  return result === 'undecided' ? result : 'none';
}

function matchTag(text: string, at: number, fresh: boolean): Opener {
  const list = oneOf(text, at, LIST_TAGS);
  if (typeof list === 'object') {
    const inside = blank(text, list.end);
    if (inside === text.length) return 'undecided';
    const inner = oneOf(text, inside, TAGS);
    if (inner === 'none') return matchInside(text, list.end, list.closer, fresh);
    return inner === 'undecided' ? inner : matchInside(text, inner.end, inner.closer, fresh);
  }
  const tag = oneOf(text, at, TAGS);
  if (typeof tag === 'object') return matchInside(text, tag.end, tag.closer, fresh);
  return list === 'undecided' || tag === 'undecided' ? 'undecided' : 'none';
}

/** A tag in prose is no call: what follows must begin like one. With the tag no prose begins. */
function matchInside(text: string, from: number, closer: string, fresh: boolean): Opener {
  const fenced = fence(text, blank(text, from));
  if (fenced === 'undecided') return fenced;
  const end = fenced === 'none' ? blank(text, from) : fenced;
  if (end === text.length) return 'undecided';
  if (text[end] === '{' || text[end] === '[') return { kind: 'block', end, closer, tags: false };
  const inner = INNER_TAGS.map((tag) => literal(text, end, tag));
  if (inner.some((found) => typeof found === 'number'))
    return { kind: 'block', end, closer, tags: true };
  if (inner.includes('undecided')) return 'undecided';
  return fresh ? { kind: 'block', end, closer, tags: true } : 'none';
}

function matchBare(text: string, at: number): Opener {
  if (at === text.length) return 'undecided';
  const start = text.slice(at, at + BARE_LIMIT);
  if (!/^[{[]/.test(start)) return 'none';
  if (BARE_START.test(start)) return { kind: 'bare', end: at };
  // Until the first key is there.
  const soFar = /^(?:\[\s{0,16})?(?:\{\s{0,16}(?:"\w{0,14})?)?$/.test(start);
  return soFar && start.length < BARE_LIMIT ? 'undecided' : 'none';
}

/** Past a fence that opens at a place, and the white space behind it. */
function fence(text: string, at: number): number | 'undecided' | 'none' {
  const ticks = literal(text, at, '```');
  if (typeof ticks !== 'number') return ticks;
  let position = ticks;
  while (position < ticks + 16 && /[\w+-]/.test(text[position] ?? '')) position++;
  const end = blank(text, position);
  return end === text.length ? 'undecided' : end;
}

/** Past white space, of which there may be a little. */
function blank(text: string, from: number): number {
  let position = from;
  while (position < from + 16 && /\s/.test(text[position] ?? '')) position++;
  return position;
}

/** Past a word that stands at a place. */
function literal(text: string, at: number, word: string): number | 'undecided' | 'none' {
  if (text.startsWith(word, at)) return at + word.length;
  const left = text.length - at;
  return left > 0 && left < word.length && word.startsWith(text.slice(at)) ? 'undecided' : 'none';
}

function oneOf(
  text: string,
  at: number,
  tags: readonly (readonly [string, string])[],
): { readonly end: number; readonly closer: string } | 'undecided' | 'none' {
  let undecided = false;
  for (const [opener, closer] of tags) {
    const end = literal(text, at, opener);
    if (typeof end === 'number') return { end, closer };
    if (end === 'undecided') undecided = true;
  }
  return undecided ? 'undecided' : 'none';
}
