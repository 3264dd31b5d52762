/**
 * The body of a 2xx reply from Poe's HTTP endpoints: a stream of JSON events or one JSON object.
 * What it says is for the room; how it arrives is the same for all that take both.
 */
import type { GatewayError } from '../../core/error.ts';
import type { BodyReader, ReadContext, ReplyHead } from '../../core/upstream.ts';
import { readSse } from '../../http/sse-read.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../lib/json.ts';

/** A whole answer may not be longer than this, in bytes. */
const BODY_LIMIT = 64 * 1024 * 1024;

/** What a room makes of a body. After the end of its answer it is told nothing more. */
export interface AnswerReader {
  /** One event of a stream: its data, its name if it has one, and the data as text, in one line. */
  piece(data: JsonObject, name: string | undefined, text: string): void;
  /** A reply that is no stream. */
  whole(reply: JsonObject): void;
  /** Poe said `[DONE]`: emits what is owed. */
  end(): void;
  fail(message: string): void;
  /** The bytes are over. */
  close(failure?: GatewayError): void;
  /** The answer itself is over. */
  isFinished?(): boolean;
  isComplete(): boolean;
}

/** Chooses the reader by what Poe sent, not by what it was asked for: some bots ignore `stream`. */
export function readAnswerBody(
  reply: ReplyHead,
  { stream }: ReadContext,
  answer: AnswerReader,
): BodyReader {
  const type = (reply.header('content-type') ?? '').toLowerCase();
  const isStream = type.includes('event-stream') || (stream && !type.includes('json'));
  return isStream ? readStream(answer) : readWhole(answer);
}

function readStream(answer: AnswerReader): BodyReader {
  const sse = readSse(
    (data, name) => {
      if (answer.isComplete() || data === '') return;
      if (data === '[DONE]') return answer.end();
      const piece = parseJson(data);
      // JSON has line breaks only where it may as well have spaces.
      if (isJsonObject(piece)) answer.piece(piece, name, data.replaceAll('\n', ' '));
      else answer.fail('Poe sent a garbled piece of the answer. Try again.');
    },
    () => answer.fail('Poe sent a piece of the answer that is too large.'),
  );
  return {
    feed: (bytes) => sse.feed(bytes),
    end(failure) {
      if (!failure) sse.end();
      answer.close(failure);
    },
    isFinished: () => answer.isFinished?.() ?? false,
    isComplete: () => answer.isComplete(),
  };
}

function readWhole(answer: AnswerReader): BodyReader {
  const chunks: Uint8Array[] = [];
  let size = 0;
  return {
    feed(bytes) {
      size += bytes.byteLength;
      if (size > BODY_LIMIT) return answer.fail('Poe sent an answer that is too large.');
      chunks.push(bytes);
    },
    end(failure) {
      if (failure || answer.isComplete()) return answer.close(failure);
      const reply = parseJson(joinText(chunks));
      if (isJsonObject(reply)) answer.whole(reply);
      else answer.fail("Poe's answer was cut short or garbled. Try again.");
      answer.close();
    },
    isComplete: () => answer.isComplete(),
  };
}

/** Joined before they are decoded: a decoder that streams costs much more than one that does not. */
function joinText(chunks: readonly Uint8Array[]): string {
  const bytes = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return new TextDecoder().decode(bytes);
}
