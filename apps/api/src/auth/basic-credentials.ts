/** Client id and secret of an `Authorization: Basic` header; null where it is something else. Source: RFC 7617, RFC 6749 section 2.3.1. */
export function readBasic(header: string | undefined): { clientId: string; clientSecret: string } | null {
  const [, encoded] = /^basic +([A-Za-z0-9+/]{1,2048}={0,2})$/i.exec(header ?? '') ?? [];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) return null;
  return { clientId: unescaped(text.slice(0, colon)), clientSecret: unescaped(text.slice(colon + 1)) };
}

/** OAuth clients form-encode both before they are joined; browsers do not. None of our ids and secrets tells them apart. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
