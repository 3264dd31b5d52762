/**
 * A Poe with one bot that works in steps: three times it calls two tools at once, then it tells all
 * results in the order in which it was given them. It has tools, or reads how to call from its
 * prompt, or refuses tools first; it is played in memory, so every request can be looked at.
 */
import { createApp, type App } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import type { UpstreamCall } from '../../src/core/upstream.ts';
import { jsonReply, type RecordedReply, replayPlatform, streamReply } from '../golden/replay.ts';

/** The bot's name. */
export const STEPPER = 'stepper';

const STEPS = 3;

/** How the bot takes tools. */
interface Nature {
  /** Its card lists tools. */
  readonly listsTools: boolean;
  /** What Poe says to tools on the chat endpoint, with status 400. */
  readonly refusal?: object;
}

/** One request as Poe got it. */
export interface AskedStep {
  readonly way: 'chat' | 'bot';
  /** The tools were in the request, not in the prompt. */
  readonly native: boolean;
  /** Of the tools in the request. */
  readonly names: readonly string[];
}

interface WireTool {
  readonly function: { readonly name: string };
}

interface WireBody {
  readonly stream?: boolean;
  readonly messages?: readonly { readonly role: string; readonly content: unknown }[];
  readonly query?: readonly { readonly role: string; readonly content: unknown }[];
  readonly tools?: readonly WireTool[];
  readonly tool_results?: readonly { readonly content: string }[];
}

/** @param refusals The memory is the app's, so a second request knows what the first has found. */
export function startStepper(
  nature: Nature,
  settings: Readonly<Record<string, string>> = {},
): { readonly app: App; readonly asked: readonly AskedStep[] } {
  const asked: AskedStep[] = [];
  const card = { id: STEPPER, supported_features: nature.listsTools ? ['tools'] : [] };
  const platform = replayPlatform((call) => {
    if (call.url.endsWith('/v1/models')) return jsonReply({ data: [card] });
    const body = JSON.parse(String(call.body)) as WireBody;
    const step = readStep(call, body);
    asked.push(step);
    if (step.native && nature.refusal) return { ...jsonReply(nature.refusal), status: 400 };
    return answer(step, body);
  });
  return { app: createApp(readConfig(settings), platform), asked };
}

function readStep({ url }: UpstreamCall, { tools = [] }: WireBody): AskedStep {
  const names = tools.map((tool) => tool.function.name);
  return { way: url.includes('/bot/') ? 'bot' : 'chat', native: tools.length > 0, names };
}

/** Everything that tools have answered so far, oldest first. */
function resultsIn(body: WireBody): readonly string[] {
  if (body.tool_results) return body.tool_results.map(({ content }) => content);
  const messages = body.messages ?? body.query ?? [];
  return messages.flatMap(({ role, content }) => {
    if (role === 'tool') return [String(content)];
    const blocks = String(content).matchAll(/<tool_result id="[^"]+" name="[^"]+">([^]*?)<\/tool/g);
    return [...blocks].map(([, result = '']) => result);
  });
}

/** The names in the prompt, where it describes tools. */
function namesInPrompt(body: WireBody): readonly string[] {
  const system = [...(body.messages ?? []), ...(body.query ?? [])].filter(
    ({ role }) => role === 'system',
  );
  const lines = /<tools>\n([^]*?)\n<\/tools>/.exec(system.map(({ content }) => content).join(''));
  return (lines?.[1] ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { name: string }).name);
}

function answer(step: AskedStep, body: WireBody): RecordedReply {
  const results = resultsIn(body);
  const round = results.length / 2 + 1;
  const json = JSON.stringify({ step: round });
  if (round > STEPS) return say(step, body, results.join(' '));
  if (step.native) return callTools(step, body, step.names, json);
  const blocks = namesInPrompt(body).map(
    (name) => `<tool_call>{"name": ${JSON.stringify(name)}, "arguments": ${json}}</tool_call>`,
  );
  return say(step, body, `Step ${round}.\n${blocks.join('\n')}`);
}

function say({ way }: AskedStep, { stream }: WireBody, text: string): RecordedReply {
  const pieces = text.match(/[^]{1,7}/g) ?? [];
  if (way === 'bot')
    return streamReply(
      pieces.map((piece) => native('text', { text: piece })).join('') + native('done', {}),
    );
  if (stream !== true) return whole({ role: 'assistant', content: text }, 'stop');
  return streamReply(
    [...pieces.map((content) => chunk({ content })), chunk({}, 'stop'), 'data: [DONE]\n\n'].join(
      '',
    ),
  );
}

function callTools(
  { way }: AskedStep,
  { stream }: WireBody,
  names: readonly string[],
  json: string,
): RecordedReply {
  const calls = names.map((name, index) => ({
    index,
    id: `call_${index}_${json.replaceAll(/\W/g, '')}`,
    type: 'function',
    function: { name, arguments: json },
  }));
  if (way === 'bot') {
    const choices = [{ index: 0, delta: { tool_calls: calls }, finish_reason: 'tool_calls' }];
    return streamReply(native('json', { choices }) + native('done', {}));
  }
  if (stream !== true)
    return whole({ role: 'assistant', content: null, tool_calls: calls }, 'tool_calls');
  const frames = calls.map((one) => chunk({ tool_calls: [one] }));
  return streamReply([...frames, chunk({}, 'tool_calls'), 'data: [DONE]\n\n'].join(''));
}

function native(event: string, data: object): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

function chunk(delta: object, finish: string | null = null): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
}

function whole(message: object, finish: string): RecordedReply {
  return jsonReply({ choices: [{ index: 0, message, finish_reason: finish }] });
}
