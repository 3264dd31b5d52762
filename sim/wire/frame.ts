/**
 * Server-sent events as text: the plain way, and the odd but legal ways a parser must also read.
 * How frames are dealt out over socket writes is `deal.ts`.
 */
import type { StreamEvent } from '../bot.ts';

/** `event:` where there is one, one `data:` line, a blank line; LF throughout. */
export function frame({ event, data }: StreamEvent): string {
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${data}\n\n`;
}

/** Lines that end in `ending` instead of LF. */
export function frameWith(ending: string): (event: StreamEvent) => string {
  return (event) => frame(event).replaceAll('\n', ending);
}

/** The JSON pretty-printed, each line of it in a `data:` line of its own. */
export function frameOverLines(event: StreamEvent): string {
  if (event.part === 'done') return frame(event);
  const name = event.event === undefined ? '' : `event: ${event.event}\n`;
  const lines = JSON.stringify(JSON.parse(event.data), null, 2).split('\n');
  return `${name}${lines.map((line) => `data: ${line}`).join('\n')}\n\n`;
}
