/**
 * `POST /bot/{name}`: Poe's native protocol. Key, then request, then bot, then the answer as events
 * under status 200. The order of the refusals is a guess: none was recorded.
 */
import type { Bot, Speech, Spelling } from '../bot.ts';
import { findBot } from '../bots.ts';
import type { Call } from '../call.ts';
import { parameterFailure } from '../chat/parameters.ts';
import { documented, rejected, unknownBot, type Failure } from '../failure.ts';
import { isObject, objectsIn, type JsonObject } from '../json.ts';
import type { Prompt } from '../prompt.ts';
import { jsonReply, type Reply } from '../wire/reply.ts';
import { mannered, streamed } from '../wire/streamed.ts';
import { queryFailure } from './check.ts';
import { nativeEvents } from './events.ts';
import { errorEvent, errorStream, nativeRefusal } from './failure.ts';
import { nativePrompt } from './prompt.ts';
import { toolsRefusal } from '../chat/tool-refusal.ts';
import { strayResult } from './tools.ts';

const SPELLING: Spelling = {
  error: errorEvent,
  garbage: { part: 'noise', event: 'text', data: '{not json}' },
};

/** Reports that clients send when they do not like an answer; Poe takes note and says nothing. */
const REPORTS: ReadonlySet<unknown> = new Set([
  'report_error',
  'report_feedback',
  'report_reaction',
]);

function speechReply(speech: Speech, prompt: Prompt): Reply {
  const answer = speech.says(prompt);
  if (speech.insists === 'whole') {
    const text = answer.pieces.map((piece) => ('text' in piece ? piece.text : '')).join('');
    return mannered(speech, jsonReply({ text }));
  }
  const events = nativeEvents(answer, prompt, speech);
  const own = speech.native?.events;
  const both: Speech = {
    ...speech,
    events: (all, spelling) => {
      const arranged = speech.events?.(all, spelling) ?? all;
      return own?.(arranged, spelling) ?? arranged;
    },
  };
  const reply = streamed(both, events, SPELLING);
  return mannered(speech, {
    ...reply,
    headers: { ...reply.headers, 'cache-control': 'no-store' },
  });
}

/** What is wrong with the parameters of the message that is to be answered. */
function declaredFailure(request: JsonObject, bot: Bot): Failure | undefined {
  const last = objectsIn(request['query']).findLast((message) => message['role'] === 'user');
  const parameters = last?.['parameters'];
  return isObject(parameters) ? parameterFailure(parameters, bot) : undefined;
}

/** What the bot itself turns down, as an event: the query has got as far as to it. */
function botFailure(request: JsonObject, bot: Bot): Failure | undefined {
  const { behaviour } = bot;
  const refuses = 'says' in behaviour && behaviour.native?.tools === 'refuse';
  const asked = objectsIn(request['tools']).length > 0;
  return (
    strayResult(request) ??
    bot.refusesQuery?.(request) ??
    (refuses && asked ? toolsRefusal(bot, bot.name) : undefined)
  );
}

/** The bot's name in the path; undefined when its escapes are broken. */
function nameIn({ pathname }: URL): string | undefined {
  try {
    return decodeURIComponent(pathname.slice('/bot/'.length));
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** Answers a native request. */
export function queryBot({ callers, key, body, url, uploads }: Call): Reply {
  const refuse = (failure: Failure): Reply => nativeRefusal(failure, key);
  const admitted = callers.admit(key);
  if (typeof admitted !== 'string') return refuse(admitted);
  if (!isObject(body)) {
    return refuse(rejected('The body must be a JSON object.', 'body', 'invalid_json'));
  }
  if (REPORTS.has(body['type'])) return jsonReply({});
  if (body['type'] === 'settings') {
    return refuse(documented(501, 'invalid_request_error', 'Unsupported request type: settings'));
  }
  const model = nameIn(url) ?? url.pathname;
  const failure = queryFailure(body);
  if (failure) return refuse(failure);
  const bot = findBot(model);
  if (!bot) return refuse(unknownBot(model));
  const wrong = declaredFailure(body, bot);
  if (wrong) return refuse(wrong);
  const turnedDown = botFailure(body, bot);
  if (turnedDown) return errorStream(turnedDown);
  const prompt = nativePrompt(body, bot, { model, key: admitted, uploads });
  const { behaviour } = bot;
  return 'reply' in behaviour ? behaviour.reply(prompt) : speechReply(behaviour, prompt);
}
