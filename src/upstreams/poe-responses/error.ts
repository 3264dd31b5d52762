/**
 * Failures inside a 200 reply: an `error` event (flat or nested), a failed response, an error object
 * in place of an answer. OpenAI tells their kind by a `code`, where Poe has a `type`.
 */
import type { GatewayError } from '../../core/error.ts';
import { isJsonObject, type JsonObject } from '../../lib/json.ts';
import { entryOf } from '../../lib/table.ts';
import { readPoeErrorObject } from '../poe-shared/error.ts';

/** OpenAI's codes → the types that Poe has for the same. */
const TYPE_BY_CODE: Readonly<Record<string, string>> = {
  rate_limit_exceeded: 'rate_limit_error',
  context_length_exceeded: 'request_too_large',
  invalid_prompt: 'invalid_request_error',
  content_filter: 'moderation_error',
  bio_policy: 'moderation_error',
  image_content_policy_violation: 'moderation_error',
};

/** Codes of pictures that cannot be used: the request's fault, all of them. */
const ABOUT_AN_IMAGE = /image/;

/** Whether there is an error in it: a response that went well has `error: null`. */
export function hasError({ error }: JsonObject): boolean {
  return error !== undefined && error !== null;
}

/** @param holder What has the error in it, or is it. */
export function readAnswerError(holder: JsonObject, key: string): GatewayError {
  const { error } = holder;
  if (typeof error === 'string') return readPoeErrorObject(holder, key);
  const { type, ...rest } = isJsonObject(error) ? error : holder;
  const code = typeof rest['code'] === 'string' ? rest['code'] : '';
  const told = type === 'error' || typeof type !== 'string' ? code : type;
  return readPoeErrorObject({ error: { ...rest, type: typeOfCode(code) ?? told } }, key);
}

function typeOfCode(code: string): string | undefined {
  const type = entryOf(TYPE_BY_CODE, code);
  return type ?? (ABOUT_AN_IMAGE.test(code) ? 'invalid_request_error' : undefined);
}
