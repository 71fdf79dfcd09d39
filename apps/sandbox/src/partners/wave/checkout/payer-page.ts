import { type FastifyInstance, type FastifyReply } from 'fastify';
import { type Session, type Sessions } from './sessions.js';

interface ById {
  Params: { id: string };
  Body: { mobile?: string };
}

const outsideProtocol = { config: { outsideProtocol: true } };

/** What `wave_launch_url` opens: a person pays or refuses in the browser. */
export function payerPage(scope: FastifyInstance, sessions: Sessions, payerMobile: string): void {
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(body as string)));
    },
  );
  scope.get<ById>('/c/:id', outsideProtocol, ({ params }, reply) => {
    const session = sessions.get(params.id);
    return reply
      .type('text/html; charset=utf-8')
      .send(page(sessions.view(session), session.restrictedTo ?? payerMobile));
  });
  scope.post<ById>('/c/:id/pay', outsideProtocol, ({ params, body }, reply) => {
    const session = sessions.get(params.id);
    void sessions.attempt(session, body.mobile ?? payerMobile, 'succeed');
    return leave(session, reply);
  });
  scope.post<ById>('/c/:id/refuse', outsideProtocol, ({ params }, reply) => {
    const session = sessions.get(params.id);
    void sessions.attempt(session, session.restrictedTo ?? payerMobile, 'payment-failure');
    return leave(session, reply);
  });
}

function leave({ status, successUrl, errorUrl }: Session, reply: FastifyReply): FastifyReply {
  return reply.redirect(status === 'complete' ? successUrl : errorUrl, 303);
}

function page(session: ReturnType<Sessions['view']>, mobile: string): string {
  const { id, amount, currency, business_name: name, checkout_status: status } = session;
  const form = `<form method="post" action="${id}/pay">
<p><label>Your number <input name="mobile" value="${escaped(mobile)}"></label></p>
<p><button>Pay</button> <button formaction="${id}/refuse">Refuse</button></p>
</form>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Pay ${escaped(name)}</title></head>
<body><h1>${escaped(name)}</h1><p>${amount} ${currency}</p>
${status === 'open' ? form : `<p>This payment is ${status}.</p>`}
<p>A simulated wallet: no real money moves.</p></body></html>
`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
