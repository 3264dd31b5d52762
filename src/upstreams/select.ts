/**
 * Which ways there are to serve a request, the best first; the next is tried where one is refused
 * before the first event. The rules are data about the request, the bot's card, and what the bot
 * was found to refuse.
 */
import { makesMedia, type ModelCard } from '../core/model.ts';
import type { ContentPart, GenerationRequest } from '../core/request.ts';
import type { Refusable, Upstream, Way } from '../core/upstream.ts';
import { isJsonObject, type JsonValue } from '../lib/json.ts';
import { poeBot } from './poe-bot/index.ts';
import { poeChat } from './poe-chat/index.ts';
import { isPlain, poeMessages, poeMessagesPlain } from './poe-messages/index.ts';
import { poeResponses } from './poe-responses/index.ts';
import { poeResponsesRelay } from './poe-responses/relay.ts';

/** Their models' APIs take no thoughts in a chat. */
const CLOSED_VENDORS: ReadonlySet<string> = new Set(['OpenAI', 'Anthropic', 'Google']);

/** What the choice depends on beside the request. */
export interface Circumstances {
  /** The bot's card; undefined when Poe does not list it, or its list is not at hand. */
  readonly card: ModelCard | undefined;
  /** Poe's list is at hand: a bot without a card is one of the community's. */
  readonly listKnown: boolean;
  /** `UPSTREAM`: one way for everything. */
  readonly choice: 'auto' | 'chat' | 'bot';
  /** What this bot was found to refuse of late. */
  refuses(what: Refusable): boolean;
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
  const chat: Way = {
    upstream: poeChat,
    nativeTools: hasTools,
    format: 'emulated',
    keepsReasoning: !refuses('reasoning') && !CLOSED_VENDORS.has(card?.owner ?? ''),
  };
  const bot: Way = {
    upstream: poeBot,
    nativeTools: hasTools && fitsNativeTools(request),
    format: 'emulated',
  };
  if (choice === 'chat') return [chat];
  if (choice === 'bot') return [bot];
  const relays = relayWays(request, circumstances);

  const [first, second] = wantsBot(request, circumstances, hasTools) ? [bot, chat] : [chat, bot];
  const { outputFormat } = request;
  // For Google's models this endpoint is broken.
  const responds = card && lists(card, 'supported_endpoints', '/v1/responses');
  if (!outputFormat || !responds || card.owner === 'Google') return atLeast(relays, first, second);
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
  return atLeast(relays, responses, first, second);
}

function atLeast(
  relays: readonly Way[],
  first: Way,
  ...rest: readonly Way[]
): readonly [Way, ...Way[]] {
  const [best, ...others] = relays;
  return best ? [best, ...others, first, ...rest] : [first, ...rest];
}

/** The client's own protocol, where Poe speaks it for this bot: nothing is lost in translation. */
function relayWays(
  { model, original }: GenerationRequest,
  { card, listKnown, refuses }: Circumstances,
): readonly Way[] {
  // A bot that makes media is asked unstreamed, which is no stream to pass on.
  if (!original || refuses('relay') || (card && makesMedia(card))) return [];
  const relay = (upstream: Upstream): Way => ({
    upstream,
    nativeTools: false,
    format: 'native',
    isPicky: true,
  });
  if (original.protocol === 'anthropic-messages') {
    const isClaude = card
      ? lists(card, 'supported_endpoints', '/v1/messages')
      : !listKnown && model.startsWith('claude-');
    if (!isClaude) return [];
    const plain = relay(poeMessagesPlain);
    return refuses('relay-betas') || isPlain(original) ? [plain] : [relay(poeMessages), plain];
  }
  // For Google's models this endpoint is broken.
  if (!card || !lists(card, 'supported_endpoints', '/v1/responses') || card.owner === 'Google')
    return [];
  const { tools } = original.body;
  const isFunction = (tool: JsonValue): boolean =>
    isJsonObject(tool) && tool['type'] === 'function';
  const isSpecial = Array.isArray(tools) && !tools.every(isFunction);
  return isSpecial && refuses('relay-tools') ? [] : [relay(poeResponsesRelay)];
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
