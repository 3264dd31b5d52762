/**
 * The parts of an answer that are text: told once, though a stream repeats them up to four times (in
 * its deltas, at the end of the part, of the item, and of the response), or leaves the deltas out.
 */
import type { Sink } from '../../core/event.ts';

/** What a part is. Thinking comes as a summary, as it was thought, or as both. */
export type PartKind = 'text' | 'refusal' | 'summary' | 'thought';

/** Keys tell the parts of one kind from each other; where they are wrong the words decide. */
export interface PartReader {
  delta(kind: PartKind, key: string, text: string): void;
  /** All of a part: what of it is new is told. */
  whole(kind: PartKind, key: string, text: string): void;
  /** All of a part, of the response that holds all of them, in order. Nothing but these follows. */
  final(kind: PartKind, text: string): void;
}

interface Part {
  readonly kind: PartKind;
  text: string;
  /** It was once given whole. */
  closed: boolean;
}

const EVENT_BY_KIND = {
  text: 'text-delta',
  refusal: 'refusal-delta',
  summary: 'reasoning-delta',
  thought: 'reasoning-delta',
} as const;

/** The parts' words go into the sink. */
export function readParts(sink: Sink): PartReader {
  const parts = new Map<string, Part>();
  /** The same thinking under two names is told under the one that speaks first. */
  let thinking: PartKind | undefined;
  /** What was told of a kind and is yet to be met in the final response; undefined: it differs. */
  const unmet = new Map<PartKind, string | undefined>();

  function tell(kind: PartKind, text: string, begins: boolean): void {
    if (text === '') return;
    const type = EVENT_BY_KIND[kind];
    // Thoughts have headings, and no white space between them.
    const gap = type === 'reasoning-delta' && begins && thinking !== undefined ? '\n\n' : '';
    if (type === 'reasoning-delta') thinking = kind;
    sink.event({ type, text: gap + text });
  }

  function isOther(kind: PartKind): boolean {
    if (EVENT_BY_KIND[kind] !== 'reasoning-delta') return false;
    return thinking !== undefined && thinking !== kind;
  }

  function grow(kind: PartKind, key: string, text: string): Part | undefined {
    if (text === '' || isOther(kind)) return undefined;
    const part = parts.get(`${kind} ${key}`) ?? { kind, text: '', closed: false };
    parts.set(`${kind} ${key}`, part);
    tell(kind, text, part.text === '');
    part.text += text;
    return part;
  }

  /** The part that this is the whole of, as far as it was told. */
  function find(kind: PartKind, key: string, text: string): Part | undefined {
    const own = parts.get(`${kind} ${key}`);
    if (own) return own;
    return [...parts.values()].find(
      (part) =>
        part.kind === kind && (part.closed ? part.text === text : text.startsWith(part.text)),
    );
  }

  return {
    delta(kind, key, text) {
      grow(kind, key, text);
    },
    whole(kind, key, text) {
      if (text === '' || isOther(kind)) return;
      const part = find(kind, key, text) ?? grow(kind, key, text);
      if (!part) return;
      part.closed = true;
      // Where the two differ, what was said first stands: it cannot be taken back.
      if (!text.startsWith(part.text)) return;
      tell(kind, text.slice(part.text.length), false);
      part.text = text;
    },
    final(kind, text) {
      if (text === '' || isOther(kind)) return;
      const said = unmet.has(kind) ? unmet.get(kind) : saidOf(kind);
      if (said === undefined) return;
      if (said.startsWith(text)) return void unmet.set(kind, said.slice(text.length));
      const goesOn = text.startsWith(said);
      unmet.set(kind, goesOn ? '' : undefined);
      if (goesOn) tell(kind, text.slice(said.length), said === '');
    },
  };

  function saidOf(kind: PartKind): string {
    return [...parts.values()].map((part) => (part.kind === kind ? part.text : '')).join('');
  }
}
