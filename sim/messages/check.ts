/**
 * What the vendor behind Poe refuses in a messages request, in Anthropic's words and about in its
 * order: betas, shape, conversation, then what does not go together.
 */
import type { Bot } from '../bot.ts';
import { objectsIn, type JsonObject } from '../json.ts';
import { betasFault, betasIn } from './betas.ts';
import { cacheFault } from './cache.ts';
import { formatFault } from './format.ts';
import { requestShape } from './request.ts';
import { firstOf, type Terms } from './shape.ts';
import { thinkingFault } from './thinking.ts';
import { toolsFault } from './tools.ts';
import { conversationFault } from './turns.ts';
import { vendorModelOf } from './vendor-model.ts';

type Rule = (request: JsonObject, terms: Terms) => string | undefined;

const limit: Rule = ({ max_tokens: asked }, { model }) =>
  Number(asked) > model.mostTokens
    ? `max_tokens: ${String(asked)} > ${model.mostTokens}, which is the maximum allowed number of output tokens for ${model.id}`
    : undefined;

const effort: Rule = ({ output_config: config }, { model }) =>
  objectsIn([config]).some((given) => typeof given['effort'] === 'string') && !model.effort
    ? 'This model does not support the effort parameter.'
    : undefined;

const sampling: Rule = (request, { model }) => {
  const given = ['temperature', 'top_p'].filter((name) => typeof request[name] === 'number');
  if (model.sampling === 0) {
    const first = given[0] ?? (typeof request['top_k'] === 'number' ? 'top_k' : undefined);
    return first === undefined ? undefined : `\`${first}\` is deprecated for this model.`;
  }
  return given.length > model.sampling
    ? '`temperature` and `top_p` cannot both be specified for this model. Please use only one.'
    : undefined;
};

/** A sequence of white space alone stops nothing. */
const stops: Rule = ({ stop_sequences: sequences }) =>
  firstOf(Array.isArray(sequences) ? sequences : [], (sequence) =>
    String(sequence).trim() === ''
      ? 'stop_sequences: each stop sequence must contain non-whitespace'
      : undefined,
  );

/** In the order they are made; the first that fails answers. */
const RULES: readonly Rule[] = [
  (request, terms) => requestShape(request, '', terms),
  limit,
  stops,
  sampling,
  conversationFault,
  toolsFault,
  effort,
  thinkingFault,
  formatFault,
  cacheFault,
];

/** Why the vendor refuses this request, or undefined when it is good. */
export function requestFault(
  request: JsonObject,
  bot: Bot,
  header: string | undefined,
): string | undefined {
  const manner = 'says' in bot.behaviour ? bot.behaviour.messages : undefined;
  const known = manner?.betas ?? 'refused';
  const betas = betasIn(header);
  const terms: Terms = { betas, dated: known === 'none', model: vendorModelOf(bot) };
  return betasFault(betas, known) ?? firstOf(RULES, (rule) => rule(request, terms));
}
