import { type FreshToken, type TokenStore } from '../port/tokens.js';

/** The tokens of one process, fetched once for all callers. */
export class MemoryTokens implements TokenStore {
  readonly #tokens = new Map<string, Promise<FreshToken>>();

  async get(name: string, fetch: () => Promise<FreshToken>): Promise<string> {
    const known = this.#tokens.get(name);
    if (known) return (await known).value;
    const fetching = fetch();
    this.#tokens.set(name, fetching);
    try {
      return (await fetching).value;
    } catch (error) {
      this.#tokens.delete(name);
      throw error;
    }
  }

  async reject(name: string, token: string): Promise<void> {
    if ((await this.#tokens.get(name))?.value === token) this.#tokens.delete(name);
  }
}
