/**
 * Answers of bots that make pictures, films and sound: an address on Poe's file host, in the forms
 * recorded there. No file is behind the address.
 */
import { createHash } from 'node:crypto';
import type { Answer } from '../bot.ts';
import type { Prompt } from '../prompt.ts';
import { echoText, textPieces } from './plain.ts';

function address(kind: 'image' | 'video' | 'audio', prompt: string): string {
  const digest = createHash('sha256').update(prompt).digest('hex');
  return `https://pfst.cf2.poecdn.net/base/${kind}/${digest}`;
}

/** A Markdown image named after the prompt, an empty line, the bare address again. */
export function makeImage(prompt: Prompt): Answer {
  const subject = echoText(prompt);
  const url = `${address('image', subject)}?w=1024&h=1024`;
  return { pieces: textPieces([`![${subject}.png](${url})\n\n${url}`]), finish: 'stop' };
}

function bareAddress(kind: 'video' | 'audio'): (prompt: Prompt) => Answer {
  return (prompt) => ({ pieces: textPieces([address(kind, echoText(prompt))]), finish: 'stop' });
}

/** Nothing but the address of a video. */
export const makeVideo = bareAddress('video');

/** Nothing but the address of a sound file. */
export const makeSpeech = bareAddress('audio');
