/**
 * JSON on a bot that has no such format: the prompt asks for it. What comes back is checked by
 * `check.ts`.
 */
import type { GenerationRequest, OutputFormat } from '../request.ts';
import { withSystemText } from './system-text.ts';

/**
 * The request with its output format said in words. Ask this before `emulateTools`: with tools the
 * words leave room for calls.
 */
export function emulateJson(request: GenerationRequest): GenerationRequest {
  const { outputFormat } = request;
  if (!outputFormat) return request;
  const words = describeFormat(outputFormat, request.tools.length > 0);
  const messages = withSystemText(request.messages, words);
  return { ...request, outputFormat: undefined, messages };
}

function describeFormat(format: OutputFormat, hasTools: boolean): string {
  const when = hasTools ? 'When you do not call a tool, answer' : 'Answer';
  const rule = `${when} with JSON only: one JSON object, with no code fence and no words before or after it.`;
  if (format.type === 'json-object') return rule;
  const purpose = format.description === undefined ? '' : ` It is: ${format.description}`;
  if (format.schema === undefined) return `${rule}${purpose}`;
  const valueRule = rule.replace('one JSON object', 'one JSON value that fits this schema');
  return `${valueRule}${purpose}\n${JSON.stringify(format.schema)}`;
}
