/**
 * The shape of a whole request: which members it may have, with which beta, and what each must be.
 */
import { cacheControl, contentBlocks, textBlocks } from './content.ts';
import {
  anything,
  flag,
  integer,
  list,
  number,
  object,
  oneOf,
  optional,
  recent,
  tagged,
  text,
  textOr,
  withBeta,
  type Check,
} from './shape.ts';
import { toolChoice, toolList } from './tools.ts';

const LEAST_BUDGET = 1_024;

const CONTEXT = 'context-management-2025-06-27';
const EFFORT = 'effort-2025-11-24';
const STRUCTURED = 'structured-outputs-2025-11-13';

const display = recent(oneOf('summarized', 'omitted'));

const format = tagged({ json_schema: { schema: anything } });

/** Only the roles and the place of a message are checked elsewhere. */
const message = object({ role: text, content: textOr(contentBlocks) });

const MEMBERS: Readonly<Record<string, Check>> = {
  model: text,
  max_tokens: integer(1),
  messages: list(message),
  system: optional(textOr(textBlocks)),
  stream: optional(flag),
  stop_sequences: optional(list(text)),
  temperature: optional(number(0, 1, 'range: 0..1')),
  top_p: optional(number(0, 1, 'range: 0..1')),
  top_k: optional(integer(0)),
  metadata: optional(object({ user_id: optional(text) })),
  service_tier: optional(oneOf('auto', 'standard_only')),
  inference_geo: recent(text),
  tools: optional(toolList),
  tool_choice: optional(toolChoice),
  thinking: optional(
    tagged({
      enabled: { budget_tokens: integer(LEAST_BUDGET), display },
      adaptive: { display },
      disabled: {},
    }),
  ),
  cache_control: recent(cacheControl),
  context_management: withBeta(
    CONTEXT,
    object({
      edits: optional(
        list(
          tagged({
            clear_tool_uses_20250919: {
              trigger: optional(anything),
              keep: optional(anything),
              clear_at_least: optional(anything),
              exclude_tools: optional(list(text)),
              clear_tool_inputs: optional(anything),
            },
            clear_thinking_20251015: { keep: optional(anything) },
          }),
        ),
      ),
    }),
  ),
  output_config: recent(
    object({
      effort: withBeta(EFFORT, oneOf('low', 'medium', 'high', 'xhigh', 'max')),
      format: optional(format),
    }),
  ),
  output_format: withBeta(STRUCTURED, format),
};

/** The first member that is missing, strange or of the wrong type. */
export const requestShape: Check = object(MEMBERS);
