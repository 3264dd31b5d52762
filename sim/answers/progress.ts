/**
 * Answers that replace what they said: progress lines that give way to a result, and words that
 * are taken back. Each is the native protocol's; elsewhere only what is left in the end is heard.
 */
import type { Answer } from '../bot.ts';
import type { FilePiece, Piece } from '../piece.ts';
import type { Prompt } from '../prompt.ts';
import { echo, textPieces } from './plain.ts';
import { fileOf, imageOf, showing } from './media.ts';

/** Takes back what was said and says this. */
function replacing(text: string): Piece {
  return { kind: 'replace', text };
}

/** A line that counts seconds. */
function progressLines(what: string, ...seconds: readonly number[]): readonly Piece[] {
  return seconds.map((second) => replacing(`${what} (${second}s elapsed)`));
}

/** Pieces that stop of themselves. */
export function stopping(...pieces: readonly Piece[]): Answer {
  return { pieces, finish: 'stop' };
}

const GENERATING = progressLines('Generating image', 1, 4);

/** Progress, an empty replacement, then an echo. */
export function thinkThenEcho(prompt: Prompt): Answer {
  const lines = progressLines('Thinking...', 1, 2, 3);
  return stopping(...lines, replacing(''), ...echo(prompt).pieces);
}

/** Progress, then the whole answer as the last replacement. */
export function thinkThenReplace(prompt: Prompt): Answer {
  const text = echo(prompt).pieces.map((piece) => ('text' in piece ? piece.text : ''));
  return stopping(...progressLines('Thinking...', 1, 2, 3), replacing(text.join('')));
}

/** Progress, a picture, and the text that shows it. */
export function generate(prompt: Prompt): Answer {
  const image = imageOf(prompt);
  return stopping(...GENERATING, image, replacing(showing(image)));
}

/** The same with the picture after the text. */
export function generateFileLast(prompt: Prompt): Answer {
  const image = imageOf(prompt);
  return stopping(...GENERATING, replacing(showing(image)), image);
}

/** The final text has the address itself. */
export function generateWithAddress(prompt: Prompt): Answer {
  const image = imageOf(prompt);
  return stopping(...GENERATING, image, replacing(`![${image.name}](${image.url})\n`));
}

/** Nothing is said in the end: only the picture is there. */
export function generateFileOnly(prompt: Prompt): Answer {
  return stopping(...GENERATING, imageOf(prompt), replacing(''));
}

/** A picture that the text cannot refer to. */
export function generateUnreferenced(prompt: Prompt): Answer {
  const image: FilePiece = { ...imageOf(prompt), inlineRef: null };
  return stopping(...GENERATING, image, replacing('Here is your picture.'));
}

/** Two pictures in one text. */
export function generateTwo(prompt: Prompt): Answer {
  const images = [imageOf(prompt), imageOf(prompt, ' 2')];
  return stopping(...GENERATING, ...images, replacing(images.map(showing).join('\n')));
}

/** Progress of a film, and the film. */
export function generateVideo(prompt: Prompt): Answer {
  const film = fileOf('video', 'film.mp4', imageOf(prompt).name, null);
  return stopping(...progressLines('Generating video', 1, 30, 60), film, replacing(''));
}

/** Says something, then the contrary. */
export function contradict(): Answer {
  return stopping(
    ...textPieces(['The answer', ' is four.']),
    replacing('No: it is five.'),
    ...textPieces([' Quite sure.']),
  );
}

/** Says something, then the same and more. */
export function extend(): Answer {
  return stopping(
    ...textPieces(['The answer']),
    replacing('The answer is'),
    replacing('The answer is four.'),
    ...textPieces([' Quite sure.']),
  );
}

/** Says something, then only the beginning of it. */
export function shorten(): Answer {
  return stopping(
    ...textPieces(['The answer is four', ', or five.']),
    replacing('The answer is four'),
  );
}
