/**
 * `POST /v1/messages`: key, then version, then bot, then whether the bot lists this endpoint, all by
 * Poe's gateway; then what the vendor refuses; then the answer, whole or streamed.
 */
import { settled } from '../answers/settle.ts';
import type { Bot, MessagesManner, Speech } from '../bot.ts';
import type { Call } from '../call.ts';
import { unknownModel, type Failure } from '../failure.ts';
import { hex } from '../identifier.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { Prompt } from '../prompt.ts';
import { jsonReply, type Reply } from '../wire/reply.ts';
import { mannered, streamed } from '../wire/streamed.ts';
import { blocksOf, type Display } from './block.ts';
import { requestFault } from './check.ts';
import { failure, gatewayReply, refused, vendorReply } from './failure.ts';
import { messageOf, stopReasonOf, type Said } from './message.ts';
import { messagesPrompt } from './prompt.ts';
import { stoppedAt } from './stop.ts';
import { messageEvents, messagesSpelling } from './stream.ts';
import { thinkingIn } from './thinking.ts';
import { findClaude, vendorModelOf } from './vendor-model.ts';

const PATH = '/v1/messages';
const LIMIT = 500;
const MINUTE = 60_000;

/** As recorded; the minute that has begun is the one that counts. */
function rateHeaders(): Readonly<Record<string, string>> {
  const reset = new Date(Math.ceil(Date.now() / MINUTE) * MINUTE).toISOString();
  return {
    'anthropic-ratelimit-requests-limit': String(LIMIT),
    'anthropic-ratelimit-requests-remaining': String(LIMIT - 1),
    'anthropic-ratelimit-requests-reset': reset.replace(/\.\d+Z$/, 'Z'),
    'request-id': `req_poe_${hex(32)}`,
  };
}

function displayOf(request: JsonObject): Display {
  const { thinking } = request;
  if (!thinkingIn(request)) return 'none';
  return isObject(thinking) && thinking['display'] === 'omitted' ? 'omitted' : 'summarized';
}

function saidBy(request: JsonObject, prompt: Prompt, speech: Speech): Said {
  const { answer, sequence } = stoppedAt(settled(speech.says(prompt)), prompt.stop);
  const blocks = blocksOf(answer, displayOf(request));
  return {
    blocks: speech.messages?.blocks?.(blocks, prompt) ?? blocks,
    stopReason: sequence === null ? stopReasonOf(answer.finish) : 'stop_sequence',
    stopSequence: sequence,
  };
}

function speechReply(request: JsonObject, prompt: Prompt, bot: Bot, own: Speech): Reply {
  const speech: Speech = { ...own, ...own.messages?.bends };
  const said = saidBy(request, prompt, speech);
  const model = speech.model ?? vendorModelOf(bot).id;
  const asStream = speech.insists ? speech.insists === 'stream' : prompt.stream;
  if (asStream) {
    const events = messageEvents(request, model, said, speech);
    return mannered(speech, streamed(speech, events, messagesSpelling));
  }
  const message = messageOf(request, model, said, speech.usage);
  const plain = jsonReply(speech.envelope?.(message) ?? message);
  const bent = speech.whole?.([...plain.writes].join(''));
  return mannered(speech, { ...plain, ...(bent && { compressible: false, ...bent }) });
}

/** The key, in either of its headers. */
function keyOf({ key, headers }: Call): string | undefined {
  return key ?? headers['x-api-key'];
}

function mannerOf(bot: Bot | undefined): MessagesManner | undefined {
  return bot && 'says' in bot.behaviour ? bot.behaviour.messages : undefined;
}

/** What a model without this endpoint is told: never recorded. */
function unserved(model: string, bot: Bot | undefined): Failure {
  if (bot?.card) {
    return refused(`Model ${model} is not supported on ${PATH}. Use /v1/chat/completions instead.`);
  }
  const { status, error } = unknownModel(model);
  return failure(status, 'not_found_error', String(error['message']));
}

function answerOf(request: JsonObject, bot: Bot, key: string, beta: string | undefined): Reply {
  const { behaviour } = bot;
  const manner = mannerOf(bot);
  const fault = requestFault(request, bot, beta);
  if (fault !== undefined) return vendorReply(refused(fault), manner?.refusals);
  const prompt = messagesPrompt(request, key);
  if ('reply' in behaviour) return behaviour.reply(prompt);
  return manner?.reply?.(prompt) ?? speechReply(request, prompt, bot, behaviour);
}

/** Answers a messages request. */
export function createMessage(call: Call): Reply {
  const { body, callers, headers } = call;
  const request = isObject(body) ? body : {};
  const { model } = request;
  const bot = typeof model === 'string' ? findClaude(model) : undefined;
  const refuse = (what: Failure): Reply => gatewayReply(what, mannerOf(bot)?.gatewayErrors);
  const admitted = callers.admit(keyOf(call));
  if (typeof admitted !== 'string') return refuse(admitted);
  if (!headers['anthropic-version'])
    return refuse(refused('anthropic-version: header is required'));
  if (!isObject(body)) return refuse(refused('The request body is not valid JSON.'));
  if (typeof model !== 'string' || model === '') return refuse(refused('model: Field required'));
  if (!bot?.card?.supported_endpoints.includes(PATH)) return refuse(unserved(model, bot));
  const reply = answerOf(request, bot, admitted, headers['anthropic-beta']);
  return { ...reply, headers: { ...rateHeaders(), ...reply.headers } };
}
