/**
 * `POST /v1/responses`: key, then bot, then whether the bot lists this endpoint, then the request,
 * then the answer, whole or streamed.
 */
import { settled } from '../answers/settle.ts';
import type { Bot, Speech } from '../bot.ts';
import { findBot } from '../bots.ts';
import type { Call } from '../call.ts';
import { failureReply, rejected, unknownBot, unknownModel, type Failure } from '../failure.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { Prompt } from '../prompt.ts';
import { jsonReply, type Reply } from '../wire/reply.ts';
import { mannered, streamed } from '../wire/streamed.ts';
import { responseFailure } from './check.ts';
import { endOf, headOf } from './envelope.ts';
import { asGoogle } from './google.ts';
import { doneItem, itemsOf, wantedBy } from './items.ts';
import { responsesPrompt } from './prompt.ts';
import { responseEvents, responseSpelling } from './stream.ts';

const PATH = '/v1/responses';

function speechReply(request: JsonObject, prompt: Prompt, speech: Speech, { card }: Bot): Reply {
  const said = speech.says(prompt);
  const answer = settled(said);
  const items = itemsOf(answer, prompt.tools, said.searches);
  const wanted = wantedBy(request);
  const head = headOf(request, prompt, speech, card);
  const output = items.map((item) => doneItem(item, wanted));
  const ended = endOf(head, output, prompt, answer, speech);
  const end = card?.owned_by === 'Google' ? asGoogle(ended) : ended;
  const asStream = speech.insists ? speech.insists === 'stream' : prompt.stream;
  if (asStream) {
    const events = responseEvents(items, head, end, wanted);
    return mannered(speech, streamed(speech, events, responseSpelling(head)));
  }
  const plain = jsonReply(end);
  const bent = speech.whole?.([...plain.writes].join(''));
  return mannered(speech, { ...plain, ...(bent && { compressible: false, ...bent }) });
}

/** What an endpoint says to a model that is not served there: unrecorded, in a recorded form. */
function unsupportedEndpoint(model: string): Failure {
  return rejected(
    `Model ${model} does not support the Responses API. Use /v1/chat/completions instead.`,
    'model',
    'unsupported_feature_for_model',
  );
}

function botFailure(model: string, bot: Bot | undefined): Failure | undefined {
  if (!bot) return model.includes('/') ? unknownBot(model) : unknownModel(model);
  if (!bot.card) return unknownModel(model);
  return bot.card.supported_endpoints.includes(PATH) ? undefined : unsupportedEndpoint(model);
}

/** Answers a responses request. */
export function createResponse({ callers, key, body }: Call): Reply {
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
  const failure = botFailure(model, bot);
  if (!bot || failure) return failureReply(failure ?? unknownModel(model));
  const wrong = responseFailure(body, bot);
  if (wrong) return failureReply(wrong);
  const prompt = responsesPrompt(body, bot, admitted);
  const { behaviour } = bot;
  return 'reply' in behaviour ? behaviour.reply(prompt) : speechReply(body, prompt, behaviour, bot);
}
