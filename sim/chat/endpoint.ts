/**
 * `POST /v1/chat/completions`: key, then bot, then the strict checks, then the answer. The order
 * of the refusals is part of the imitation.
 */
import { findBot } from '../bots.ts';
import type { Bot } from '../bot.ts';
import type { Call } from '../call.ts';
import { failureReply, rejected, unknownBot, unknownModel } from '../failure.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { Reply } from '../wire/reply.ts';
import { promptOf } from './prompt.ts';
import { speechReply } from './reply.ts';
import { strictFailure } from './strict.ts';

function answer(request: JsonObject, bot: Bot, key: string): Reply {
  const prompt = promptOf(request, bot, key);
  if ('reply' in bot.behaviour) return bot.behaviour.reply(prompt);
  const options = request['stream_options'];
  const includeUsage = isObject(options) && options['include_usage'] === true;
  return speechReply(bot.behaviour, prompt, includeUsage);
}

/** Answers a chat completions request. */
export function chatCompletions({ callers, key, body }: Call): Reply {
  const admitted = callers.admit(key);
  if (typeof admitted !== 'string') return failureReply(admitted);
  if (!isObject(body)) {
    return failureReply(rejected('The body must be a JSON object.', 'body', 'invalid_json'));
  }
  const { model } = body;
  if (typeof model !== 'string' || model === '') {
    return failureReply(rejected('model is required.', 'model', 'missing_field'));
  }
  const bot = findBot(model);
  if (!bot) return failureReply(model.includes('/') ? unknownBot(model) : unknownModel(model));
  const failure = strictFailure(body, bot);
  return failure ? failureReply(failure) : answer(body, bot, admitted);
}
