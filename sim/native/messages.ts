/**
 * Checks the `query` of a native request: the messages, their roles and attachments. `assistant`
 * and `developer` are other protocols' names, and are refused in the words that were recorded.
 */
import { rejected, type Failure } from '../failure.ts';
import { isObject, type JsonObject } from '../json.ts';

const ROLES: ReadonlySet<unknown> = new Set(['system', 'user', 'bot', 'tool']);
const CONTENT_TYPES: ReadonlySet<unknown> = new Set([undefined, 'text/markdown', 'text/plain']);
const MESSAGE_TYPES: ReadonlySet<unknown> = new Set([undefined, null, 'function_call']);

function invalid(message: string, path: string): Failure {
  return rejected(message, path, 'invalid_value');
}

function optionalText(value: unknown): boolean {
  return value === undefined || value === null || typeof value === 'string';
}

function attachmentFailure(attachment: unknown, path: string): Failure | undefined {
  if (!isObject(attachment)) return invalid(`${path} must be an object.`, path);
  const { url } = attachment;
  if (typeof url !== 'string' || !/^https?:\/\//.test(url)) {
    return invalid(`${path}.url must be an address: upload the file first.`, `${path}.url`);
  }
  // Some clients send no more than the address, and it works.
  const members = ['content_type', 'name', 'inline_ref', 'parsed_content'];
  const wrong = members.find((member) => !optionalText(attachment[member]));
  return wrong === undefined
    ? undefined
    : invalid(`${path}.${wrong} must be a string.`, `${path}.${wrong}`);
}

function attachmentsFailure(attachments: unknown, path: string): Failure | undefined {
  if (attachments === undefined) return undefined;
  if (!Array.isArray(attachments)) return invalid(`${path} must be a list.`, path);
  for (const [index, attachment] of attachments.entries()) {
    const failure = attachmentFailure(attachment, `${path}[${index}]`);
    if (failure) return failure;
  }
  return undefined;
}

function messageFailure(message: unknown, path: string): Failure | undefined {
  if (!isObject(message)) return invalid(`${path} must be an object.`, path);
  if (!ROLES.has(message['role'])) {
    return invalid("Invalid 'role': Input should be 'system', 'user' or 'bot'", `${path}.role`);
  }
  if (typeof message['content'] !== 'string') {
    return invalid(`${path}.content must be a string.`, `${path}.content`);
  }
  if (!CONTENT_TYPES.has(message['content_type'])) {
    return invalid(
      `${path}.content_type must be 'text/markdown' or 'text/plain'.`,
      `${path}.content_type`,
    );
  }
  if (!MESSAGE_TYPES.has(message['message_type'])) {
    return invalid(`${path}.message_type must be 'function_call'.`, `${path}.message_type`);
  }
  const { parameters } = message;
  if (parameters !== undefined && !isObject(parameters)) {
    return invalid(`${path}.parameters must be an object.`, `${path}.parameters`);
  }
  return attachmentsFailure(message['attachments'], `${path}.attachments`);
}

/** The first fault in `query`. */
export function queryMessagesFailure({ query }: JsonObject): Failure | undefined {
  if (!Array.isArray(query) || query.length === 0) {
    return rejected('query must hold at least one message.', 'query', 'missing_field');
  }
  for (const [index, message] of query.entries()) {
    const failure = messageFailure(message, `query[${index}]`);
    if (failure) return failure;
  }
  return undefined;
}
