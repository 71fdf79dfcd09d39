/** Error codes of the token endpoint. Source: RFC 6749, section 5.2. */
export const OAUTH_ERRORS = [
  'invalid_request',
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
] as const;
export type OAuthErrorCode = (typeof OAUTH_ERRORS)[number];

/** What the token endpoint answers instead of a token: the one place that speaks RFC 6749 rather than RFC 9457. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: OAuthErrorCode,
    description: string,
  ) {
    super(description);
    this.status = code === 'invalid_client' ? 401 : 400;
    this.headers = {
      'cache-control': 'no-store',
      ...(code === 'invalid_client' ? { 'www-authenticate': 'Basic realm="passerelle"' } : {}),
    };
  }

  toJSON(): { error: OAuthErrorCode; error_description: string } {
    return { error: this.code, error_description: this.message };
  }
}
