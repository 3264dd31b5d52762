/** Real responses of Poe's, recorded beside the project: not a word, call or count of them is lost. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../../src/lib/json.ts';
import { poeResponses } from '../../../../src/upstreams/poe-responses/index.ts';
import { bytesOf } from '../../../golden/replay.ts';
import { recordingSink, textOf } from '../../record.ts';

const FOLDER = new URL('../../../../../shared/recordings/', import.meta.url);
const names = (existsSync(FOLDER) ? readdirSync(FOLDER) : []).filter((name) =>
  name.startsWith('v1-responses-'),
);

function object(value: unknown): JsonObject {
  if (!isJsonObject(value)) throw new Error('The recording has no object here.');
  return value;
}

function list(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.map(object) : [];
}

/** The recorded texts of one kind, from any depth. */
function texts(items: readonly JsonObject[], type: string, member: string): readonly string[] {
  return items
    .filter((item) => item['type'] === type)
    .flatMap((item) => list(item[member]).map(({ text }) => String(text)));
}

/** The same response as a stream that says everything at the end, and as one that says it at once. */
function streamsOf(response: JsonObject): readonly string[] {
  const event = (data: JsonObject): string => `data: ${JSON.stringify(data)}\n\n`;
  const end = event({ type: 'response.completed', response });
  const items = list(response['output']).map((item, position) =>
    event({ type: 'response.output_item.done', output_index: position, item }),
  );
  return [end, items.join('') + end];
}

describe.skipIf(names.length === 0)('a recorded response', () => {
  test.each(names)('%s keeps its words, its calls and its counts', (name) => {
    const recording = object(JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')));
    const response = object(object(recording['response'])['body']);
    const items = list(response['output']);
    const usage = object(response['usage']);
    const bodies = [JSON.stringify(response), ...streamsOf(response)];

    for (const [index, body] of bodies.entries()) {
      const sink = recordingSink();
      const type = index === 0 ? 'application/json; charset=utf-8' : 'text/event-stream';
      const context = { key: 'the-key', stream: index > 0, randomId: () => 'made-up' };
      const reader = poeResponses.read({ status: 200, header: () => type }, sink, context);
      reader.feed(bytesOf(body));
      reader.end();

      const { events } = sink;
      const thoughts = events.map((event) => (event.type === 'reasoning-delta' ? event.text : ''));
      expect(textOf(events)).toBe(texts(items, 'message', 'content').join(''));
      expect(thoughts.join('')).toBe(texts(items, 'reasoning', 'summary').join('\n\n'));
      const calls = items.filter((item) => item['type'] === 'function_call');
      expect(events.filter((event) => event.type === 'tool-call-delta')).toEqual(
        calls.map(({ call_id: id, name: called, arguments: args }, position) => ({
          type: 'tool-call-delta',
          index: position,
          id,
          name: called,
          arguments: args,
        })),
      );
      expect(events.find((event) => event.type === 'usage')).toMatchObject({
        usage: { inputTokens: usage['input_tokens'], outputTokens: usage['output_tokens'] },
      });
      expect(events.at(-1)).toMatchObject({
        type: 'finish',
        reason: calls.length > 0 ? 'tool-calls' : 'stop',
      });
    }
  });
});
