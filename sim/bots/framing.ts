/**
 * Bots whose streams are correct and framed in ways that careless parsers get wrong: other line
 * ends, split characters, single bytes, enormous lines.
 */
import { echo, sayWideText, textPieces } from '../answers/plain.ts';
import type { Bot } from '../bot.ts';
import {
  afterByteOrderMark,
  byteByByte,
  inOneWrite,
  insideCharacters,
  withoutLastNewlines,
} from '../wire/deal.ts';
import { frameOverLines, frameWith } from '../wire/frame.ts';
import { listed } from './define.ts';

const LONG_TEXT_LENGTH = 10_000_000;

export const framingBots: readonly Bot[] = [
  listed('CRLF', 'Every line of its stream ends in CR LF.', {
    says: echo,
    frame: frameWith('\r\n'),
  }),
  listed('CR-Only', 'Every line of its stream ends in CR alone.', {
    says: echo,
    frame: frameWith('\r'),
  }),
  listed('BOM', 'A byte order mark comes before everything.', {
    says: echo,
    writes: afterByteOrderMark,
    whole: (json) => ({ writes: [`\uFEFF${json}`] }),
  }),
  listed('Split-UTF8', 'Emoji and CJK text, cut inside its characters.', {
    says: sayWideText,
    writes: insideCharacters,
    whole: (json) => ({ writes: insideCharacters([json]) }),
  }),
  listed('Byte-By-Byte', 'One byte a socket write.', {
    says: echo,
    writes: byteByByte,
    whole: (json) => ({ writes: byteByByte([json]) }),
  }),
  listed('Long-Line', 'One data line of 10 MB of text.', {
    says: () => ({ pieces: textPieces(['long '.repeat(LONG_TEXT_LENGTH / 5)]), finish: 'stop' }),
  }),
  listed('No-Blank-Line-At-End', 'No newline after the last data line.', {
    says: echo,
    writes: withoutLastNewlines,
  }),
  listed('Multi-Line-Data', 'Each JSON object is spread over several data lines.', {
    says: echo,
    frame: frameOverLines,
    whole: (json) => ({ writes: [JSON.stringify(JSON.parse(json), null, 2)] }),
  }),
  listed('Many-In-One', 'All events in a single socket write.', {
    says: echo,
    writes: inOneWrite,
  }),
  listed('Ignores-Stream', 'Answers JSON although a stream was asked for.', {
    says: echo,
    insists: 'whole',
  }),
  listed('Streams-Always', 'Answers a stream although none was asked for.', {
    says: echo,
    insists: 'stream',
  }),
];
