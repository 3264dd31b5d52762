/**
 * Which of Poe's refusals another way of asking may avoid. Its words are all there is to tell them
 * by: there is no code for most.
 */
import type { GatewayError } from '../core/error.ts';

const UNSUPPORTED = /\bnot support|\bunsupported|\bnot (available|allowed|enabled)|\bno support/i;
const TOOLS = /\btools?\b|\btool[_ -]?(use|call|choice)|\bfunction[_ -]?call|\bfunctions\b/i;

/** Not of tools as such, but of how they were to be used this time. */
const ABOUT_ONE_THING = /tool_choice|parallel_tool_calls|schema|\btools?[[.]\d/i;

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
