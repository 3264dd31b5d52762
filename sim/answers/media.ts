/**
 * Answers of bots that make pictures, films and sound: an address on Poe's file host, in the forms
 * recorded there. No file is behind the address.
 */
import { createHash } from 'node:crypto';
import type { Answer } from '../bot.ts';
import type { FilePiece, Piece } from '../piece.ts';
import type { Prompt } from '../prompt.ts';
import { echoText, textPieces } from './plain.ts';

type Kind = 'image' | 'video' | 'audio';

const CONTENT_TYPES: Readonly<Record<Kind, string>> = {
  image: 'image/png',
  video: 'video/mp4',
  audio: 'audio/mpeg',
};

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The file that such a prompt leads to; the same prompt, the same address. */
export function fileOf(
  kind: Kind,
  name: string,
  prompt: string,
  inlineRef: string | null,
): FilePiece {
  const size = kind === 'image' ? '?w=1024&h=1024' : '';
  const url = `https://pfst.cf2.poecdn.net/base/${kind}/${digest(prompt)}${size}`;
  return { kind: 'file', url, contentType: CONTENT_TYPES[kind], name, inlineRef };
}

/** The eight characters that text refers to a file by. */
function referenceTo(text: string): string {
  return digest(text).slice(0, 8);
}

/** The picture that the prompt asks for; its name is the prompt. */
export function imageOf(prompt: Prompt, suffix = ''): FilePiece {
  const subject = `${echoText(prompt)}${suffix}`;
  return fileOf('image', `${subject}.png`, subject, referenceTo(subject));
}

/** The text that shows a picture where it stands. */
export function showing({ name, inlineRef: reference }: FilePiece): string {
  return `![${name}][${reference}]\n`;
}

/** A picture, shown in the text. */
export function makeImage(prompt: Prompt): Answer {
  const image = imageOf(prompt);
  return { pieces: [image, ...textPieces([showing(image)])], finish: 'stop' };
}

function nothingBut(kind: Kind, name: string): (prompt: Prompt) => Answer {
  return (prompt) => {
    const pieces: readonly Piece[] = [fileOf(kind, name, echoText(prompt), null)];
    return { pieces, finish: 'stop' };
  };
}

/** A video, and no word. */
export const makeVideo = nothingBut('video', 'film.mp4');

/** A sound file, and no word. */
export const makeSpeech = nothingBut('audio', 'speech.mp3');
