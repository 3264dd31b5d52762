/** What the tests of the AI SDK share, whichever provider it speaks by: a tool, and how answers are read. */
import { generateText, jsonSchema, streamText, tool } from 'ai';

/** A tool that always says the same. */
export const getWeather = tool({
  description: 'Weather of a city',
  inputSchema: jsonSchema<{ city: string }>({
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
  }),
  execute: async () => 'sunny, 21 degrees',
});

type Asked = Parameters<typeof streamText>[0] & Parameters<typeof generateText>[0];

/** The last words of an answer, streamed or not. */
export async function textOf(asked: Asked, streamed: boolean): Promise<string> {
  return streamed ? await streamText(asked).text : (await generateText(asked)).text;
}

/** What a call is refused with; undefined when it is not. */
export async function refusalOf(asked: Asked): Promise<unknown> {
  return await generateText({ maxRetries: 0, ...asked }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
}

/** The kinds of parts that a stream had, and the errors that were told beside it. */
export async function heardOf(
  asked: Asked,
): Promise<{ readonly types: readonly string[]; readonly errors: readonly unknown[] }> {
  const errors: unknown[] = [];
  const types: string[] = [];
  const result = streamText({ ...asked, onError: ({ error }) => void errors.push(error) });
  for await (const part of result.fullStream) types.push(part.type);
  return { types, errors };
}
