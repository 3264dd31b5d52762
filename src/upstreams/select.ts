/**
 * Which ways there are to serve a request, the best first; the next is tried where one is refused
 * before the first event. The rules are data about the request, the bot's card, and what the bot
 * was found to refuse.
 */
import { makesMedia, type ModelCard } from '../core/model.ts';
import type { ContentPart, GenerationRequest } from '../core/request.ts';
import type { Way } from '../core/upstream.ts';
import { poeBot } from './poe-bot/index.ts';
import { poeChat } from './poe-chat/index.ts';
import { poeResponses } from './poe-responses/index.ts';

/** What the choice depends on beside the request. */
export interface Circumstances {
  /** The bot's card; undefined when Poe does not list it, or its list is not at hand. */
  readonly card: ModelCard | undefined;
  /** Poe's list is at hand: a bot without a card is one of the community's. */
  readonly listKnown: boolean;
  /** `UPSTREAM`: one way for everything. */
  readonly choice: 'auto' | 'chat' | 'bot';
  /** What this bot was found to refuse of late. */
  refuses(what: 'tools' | 'chat'): boolean;
}

/** The ways, best first; at least one. */
export function selectWays(
  request: GenerationRequest,
  circumstances: Circumstances,
): readonly [Way, ...Way[]] {
  const { card, listKnown, choice, refuses } = circumstances;
  // A bot that nobody knows is given the benefit of the doubt: a refusal costs one call, once a day.
  const hasTools =
    (card ? lists(card, 'supported_features', 'tools') : !listKnown) && !refuses('tools');
  const chat: Way = { upstream: poeChat, nativeTools: hasTools, format: 'emulated' };
  const bot: Way = {
    upstream: poeBot,
    nativeTools: hasTools && fitsNativeTools(request),
    format: 'emulated',
  };
  if (choice === 'chat') return [chat];
  if (choice === 'bot') return [bot];

  const [first, second] = wantsBot(request, circumstances, hasTools) ? [bot, chat] : [chat, bot];
  const { outputFormat } = request;
  // For Google's models this endpoint is broken.
  const responds = card && lists(card, 'supported_endpoints', '/v1/responses');
  if (!outputFormat || !responds || card.owner === 'Google') return [first, second];
  // Poe's chat endpoint ignores formats, this one keeps to them. What OpenAI enforces need not be
  // checked, and so can be streamed; but it takes only schemas of a certain kind.
  const enforced = outputFormat.type === 'json-schema' && outputFormat.strict === true;
  const format = enforced && card.owner === 'OpenAI' ? 'native' : 'checked';
  const responses: Way = {
    upstream: poeResponses,
    nativeTools: hasTools,
    format,
    isPicky: true,
  };
  return [responses, first, second];
}

/** What only the native protocol has a place for, or does better. */
function wantsBot(
  request: GenerationRequest,
  { card, refuses }: Circumstances,
  hasTools: boolean,
): boolean {
  if (refuses('chat') || (card && makesMedia(card))) return true;
  if (!card && Object.keys(request.parameters).length > 0) return true;
  const isFile = (part: ContentPart): boolean => part.type === 'file';
  if (!request.messages.some(({ content }) => content.some(isFile))) return false;
  // The chat endpoint takes files in the request, but not by their links; it is the better one for
  // a conversation with tools.
  const isLink = (part: ContentPart): boolean => part.type === 'file' && !/^data:/i.test(part.url);
  const hasLinks = request.messages.some(({ content }) => content.some(isLink));
  return hasLinks || !(hasTools && request.tools.length > 0);
}

/**
 * The native protocol keeps calls and results beside the conversation, without a place in it, and
 * has no choice of tool: what would lose its order or its meaning is written into the text instead.
 */
function fitsNativeTools({ messages, toolChoice, parallelToolCalls }: GenerationRequest): boolean {
  if ((toolChoice ?? 'auto') !== 'auto' || parallelToolCalls === false) return false;
  const firstCall = messages.findIndex(
    (message) => message.role === 'assistant' && message.toolCalls.length > 0,
  );
  // One round of calls, whose results are the end of the conversation, is in order by itself.
  return firstCall === -1 || messages.slice(firstCall + 1).every(({ role }) => role === 'tool');
}

function lists(card: ModelCard, field: string, word: string): boolean {
  const words = card.entry[field];
  return Array.isArray(words) && words.includes(word);
}
