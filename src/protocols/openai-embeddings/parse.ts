/**
 * The body of `POST /v1/embeddings` → what is to be embedded. Held to the sizes that OpenAI holds it to.
 *
 * @see https://platform.openai.com/docs/api-reference/embeddings/create
 */
import { GatewayError, invalidField } from '../../core/error.ts';
import type { EmbeddingInput, EmbeddingRequest } from '../../core/embedding.ts';
import { isJsonObject, type JsonValue } from '../../lib/json.ts';
import { optionalInteger, optionalString, typeName } from '../shared/fields.ts';

/** How the client wants each vector: numbers, or the bytes of 32-bit floats. */
export type EncodingFormat = 'float' | 'base64';

const MOST_INPUTS = 2048;
const MOST_TOKENS = 8192;

/** @throws {GatewayError} `invalid-request`, naming the field. */
export function parseEmbeddings(body: JsonValue): {
  readonly request: EmbeddingRequest;
  readonly format: EncodingFormat;
} {
  if (!isJsonObject(body))
    throw new GatewayError('invalid-request', 'The request body must be a JSON object.');
  const { model, input, dimensions, encoding_format: encoding, user, ...others } = body;
  const format = optionalString(encoding, 'encoding_format') ?? 'float';
  if (format !== 'float' && format !== 'base64')
    throw invalidField('encoding_format', 'must be float or base64.');
  return {
    request: {
      model: (optionalString(model, 'model') ?? '').trim(),
      inputs: parseInputs(input),
      dimensions: optionalInteger(dimensions, 'dimensions', 1),
      user: optionalString(user, 'user'),
      others: Object.fromEntries(Object.entries(others).filter(([, value]) => value !== null)),
    },
    format,
  };
}

function parseInputs(value: JsonValue | undefined): readonly EmbeddingInput[] {
  const missing = 'is missing: send a text or an array of texts.';
  if (value === undefined || value === null) throw invalidField('input', missing, 'missing_field');
  if (typeof value === 'string') return [parseInput(value, 'input')];
  if (!Array.isArray(value))
    throw invalidField('input', `must be a string or an array, not ${typeName(value)}.`);
  const items: readonly JsonValue[] = value;
  if (items.length === 0) throw invalidField('input', missing, 'missing_field');
  // Numbers alone are the tokens of one text.
  if (typeof items[0] === 'number') return [parseInput(items, 'input')];
  if (items.length > MOST_INPUTS)
    throw invalidField(
      'input',
      `has ${items.length} texts. Send at most ${MOST_INPUTS} in one request.`,
    );
  return items.map((item, index) => parseInput(item, `input[${index}]`));
}

function parseInput(value: JsonValue, path: string): EmbeddingInput {
  if (typeof value !== 'string' && !Array.isArray(value))
    throw invalidField(path, `must be a string or an array of token ids, not ${typeName(value)}.`);
  if (value.length === 0) throw invalidField(path, 'is empty: send the text to embed.');
  return typeof value === 'string' ? value : parseTokens(value, path);
}

function parseTokens(items: readonly JsonValue[], path: string): readonly number[] {
  if (items.length > MOST_TOKENS)
    throw invalidField(path, `has ${items.length} tokens. Send at most ${MOST_TOKENS} a text.`);
  return items.map((item, index) => {
    if (typeof item === 'number' && Number.isSafeInteger(item) && item >= 0) return item;
    throw invalidField(`${path}[${index}]`, 'must be the id of a token, a whole number.');
  });
}
