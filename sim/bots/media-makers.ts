/**
 * Bots that make pictures, films and sound, with cards that say so and the parameters such bots
 * declare.
 */
import { makeImage, makeSpeech, makeVideo } from '../answers/media.ts';
import type { Bot } from '../bot.ts';
import type { CardFacts } from '../model-card.ts';
import { listed } from './define.ts';

/** Draws. */
export const IMAGE: CardFacts = {
  input: ['text', 'image'],
  output: ['image'],
  endpoints: ['/v1/chat/completions'],
  parameters: [
    { name: 'aspect', schema: { enum: ['1:1', '3:2', '2:3'] }, default_value: '1:1' },
    { name: 'quality', schema: { enum: ['low', 'medium', 'high'] }, default_value: 'high' },
  ],
};

/** Films. Mind that `duration` is a string. */
export const VIDEO: CardFacts = {
  output: ['video'],
  endpoints: ['/v1/videos'],
  parameters: [
    { name: 'aspect_ratio', schema: { enum: ['16:9', '9:16'] }, default_value: '16:9' },
    { name: 'duration', schema: { enum: ['4', '6', '8'] }, default_value: '8' },
    { name: 'resolution', schema: { enum: ['720p', '1080p'] }, default_value: '720p' },
    { name: 'no', schema: { type: 'string' }, description: 'What to keep out of the picture.' },
  ],
};

/** Speaks. */
export const SPEECH: CardFacts = {
  output: ['audio'],
  endpoints: ['/v1/audio'],
  parameters: [
    {
      name: 'voice',
      schema: { enum: ['Amber', 'Basil', 'Coral', 'Dune'] },
      default_value: 'Amber',
    },
    { name: 'language', schema: { enum: ['auto', 'en', 'de', 'zh'] }, default_value: 'auto' },
  ],
};

export const mediaMakers: readonly Bot[] = [
  listed(
    'Image-Maker',
    'Answers with a Markdown image and its address.',
    { says: makeImage },
    IMAGE,
  ),
  listed('Video-Maker', 'Answers with the bare address of a video.', { says: makeVideo }, VIDEO),
  listed(
    'Speech-Maker',
    'Answers with the bare address of a recording.',
    { says: makeSpeech },
    SPEECH,
  ),
];
