/**
 * Thinking in a request: whether the model thinks in the way it is asked to, what must be left alone
 * while it does, and whether thoughts that come back are its own.
 */
import { isObject, objectsIn, type JsonObject } from '../json.ts';
import { firstOf, typeOf, type Terms } from './shape.ts';
import { isRedacted, isSignatureOf } from './signature.ts';
import { openTurn, messagesOf } from './turns.ts';

/** With it, thoughts between calls have a budget of their own. */
const INTERLEAVED = 'interleaved-thinking-2025-05-14';

/** `enabled`, `adaptive`, or undefined when it shall not think. */
export function thinkingIn({ thinking }: JsonObject): 'enabled' | 'adaptive' | undefined {
  const type = isObject(thinking) ? thinking['type'] : undefined;
  return type === 'enabled' || type === 'adaptive' ? type : undefined;
}

function signatureFault(block: JsonObject, place: string): string | undefined {
  const { thinking, signature, data } = block;
  if (typeOf(block) === 'thinking' && !isSignatureOf(String(signature), String(thinking))) {
    return `${place}: Invalid \`signature\` in \`thinking\` block`;
  }
  return typeOf(block) === 'redacted_thinking' && !isRedacted(String(data))
    ? `${place}: Invalid \`data\` in \`redacted_thinking\` block`
    : undefined;
}

function thoughtsFault(request: JsonObject): string | undefined {
  return firstOf(messagesOf(request), ({ at, blocks }) =>
    firstOf(blocks, (block, index) => signatureFault(block, `messages.${at}.content.${index}`)),
  );
}

function modelFault(type: 'enabled' | 'adaptive', { model }: Terms): string | undefined {
  if (model.thinking === 'both' || model.thinking === type) return undefined;
  if (model.thinking === 'none') return `'${model.id}' does not support thinking.`;
  return type === 'adaptive'
    ? 'adaptive thinking is not supported on this model'
    : '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.';
}

function budgetFault(request: JsonObject, { betas }: Terms): string | undefined {
  const { thinking, max_tokens: limit, tools } = request;
  const budget = isObject(thinking) ? Number(thinking['budget_tokens']) : 0;
  const interleaved = betas.has(INTERLEAVED) && objectsIn(tools).length > 0;
  return budget >= Number(limit) && !interleaved
    ? '`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size'
    : undefined;
}

function companyFault(request: JsonObject): string | undefined {
  const { temperature, top_p: topP, top_k: topK, tool_choice: choice } = request;
  if (typeof temperature === 'number' && temperature !== 1) {
    return '`temperature` may only be set to 1 when thinking is enabled or in adaptive mode.';
  }
  if (typeof topP === 'number' && topP < 0.95) {
    return '`top_p` must be greater than or equal to 0.95 or unset when thinking is enabled or in adaptive mode.';
  }
  if (typeof topK === 'number') {
    return '`top_k` must be unset when thinking is enabled or in adaptive mode.';
  }
  return isObject(choice) && ['any', 'tool'].includes(typeOf(choice))
    ? 'Thinking may not be enabled when tool_choice forces tool use.'
    : undefined;
}

/** In the middle of its calls it must see its own thoughts again. */
function loopFault(request: JsonObject): string | undefined {
  const first = openTurn(request)?.blocks[0];
  if (!first || ['thinking', 'redacted_thinking'].includes(typeOf(first.block))) return undefined;
  return `${first.place}.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${typeOf(first.block)}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks). We recommend you include thinking blocks from previous turns. To avoid this requirement, disable \`thinking\`.`;
}

function clearsThoughts({ context_management: management }: JsonObject): boolean {
  const edits = isObject(management) ? objectsIn(management['edits']) : [];
  return edits.some((edit) => typeOf(edit) === 'clear_thinking_20251015');
}

/** The first fault that has to do with thinking. */
export function thinkingFault(request: JsonObject, terms: Terms): string | undefined {
  const forged = thoughtsFault(request);
  if (forged !== undefined) return forged;
  const type = thinkingIn(request);
  if (!type) {
    return clearsThoughts(request)
      ? '`clear_thinking_20251015` strategy requires `thinking` to be enabled or adaptive'
      : undefined;
  }
  return (
    modelFault(type, terms) ??
    companyFault(request) ??
    (type === 'enabled' ? (budgetFault(request, terms) ?? loopFault(request)) : undefined)
  );
}
