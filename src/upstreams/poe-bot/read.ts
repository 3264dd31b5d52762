/**
 * The native reply → neutral events. It is a stream of server-sent events; what breaks the
 * protocol is an error, except where the protocol says to ignore it. A reply that is no stream
 * (an error in JSON, a web page) is told by its first character.
 */
import type { OutputFile, Sink } from '../../core/event.ts';
import type { BodyReader, ReadContext, ReplyHead } from '../../core/upstream.ts';
import { readSse } from '../../http/sse-read.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../lib/json.ts';
import { readPoeErrorObject } from '../poe-shared/error.ts';
import { type BotAnswer, botAnswer, failed } from './answer.ts';
import { readErrorEvent } from './error.ts';

/** A reply that is no stream is read no further than this, in bytes. */
const FOREIGN_LIMIT = 16 * 1024 * 1024;

/** Reads the body of a 2xx reply, whatever its content type says. */
export function read(_reply: ReplyHead, sink: Sink, context: ReadContext): BodyReader {
  const answer = botAnswer(sink, context);
  let reader: BodyReader | undefined;
  return {
    feed(bytes) {
      reader ??= isForeign(bytes) ? readForeign(answer, context) : undefined;
      if (!reader && !bytes.every(isSpace)) reader = readStream(answer, context);
      reader?.feed(bytes);
    },
    end(failure) {
      if (reader) reader.end(failure);
      else answer.close(failure);
    },
    isComplete: () => answer.isComplete(),
  };
}

/** JSON or a web page: no line of an event stream begins like that. */
function isForeign(bytes: Uint8Array): boolean {
  const first = bytes.find((byte) => !isSpace(byte));
  return first === 0x7b || first === 0x3c;
}

function isSpace(byte: number): boolean {
  return byte === 0x0a || byte === 0x0d || byte === 0x20 || byte === 0x09;
}

function readStream(answer: BotAnswer, context: ReadContext): BodyReader {
  const dispatch = botEvents(answer, context);
  const sse = readSse(
    (data, name) => {
      if (!answer.isComplete()) dispatch(name, data);
    },
    () => answer.fail(failed('The bot sent a piece of its answer that is too large.')),
  );
  return {
    feed: (bytes) => sse.feed(bytes),
    end(failure) {
      // The last event may lack its blank line; one that a broken connection cut is not guessed at.
      if (!failure) sse.end();
      answer.close(failure);
    },
    isComplete: () => answer.isComplete(),
  };
}

/**
 * Events → the answer. A bot may give several answers at once, told apart by an `index`: the one
 * that speaks first is the answer, and of the others only the end and errors count. No index is 0.
 */
function botEvents(
  answer: BotAnswer,
  { key }: ReadContext,
): (name: string | undefined, data: string) => void {
  let spoken: number | undefined;
  /** Something was heard; a ping says nothing. */
  let heard = false;

  /** The data of an event that belongs to the answer. */
  function own(data: string, isWhole: (value: JsonObject) => boolean): JsonObject | undefined {
    const value = parseJson(data);
    if (!isJsonObject(value) || !isWhole(value)) {
      answer.fail(failed('The bot sent a garbled piece of its answer.'));
      return undefined;
    }
    const index = Number.isInteger(value['index']) ? Number(value['index']) : 0;
    spoken ??= index;
    return spoken === index ? value : undefined;
  }

  return (name, data) => {
    const isFirst = !heard;
    heard ||= name !== 'ping';
    switch (name) {
      case 'text':
      case 'replace_response': {
        const text = own(data, hasText)?.['text'];
        if (typeof text !== 'string') return;
        return name === 'text' ? answer.text(text) : answer.replace(text);
      }
      case 'file': {
        const file = own(data, hasUrl);
        return file ? answer.file(outputFile(file)) : undefined;
      }
      case 'json': {
        const chunk = own(data, () => true);
        return chunk ? answer.chunk(chunk) : undefined;
      }
      case 'error':
        return answer.fail(readErrorEvent(data, key, isFirst));
      case 'done':
        return answer.done();
      // meta, suggested_reply, data and ping are no part of the answer, and what is unknown is
      // to be ignored.
      default:
        return;
    }
  };
}

function hasText(value: JsonObject): boolean {
  return typeof value['text'] === 'string';
}

function hasUrl(value: JsonObject): boolean {
  return typeof value['url'] === 'string';
}

function outputFile(file: JsonObject): OutputFile {
  const { url, content_type: type, name, inline_ref: ref } = file;
  return {
    url: typeof url === 'string' ? url : '',
    mediaType: typeof type === 'string' ? type : '',
    name: typeof name === 'string' ? name : '',
    inlineRef: typeof ref === 'string' && ref !== '' ? ref : undefined,
  };
}

/** A body that is no stream: an error, said with status 200, or the text in one piece. */
function readForeign(answer: BotAnswer, { key }: ReadContext): BodyReader {
  const decoder = new TextDecoder();
  let text = '';
  return {
    feed(bytes) {
      if (text.length < FOREIGN_LIMIT) text += decoder.decode(bytes, { stream: true });
    },
    end(failure) {
      const value = parseJson(text);
      if (failure) answer.close(failure);
      else if (isJsonObject(value) && isPlainAnswer(value)) {
        answer.text(String(value['text']));
        answer.done();
        answer.close();
      } else if (isJsonObject(value)) answer.close(readPoeErrorObject(value, key));
      else answer.close(failed('Poe sent something that is no answer.'));
    },
    isComplete: () => answer.isComplete(),
  };
}

/** `{ text }` and none of the fields of an error. */
function isPlainAnswer(value: JsonObject): boolean {
  return hasText(value) && !['error', 'error_type', 'allow_retry'].some((name) => name in value);
}
