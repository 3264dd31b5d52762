/**
 * An answer that was looked up on the web first, where the caller allows it: a search, and a text
 * that links to what it found.
 */
import type { Answer } from '../bot.ts';
import type { Prompt } from '../prompt.ts';
import { callTools } from './tool-call.ts';
import { echoText, saying } from './plain.ts';

const SOURCE = { url: 'https://example.com/weather', title: 'The weather' };

/** Looks the question up; without leave to, it calls tools or echoes. */
export function lookUp(prompt: Prompt): Answer {
  if (!prompt.webSearch) return callTools(prompt);
  const said = saying(`It is dry ([example.com](${SOURCE.url})), they say.`);
  return { ...said, searches: [{ query: echoText(prompt), sources: [SOURCE] }] };
}
