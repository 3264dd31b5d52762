/**
 * Bots that replace what they said, and bots that hand out files: what only the native protocol can
 * show. On the other endpoints they say what is left in the end.
 */
import { imageOf, makeSpeech, makeVideo } from '../answers/media.ts';
import {
  contradict,
  extend,
  generate,
  generateFileLast,
  generateFileOnly,
  generateTwo,
  generateUnreferenced,
  generateVideo,
  generateWithAddress,
  shorten,
  stopping,
  thinkThenEcho,
  thinkThenReplace,
} from '../answers/progress.ts';
import type { Bot, Speech } from '../bot.ts';
import type { CardFacts } from '../model-card.ts';
import { every } from '../wire/deal.ts';
import { frameWith } from '../wire/frame.ts';
import { listed, TALKER } from './define.ts';
import { IMAGE, SPEECH, VIDEO } from './media-makers.ts';

type Row = readonly [name: string, description: string, behaviour: Speech, facts?: CardFacts];

const ROWS: readonly Row[] = [
  [
    'Progress-Thinks',
    'Replaces «Thinking... (1s elapsed)» twice, then with nothing, then echoes.',
    { says: thinkThenEcho },
  ],
  [
    'Progress-Thinks-Slowly',
    'The same, 100 ms between its events.',
    { says: thinkThenEcho, writes: every(100) },
  ],
  [
    'Progress-Replaced',
    'Replaces «Thinking... (1s elapsed)» and at last with the whole echo.',
    { says: thinkThenReplace, frame: frameWith('\r\n') },
  ],
  [
    'Progress-Image',
    'Replaces «Generating image (4s elapsed)», then a file and the text that shows it.',
    { says: generate },
    IMAGE,
  ],
  [
    'Progress-Image-File-Last',
    'The text that shows the file comes before the file.',
    { says: generateFileLast, frame: frameWith('\r\n') },
    IMAGE,
  ],
  [
    'Progress-Image-Address',
    "A file, and the final text has the file's address already.",
    { says: generateWithAddress },
    IMAGE,
  ],
  [
    'Progress-Image-File-Only',
    'The final text is empty: there is only the file.',
    { says: generateFileOnly },
    IMAGE,
  ],
  [
    'Progress-Image-No-Ref',
    'The file has no inline_ref, and the text does not mention it.',
    { says: generateUnreferenced },
    IMAGE,
  ],
  ['Progress-Image-Two', 'Two files in one text.', { says: generateTwo }, IMAGE],
  [
    'Progress-Video',
    'Replaces «Generating video (60s elapsed)», then only a file.',
    { says: generateVideo },
    VIDEO,
  ],
  [
    'File-Alone',
    'A picture with an inline_ref that no text refers to; not one text event.',
    { says: (prompt) => stopping(imageOf(prompt)) },
    IMAGE,
  ],
  ['File-Audio', 'A recording and no text.', { says: makeSpeech }, SPEECH],
  ['File-Video', 'A film and no text.', { says: makeVideo, frame: frameWith('\r\n') }, VIDEO],
  [
    'Replaces-Contradicts',
    'Takes back what it said and says something else.',
    { says: contradict },
  ],
  ['Replaces-Extends', 'Each replacement begins with what was said before.', { says: extend }],
  ['Replaces-Shortens', 'The replacement is the beginning of what was said.', { says: shorten }],
];

export const progressBots: readonly Bot[] = ROWS.map(([name, description, behaviour, facts]) =>
  listed(name, description, behaviour, facts ?? TALKER),
);
