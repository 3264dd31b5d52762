/**
 * The chat endpoint tells of the files that a bot makes only in its text: a picture as Markdown, with
 * its address once more below, a film or a sound as a bare address. The files are told as what they
 * are, and the picture's second address is dropped. Everything else in the text stays as it is.
 */
import type { GenerationEvent, Sink } from '../event.ts';

/** An address on Poe's file host. It has no ending, but a folder for each kind. */
const ADDRESS =
  /https:\/\/[\w.-]+\.poecdn\.net\/base\/(image|video|audio)\/[\w-]+(?:\?[\w=&%.-]*)?/g;
/** How a picture's Markdown ends. */
const PICTURE_END = /\]\((https:\/\/[\w.-]+\.poecdn\.net\/base\/image\/[^\s)]{1,300})\)/g;
/** What all of them have in common, and a text without files has not. */
const MARK = 'poecdn.net/base/';
/** Longer than any address with what stands around it. */
const WINDOW = 512;

/** Comes after the stop sequences, as `place-files` does for the native protocol. */
export function findFiles(next: Sink): Sink {
  /** The end of what was said: an address may come in many pieces. */
  let recent = '';
  /** Text that may be the address of the picture before it once more. */
  let held = '';
  let repeated: string | undefined;
  const told = new Set<string>();

  function say(text: string): void {
    if (text === '') return;
    next.event({ type: 'text-delta', text });
    const window = recent + text;
    tell(window, false);
    recent = window.slice(-WINDOW);
  }

  /** @param isOver No more text comes: what stands at the end is whole. */
  function tell(window: string, isOver: boolean): void {
    if (!window.includes(MARK)) return;
    for (const { 0: url, 1: kind = '', index } of window.matchAll(ADDRESS)) {
      if (told.has(url) || (!isOver && index + url.length === window.length)) continue;
      told.add(url);
      next.event({ type: 'file', file: { url, mediaType: '', name: kind } });
    }
  }

  /** Takes off the repeated address. @returns What may be said; undefined while that is open. */
  function withoutRepetition(text: string): string | undefined {
    if (repeated === undefined) return text;
    const rest = text.trimStart();
    // As long as it may still become the address, or the address may still become another.
    if (rest.length <= repeated.length && repeated.startsWith(rest)) return undefined;
    const isRepeated = rest.startsWith(repeated) && /^\s/.test(rest.slice(repeated.length));
    const answer = isRepeated ? rest.slice(repeated.length) : text;
    repeated = undefined;
    return answer;
  }

  function read(delta: string): void {
    let text: string | undefined = held + delta;
    held = '';
    while (text !== undefined && text !== '') {
      const open = text;
      text = withoutRepetition(open);
      if (text === undefined) {
        held = open;
        return;
      }
      const end = pictureEnd(text);
      say(text.slice(0, end));
      text = text.slice(end);
    }
  }

  /** Where the first picture in the text ends; its address may follow once more. */
  function pictureEnd(text: string): number {
    if (!text.includes(')')) return text.length;
    const window = recent + text;
    if (!window.includes(MARK)) return text.length;
    for (const { 0: whole, 1: url, index } of window.matchAll(PICTURE_END)) {
      const end = index + whole.length - recent.length;
      if (end <= 0) continue;
      repeated = url;
      return end;
    }
    return text.length;
  }

  function finish(): void {
    const isRepeated = repeated !== undefined && held.trim() === repeated;
    if (!isRepeated) say(held);
    held = '';
    tell(recent, true);
  }

  return {
    event(event: GenerationEvent) {
      if (event.type === 'text-delta') return read(event.text);
      if (event.type === 'finish' || event.type === 'error') finish();
      next.event(event);
    },
    end() {
      finish();
      next.end();
    },
  };
}
