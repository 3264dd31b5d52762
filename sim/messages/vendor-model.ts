/**
 * The vendor's models behind the bots: by which names they are asked for, which name they report, and
 * what each can do. That a model cannot do a thing is told only when it is asked to.
 */
import type { Bot } from '../bot.ts';
import { findBot } from '../bots.ts';

/** What the vendor knows of a model. */
export interface VendorModel {
  /** The name in its replies. */
  readonly id: string;
  /** Which `thinking.type`s it takes beside `disabled`. */
  readonly thinking: 'none' | 'enabled' | 'adaptive' | 'both';
  /** It takes `output_config.effort`. */
  readonly effort: boolean;
  /** It takes `system` messages in the middle of a conversation, with the beta. */
  readonly systemInMessages: boolean;
  /** It goes on with an answer that the caller began. */
  readonly prefill: boolean;
  /** How many of `temperature` and `top_p` it takes; none of `top_k` either where it is 0. */
  readonly sampling: 0 | 1 | 2;
  /** The highest `max_tokens`. */
  readonly mostTokens: number;
}

const NEWER: Omit<VendorModel, 'id'> = {
  thinking: 'both',
  effort: true,
  systemInMessages: true,
  prefill: true,
  sampling: 1,
  mostTokens: 128_000,
};

const CLAUDE_4_5: Partial<VendorModel> = {
  thinking: 'enabled',
  effort: false,
  systemInMessages: false,
  mostTokens: 64_000,
};

/** Card id → the model of that bot. */
const MODELS: Readonly<Record<string, Partial<VendorModel>>> = {
  'claude-opus-4.5': { ...CLAUDE_4_5, id: 'claude-opus-4-5-20251101', effort: true },
  'claude-sonnet-4.5': { ...CLAUDE_4_5, id: 'claude-sonnet-4-5-20250929' },
  'claude-haiku-4.5': { ...CLAUDE_4_5, id: 'claude-haiku-4-5-20251001' },
  'claude-haiku-3.5': {
    ...CLAUDE_4_5,
    id: 'claude-3-5-haiku-20241022',
    thinking: 'none',
    sampling: 2,
    mostTokens: 8_192,
  },
};

/** The model behind a bot. */
export function vendorModelOf({ name, behaviour }: Bot): VendorModel {
  const id = name.toLowerCase();
  const own = 'says' in behaviour ? behaviour.messages?.model : undefined;
  return { id: `${id.replaceAll('.', '-')}-20260101`, ...NEWER, ...MODELS[id], ...own };
}

/**
 * The bot that is asked for by Poe's name or by one of Anthropic's: dots may be dashes, a date or
 * `-latest` may follow (a wrong date was seen to do), the family may stand last.
 */
export function findClaude(name: string): Bot | undefined {
  const plain = name.toLowerCase().replace(/-(\d{8}|latest)$/, '');
  const dotted = plain.replace(/-(\d)-(\d)$/, '-$1.$2');
  const turned = plain.replace(/^claude-(\d)-(\d)-(\w+)$/, 'claude-$3-$1.$2');
  return findBot(name) ?? findBot(dotted) ?? findBot(turned);
}
