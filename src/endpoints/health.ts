/** `GET /health`: is Poeway up; with `?deep=1`, does Poe answer it too. */
import type { Context } from '../context.ts';

/** `OK`; with `deep`, the error that a user would get if Poe fails: asked for at most every ten seconds. */
export async function health(context: Context): Promise<Response> {
  const deep = new URL(context.request.url).searchParams.get('deep') ?? '0';
  context.routine();
  if (deep !== '0') await context.catalogue.check();
  return context.text(200, 'OK');
}
