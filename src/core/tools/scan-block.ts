/**
 * Where a call's block ends, read one character at a time. Strings in it are known for what they
 * are: a file that is being written may well hold `</tool_call>`.
 */
import { CLOSERS, OPENERS } from './opener.ts';

/** What a character did to a block. */
type BlockState =
  | 'open'
  /** It ended; the last `surplus` characters were its closing tag. */
  | 'closed'
  /** It was over before; the last `surplus` characters are no part of it. */
  | 'over';

/** A block being read. */
export interface BlockScanner {
  read(character: string): BlockState;
  readonly surplus: number;
  /**
   * Where the first closing tag stood that seemed to be inside a string, counted in characters
   * behind it, and its length. If the block never ends otherwise, its quotes were broken.
   */
  readonly stray: { readonly end: number; readonly length: number } | undefined;
  /** What was read is all there is, but for brackets and the closing tag. */
  readonly closable: boolean;
}

/** What to look for. */
export interface BlockForm {
  readonly closer: string;
  /** The inside is tags, not JSON: the closing tag ends it wherever it stands. */
  readonly tags: boolean;
  /** There are no tags at all: the JSON value's end is the block's. */
  readonly bare: boolean;
  /** Closing tags in strings do not count. */
  readonly careful: boolean;
}

/** Reads what follows the opening tag. */
export function scanBlock(form: BlockForm): BlockScanner {
  const { closer, tags, bare, careful } = form;
  let depth = 0;
  let quoted = false;
  let escaped = false;
  let begun = false;
  let length = 0;
  /** What may become a tag. */
  let tag = '';
  let last = '';

  const scanner = {
    read,
    surplus: 0,
    stray: undefined as BlockScanner['stray'],
    closable: false,
  };
  return scanner;

  function read(character: string): BlockState {
    length += 1;
    const state = tags ? readTags(character) : readJson(character);
    scanner.closable = !tags && begun && !quoted && (last === '}' || last === ']' || last === '"');
    return state;
  }

  function stop(state: 'closed' | 'over', surplus: number): BlockState {
    scanner.surplus = surplus;
    return state;
  }

  /** Goes on with a tag, or begins one. */
  function track(character: string, known: readonly string[]): void {
    tag += character;
    if (!known.some((word) => word.startsWith(tag))) tag = '';
    if (tag === '' && known.some((word) => word.startsWith(character))) tag = character;
  }

  function readTags(character: string): BlockState {
    track(character, [closer]);
    return tag === closer ? stop('closed', closer.length) : 'open';
  }

  function readJson(character: string): BlockState {
    if (begun && depth === 0) return readAfterValue(character);
    if (!bare && (tag !== '' || character === '<' || character === '[')) {
      track(character, CLOSERS);
      if (CLOSERS.includes(tag)) {
        if (!quoted || !careful) return stop('closed', tag.length);
        scanner.stray ??= { end: length, length: tag.length };
        tag = '';
      }
    }
    readCharacter(character);
    return bare && begun && depth === 0 ? stop('closed', 0) : 'open';
  }

  function readCharacter(character: string): void {
    if (/\S/.test(character)) last = character;
    if (escaped) {
      escaped = false;
    } else if (quoted) {
      if (character === '\\') escaped = true;
      else if (character === '"') quoted = false;
    } else if (character === '"') {
      quoted = true;
    } else if (character === '{' || character === '[') {
      begun = true;
      depth += 1;
    } else if (character === '}' || character === ']') {
      depth = Math.max(0, depth - 1);
    }
    // What seemed a tag's beginning was an array's.
    if (depth === 0) tag = '';
  }

  /** All brackets are closed: a tag, another call, or the end though no tag says so. */
  function readAfterValue(character: string): BlockState {
    if (tag !== '' || character === '<' || character === '[') {
      tag += character;
      if (CLOSERS.includes(tag)) return stop('closed', tag.length);
      if (OPENERS.includes(tag)) return stop('over', tag.length);
      const known = [...CLOSERS, ...OPENERS].some((word) => word.startsWith(tag));
      return known ? 'open' : stop('over', tag.length);
    }
    if (character === '{') {
      readCharacter(character);
      return 'open';
    }
    return /[\s`,;}\]]/.test(character) ? 'open' : stop('over', 1);
  }
}
