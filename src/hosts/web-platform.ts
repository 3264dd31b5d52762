/** What web-standard runtimes share of a platform: the clock, random ids, log lines as JSON. */
import { LOG_LEVELS, type LogLevel, type Platform, type ReplyClass } from '../platform.ts';

/** The digits of a UUID, and the most that an id takes of them. */
const ID_LENGTH = 24;

/** What differs from host to host. */
export interface HostPlatform {
  /** How this host calls Poe. */
  readonly send: Platform['send'];
  /** Lines less urgent than this are not written. */
  readonly logLevel: LogLevel;
  /** Writes one line; the console's `log` unless the host has something better. */
  readonly writeLine?: (line: string) => void;
  readonly Response?: ReplyClass;
  readonly ai?: Platform['ai'];
  readonly stores?: Platform['stores'];
  readonly limiters?: Platform['limiters'];
  /** See {@link Platform.basePath}. */
  readonly basePath?: string | undefined;
}

/** A platform for a host that has the web's standard globals. */
export function webPlatform(host: HostPlatform): Platform {
  const most = LOG_LEVELS.indexOf(host.logLevel);
  const writeLine = host.writeLine ?? ((line: string) => console.log(line));
  return {
    send: host.send,
    Response: host.Response ?? Response,
    basePath: host.basePath,
    ai: host.ai,
    stores: host.stores,
    limiters: host.limiters,
    now: () => Date.now(),
    // Runtimes keep random bytes for UUIDs at hand; asking for bytes of one's own costs more.
    randomId: () => crypto.randomUUID().replaceAll('-', '').slice(0, ID_LENGTH),
    digest: (bytes) => crypto.subtle.digest('SHA-256', bytes),
    log(level, message, fields) {
      if (LOG_LEVELS.indexOf(level) > most) return;
      writeLine(JSON.stringify({ time: new Date().toISOString(), level, message, ...fields }));
    },
  };
}
