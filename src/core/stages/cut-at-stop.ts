/**
 * Ends the text before the first stop sequence. Poe hands `stop` on to vendors that may ignore it,
 * so it is enforced here too, across chunk borders: text that may be the beginning of a stop
 * sequence is held back until the next text decides.
 */
import type { GenerationEvent, Sink } from '../event.ts';

/**
 * Matches one stop sequence one character at a time (Knuth–Morris–Pratt): linear whatever the
 * text and the sequence, and nothing is looked at twice when the text comes in single characters.
 */
interface Matcher {
  readonly sequence: string;
  /** For each prefix of the sequence, how long its longest border is. */
  readonly borders: readonly number[];
  /** How many characters of the sequence the text ends with. */
  matched: number;
}

function createMatcher(sequence: string): Matcher {
  const borders = [0];
  for (let position = 1, border = 0; position < sequence.length; position++) {
    while (border > 0 && sequence[border] !== sequence[position]) border = borders[border - 1] ?? 0;
    if (sequence[border] === sequence[position]) border++;
    borders.push(border);
  }
  return { sequence, borders, matched: 0 };
}

function advance(matcher: Matcher, character: string): boolean {
  while (matcher.matched > 0 && matcher.sequence[matcher.matched] !== character)
    matcher.matched = matcher.borders[matcher.matched - 1] ?? 0;
  if (matcher.sequence[matcher.matched] === character) matcher.matched++;
  return matcher.matched === matcher.sequence.length;
}

/** @param sequences The stop sequences, none of them empty. Without any the stage is not there. */
export function cutAtStop(sequences: readonly string[], next: Sink): Sink {
  if (sequences.length === 0) return next;
  const matchers = sequences.map(createMatcher);
  let held = '';
  let cut = false;

  function append(delta: string): void {
    const text = held + delta;
    for (let position = held.length; position < text.length; position++) {
      const character = text[position] ?? '';
      let longest: string | undefined;
      // Every matcher must see the character, so this is no `find`.
      for (const matcher of matchers)
        if (advance(matcher, character) && matcher.sequence.length > (longest?.length ?? 0))
          longest = matcher.sequence;
      if (longest !== undefined) {
        held = text.slice(0, position + 1 - longest.length);
        release();
        cut = true;
        next.event({ type: 'finish', reason: 'stop', rawReason: 'stop', stopSequence: longest });
        return;
      }
    }
    const keep = Math.max(...matchers.map((matcher) => matcher.matched));
    held = text.slice(0, text.length - keep);
    release();
    held = keep > 0 ? text.slice(text.length - keep) : '';
  }

  function release(): void {
    if (held !== '') next.event({ type: 'text-delta', text: held });
    held = '';
  }

  return {
    event(event: GenerationEvent) {
      if (cut) return;
      if (event.type === 'text-delta') return append(event.text);
      if (event.type === 'finish' || event.type === 'error') release();
      next.event(event);
    },
    end() {
      if (!cut) release();
      next.end();
    },
  };
}
