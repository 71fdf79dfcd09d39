/** A payment that its partner's simulator lets succeed, by adapter. */
const PAYMENTS: Readonly<Record<string, object>> = {
  daraja: { amount: { value: '100', currency: 'KES' }, payer: { type: 'msisdn', value: '+254712000345' } },
  wave: {
    amount: { value: '1500', currency: 'XOF' },
    returnUrls: { success: 'https://shop.example/paid', failure: 'https://shop.example/not-paid' },
  },
};

interface Partner {
  readonly id: string;
  readonly adapter: string;
  readonly enabled: boolean;
}

/** A payment to a partner that is configured; nothing where none of them has a simulator. */
function firstPayment(partners: readonly Partner[]): string | undefined {
  for (const [adapter, payment] of Object.entries(PAYMENTS)) {
    const partner = partners.find((one) => one.enabled && one.adapter === adapter);
    if (partner !== undefined) {
      return JSON.stringify({
        partner: partner.id,
        ...payment,
        reference: 'INV-1',
        description: 'First call',
      });
    }
  }
  return undefined;
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** `p FIELD` reads the client's file, `show` prints JSON for people: curl and the Node that is there anyway. */
const helpers = (file: string): string =>
  [
    `D=${quoted(file)}`,
    `p() { node -p 'JSON.parse(fs.readFileSync(process.argv[1]))[process.argv[2]]' "$D" "$1"; }`,
    `show() { node -p 'JSON.stringify(JSON.parse(fs.readFileSync(0)), null, 2)'; }`,
    `T=$(curl -sS -u "$(p clientId):$(p clientSecret)" -d grant_type=client_credentials "$(p tokenUrl)" | node -p 'JSON.parse(fs.readFileSync(0)).access_token')`,
  ].join('; ');

/** One line for another terminal: a token, a payment, and its answer. */
export function firstCall(clientFile: string, partners: readonly Partner[]): string {
  const payment = firstPayment(partners);
  const authorization = `-H "Authorization: Bearer $T"`;
  if (payment === undefined)
    return `${helpers(clientFile)}; curl -sS ${authorization} "$(p apiUrl)/v1/partners" | show`;
  const headers = [
    authorization,
    `-H "Idempotency-Key: $(node -p 'crypto.randomUUID()')"`,
    `-H 'Prefer: wait=20'`,
    `-H 'Content-Type: application/json'`,
  ].join(' ');
  return `${helpers(clientFile)}; curl -sS ${headers} -d ${quoted(payment)} "$(p apiUrl)/v1/payments" | show`;
}

/** For the same terminal, after the first call: what has become of it. */
export const secondCall = (): string =>
  `curl -sS -H "Authorization: Bearer $T" "$(p apiUrl)/v1/operations?limit=1" | show`;
