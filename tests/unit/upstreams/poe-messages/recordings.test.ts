/** Real messages of Poe's, recorded beside the project: they come through as they are, in any form. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { poeMessages } from '../../../../src/upstreams/poe-messages/index.ts';
import { bytesOf } from '../../../golden/replay.ts';
import { recordingSink } from '../../record.ts';

const FOLDER = new URL('../../../../../shared/recordings/', import.meta.url);
const names = (existsSync(FOLDER) ? readdirSync(FOLDER) : []).filter((name) =>
  name.startsWith('v1-messages-'),
);

interface Recording {
  readonly response: {
    readonly body: { readonly usage: Readonly<Record<string, number>> };
  };
}

function read(text: string, type: string, stream: boolean) {
  const sink = recordingSink();
  const head = { status: 200, header: () => type };
  const reader = poeMessages.read(head, sink, { key: 'key', stream, randomId: () => 'x' });
  reader.feed(bytesOf(text));
  reader.end();
  return sink.events;
}

describe.skipIf(names.length === 0)('a recorded message', () => {
  test.each(names)('%s', (name) => {
    const { body } = (JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Recording)
      .response;
    const json = JSON.stringify(body);
    const told = read(json, 'application/json', false);
    expect(told[0]).toEqual({ type: 'relayed-reply', body });
    const { input_tokens = 0, cache_read_input_tokens = 0, output_tokens } = body.usage;
    expect(told[1]).toMatchObject({
      usage: {
        inputTokens:
          input_tokens + cache_read_input_tokens + (body.usage['cache_creation_input_tokens'] ?? 0),
        cachedInputTokens: cache_read_input_tokens,
        outputTokens: output_tokens,
      },
    });
    expect(told.at(-1)).toMatchObject({ type: 'finish', reason: 'stop', rawReason: 'end_turn' });

    const events = read(json, 'application/json', true);
    const lines = events.flatMap((event) =>
      event.type === 'relayed-event' ? [`event: ${event.name}\ndata: ${event.data}\n\n`] : [],
    );
    expect(read(lines.join(''), 'text/event-stream', false)).toEqual(told);
  });
});
