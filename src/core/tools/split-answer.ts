/**
 * A bot's text, as it comes, → what is prose and what is a call. Prose leaves at once; only what
 * may be the beginning of a call waits, and a block is handed over when it is whole.
 */
import { matchOpener, OPENER_START, type Opener } from './opener.ts';
import { type BlockScanner, scanBlock } from './scan-block.ts';

/** What an answer is made of, in its order. */
export interface AnswerParts {
  text(text: string): void;
  /** @param inside What the block holds. @param raw The block as it was written, tags and all. */
  block(inside: string, raw: string): void;
  /** The answer is nothing but JSON that begins like a call. @returns Whether it is one. */
  bare(inside: string): boolean;
  /** The answer ended inside a block, and what is there is no whole call. */
  cut(raw: string): void;
  /** The bot begins to write a result itself. @returns Whether that is the end of the answer. */
  invented(): boolean;
}

/** Fed with an answer's text, however it is cut into pieces. */
export interface AnswerSplitter {
  read(text: string): void;
  /** @param cutShort The answer was cut from outside: half a block is not looked at. */
  end(cutShort: boolean): void;
  /** Nothing more is wanted. */
  stop(): void;
  /** Waits to be decided, and is no part of a block. */
  waiting(): string;
}

interface OpenBlock {
  readonly opener: string;
  inside: string;
  readonly bare: boolean;
  readonly scanner: BlockScanner;
}

/** Starts at the beginning of an answer. */
export function splitAnswer(parts: AnswerParts): AnswerSplitter {
  /** Nothing but white space so far. */
  let fresh = true;
  /** May be the beginning of a block. */
  let held = '';
  let block: OpenBlock | undefined;
  /** A whole value that is a call if nothing follows it. */
  let lone: { text: string; readonly inside: string } | undefined;
  let careful = true;
  let stopped = false;

  function say(text: string): void {
    if (text !== '') parts.text(text);
  }

  function read(delta: string): void {
    let rest = delta;
    while (rest !== '') {
      if (stopped) return;
      if (block) rest = readBlock(block, rest);
      else if (lone) rest = readAfterLone(lone, rest);
      else rest = readText(rest);
    }
  }

  function readText(delta: string): string {
    const text = held + delta;
    held = '';
    const ink = text.search(/\S/);
    for (let at = nextStart(text, 0); at >= 0; at = nextStart(text, at + 1)) {
      const opener = matchOpener(text, at, fresh && at === ink);
      if (opener === 'none') continue;
      if (opener === 'undecided') {
        say(text.slice(0, at));
        held = text.slice(at);
        if (at !== ink) fresh = false;
        return '';
      }
      // Asked before the text is said: a result that is no invention is text itself.
      if (opener.kind === 'result' && !parts.invented()) continue;
      say(text.slice(0, at));
      return open(text, at, opener);
    }
    say(text);
    if (ink >= 0) fresh = false;
    return '';
  }

  /** @returns What follows the opening. */
  function open(text: string, at: number, opener: Exclude<Opener, string>): string {
    if (opener.kind === 'result') {
      stopped = true;
      return '';
    }
    const bare = opener.kind === 'bare';
    const form = bare ? { closer: '', tags: false } : opener;
    const scanner = scanBlock({ ...form, bare, careful });
    block = { opener: text.slice(at, opener.end), inside: '', bare, scanner };
    fresh = false;
    return text.slice(opener.end);
  }

  function readBlock(current: OpenBlock, delta: string): string {
    const { scanner, opener } = current;
    for (let position = 0; position < delta.length; position++) {
      const state = scanner.read(delta[position] ?? '');
      if (state === 'open') continue;
      const all = current.inside + delta.slice(0, position + 1);
      const inside = all.slice(0, all.length - scanner.surplus);
      const rest = delta.slice(position + 1);
      block = undefined;
      if (current.bare) lone = { text: opener + all, inside };
      else parts.block(inside, opener + (state === 'closed' ? all : inside));
      return state === 'closed' ? rest : all.slice(inside.length) + rest;
    }
    current.inside += delta;
    return '';
  }

  /** Behind a call without tags there is the end of a fence at most. */
  function readAfterLone(current: NonNullable<typeof lone>, delta: string): string {
    if (/^[\s`]*$/.test(delta)) {
      current.text += delta;
      return '';
    }
    lone = undefined;
    say(current.text);
    return delta;
  }

  function endBlock({ opener, inside, bare, scanner }: OpenBlock): void {
    block = undefined;
    if (bare) return say(opener + inside);
    const { stray } = scanner;
    const before = stray ? inside.slice(0, stray.end - stray.length) : '';
    if (stray && /[}\]]\s*$/.test(before)) {
      // The quotes are broken, or the closing tag would have been seen. From here on it counts
      // wherever it stands, so no text is read more than twice.
      careful = false;
      parts.block(before, opener + inside.slice(0, stray.end));
      read(inside.slice(stray.end));
      if (block) endBlock(block);
    } else if (scanner.closable) {
      parts.block(inside, opener + inside);
    } else {
      parts.cut(opener + inside);
    }
  }

  return {
    read,
    end(cutShort) {
      if (block && cutShort) {
        const { opener, inside } = block;
        block = undefined;
        say(opener + inside);
      }
      if (block) endBlock(block);
      if (lone) {
        const { text, inside } = lone;
        lone = undefined;
        if (!parts.bare(inside)) say(text);
      }
      const rest = held;
      held = '';
      if (!stopped) say(rest);
    },
    stop() {
      stopped = true;
    },
    waiting: () => held,
  };
}

function nextStart(text: string, from: number): number {
  OPENER_START.lastIndex = from;
  return OPENER_START.exec(text)?.index ?? -1;
}
