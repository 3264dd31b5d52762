/**
 * Which of Poe's refusals another way of asking may avoid. Its words are all there is to tell them
 * by: there is no code for most.
 */
import type { ErrorKind, GatewayError } from '../core/error.ts';
import type { Refusable, Way } from '../core/upstream.ts';

const UNSUPPORTED = /\bnot support|\bunsupported|\bnot (available|allowed|enabled)|\bno support/i;
const TOOLS = /\btools?\b|\btool[_ -]?(use|call|choice)|\bfunction[_ -]?call|\bfunctions\b/i;

/** Not of tools as such, but of how they were to be used this time. */
const ABOUT_ONE_THING = /tool_choice|parallel_tool_calls|schema|\btools?[[.]\d/i;

/** Of the account, of the moment, or of the client: no other way of asking would help. */
const OF_THE_MOMENT: ReadonlySet<ErrorKind> = new Set([
  'unauthenticated',
  'insufficient-points',
  'rate-limited',
  'overloaded',
  'upstream-timeout',
  'client-gone',
  'context-length',
  'too-large',
]);

/**
 * Whether it is why there is no answer, whatever another way was refused for. The native protocol calls
 * everything a failure; elsewhere it is one, and may be gone next time.
 */
export function isReason({ kind }: GatewayError, { upstream }: Way): boolean {
  return OF_THE_MOMENT.has(kind) || (kind === 'upstream-failed' && !upstream.isNative);
}

/** `always`: the bot takes no tools at all; `now`: it did not take these. */
export function refusesTools({ kind, code, message }: GatewayError): 'always' | 'now' | undefined {
  if (kind !== 'invalid-request' && kind !== 'upstream-failed' && kind !== 'internal') return;
  if (!TOOLS.test(message)) return undefined;
  if (code === 'unsupported_feature_for_model') return 'always';
  if (UNSUPPORTED.test(message) && !ABOUT_ONE_THING.test(message)) return 'always';
  return kind === 'invalid-request' ? 'now' : undefined;
}

/** The bot is not to be had this way, or the way itself did not work; nothing has been charged. */
export function refusesWay({ kind, code, message }: GatewayError): boolean {
  if (kind === 'model-not-found') return true;
  if (kind === 'invalid-request')
    return code === 'unsupported_feature_for_model' || UNSUPPORTED.test(message);
  // The chat endpoint takes files in the request.
  return code === 'upload_failed';
}

/** Thoughts are not to be given back to this bot. */
export function refusesReasoning({ kind, message }: GatewayError): boolean {
  return kind === 'invalid-request' && /reasoning_content|\breasoning\b/i.test(message);
}

/** Something is not known: a beta feature, or what comes with one. */
const UNKNOWN = /\bbeta|anthropic-version|extra inputs|unexpected (value|role)|expected tags/i;

/** Not of what was asked, but of where. */
const ENDPOINT = /\bendpoint\b|\/v1\//i;

/** OpenAI names the field, and lists the types that it knows. */
function isAboutTools({ message, param = '' }: GatewayError): boolean {
  return TOOLS.test(message) || param.startsWith('tools') || message.includes("'function'");
}

/** What is learned of the bot if the next way has it; other refusals are about this request alone. */
export function refusalToRemember(
  { upstream }: Way,
  failure: GatewayError,
  next: Way,
): Refusable | undefined {
  const { kind, message, param = 'model' } = failure;
  // What names another field is about that one: "'stop' is not supported by this endpoint".
  const isAboutModel = param === 'model';
  if (!upstream.relays)
    return next.upstream.isNative && kind === 'model-not-found' ? 'chat' : undefined;
  if (next.upstream.relays)
    return UNKNOWN.test(message) || UNSUPPORTED.test(message) ? 'relay-betas' : undefined;
  if (kind === 'model-not-found' || (isAboutModel && ENDPOINT.test(message))) return 'relay';
  return isAboutTools(failure) ? 'relay-tools' : undefined;
}
