import { z } from 'zod';
import { type StandaloneSettings } from '../../api/src/admin/settings.js';
import { type DemoClient } from './demo-client.js';

const PATIENCE_MS = 10_000;

const Token = z.object({ access_token: z.string() });
const Partners = z.object({
  items: z.array(z.object({ id: z.string(), capabilities: z.array(z.string()) })),
});
const Registration = z.object({ registered: z.boolean(), message: z.string() });

/** Reads the answer of our own API. @throws Error naming the path where it is no good one */
async function call<T>(url: string, schema: z.ZodType<T>, request: RequestInit): Promise<T> {
  const answer = await fetch(url, { ...request, signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok) throw new Error(`${new URL(url).pathname} answers ${answer.status}`);
  return schema.parse(await answer.json());
}

async function logIn({
  clientId,
  clientSecret,
  tokenUrl,
}: DemoClient): Promise<Readonly<Record<string, string>>> {
  const { access_token: token } = await call(tokenUrl, Token, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  return { authorization: `Bearer ${token}` };
}

/** Those that the sandbox plays: with a real partner it may be possible only once, and is for a person to do. */
function playedBy(sandboxUrl: string, { partners }: StandaloneSettings): ReadonlySet<string> {
  const played = partners.filter(({ enabled, settings: { baseUrl } }) => {
    return enabled && typeof baseUrl === 'string' && baseUrl.startsWith(`${sandboxUrl}/`);
  });
  return new Set(played.map(({ id }) => id));
}

/** The sandbox forgets with every start whom to tell of payments that nobody asked for. Says how it went, and goes on. */
export async function registerWithSandbox(
  settings: StandaloneSettings,
  demo: DemoClient,
  say: (sentence: string) => void,
): Promise<void> {
  try {
    const played = playedBy(demo.sandboxUrl, settings);
    if (played.size === 0) return;
    const headers = await logIn(demo);
    const { items } = await call(`${demo.apiUrl}/v1/partners`, Partners, { headers });
    const toTell = items.filter(
      ({ id, capabilities }) => played.has(id) && capabilities.includes('registration'),
    );
    for (const { id } of toTell) {
      const url = `${demo.apiUrl}/v1/partners/${id}/registration`;
      const { registered, message } = await call(url, Registration, { method: 'POST', headers });
      say(registered ? `${id} knows where to tell of payments` : `${id} takes no addresses: ${message}`);
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    say(`no partner was told where to reach us: ${why}`);
  }
}
