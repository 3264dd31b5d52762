/**
 * `GET /v1/models`: the whole list in one reply, key or no key. There is no `/v1/models/{id}`;
 * whether Poe has one is unknown.
 */
import { listFailure } from '../auth.ts';
import type { Call } from '../call.ts';
import { catalogue } from '../catalogue.ts';
import { failureReply } from '../failure.ts';
import { jsonReply, type Reply } from '../wire/reply.ts';

/** Answers the model list. */
export function listModels({ key }: Call): Reply {
  const failure = listFailure(key);
  return failure ? failureReply(failure) : jsonReply({ object: 'list', data: catalogue });
}
