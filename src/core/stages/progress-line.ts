/**
 * The lines by which a bot tells that it is at work: "Thinking...", "*Thinking... (3s elapsed)*",
 * "Generating image (4s elapsed)". They are meant to be replaced, and are no part of an answer.
 */

const ACTIONS = ['thinking', 'generating', 'processing', 'searching', 'loading'];
const MAKING = ['generating', 'creating', 'rendering', 'processing', 'editing'];
const MADE = ['image', 'images', 'video', 'audio', 'music', 'speech', 'response'];

const PHRASES: readonly string[] = [
  ...ACTIONS,
  ...MAKING.flatMap((verb) => MADE.map((thing) => `${verb} ${thing}`)),
];

/** No progress line is longer. */
const LINE_LIMIT = 160;

/**
 * What may follow a phrase: dots, and a count in brackets. Each part is there only after the one
 * before it, so whatever fits, all its beginnings fit too.
 */
const REST = /^[.…]{0,6}[*_]{0,3}[ \t]*(?:\((?:\d[^()\n]{0,60}(?:\)[.…*_]{0,6})?)?)?\s*$/;

/** A whole progress line at the beginning of a text, with the white space around it. */
const LEADING = new RegExp(
  `^\\s*[*_]{0,3}(?:${PHRASES.toReversed().join('|')})` +
    '(?:\\.{2,6}|…)?[*_]{0,3}[ \\t]*(?:\\(\\d[^()\\n]{0,60}\\)[.…*_]{0,6})?\\s*',
  'i',
);

/** Any short line that says how long something has taken so far. */
const TIMED = /^[^\n]{0,120}\(\d{1,6}(?:\.\d{1,3})?s elapsed\)[.…*_]{0,6}\s*$/;

/** True while a text that is still growing may become a progress line, or is one. */
export function mayBeProgress(text: string): boolean {
  return restOf(text) !== undefined;
}

/** True for a whole progress line: with its dots, or with its count. */
export function isProgress(text: string): boolean {
  if (text.length > LINE_LIMIT) return false;
  return /^(?:\.{2,}|…)|\([^()]*\)/.test(restOf(text) ?? '') || TIMED.test(text.trimStart());
}

/** What follows the phrase, or nothing of it yet; undefined for what is no progress line. */
function restOf(text: string): string | undefined {
  if (text.length > LINE_LIMIT) return undefined;
  const line = text
    .trimStart()
    .replace(/^[*_]{1,3}/, '')
    .toLowerCase();
  const rests = PHRASES.flatMap((phrase) =>
    line.startsWith(phrase) ? [line.slice(phrase.length)] : [],
  );
  return (
    rests.find((rest) => REST.test(rest)) ??
    (PHRASES.some((phrase) => phrase.startsWith(line)) ? '' : undefined)
  );
}

/**
 * Where the last line of a replacement begins, with the white space before it, if it may be a
 * progress line or ends like a status of the bot's own making ("Reading your file…"); else the
 * text's length.
 *
 * @param startsLine The text's first line is a line of its own.
 */
export function endsInStatus(text: string, startsLine: boolean): number {
  const end = text.trimEnd().length;
  const line = text.lastIndexOf('\n', end - 1) + 1;
  const words = text.slice(line, end);
  if (line === 0 && !startsLine) return text.length;
  if (words.length > LINE_LIMIT || text.length - end > LINE_LIMIT) return text.length;
  const isStatus =
    mayBeProgress(words) ||
    // A quoted line is the bot's thinking, which no later line takes back.
    (!words.startsWith('>') && (/(?:\.\.\.|…)[*_]{0,3}$/.test(words) || TIMED.test(words)));
  return isStatus ? text.slice(0, line).trimEnd().length : text.length;
}

/**
 * The text without a progress line at its beginning that the bot has gone on from. "Thinking..."
 * stays where a quotation follows: it is the heading of the model's thoughts.
 *
 * @param upcoming What follows the text.
 */
export function withoutProgress(text: string, upcoming: string): string {
  const leading = LEADING.exec(text.slice(0, LINE_LIMIT))?.[0] ?? '';
  if (!isProgress(leading)) return text;
  const after = text.slice(leading.length, leading.length + LINE_LIMIT);
  const following = (after + upcoming.slice(0, LINE_LIMIT)).trimStart();
  const isOwnLine = /\n\s*$|\)[.…*_]{0,6}[ \t]*$/.test(leading) || leading.length === text.length;
  return isOwnLine && !following.startsWith('>') ? text.slice(leading.length) : text;
}
