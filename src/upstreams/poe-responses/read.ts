/** The responses endpoint's replies → neutral events, from a stream or from one whole response. */
import type { Sink } from '../../core/event.ts';
import type { BodyReader, ReadContext, ReplyHead } from '../../core/upstream.ts';
import { readAnswerBody } from '../poe-shared/answer-body.ts';
import { responseAnswer } from './answer.ts';

/** A reader for the body of a 2xx reply. */
export function read(reply: ReplyHead, sink: Sink, context: ReadContext): BodyReader {
  return readAnswerBody(reply, context, responseAnswer(sink, context));
}
