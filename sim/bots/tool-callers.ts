/**
 * Bots that call tools: properly, and with each defect known from Poe's vendors. All of them echo
 * when there is no tool to call and report the result once they have one.
 */
import type { Bot } from '../bot.ts';
import {
  callHalfway,
  callLateNamed,
  callTools,
  callToolsWhole,
  talkThenCall,
} from '../answers/tool-call.ts';
import { isObject, type JsonObject } from '../json.ts';
import { without } from '../wire/arrange.ts';
import { frameWith } from '../wire/frame.ts';
import { listed } from './define.ts';

/** A reshaping of tool calls that leaves one member out. */
function lacking(member: string): (call: JsonObject) => JsonObject {
  return (call) => Object.fromEntries(Object.entries(call).filter(([name]) => name !== member));
}

function functionOf(call: JsonObject): JsonObject {
  return isObject(call['function']) ? call['function'] : {};
}

export const toolCallers: readonly Bot[] = [
  listed('Tool-Caller', 'Calls the chosen or the first tool (two on «parallel»), in fragments.', {
    says: callTools,
  }),
  listed('Tool-Caller-Whole', 'Sends each call in a single chunk.', { says: callToolsWhole }),
  listed('Tool-Caller-No-Index', 'Its streamed calls have no index.', {
    says: callTools,
    toolCall: lacking('index'),
  }),
  listed('Tool-Caller-No-Type', 'Its calls have no type.', {
    says: callTools,
    toolCall: lacking('type'),
  }),
  listed('Tool-Caller-No-Id', 'Its calls have no id.', {
    says: callTools,
    toolCall: lacking('id'),
  }),
  listed('Tool-Caller-Nameless', 'No part of its calls has an id, a type or a name.', {
    says: callTools,
    toolCall: (call) => ({
      ...lacking('id')(lacking('type')(call)),
      function: lacking('name')(functionOf(call)),
    }),
  }),
  listed('Tool-Caller-Late-Name', 'Arguments come first, then the id and the name.', {
    says: callLateNamed,
  }),
  listed('Tool-Caller-In-JSON', 'Talks, then calls; natively all of it in json events.', {
    says: talkThenCall,
    native: { textIn: 'json' },
  }),
  listed('Tool-Caller-CRLF', 'Calls, and its lines end in CR LF.', {
    says: callTools,
    frame: frameWith('\r\n'),
  }),
  listed('Tool-Caller-No-Usage', 'Calls, and never reports usage.', {
    says: callTools,
    usage: 'none',
  }),
  listed('Tool-Caller-Says-Stop', 'Calls, and finishes with stop.', {
    says: (prompt) => ({ ...callTools(prompt), finish: 'stop' }),
  }),
  listed('Tool-Caller-Talks', 'Says something, then calls.', { says: talkThenCall }),
  listed('Tool-Caller-Truncated', 'Its stream just ends in the middle of the arguments.', {
    says: callHalfway,
    events: without('finish', 'usage', 'done'),
  }),
  listed('Tool-Caller-Done-Early', 'Arguments cut, then [DONE] without a finish reason.', {
    says: callHalfway,
    events: without('finish'),
  }),
];
