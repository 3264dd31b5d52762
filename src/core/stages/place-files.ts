/**
 * Writes the files that a bot makes into its text, where clients look for them. Poe's text names a
 * file by a reference, `![title][ref]`, that only Poe's own client can follow: it becomes a
 * picture's `![title](url)`, or a link where the file is no picture. A file that the text does not
 * show is added at the end, in a paragraph of its own.
 *
 * The file may come after the text that names it, so from such a reference on the text is held
 * until the file is there, or the answer over: then it stays as it was written. File events go on
 * at once, each file once, for those who want the files themselves. Only http and https links are
 * passed on. Comes after the stop sequences: a link is not the model's text.
 */
import type { GenerationEvent, OutputFile, Sink } from '../event.ts';

/** A title or a reference that is longer is none. Titles may be whole prompts, line breaks and all. */
const TITLE_LIMIT = 2000;
const REFERENCE_LIMIT = 64;

/** How Poe's references look. Others stand for a file only if the file is already there. */
const POE_REFERENCE = /^[A-Za-z0-9]{8}$/;

/** A reference in the text. */
interface Reference {
  /** As the bot wrote it. */
  readonly source: string;
  readonly title: string;
  readonly name: string;
}

/** Writes files into the text of one answer; every other event passes as it is. */
export function placeFiles(next: Sink): Sink {
  const files = new Map<string, OutputFile>();
  const byReference = new Map<string, OutputFile>();
  /** The files that a reference in the text has been turned into. */
  const placed = new Set<string>();
  /** Text behind a reference whose file is not there yet, and further references. */
  const waiting: (string | Reference)[] = [];
  /** All that was said, for the links in it: looked at once, at the end. */
  let said = '';
  const scanner = referenceScanner(
    (text) => {
      if (waiting.length === 0) say(text);
      else if (text !== '') waiting.push(text);
    },
    (reference) => {
      waiting.push(reference);
      release(false);
    },
  );

  function say(text: string): void {
    if (text === '') return;
    said += text;
    next.event({ type: 'text-delta', text });
  }

  /** Says what waits, up to the first reference whose file may still come. */
  function release(isOver: boolean): void {
    let count = 0;
    for (const piece of waiting) {
      if (typeof piece !== 'string') {
        const isOpen = !byReference.has(piece.name) && POE_REFERENCE.test(piece.name);
        if (isOpen && !isOver) break;
      }
      count += 1;
      say(typeof piece === 'string' ? piece : resolved(piece));
    }
    waiting.splice(0, count);
  }

  function resolved({ source, title, name }: Reference): string {
    const file = byReference.get(name);
    if (!file) return source;
    placed.add(file.url);
    return markdown(file, title.replace(/\s+/g, ' '));
  }

  function add(file: OutputFile): void {
    if (!/^https?:\/\//i.test(file.url)) return;
    const isNew = !files.has(file.url);
    files.set(file.url, file);
    if (file.inlineRef !== undefined) byReference.set(file.inlineRef, file);
    if (isNew) next.event({ type: 'file', file });
    release(false);
  }

  function finish(): void {
    scanner.end();
    release(true);
    if (files.size === 0) return;
    const linked = new Set(said.match(LINKS)?.map(bareLink));
    for (const file of files.values()) {
      if (placed.has(file.url) || linked.has(bareLink(file.url))) continue;
      linked.add(bareLink(file.url));
      say(`${paragraphBreak(said)}${markdown(file, escapeTitle(file.name || kindOf(file)))}`);
    }
  }

  return {
    event(event: GenerationEvent) {
      if (event.type === 'text-delta') return scanner.feed(event.text);
      if (event.type === 'file') return add(event.file);
      // An error takes back nothing that was made and paid for.
      if (event.type === 'finish' || event.type === 'error') finish();
      next.event(event);
    },
    end: () => next.end(),
  };
}

function paragraphBreak(said: string): string {
  if (said === '' || said.endsWith('\n\n')) return '';
  return said.endsWith('\n') ? '\n' : '\n\n';
}

/** @param title Markdown already. */
function markdown(file: OutputFile, title: string): string {
  // What would end the link's brackets, or break its line.
  const url = file.url.replace(
    /[\s()<>\\]/g,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`,
  );
  return `${kindOf(file) === 'image' ? '!' : ''}[${title}](${url})`;
}

function kindOf({ mediaType, url }: OutputFile): string {
  const general = mediaType.split('/')[0]?.toLowerCase() ?? '';
  if (['image', 'video', 'audio'].includes(general)) return general;
  // Poe's links have a folder for each kind, for when it does not say.
  return (mediaType === '' && /\/base\/(image|video|audio)\//.exec(url)?.[1]) || 'file';
}

function escapeTitle(name: string): string {
  return name.replace(/\s+/g, ' ').replace(/[\\`[\]<>]/g, String.raw`\$&`);
}

const LINKS = /https?:\/\/[^\s"'<>()[\]]+/gi;

/** A link without its query, as far as `LINKS` finds it in a text. */
function bareLink(url: string): string {
  return (/^[^\s"'<>()[\]?#]*/.exec(url)?.[0] ?? '').replace(/[.,;:!*_`]{1,8}$/, '');
}

interface Scanner {
  feed(text: string): void;
  /** No text will follow: gives out what may have been the beginning of a reference. */
  end(): void;
}

/**
 * Finds references, one character at a time only inside of what may be one, so that the cost is
 * linear however the text is cut.
 */
function referenceScanner(
  onText: (text: string) => void,
  onReference: (reference: Reference) => void,
): Scanner {
  /** What may be a reference, from its `!` on; empty outside of one. */
  let source = '';
  let part: 'mark' | 'title' | 'between' | 'name' = 'mark';
  /** Of the brackets inside the title. */
  let depth = 0;
  let escaped = false;
  let title = '';
  let name = '';

  /** @returns Whether it may still be a reference. */
  function advance(character: string): boolean {
    switch (part) {
      case 'mark':
        part = 'title';
        return character === '[';
      case 'title':
        if (title.length >= TITLE_LIMIT) return false;
        if (!escaped && character === '[') depth += 1;
        if (!escaped && character === ']') depth -= 1;
        escaped = !escaped && character === '\\';
        if (depth < 0) part = 'between';
        else title += character;
        return true;
      case 'between':
        part = 'name';
        return character === '[';
      case 'name':
        if (character !== ']') name += character;
        return /[\w-]|\]/.test(character) && name.length <= REFERENCE_LIMIT;
    }
  }

  function begin(): void {
    source = '!';
    part = 'mark';
    depth = 0;
    escaped = false;
    title = '';
    name = '';
  }

  return {
    feed(text) {
      /** Where the plain text begins that was not given out yet. */
      let plain = 0;
      let at = 0;
      while (at < text.length) {
        if (source === '') {
          const mark = text.indexOf('!', at);
          if (mark < 0) break;
          onText(text.slice(plain, mark));
          begin();
          at = mark + 1;
          plain = at;
          continue;
        }
        const character = text[at] ?? '';
        if (part === 'title' && character === '[' && !escaped && source.endsWith('!')) {
          // A title has no picture in it: this is where the reference begins.
          onText(source.slice(0, -1));
          begin();
        }
        const goesOn = advance(character);
        if (goesOn) {
          source += character;
          at += 1;
          plain = at;
          if (part !== 'name' || character !== ']') continue;
          if (name === '') onText(source);
          else onReference({ source, title, name });
        } else onText(source);
        // A character that does not belong is looked at again: it may begin another reference.
        source = '';
      }
      if (source === '') onText(text.slice(plain));
    },
    end() {
      onText(source);
      source = '';
    },
  };
}
