/** M-Pesa refuses addresses that hold one of these. Source: portal, "C2B", URL rules, 2025 edition. */
const FORBIDDEN = /m-?pesa|safaricom|exe|cmd|sql|query/i;

const PRODUCTION_HOST = 'api.safaricom.co.ke';

/** @throws with a sentence for the operator where M-Pesa would refuse every callback address. */
export function checkCallbackUrl(callbackUrl: string, baseUrl: string): void {
  const word = FORBIDDEN.exec(callbackUrl)?.[0];
  if (word !== undefined) {
    throw new Error(
      `M-Pesa refuses callback addresses that hold "${word}": change publicUrl or the callbackKey`,
    );
  }
  // Not through URL: it would write the host in lower case.
  const [, scheme = '', host = ''] = /^(\w+):\/\/([^/]*)/.exec(callbackUrl) ?? [];
  if (/\s/.test(callbackUrl) || host === '') throw new Error('the callback address is no URL');
  if (/[A-Z]/.test(host)) throw new Error('M-Pesa may refuse callback hosts with capital letters');
  if (new URL(baseUrl).hostname === PRODUCTION_HOST && scheme !== 'https') {
    throw new Error('M-Pesa calls back over https only in production: change publicUrl');
  }
}
