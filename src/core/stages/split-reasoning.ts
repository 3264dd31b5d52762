/**
 * Thinking that a bot writes into its text becomes `reasoning-delta`. Two forms count, and only at
 * the very beginning of the text:
 *
 * - `*Thinking...*` or `Thinking...` on a line of its own, then quoted lines (`> …`, `>`). The
 *   quotation ends, as in Markdown, at the first line that is not quoted; the quote marks and the
 *   blank lines around it are not part of anything.
 * - `<think>…</think>` or `<thinking>…</thinking>`. What is never closed stays reasoning: the client
 *   has it, and nothing says where an answer would begin.
 *
 * Held back is only what may still be such a beginning, a line break that may be the last, and what
 * may be a closing tag. An answer whose upstream tells reasoning itself is left as it is.
 */
import type { GenerationEvent, Sink } from '../event.ts';

/** A heading, the white space after it, and the beginning of a quotation. */
const QUOTED =
  /^\s{0,20}[*_]{0,3}Thinking(?:\.\.\.|…)(?: ?\(\d[^()\n]{0,40}\))?[*_]{0,3}[ \t]{0,8}\r?\n\s{0,40}>/;
const TAGGED = /^\s{0,20}<(think|thinking)>/;

/** No heading is longer. */
const HEADING_LIMIT = 160;

/** Each part only after the one before it: what fits `QUOTED`, all its beginnings fit this. */
const HEADING_REST =
  /^(?:\.{0,3}|…)(?: ?(?:\((?:\d[^()\n]{0,40}\)?)?)?)?[*_]{0,3}[ \t]{0,8}\r?(?:\n\s{0,40})?$/;

/** Whether a text that is still growing may begin with thinking. */
function mayBegin(text: string): boolean {
  if (text.length > HEADING_LIMIT || !/^\s{0,20}(?:\S|$)/.test(text)) return false;
  const words = text.trimStart();
  if ('<thinking>'.startsWith(words)) return true;
  const heading = words.replace(/^[*_]{1,3}/, '');
  if ('Thinking'.startsWith(heading)) return true;
  return heading.startsWith('Thinking') && HEADING_REST.test(heading.slice('Thinking'.length));
}

/** One form of thinking being read. */
interface ThoughtReader {
  /** @returns What follows the thinking, once that is over. */
  feed(text: string): string | undefined;
  /** The text is over: gives out what was held as thinking. */
  end(): void;
}

/** Splits the text of one answer; every other event passes as it is. */
export function splitReasoning(next: Sink): Sink {
  let held = '';
  let place: 'beginning' | 'thinking' | 'gap' | 'answer' = 'beginning';
  let reader: ThoughtReader | undefined;

  const think = (text: string): void => {
    if (text !== '') next.event({ type: 'reasoning-delta', text });
  };

  function say(text: string): void {
    place = 'answer';
    held = '';
    if (text !== '') next.event({ type: 'text-delta', text });
  }

  function begin(text: string): void {
    const tag = TAGGED.exec(text);
    const heading = tag ? undefined : QUOTED.exec(text)?.[0];
    if (tag) reader = taggedReader(`</${tag[1]}>`, think);
    else if (heading !== undefined) reader = quotedReader(think);
    else if (mayBegin(text)) {
      held = text;
      return;
    } else return say(text);
    held = '';
    place = 'thinking';
    // The quote mark itself belongs to the quotation.
    read(text.slice(tag ? tag[0].length : (heading ?? '').length - 1));
  }

  function read(text: string): void {
    const rest = reader?.feed(text);
    if (rest === undefined) return;
    place = 'gap';
    skip(rest);
  }

  /** Blank lines between the thinking and the answer; the answer keeps its indentation. */
  function skip(text: string): void {
    const all = held + text;
    const at = all.search(/\S/);
    const line = all.lastIndexOf('\n', at < 0 ? all.length : at) + 1;
    if (at < 0) held = all.slice(line).slice(0, HEADING_LIMIT);
    else say(all.slice(line));
  }

  function append(text: string): void {
    if (place === 'answer') next.event({ type: 'text-delta', text });
    else if (place === 'beginning') begin(held + text);
    else if (place === 'thinking') read(text);
    else skip(text);
  }

  function finish(): void {
    if (place === 'beginning') say(held);
    else if (place === 'thinking') reader?.end();
    place = 'answer';
  }

  return {
    event(event: GenerationEvent) {
      if (event.type === 'text-delta') return append(event.text);
      if (event.type === 'reasoning-delta' && place === 'beginning') say(held);
      if (event.type === 'finish') finish();
      // Before an error only what was begun is ended: with nothing said it has a status of its own.
      else if (event.type === 'error' && place === 'thinking') reader?.end();
      next.event(event);
    },
    end: () => next.end(),
  };
}

/** Quoted lines, without their marks. */
function quotedReader(think: (text: string) => void): ThoughtReader {
  /** What the line begins with, until it is known whether it is quoted; undefined inside one. */
  let margin: string | undefined = '';
  /** A line has ended, and the next may be quoted too. */
  let lineEnds = false;
  /** The quote mark was the last character: one space after it belongs to it. */
  let marked = false;

  /** @returns How far the line's beginning was read, or undefined if the line is not quoted. */
  function readMargin(text: string, from: number): number | undefined {
    for (let at = from; at < text.length; at++) {
      const character = text[at] ?? '';
      if (character === '>') {
        if (lineEnds) think('\n');
        lineEnds = false;
        margin = undefined;
        marked = true;
        return at + 1;
      }
      if (character !== ' ' || (margin ?? '').length === 3) {
        margin = (margin ?? '') + text.slice(at);
        return undefined;
      }
      margin = (margin ?? '') + character;
    }
    return text.length;
  }

  return {
    feed(text) {
      let at = 0;
      while (at < text.length) {
        if (margin !== undefined) {
          const read = readMargin(text, at);
          if (read === undefined) return margin;
          at = read;
          continue;
        }
        if (marked && text[at] === ' ') at += 1;
        marked = false;
        const end = text.indexOf('\n', at);
        think(text.slice(at, end < 0 ? text.length : end));
        at = end < 0 ? text.length : end + 1;
        if (end < 0) continue;
        margin = '';
        lineEnds = true;
      }
      return undefined;
    },
    end: () => undefined,
  };
}

/** Everything up to the closing tag; the white space at both ends is left out. */
function taggedReader(tag: string, think: (text: string) => void): ThoughtReader {
  /** The end of what was read, if it may be the beginning of the tag. */
  let begun = '';
  /** White space that may be the last before the tag. */
  let space = '';
  let isFirst = true;

  function body(text: string): void {
    const words = isFirst ? text.trimStart() : text;
    if (words.trim() === '') {
      if (!isFirst) space += words;
      return;
    }
    const trimmed = words.trimEnd();
    think(space + trimmed);
    space = words.slice(trimmed.length);
    isFirst = false;
  }

  return {
    feed(text) {
      const all = begun + text;
      const end = all.indexOf(tag);
      if (end >= 0) {
        body(all.slice(0, end));
        return all.slice(end + tag.length);
      }
      let keep = Math.min(tag.length - 1, all.length);
      while (keep > 0 && !tag.startsWith(all.slice(all.length - keep))) keep -= 1;
      body(all.slice(0, all.length - keep));
      begun = all.slice(all.length - keep);
      return undefined;
    },
    end() {
      body(begun);
      begun = '';
    },
  };
}
