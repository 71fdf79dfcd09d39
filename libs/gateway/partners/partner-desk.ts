import { PartnerRegistry, type PartyAnswer, type PartyQuestion, type StatementPage } from '#partner-kit';
import { Injectable } from '@nestjs/common';
import { BalanceDesk, type BalanceResult } from './balance-desk.js';
import { type Answered, GatedCalls } from './gated-calls.js';
import { PartnerGates } from './partner-gates.js';
import { type PartnerView, toView } from './partner-view.js';
import { TokenEnds } from './tokens/token-ends.js';
import { type SessionFilters, type SessionResult, SessionSearch } from './session-search.js';

/** Where partners are looked at and asked things that move no money. Each question passes its gate. */
@Injectable()
export class PartnerDesk {
  constructor(
    private readonly partners: PartnerRegistry,
    private readonly gates: PartnerGates,
    private readonly calls: GatedCalls,
    private readonly balances: BalanceDesk,
    private readonly search: SessionSearch,
    private readonly tokens: TokenEnds,
  ) {}

  /** In the order of the configuration. */
  async list(): Promise<readonly PartnerView[]> {
    const [states, tokens] = await Promise.all([this.gates.states(), this.tokens.all()]);
    return this.partners.all().map((partner) =>
      toView(
        partner,
        states.filter((state) => state.partner === partner.id),
        tokens.filter((token) => token.partner === partner.id),
      ),
    );
  }

  async get(id: string): Promise<PartnerView | null> {
    const partner = this.partners.find(id);
    if (!partner) return null;
    return toView(partner, ...(await Promise.all([this.gates.states(id), this.tokens.all(id)])));
  }

  /** The float, up to 5 seconds old. An answer that comes by callback is waited for up to `waitMs`. */
  balance(id: string, options: { readonly waitMs: number }): Promise<BalanceResult> {
    return this.balances.balance(id, options);
  }

  party(id: string, question: PartyQuestion): Promise<Answered<PartyAnswer>> {
    return this.calls.findAndAsk(id, 'parties', (parties) => parties.find(question));
  }

  /** One page of a UTC day ("2026-11-20"), oldest line first; `cursor` is the `next` of the page before. */
  statement(id: string, day: string, cursor: string | null): Promise<Answered<StatementPage>> {
    return this.calls.findAndAsk(id, 'statements', (statements) => statements.page(day, cursor));
  }

  sessions(id: string, filters: SessionFilters): Promise<SessionResult> {
    return this.search.find(id, filters);
  }

  /** Tells the partner where its callbacks go. */
  register(id: string): Promise<Answered<{ readonly registered: boolean; readonly message: string }>> {
    return this.calls.findAndAsk(id, 'registration', (registration) => registration.register());
  }
}
