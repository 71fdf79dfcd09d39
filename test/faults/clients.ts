import { ALL_SCOPES } from '../../apps/api/src/admin/create-client.js';
import { GatewayClient } from '../support/gateway-client.js';
import { type Stack } from '../support/stack.js';
import { until } from './until.js';

const PATIENCE_MS = 60_000;

/** The clients of a stack by name, each with its token fetched before it is needed. */
export class Clients {
  private readonly named = new Map<string, Promise<GatewayClient>>();
  private readonly known = new Set<string>();

  constructor(private readonly stack: Stack) {
    this.named.set('main', this.ready(stack.client));
  }

  /** Their secrets and tokens. */
  get secrets(): ReadonlySet<string> {
    return this.known;
  }

  /** Made when first used, with every scope. */
  clientNamed(name: string): Promise<GatewayClient> {
    const made = this.named.get(name) ?? this.make();
    this.named.set(name, made);
    return made;
  }

  private async make(): Promise<GatewayClient> {
    return this.ready(await this.stack.newClient(ALL_SCOPES));
  }

  /** From whichever api answers. */
  private ready({ credentials }: GatewayClient): Promise<GatewayClient> {
    const find = async () => {
      for (const url of this.stack.apiUrls) {
        const client = new GatewayClient(url, credentials);
        const token = await client.accessToken().catch(() => undefined);
        if (token === undefined) continue;
        this.known.add(credentials.clientSecret).add(token);
        return client;
      }
      return undefined;
    };
    return until('a token for a client', find, PATIENCE_MS);
  }
}
