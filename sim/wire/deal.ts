/**
 * Ways of dealing the frames of a stream (or the text of a whole body) out over socket writes:
 * in other sizes, with silences, cut in awkward places, or never to the end.
 */
import { HANG_UP, pause, SILENCE, type Write } from './reply.ts';

type Deal = (frames: readonly string[]) => Iterable<Write>;

const CONTINUATION_BYTE = 0b10;

/** A silence before every frame. */
export function every(milliseconds: number): Deal {
  return (frames) => frames.flatMap((frame) => [pause(milliseconds), frame]);
}

/** The first `count` frames, then `last`. */
export function firstThen(count: number, ...last: readonly Write[]): Deal {
  return (frames) => [...frames.slice(0, count), ...last];
}

/** SSE comments every `gap` ms, `before` of them ahead of the first frame, one before each other. */
export function withPings(gap: number, before: number): Deal {
  const ping: readonly Write[] = [pause(gap), ': ping\n\n'];
  return (frames) => [
    ...Array.from({ length: before - 1 }, () => ping).flat(),
    ...frames.flatMap((frame) => [...ping, frame]),
  ];
}

/** All frames in one write. */
export const inOneWrite: Deal = (frames) => [frames.join('')];

/** One byte a write. */
export function* byteByByte(frames: readonly string[]): Iterable<Write> {
  const bytes = Buffer.from(frames.join(''));
  for (let index = 0; index < bytes.length; index += 1) yield bytes.subarray(index, index + 1);
}

/** Cuts inside every character that takes more than one byte, right after its first. */
export function* insideCharacters(frames: readonly string[]): Iterable<Write> {
  for (const frame of frames) {
    const bytes = Buffer.from(frame);
    let start = 0;
    for (const [index, byte] of bytes.entries()) {
      const continues = byte >> 6 === CONTINUATION_BYTE;
      const leads = index > 0 && (bytes[index - 1] ?? 0) >> 6 === 0b11;
      if (!continues || !leads) continue;
      yield bytes.subarray(start, index);
      // Without a moment between them the two halves may be read as one.
      yield pause(1);
      start = index;
    }
    yield bytes.subarray(start);
  }
}

/** A byte order mark, then the frames. */
export const afterByteOrderMark: Deal = (frames) => ['\uFEFF', ...frames];

/** The last frame without the newlines that would end it. */
export const withoutLastNewlines: Deal = (frames) =>
  frames.map((frame, index) => (index === frames.length - 1 ? frame.trimEnd() : frame));

/** `count` frames, then one cut in the middle, and a clean end. */
export function cutInside(count: number): Deal {
  return (frames) => [...frames.slice(0, count), half(frames[count] ?? '')];
}

/** Every frame, then silence for ever. */
export const neverEnding: Deal = (frames) => [...frames, SILENCE];

/**
 * A few frames, then the socket is gone: late enough for the frames to have been read, since Bun's
 * `fetch` throws away what it has received and not yet handed out.
 */
export const hungUp: Deal = (frames) => [...frames.slice(0, 4), pause(50), HANG_UP];

/** The first half of a text. */
export function half(text: string): string {
  return text.slice(0, Math.ceil(text.length / 2));
}

/** A text in about `count` parts of equal length. */
export function inParts(text: string, count: number): readonly string[] {
  const size = Math.max(1, Math.ceil(text.length / count));
  return text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
}

/** A comment before every frame. */
export function withComments(comment: string): Deal {
  return (frames) => frames.flatMap((frame) => [comment, frame]);
}
