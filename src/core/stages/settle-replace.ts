/**
 * Makes a text append-only that its bot may take back (`text-replace`). The rules:
 *
 * 1. Text streams at once. Only while all of it may still be a progress line ("Thinking...",
 *    "Generating image (4s elapsed)") is it held; a replacement's last line also while it ends like
 *    one ("Looking at your file…"). What is replaced while it is held never reaches the client.
 * 2. A replacement that begins with what was sent continues it. One that is a beginning of what was
 *    sent takes nothing back, and what then comes is first compared with what was sent.
 * 3. A replacement that contradicts what was sent waits: the next one may be the true one. When the
 *    bot goes on from it, or is done, it is said as a new paragraph, from the first line that
 *    differs: no line of it is lost, and none that the client has is repeated.
 * 4. At the end held text is said, unless the bot has replaced text and the line is clearly a
 *    progress line. A bot that never replaces loses nothing. Before an error nothing is said.
 *
 * Every replacement costs one comparison with its own characters, every delta its own length.
 */
import type { GenerationEvent, Sink } from '../event.ts';
import { endsInStatus, isProgress, mayBeProgress, withoutProgress } from './progress-line.ts';
import { toldText } from './told-text.ts';

/** For answers that are streamed: says everything as early as the rules allow. */
export function settleReplace(next: Sink): Sink {
  /** Of the bot's text, what the client has been told. */
  const told = toldText();
  /** The bot's text is the first `shared` characters of `told`, then `held`. */
  let shared = 0;
  let held = '';
  let replaced = false;
  /** The next text contradicts what was sent: it is a new paragraph. */
  let breaks = false;
  /** The last characters that were sent. */
  let ending = '';
  /** Held until something is said: an error before that has a status of its own. */
  let start: GenerationEvent | undefined;

  function pass(event: GenerationEvent): void {
    if (start) next.event(start);
    start = undefined;
    next.event(event);
  }

  function send(text: string): void {
    if (text === '') return;
    const whole = breaks && ending !== '' ? paragraph(text, ending) : text;
    breaks = false;
    ending = (ending + whole.slice(-2)).slice(-2);
    pass({ type: 'text-delta', text: whole });
  }

  /** The bot's text, as far as it is told, grows; of it, `shown` reaches the client. */
  function tell(text: string, shown = text): void {
    told.append(text);
    shared = told.size();
    send(shown);
  }

  /** The same for a text that may begin with a progress line; `upcoming` is held after it. */
  function tellLine(text: string, upcoming: string): void {
    const startsLine = replaced && told.endsLine(text);
    tell(text, startsLine ? withoutProgress(text, upcoming) : text);
  }

  /** After a replacement: everything is told but a last line that looks like a status. */
  function tellReplacement(text: string): void {
    const from = endsInStatus(text, told.endsLine(text));
    held = text.slice(from);
    if (from > 0) tellLine(text.slice(0, from), held);
  }

  /** After a delta: nothing is held but what may be a progress line as a whole. */
  function tellDelta(text: string): void {
    held = mayBeProgress(text) ? text : '';
    if (held === '') tellLine(text, '');
  }

  /** What contradicts is now said; `held` begins a line. */
  function commit(say: (text: string) => void): void {
    told.cut(shared);
    breaks = true;
    say(held);
  }

  function replace(text: string): void {
    const waiting = isWaiting() ? held : undefined;
    const before = shared;
    replaced = true;
    held = '';
    shared = told.common(text, 0);
    if (shared === told.size()) {
      told.replaceBy(text.slice(0, shared));
      return tellReplacement(text.slice(shared));
    }
    if (shared === text.length) return;
    shared = told.lineStart(shared);
    held = text.slice(shared);
    const goesOn =
      waiting !== undefined &&
      shared === before &&
      held.length > waiting.length &&
      held.startsWith(waiting) &&
      endsInStatus(waiting, true) === waiting.length;
    if (goesOn) commit(tellReplacement);
  }

  function append(delta: string): void {
    if (delta === '') return;
    let text = delta;
    if (isWaiting()) {
      held += text;
      if (!mayBeProgress(held)) commit(tellDelta);
      return;
    }
    if (shared < told.size()) {
      const same = told.common(text, shared);
      shared += same;
      text = text.slice(same);
      if (text === '') return;
      if (shared < told.size()) {
        const line = told.lineStart(shared);
        held = told.slice(line, shared) + text;
        shared = line;
        return commit(tellDelta);
      }
    }
    if (held === '' && told.size() > 0) tell(text);
    else tellDelta(held + text);
  }

  /** There is a replacement that contradicts what was sent. */
  function isWaiting(): boolean {
    return shared < told.size() && held !== '';
  }

  function finish(): void {
    if (isWaiting()) commit(tellReplacement);
    if (held !== '' && !(replaced && isProgress(held))) tell(held);
    held = '';
  }

  return {
    event(event) {
      switch (event.type) {
        case 'response-start':
          start = event;
          return;
        case 'text-delta':
          return append(event.text);
        case 'text-replace':
          return replace(event.text);
        case 'error':
          return next.event(event);
        case 'finish':
          finish();
          return pass(event);
        default:
          return pass(event);
      }
    },
    end: () => next.end(),
  };
}

/** Begins a paragraph; a quotation that goes on is only a new line, or it would be a second one. */
function paragraph(text: string, ending: string): string {
  const body = text.replace(/^\n+/, '');
  if (body.startsWith('>')) return ending.endsWith('\n') ? body : `\n${body}`;
  if (ending.endsWith('\n\n')) return body;
  return ending.endsWith('\n') ? `\n${body}` : `\n\n${body}`;
}

/**
 * For answers that are given whole: the text is what the bot has said in the end, and nothing that
 * it has taken back. It comes right before the finish.
 */
export function settleAtEnd(next: Sink): Sink {
  let text = '';
  let replaced = false;

  function settled(): string {
    if (!replaced) return text;
    const from = endsInStatus(text, true);
    const last = text.slice(from);
    return withoutProgress(isProgress(last) ? text.slice(0, from) : text, '');
  }

  return {
    event(event) {
      if (event.type === 'text-delta') {
        text += event.text;
        return;
      }
      if (event.type === 'text-replace') {
        text = event.text;
        replaced = true;
        return;
      }
      const whole = event.type === 'finish' ? settled() : '';
      if (whole !== '') next.event({ type: 'text-delta', text: whole });
      next.event(event);
    },
    end: () => next.end(),
  };
}
