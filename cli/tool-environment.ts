/** The environment that a tool is started with: the user's own, with the setup in it. */
import { POE_KEY, type Setup } from './setup.ts';

/** As `process.env` has it. */
export type Variables = Readonly<Record<string, string | undefined>>;

const PROXIES = [
  'HTTP_PROXY',
  'http_proxy',
  'HTTPS_PROXY',
  'https_proxy',
  'ALL_PROXY',
  'all_proxy',
];
const PROXY_EXCEPTIONS = ['NO_PROXY', 'no_proxy'] as const;

/** @param gatewayHost Reached past any proxy: it is this machine. */
export function toolEnvironment(
  env: Variables,
  { variables }: Setup,
  key: string,
  gatewayHost: string,
): Variables {
  const result: Record<string, string | undefined> = { ...env };
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete result[name];
    else result[name] = value === POE_KEY ? key : value;
  }
  if (!PROXIES.some((name) => env[name])) return result;
  // Tools differ in which of the two they read.
  const exceptions = PROXY_EXCEPTIONS.map((name) => env[name]).find(Boolean);
  const list = exceptions ? `${exceptions},${gatewayHost}` : gatewayHost;
  for (const name of PROXY_EXCEPTIONS) result[name] = list;
  return result;
}
